"""What a group tells of the topics that it reads."""

from dataclasses import replace

from console.model.figures import Known
from console.model.group import Group, GroupState, Member
from console.model.names import TopicPartition

MEMBER = Member("m-1", None, "app", "host", (TopicPartition("orders", 0),))
GROUP = Group("billing", GroupState.STABLE, "classic", members=Known((MEMBER,), 1))


def test_a_group_reads_what_its_members_were_given() -> None:
    assert GROUP.reads("orders")
    assert not GROUP.reads("payments")


def test_a_group_whose_members_are_not_known_or_gone_is_not_said_to_read() -> None:
    assert not replace(GROUP, members=Known((), 1)).reads("orders")
    assert not Group("billing", GroupState.STABLE, "classic").reads("orders")
