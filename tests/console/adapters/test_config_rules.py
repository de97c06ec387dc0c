"""What a key takes: told by the cluster, and by our table where the cluster is our engine."""

import pytest

from console.adapters.config_rules import default_of, keys_behind, rule_of
from console.forms.config_value import config_value
from console.model.config_rule import ConfigRule
from engine.client.configs import ConfigEntry, ConfigSource, ResourceType, Synonym
from engine.config.kinds import ConfigType, render
from engine.config.topic_keys import TOPIC_KEYS

TOPIC, BROKER = ResourceType.TOPIC, ResourceType.BROKER


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
    assert default_of(kept(OWN, unset, behind), of=TOPIC) == default


def test_a_default_that_is_not_told_is_not_known() -> None:
    assert default_of(kept(OWN), of=TOPIC) is None
    assert default_of(kept(source=ConfigSource.DEFAULT), of=TOPIC) == "5000"


def test_a_broker_tells_of_itself_what_stands_behind_a_topics_own_value() -> None:
    assert keys_behind("retention.ms")[0] == "log.retention.ms"
    assert keys_behind("no.such.key") == ()
    behind = {"log.retention.hours": "2", "log.retention.minutes": None}
    assert default_of(kept(OWN), of=TOPIC, behind=behind) == "7200000"
    behind["log.retention.minutes"] = "2"
    assert default_of(kept(OWN), of=TOPIC, behind=behind) == "120000"
    assert default_of(kept(source=ConfigSource.DYNAMIC_BROKER), of=BROKER, behind=behind) is None


def test_of_a_foreign_cluster_only_the_type_is_known() -> None:
    assert rule_of("retention.ms", ConfigType.LONG, of=TOPIC, is_ours=False) == ConfigRule("long")
    for number in (0, 99):
        assert rule_of("x", number, of=TOPIC, is_ours=False) == ConfigRule()


def test_our_engine_s_table_gives_words_bounds_and_notes() -> None:
    policy = rule_of("cleanup.policy", ConfigType.LIST, of=TOPIC, is_ours=True)
    assert policy == ConfigRule("list", words=("compact", "delete"))
    assert rule_of("retention.ms", ConfigType.LONG, of=TOPIC, is_ours=True).least == -1
    ratio = rule_of("min.cleanable.dirty.ratio", ConfigType.DOUBLE, of=TOPIC, is_ours=True)
    assert (ratio.least, ratio.most) == (0, 1)
    assert "-1" in rule_of("compression.gzip.level", ConfigType.INT, of=TOPIC, is_ours=True).note


@pytest.mark.parametrize("name", TOPIC_KEYS)
def test_a_form_takes_the_default_of_every_key_as_it_is(name: str) -> None:
    key = TOPIC_KEYS[name].key
    default = render(key.default)
    if default is not None:
        rule = rule_of(name, key.type, of=TOPIC, is_ours=True)
        assert config_value(name, rule, default) == default
    else:
        assert key.is_hidden


def test_a_broker_s_key_falls_back_to_what_holds_for_all_brokers() -> None:
    own = Synonym("log.retention.ms", "5000", ConfigSource.DYNAMIC_BROKER)
    of_all = Synonym("log.retention.ms", "9000", ConfigSource.DYNAMIC_DEFAULT_BROKER)
    hours = Synonym("log.retention.hours", "168", ConfigSource.DEFAULT)
    entry = kept(own, of_all, hours, source=ConfigSource.DYNAMIC_BROKER)
    assert default_of(entry, of=BROKER) == "9000"
    # For a topic it is itself what the topic falls back to.
    assert default_of(entry, of=TOPIC) == "5000"


def test_a_broker_s_keys_have_rules_of_their_own() -> None:
    rule = rule_of("max.connections", ConfigType.INT, of=BROKER, is_ours=True)
    assert (rule.type, rule.least) == ("int", 0)
    assert rule_of("max.connections", ConfigType.INT, of=TOPIC, is_ours=True) == ConfigRule("int")
