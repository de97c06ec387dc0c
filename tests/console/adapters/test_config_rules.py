"""What a key takes: told by the cluster, and by our table where the cluster is our engine."""

import pytest

from console.adapters.config_rules import default_of, rule_of
from console.forms.config_value import config_value
from console.model.config_rule import ConfigRule
from engine.client.configs import ConfigEntry, ConfigSource, Synonym
from engine.config.kinds import ConfigType, render
from engine.config.topic_keys import TOPIC_KEYS


def kept(*synonyms: Synonym, source: ConfigSource = ConfigSource.TOPIC) -> ConfigEntry:
    """`retention.ms`, set on a topic unless told otherwise."""
    return ConfigEntry("retention.ms", "5000", source, False, False, 5, None, synonyms)


OWN = Synonym("retention.ms", "5000", ConfigSource.TOPIC)


@pytest.mark.parametrize(
    ("name", "value", "default"),
    [
        ("log.retention.hours", "168", "604800000"),
        ("log.retention.minutes", "2", "120000"),
        ("log.retention.hours", "-1", "-1"),
        ("log.retention.ms", "7", "7"),
        ("log.retention.hours", "many", None),
    ],
)
def test_the_default_is_the_next_synonym_in_the_unit_of_the_key(
    name: str, value: str, default: str | None
) -> None:
    unset = Synonym("log.retention.ms", None, ConfigSource.DEFAULT)
    behind = Synonym(name, value, ConfigSource.DEFAULT)
    assert default_of(kept(OWN, unset, behind)) == default


def test_a_default_that_is_not_told_is_not_known() -> None:
    assert default_of(kept(OWN)) is None
    assert default_of(kept(source=ConfigSource.DEFAULT)) == "5000"


def test_of_a_foreign_cluster_only_the_type_is_known() -> None:
    assert rule_of("retention.ms", ConfigType.LONG, is_ours=False) == ConfigRule("long")
    assert rule_of("x", 99, is_ours=False) == rule_of("x", 0, is_ours=False) == ConfigRule()


def test_our_engine_s_table_gives_words_bounds_and_notes() -> None:
    policy = rule_of("cleanup.policy", ConfigType.LIST, is_ours=True)
    assert policy == ConfigRule("list", words=("compact", "delete"))
    assert rule_of("retention.ms", ConfigType.LONG, is_ours=True).least == -1
    ratio = rule_of("min.cleanable.dirty.ratio", ConfigType.DOUBLE, is_ours=True)
    assert (ratio.least, ratio.most) == (0, 1)
    assert "-1" in rule_of("compression.gzip.level", ConfigType.INT, is_ours=True).note


@pytest.mark.parametrize("name", TOPIC_KEYS)
def test_a_form_takes_the_default_of_every_key_as_it_is(name: str) -> None:
    key = TOPIC_KEYS[name].key
    default = render(key.default)
    if default is not None:
        assert config_value(name, rule_of(name, key.type, is_ours=True), default) == default
    else:
        assert key.is_hidden
