"""What is set for names, as the metadata log keeps it."""

import pytest

from engine.broker.metadata_entries import UnknownMetadata
from engine.broker.named_configs import group_configs

SET = {"consumer.session.timeout.ms": "50000"}


def test_what_was_set_last_holds_and_nothing_is_no_group() -> None:
    groups = group_configs()
    groups.replay(groups.entry("a", {"share.delivery.count.limit": "4"}))
    groups.replay(groups.entry("a", SET))
    groups.replay(groups.entry("b", SET))
    groups.replay(groups.entry("b", {}))
    assert (groups.of("a"), groups.of("b")) == (SET, {})
    assert groups.names() == ["a"]


def test_a_key_of_a_newer_version_is_refused_not_dropped() -> None:
    with pytest.raises(UnknownMetadata, match=r"of\.tomorrow"):
        group_configs().replay(group_configs().entry("a", {"of.tomorrow": "1"}))


def test_a_snapshot_leads_to_the_same_groups() -> None:
    groups, copy = group_configs(), group_configs()
    groups.replay(groups.entry("a", SET))
    copy.replay(groups.entry("b", SET))
    copy.reset()
    for entry in groups.snapshot():
        copy.replay(entry)
    assert (copy.names(), copy.of("a")) == (["a"], SET)
