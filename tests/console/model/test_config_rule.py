"""What a key takes and what its value means, in words."""

import pytest

from console.model.config_rule import ANYTHING, ConfigRule, in_words

LONG = ConfigRule("long")


@pytest.mark.parametrize(
    ("key", "rule", "said"),
    [
        ("cleanup.policy", ConfigRule("list", ("compact", "delete")), "several with commas"),
        ("compression.type", ConfigRule("string", ("gzip", "zstd")), "gzip | zstd"),
        ("preallocate", ConfigRule("boolean"), "true | false"),
        ("retention.ms", ConfigRule("long", least=-1), "a time such as 7d, 12h, 90s; -1 or more"),
        ("segment.bytes", ConfigRule("int", least=1_048_576), "1GiB; 1,048,576 or more"),
        ("compression.lz4.level", ConfigRule("int", least=1, most=17), "from 1 to 17"),
        ("compression.gzip.level", ConfigRule("int", note="from 1 to 9, or -1"), "or -1"),
        ("min.cleanable.dirty.ratio", ConfigRule("double", least=0, most=1), "a number such as"),
        ("anything", ANYTHING, "a text"),
    ],
)
def test_what_a_key_takes_is_said_from_what_is_known(key: str, rule: ConfigRule, said: str) -> None:
    assert said in rule.allowed(key)


@pytest.mark.parametrize(
    ("key", "rule", "value", "said"),
    [
        ("retention.ms", LONG, "604800000", "604800000 (7d)"),
        ("retention.ms", LONG, "-1", "-1 (for ever)"),
        ("retention.bytes", LONG, "-1", "-1 (no limit)"),
        ("local.retention.ms", LONG, "-2", "-2"),
        ("flush.messages", LONG, str(2**63 - 1), f"{2**63 - 1} (no limit)"),
        ("flush.ms", LONG, str(2**63 - 1), f"{2**63 - 1} (no limit)"),
        ("segment.bytes", ConfigRule("int"), "1073741824", "1073741824 (1.1 GB)"),
        ("min.insync.replicas", ConfigRule("int"), "2", "2"),
        ("compression.type", ConfigRule("string"), "zstd", "zstd"),
        ("retention.ms", ANYTHING, "604800000", "604800000"),
        ("cleanup.policy", ConfigRule("list"), "", "(empty)"),
        ("a.secret", ANYTHING, None, "–"),
    ],
)
def test_a_value_is_told_with_what_it_means(
    key: str, rule: ConfigRule, value: str | None, said: str
) -> None:
    assert in_words(key, rule, value) == said
