"""Values of a topic's configuration: what is taken while typing, and what a change of them does."""

from dataclasses import replace

import pytest

from console.forms.config_value import config_value, effect_of, loss_of
from console.forms.fields import FieldFault
from console.model.config_rule import ANYTHING, ConfigRule
from console.model.topic import ConfigEntry

LONG = ConfigRule("long", least=-1)
POLICY = ConfigRule("list", ("compact", "delete"))


def entry(
    name: str,
    value: str | None,
    *,
    rule: ConfigRule = LONG,
    default: str | None = None,
    is_sensitive: bool = False,
) -> ConfigEntry:
    return ConfigEntry(name, value, "topic", False, is_sensitive, False, "", rule, default)


@pytest.mark.parametrize(
    ("key", "rule", "typed", "sent"),
    [
        ("retention.ms", LONG, " 7d ", "604800000"),
        ("retention.ms", LONG, "-1", "-1"),
        ("local.retention.ms", ConfigRule("long", least=-2), "-2", "-2"),
        ("segment.bytes", ConfigRule("int"), "512 MB", "512000000"),
        ("min.insync.replicas", ConfigRule("int", least=1), "+2", "2"),
        ("preallocate", ConfigRule("boolean"), "True", "true"),
        ("min.cleanable.dirty.ratio", ConfigRule("double", least=0, most=1), "0.5", "0.5"),
        ("cleanup.policy", POLICY, "compact , delete", "compact,delete"),
        ("cleanup.policy", POLICY, "", ""),
        ("compression.type", ConfigRule("string", ("gzip", "zstd")), "zstd", "zstd"),
        ("unheard.of", ANYTHING, " what it takes ", "what it takes"),
    ],
)
def test_what_is_typed_becomes_what_is_sent(
    key: str, rule: ConfigRule, typed: str, sent: str
) -> None:
    assert config_value(key, rule, typed) == sent


@pytest.mark.parametrize(
    ("key", "rule", "typed", "said"),
    [
        ("retention.ms", LONG, "soon", "a time such as 7d"),
        ("retention.ms", LONG, "-2", "at least -1"),
        ("retention.ms", LONG, "", "a time such as 7d"),
        ("segment.bytes", ConfigRule("int"), "4GiB", "at most 2,147,483,647"),
        ("segment.bytes", ConfigRule("int", least=1_048_576), "1", "at least 1,048,576"),
        ("min.insync.replicas", ConfigRule("int"), "two", "a whole number"),
        ("min.insync.replicas", ConfigRule("int"), "²", "a whole number"),
        ("preallocate", ConfigRule("boolean"), "yes", "true or false"),
        ("min.cleanable.dirty.ratio", ConfigRule("double", least=0, most=1), "1.5", "at most 1"),
        ("min.cleanable.dirty.ratio", ConfigRule("double"), "nan", "a number such as 0.5"),
        ("cleanup.policy", POLICY, "compact,,delete", "nothing empty"),
        ("cleanup.policy", POLICY, "keep", "^compact | delete, several with commas"),
        ("compression.type", ConfigRule("string", ("gzip", "zstd")), "zip", "one of gzip | zstd"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_allowed(
    key: str, rule: ConfigRule, typed: str, said: str
) -> None:
    with pytest.raises(FieldFault, match=said.replace("|", r"\|")):
        config_value(key, rule, typed)


def test_the_effect_says_old_and_new_in_words() -> None:
    kept = entry("retention.ms", "604800000", default="604800000")
    assert effect_of(kept, "86400000") == "604800000 (7d) → 86400000 (1d)"
    assert effect_of(kept, None) == "604800000 (7d) → 604800000 (7d), its default"
    assert effect_of(replace(kept, default=None), None).endswith("→ its default")


def test_the_effect_on_a_secret_shows_neither_value() -> None:
    secret = entry("a.secret", None, rule=ConfigRule("password"), is_sensitive=True)
    assert effect_of(secret, "hunter2") == "hidden → hidden"


def test_the_effect_of_a_hostile_value_is_safe_to_show() -> None:
    assert "\x1b" not in effect_of(entry("x", "\x1b[2J", rule=ANYTHING), "\x1b[1m")


@pytest.mark.parametrize(
    ("name", "before", "after", "is_loss"),
    [
        ("retention.ms", "604800000", "86400000", True),
        ("retention.ms", "86400000", "604800000", False),
        ("retention.ms", "-1", "1", True),
        ("retention.ms", "1", "-1", False),
        ("retention.bytes", "-1", "1000", True),
        ("retention.ms", None, "1000", True),
        ("cleanup.policy", "delete", "compact", True),
        ("cleanup.policy", "compact,delete", "compact", False),
        ("cleanup.policy", "compact", "compact,delete", True),
        ("segment.bytes", "1073741824", "1048576", False),
    ],
)
def test_only_what_keeps_less_is_a_loss(
    name: str, before: str | None, after: str, is_loss: bool
) -> None:
    assert bool(loss_of(entry(name, before), after)) == is_loss


def test_going_back_to_a_default_that_keeps_less_is_a_loss() -> None:
    assert loss_of(entry("retention.ms", "-1", default="604800000"), None)
    assert not loss_of(entry("retention.ms", "1", default="604800000"), None)
    assert loss_of(entry("retention.ms", "1000000"), None), "nobody told what it goes back to"
