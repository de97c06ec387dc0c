"""The table of keys of groups, and the keys of the broker behind them."""

from engine.config.broker_keys import BROKER_KEYS
from engine.config.group_keys import GROUP_KEYS


def test_a_key_has_the_type_and_default_of_the_broker_key_behind_it() -> None:
    for row in GROUP_KEYS.values():
        row.key.verify(row.key.default)
        if row.synonym:
            synonym = BROKER_KEYS[row.synonym]
            assert (row.key.type, row.key.default) == (synonym.type, synonym.default), row.key.name


def test_bounds_are_keys_of_the_broker() -> None:
    session = GROUP_KEYS["consumer.session.timeout.ms"]
    assert session.minimum == "group.consumer.min.session.timeout.ms"
    assert session.maximum == "group.consumer.max.session.timeout.ms"
    standby = GROUP_KEYS["streams.num.standby.replicas"]
    assert (standby.minimum, standby.maximum) == ("", "group.streams.max.standby.replicas")
    assert GROUP_KEYS["share.isolation.level"].synonym == ""


def test_keys_of_groups_that_are_not_served_say_so() -> None:
    for name, row in GROUP_KEYS.items():
        works = name.startswith("consumer.")
        assert row.key.documentation.startswith("No effect: ") is not works, name
        assert not row.key.is_read_only
