"""Sums over the cluster: at least so much, never a false zero, and how they went."""

from dataclasses import replace

from console.model.cluster import Totals
from console.model.figures import Figure, Known, Total, Unknown
from console.model.group import Group, GroupState
from console.model.partition import NOT_READ
from console.model.series import Series
from console.model.topic import Topic, TopicStatus
from console.sampling.totals import TotalsKeeper


def topic(
    rate: Figure[float] = NOT_READ,
    size: Figure[int] = NOT_READ,
    *,
    offline: int = 0,
    under: int = 0,
) -> Topic:
    return Topic(
        *("orders", "id", False, 3, 3, TopicStatus.HEALTHY),
        offline_partitions=offline,
        under_replicated_partitions=under,
        messages_per_s=rate,
        bytes_per_s=rate,
        size_bytes=size,
    )


def group(lag: Total | None, state: GroupState = GroupState.STABLE) -> Group:
    if lag is None:
        return Group("billing", state, "classic")
    return Group("billing", state, "classic", is_enriched=True, lag_total=lag)


def totals(*topics: Topic, groups: tuple[Group, ...] | None = ()) -> Totals:
    return TotalsKeeper().totals(1000, topics, groups, is_lag_read=groups is not None)


def test_rates_add_up_what_is_known() -> None:
    found = totals(topic(Known(10.0, 5)), topic(Known(2.5, 5)), topic())
    assert found.messages_per_s == Known(12.5, 1000)


def test_rates_say_how_many_partitions_are_not_in_them() -> None:
    whole, partly = topic(Known(10.0, 5)), replace(topic(Known(2.5, 5)), unread_partitions=1)
    found = totals(whole, partly, topic(), replace(whole, bytes_per_s=NOT_READ))
    assert (found.messages_unknown, found.bytes_unknown) == (4, 7)
    assert (totals(whole).messages_unknown, totals(whole).bytes_unknown) == (0, 0)


def test_rates_of_which_none_is_known_are_unknown() -> None:
    assert totals(topic(Unknown("broker down"))).messages_per_s == Unknown("broker down")


def test_a_cluster_without_topics_has_no_traffic_and_that_is_known() -> None:
    assert totals().messages_per_s == Known(0.0, 1000)


def test_a_size_of_which_a_part_is_missing_is_unknown() -> None:
    assert totals(topic(size=Known(5, 1)), topic(size=Known(6, 1))).size_bytes == Known(11, 1000)
    assert totals(topic(size=Known(5, 1)), topic()).size_bytes == NOT_READ


def test_lag_is_at_least_what_is_known_and_counts_what_is_not() -> None:
    groups = (group(Total(40, 1)), group(Total(2)), group(None))
    assert totals(groups=groups).lag == Total(42, unknown=2)


def test_groups_without_members_are_not_active() -> None:
    groups = (group(Total(0)), group(Total(0), GroupState.EMPTY), group(None, GroupState.DEAD))
    found = totals(groups=groups)
    assert (found.group_count, found.groups_active) == (3, Known(1, 1000))
    assert totals(groups=None).groups_active == NOT_READ


def test_partitions_that_are_ill_are_counted() -> None:
    found = totals(topic(offline=1, under=2), topic(under=1))
    assert (found.offline, found.under_replicated) == (1, 3)
    assert (found.topic_count, found.partition_count) == (2, 6)


def test_histories_hold_what_was_known_and_leave_gaps_where_nothing_was() -> None:
    keeper = TotalsKeeper()
    for at_ms, rate in ((1000, Known(1.0, 0)), (2000, NOT_READ), (3000, Known(3.0, 0))):
        found = keeper.totals(at_ms, [topic(rate)], None, is_lag_read=False)
    assert (found.messages_history.times_ms, found.messages_history.values) == (
        (1000, 3000),
        (1.0, 3.0),
    )
    assert len(found.lag_history) == 0
    assert len(found.groups_history) == 0
    found = keeper.totals(4000, [], [group(Total(7))], is_lag_read=True)
    assert found.lag_history.values == (7,)


def test_lag_of_a_group_that_cannot_be_read_now_is_not_added_as_if_it_were() -> None:
    old = replace(group(Total(500)), problem="kafka-2 refused")
    assert totals(groups=(group(Total(40)), old)).lag == Total(40, unknown=1)


def test_the_history_does_not_dip_where_a_group_cannot_be_read_for_a_while() -> None:
    keeper = TotalsKeeper()
    read = replace(group(Total(500)), lag_history=Series((1,), (500.0,)))
    keeper.totals(1000, [], (read,), is_lag_read=True)
    found = keeper.totals(2000, [], (replace(read, problem="refused"),), is_lag_read=True)
    assert found.lag_history.values == (500.0, 500.0)
    assert found.lag == Total(0, unknown=1)
