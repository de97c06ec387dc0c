"""What is set for single groups, as the metadata log keeps it."""

import pytest

from engine.broker.group_configs import GroupConfigs, group_configs_entry
from engine.broker.metadata_entries import UnknownMetadata

SET = {"consumer.session.timeout.ms": "50000"}


def test_what_was_set_last_holds_and_nothing_is_no_group() -> None:
    groups = GroupConfigs()
    groups.replay(group_configs_entry("a", {"share.delivery.count.limit": "4"}))
    groups.replay(group_configs_entry("a", SET))
    groups.replay(group_configs_entry("b", SET))
    groups.replay(group_configs_entry("b", {}))
    assert (groups.of("a"), groups.of("b")) == (SET, {})
    assert groups.group_ids() == ["a"]


def test_a_key_of_a_newer_version_is_refused_not_dropped() -> None:
    with pytest.raises(UnknownMetadata, match=r"of\.tomorrow"):
        GroupConfigs().replay(group_configs_entry("a", {"of.tomorrow": "1"}))


def test_a_snapshot_leads_to_the_same_groups() -> None:
    groups, copy = GroupConfigs(), GroupConfigs()
    groups.replay(group_configs_entry("a", SET))
    copy.replay(group_configs_entry("b", SET))
    copy.reset()
    for entry in groups.snapshot():
        copy.replay(entry)
    assert (copy.group_ids(), copy.of("a")) == (["a"], SET)
