"""The topic list: rates, sums, and rows that stay the same object while nothing changes."""

import pytest

from console.model.figures import Figure, Known, Unknown
from console.model.group import Group, GroupState, PartitionLag
from console.model.lag import Lag
from console.model.names import TopicPartition
from console.model.partition import NOT_READ
from console.model.topic import Topic, TopicStatus
from console.port.readings import LayoutReading, PartitionReading, TopicReading
from console.sampling.collected import Collected
from console.sampling.derived import TopicReaders
from console.sampling.topic_rows import TopicFacts, TopicRows
from tests.support.cluster_stages import key

P0, P1 = key("orders", 0), key("orders", 1)
NO_FACTS = TopicFacts({}, {}, {})


def layout(*names: str, partitions: int = 2, leader: int | None = 1) -> LayoutReading:
    rows = tuple(
        PartitionReading(index, leader, 0, (1, 2), (1, 2) if index else (1,))
        for index in range(partitions)
    )
    return LayoutReading("c", 1, (), tuple(TopicReading(name, name, False, rows) for name in names))


ORDERS = layout("orders")


class Rows:
    """Rounds of offsets, each at its second."""

    def __init__(self) -> None:
        self.rows = TopicRows()
        self.collected = Collected()

    def observe(
        self,
        second: int,
        ends: dict[TopicPartition, Figure[int]],
        asked: set[TopicPartition] | None = None,
        of: LayoutReading = ORDERS,
    ) -> None:
        self.collected.ends.update(ends)
        self.rows.observe(
            second * 1000, of.topics, self.collected, ends.keys() if asked is None else asked
        )

    def row(self, facts: TopicFacts = NO_FACTS, of: LayoutReading = ORDERS) -> Topic:
        return next(iter(self.rows.rows(of.topics, self.collected, facts)))


def moving(second: int, per_s: int = 10) -> dict[TopicPartition, Figure[int]]:
    return {each: Known(100 + per_s * second, second * 1000) for each in (P0, P1)}


def test_nothing_read_is_unknown() -> None:
    row = Rows().row()
    for figure in (row.messages_per_s, row.bytes_per_s, row.size_bytes, row.message_count, row.lag):
        assert isinstance(figure, Unknown)


def test_a_rate_takes_two_rounds_and_sums_the_partitions() -> None:
    rows = Rows()
    rows.observe(0, moving(0))
    assert rows.row().messages_per_s == NOT_READ
    rows.observe(1, moving(1))
    assert rows.row().messages_per_s == Known(20.0, 1000)


def test_a_round_that_did_not_ask_a_topic_leaves_it_as_it_was() -> None:
    rows = Rows()
    for second in range(3):
        rows.observe(second, moving(second))
    for second in range(3, 20):
        rows.observe(second, {}, asked={P0})
    assert rows.row().messages_per_s == Known(20.0, 2000)
    rows.observe(20, moving(20))
    assert rows.row().messages_per_s == Known(pytest.approx(20.0), 20_000)


def test_a_partition_that_cannot_be_read_leaves_the_rate_of_the_others() -> None:
    rows = Rows()
    for second in range(4):
        rows.observe(second, {P0: moving(second)[P0], P1: Unknown("broker down")})
    assert rows.row().messages_per_s == Known(10.0, 3000)
    assert rows.row().unread_partitions == 1
    for second in range(4, 6):
        rows.observe(second, moving(second))
    assert rows.row().messages_per_s == Known(20.0, 5000), "no leap when the other one is back"
    assert rows.row().unread_partitions == 0


def test_a_topic_of_which_nothing_can_be_read_says_why() -> None:
    rows = Rows()
    rows.observe(0, {P0: Unknown("broker down"), P1: Unknown("broker down")})
    assert rows.row().messages_per_s == Unknown("broker down")


def test_a_topic_made_anew_has_no_negative_rate() -> None:
    rows = Rows()
    for second in range(3):
        rows.observe(second, moving(second, per_s=1000))
    rows.observe(3, {P0: Known(0, 3000), P1: Known(0, 3000)})
    assert rows.row().messages_per_s == NOT_READ
    rows.observe(4, {P0: Known(5, 4000), P1: Known(5, 4000)})
    assert rows.row().messages_per_s == Known(10.0, 4000)


def sized(size: int, at_ms: int) -> TopicFacts:
    return TopicFacts({}, {}, {P0: Known(size, at_ms), P1: Known(size, at_ms)})


def test_bytes_are_the_rate_times_the_mean_size_of_a_record() -> None:
    rows = Rows()
    rows.collected.starts.update({P0: Known(50, 1), P1: Known(50, 1)})
    rows.observe(0, moving(0))
    rows.observe(1, moving(1))
    row = rows.row(sized(6000, 1000))
    assert row.message_count == Known(120, 1000)
    assert row.size_bytes == Known(12_000, 1000)
    assert row.bytes_per_s == Known(20.0 * 100, 1000)


def test_records_written_since_sizes_were_read_do_not_make_them_smaller() -> None:
    """Sizes are read every few seconds, counts every second."""
    rows = Rows()
    rows.collected.starts.update({P0: Known(0, 1), P1: Known(0, 1)})
    for second in range(5):
        rows.observe(second, moving(second, per_s=100))
        row = rows.row(sized(10_000, 0))
        if second:
            assert row.bytes_per_s == Known(pytest.approx(200.0 * 100), second * 1000)


