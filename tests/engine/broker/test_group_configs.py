"""What is set for single groups, as the metadata log keeps it."""

from engine.broker.group_configs import GroupConfigs, group_configs_entry

SET = {"consumer.session.timeout.ms": "50000"}


def test_what_was_set_last_holds_and_nothing_is_no_group() -> None:
    groups = GroupConfigs()
    groups.replay(group_configs_entry("a", {"x": "1"}))
    groups.replay(group_configs_entry("a", SET))
    groups.replay(group_configs_entry("b", SET))
    groups.replay(group_configs_entry("b", {}))
    assert (groups.of("a"), groups.of("b")) == (SET, {})
    assert groups.group_ids() == ["a"]


def test_a_snapshot_leads_to_the_same_groups() -> None:
    groups, copy = GroupConfigs(), GroupConfigs()
    groups.replay(group_configs_entry("a", SET))
    copy.replay(group_configs_entry("b", SET))
    copy.reset()
    for entry in groups.snapshot():
        copy.replay(entry)
    assert (copy.group_ids(), copy.of("a")) == (["a"], SET)
