"""One group in detail: what stands beside the lag of a partition, and who reads it."""

from dataclasses import replace

import pytest

from console.model.figures import Known, Unknown
from console.model.group import Member
from console.model.lag import NO_COMMIT, Offsets, lag_of
from console.model.names import TopicPartition
from console.model.section import Ready
from console.model.snapshot import Snapshot
from console.panels.group_parts import (
    GroupLagPanel,
    MembersPanel,
    assigned_text,
    lag_row,
    member_row,
    remark_of,
)
from tests.support.hand import at_rest
from tests.support.sample_groups import groups, partition_lag
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy
from tests.support.stage import Stage, shown


def offsets(committed: int | None, start: int, end: int, stable: int | None = None) -> Offsets:
    return Offsets(
        NO_COMMIT if committed is None else Known(committed, 1),
        Known(start, 1),
        Known(end, 1),
        Unknown("not asked for") if stable is None else Known(stable, 1),
    )


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (offsets(50, 0, 100), ""),
        (offsets(50, 60, 100), "10 expired unread"),
        (offsets(120, 0, 100), "20 beyond end"),
        (offsets(50, 0, 100, stable=70), "30 held back"),
        (offsets(None, 0, 100), "nothing committed"),
    ],
)
def test_what_is_not_lag_stands_beside_it(reading: Offsets, said: str) -> None:
    row = replace(partition_lag("orders", 0, 7), lag=lag_of(reading))
    assert remark_of(row).text == said


def test_rows_of_different_topics_never_share_a_key() -> None:
    keys = {lag_row(partition_lag(topic, 1, 7)).key for topic in ("orders", "orders-1", "a")}
    assert len(keys) == 3


def test_what_a_member_reads_is_grouped_by_topic() -> None:
    keys = [TopicPartition("orders", 6), TopicPartition("payments", 1), TopicPartition("orders", 0)]
    assert assigned_text(keys) == "orders 0, 6; payments 1"
    assert assigned_text([]) == ""


def test_texts_of_a_member_are_cleaned() -> None:
    row = member_row(Member("id", "in\x1bst", "cli\x07ent", "ho\x9bst"))
    assert [cell.text for cell in row.cells[:3]] == ["cli␇ent", "ho�st", "in␛st"]


def with_group(**changes: object) -> Snapshot:
    first, *rest = groups()
    changed = replace(first, **changes)  # type: ignore[arg-type]
    return replace(busy(), groups=Ready((changed, *rest), NOW_MS))


async def test_figures_that_could_not_be_read_anew_are_marked_with_their_age_and_the_reason() -> (
    None
):
    panel = GroupLagPanel("billing")
    app = Stage(panel)
    async with app.run_test(size=(120, 20)):
        problem = "kafka-2:9092 refused the connection"
        panel.show(replace(with_group(problem=problem), at_ms=NOW_MS + 46_000))
        await at_rest(app)
        assert f"▲ as of 46s ago: {problem}" in shown(app)
        assert "orders.placed" in shown(app)
        panel.show(busy())
        await at_rest(app)
        assert "as of" not in shown(app)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"is_enriched": False, "problem": "no right"}, "no right"),
        ({"partitions": ()}, "It has not committed anything"),
    ],
)
async def test_lag_that_is_not_there_is_explained(changes: dict[str, object], said: str) -> None:
    panel, gone = GroupLagPanel("billing"), GroupLagPanel("nobody")
    app = Stage(panel, gone)
    async with app.run_test(size=(120, 20)):
        panel.show(with_group(**changes))
        gone.show(busy())
        await at_rest(app)
        assert said in shown(app)
        assert "The group is gone" in shown(app)


async def test_members_that_are_not_known_are_not_shown_as_none() -> None:
    unknown, none = MembersPanel("billing"), MembersPanel("mailer")
    app = Stage(unknown, none)
    async with app.run_test(size=(120, 20)):
        unknown.show(with_group(members=Unknown("no right to describe it")))
        none.show(busy())
        await at_rest(app)
        assert "no right to describe it" in shown(app)
        assert "its consumers are not running" in shown(app)