def test_a_size_that_was_read_before_the_first_record_tells_no_bytes() -> None:
    rows = Rows()
    rows.collected.starts.update({P0: Known(0, 1), P1: Known(0, 1)})
    rows.observe(0, moving(0))
    rows.observe(1, moving(1))
    assert isinstance(rows.row(sized(0, 0)).bytes_per_s, Unknown)
    assert isinstance(rows.row(sized(600, 5000)).bytes_per_s, Known)


def test_a_topic_that_stands_still_has_no_bytes_whatever_its_size() -> None:
    rows = Rows()
    for second in range(2):
        rows.observe(second, moving(second, per_s=0))
    assert rows.row().bytes_per_s == Known(0.0, 1000)


def test_a_row_that_did_not_change_is_the_same_object() -> None:
    rows = Rows()
    rows.observe(0, moving(0))
    rows.observe(1, moving(1))
    first = rows.row()
    assert rows.row() is first
    rows.observe(2, moving(2))
    assert rows.row() is not first


def test_status_and_copies_come_from_the_layout_and_lag_from_the_readers() -> None:
    row = Rows().row()
    assert (row.status, row.under_replicated_partitions) == (TopicStatus.UNDER_REPLICATED, 1)
    assert (row.partition_count, row.replication_factor) == (2, 2)
    offline = layout("orders", leader=None)
    assert Rows().row(of=offline).status is TopicStatus.OFFLINE
    readers = TopicReaders(("billing",), Known(7, 1), is_lagging=True)
    lagging = Rows().row(TopicFacts({"orders": readers}, {}, {}))
    assert (lagging.groups, lagging.lag) == (("billing",), Known(7, 1))


def test_what_is_gone_is_forgotten_and_partitions_of_closed_topics_too() -> None:
    rows = Rows()
    topic = ORDERS.topics[0]
    for second in range(3):
        rows.observe(second, moving(second))
        rows.rows.observe_partitions(second * 1000, topic, rows.collected, {P0, P1})
    opened = rows.rows.partitions(topic, rows.collected, {}, None)
    assert opened[0].messages_per_s == Known(10.0, 2000)
    rows.rows.keep_only(ORDERS, frozenset())
    closed = rows.rows.partitions(topic, rows.collected, {}, None)
    assert closed[0].messages_per_s == NOT_READ
    rows.rows.keep_only(layout("payments"), frozenset())
    rows.observe(3, moving(3))
    assert rows.row().messages_per_s == NOT_READ


def test_a_round_that_did_not_ask_a_partition_takes_no_reading_of_it() -> None:
    """The end that is known is an old one: as of now it would make the next rate a leap."""
    rows = Rows()
    topic = ORDERS.topics[0]
    rows.observe(0, moving(0))
    rows.rows.observe_partitions(9_000, topic, rows.collected, {P1})
    for second in (10, 11):
        rows.observe(second, moving(second))
        rows.rows.observe_partitions(second * 1000, topic, rows.collected, {P0, P1})
    first, second = rows.rows.partitions(topic, rows.collected, {}, None)
    assert first.messages_per_s == Known(10.0, 11_000)
    assert second.messages_per_s == Known(55.0, 11_000)


def test_the_partitions_of_an_open_topic_show_offsets_sizes_and_the_lag_asked_for() -> None:
    rows = Rows()
    rows.observe(0, {P0: Known(100, 1), P1: Unknown("broker down")})
    rows.collected.starts[P0] = Known(40, 1)
    rows.collected.stables[P0] = Known(90, 1)
    lag = Lag(Known(9, 1), Known(91, 1))
    row = PartitionLag("orders", 0, Known(91, 1), Known(40, 1), Known(100, 1), lag)
    group = Group("billing", GroupState.STABLE, "classic", partitions=(row,))
    first, second = rows.rows.partitions(ORDERS.topics[0], rows.collected, {P0: Known(5, 1)}, group)
    assert (first.log_start, first.high_watermark) == (Known(40, 1), Known(100, 1))
    assert (first.last_stable, first.size_bytes, first.lag) == (
        Known(90, 1),
        Known(5, 1),
        Known(9, 1),
    )
    assert second.high_watermark == second.messages_per_s == Unknown("broker down")
    assert second.lag == Unknown("the group does not read it")


def test_the_row_of_a_topic_whose_offsets_were_never_read_is_forgotten_with_it() -> None:
    rows = Rows()
    first = rows.row()
    assert rows.row() is first
    rows.rows.keep_only(layout("payments"), frozenset())
    assert rows.row() is not first


def test_a_size_of_nothing_from_before_the_first_record_is_not_known() -> None:
    """Sizes are read less often than offsets: a topic with records takes room."""
    rows = Rows()
    sizes: dict[TopicPartition, Figure[int]] = {P0: Known(0, 0), P1: Known(0, 0)}
    facts = TopicFacts({}, {}, sizes)
    rows.collected.starts.update(dict.fromkeys((P0, P1), Known(0, 0)))
    rows.observe(0, dict.fromkeys((P0, P1), Known(0, 0)))
    assert rows.row(facts).size_bytes == Known(0, 0), "it is empty"
    rows.observe(1, {P0: Known(3, 1000), P1: Known(0, 1000)})
    assert isinstance(rows.row(facts).size_bytes, Unknown)
    first, second = rows.rows.partitions(ORDERS.topics[0], rows.collected, sizes, None)
    assert isinstance(first.size_bytes, Unknown)
    assert second.size_bytes == Known(0, 0)
    sized = TopicFacts({}, {}, {P0: Known(210, 2000), P1: Known(0, 2000)})
    assert rows.row(sized).size_bytes == Known(210, 2000)
