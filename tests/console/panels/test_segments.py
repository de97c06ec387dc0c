"""The segments of a topic: every face of the panel, and what is said of when each goes."""

from dataclasses import replace

import pytest

from console.model.retention import DAY_MS, RetentionPolicy
from console.model.retention_plan import Cause
from console.model.section import LOADING, Loading, Ready, Refused, Section, Stale
from console.model.segments import SegmentKind, SegmentRow, Stamp, TopicSegments
from console.model.topic import TopicDetail
from console.panels.segments import SegmentsPanel, goes_cell, kept_words, row_cells
from console.panels.times import Times
from console.settings import TimeStyle
from tests.support.hand import at_rest
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy
from tests.support.sample_topics import segments, untold_segments
from tests.support.stage import Stage, shown

UTC = Times(TimeStyle.UTC)
TOLD, UNTOLD = segments("orders.placed"), untold_segments("orders.placed")
ROW = SegmentRow(3, 1_000, 1_500, 1_073, None, None, SegmentKind.CLOSED)


def policy(
    age: int = -1, size: int = -1, *, deletes: bool = True, compacts: bool = False
) -> RetentionPolicy:
    return RetentionPolicy(
        is_deleted=deletes, is_compacted=compacts, retention_ms=age, retention_bytes=size
    )


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (policy(7 * DAY_MS), "Kept for 7d"),
        (policy(-1, 1 << 30), "Kept up to 1GiB a partition"),
        (policy(DAY_MS, 1 << 30), "Kept for 1d, up to 1GiB a partition"),
        (policy(), "Kept for ever"),
        (
            policy(DAY_MS, deletes=False, compacts=True),
            "Compacted: the last record of each key is kept",
        ),
        (policy(DAY_MS, compacts=True), "Compacted: the last record of each key is kept, for 1d"),
    ],
)
def test_the_retention_in_force_is_told_in_words(kept: RetentionPolicy, said: str) -> None:
    assert kept_words(kept) == said


@pytest.mark.parametrize(
    ("row", "kept", "said"),
    [
        (replace(ROW, goes_ms=NOW_MS + DAY_MS, cause=Cause.AGE), policy(1), "~in 1d by age"),
        (replace(ROW, goes_ms=NOW_MS + 5_000, cause=Cause.SIZE), policy(1), "~in 5s by size"),
        (replace(ROW, goes_ms=NOW_MS, cause=Cause.AGE), policy(1), "○ due by age"),
        (ROW, policy(1), "not in sight"),
        (ROW, policy(), "never"),
        (ROW, policy(deletes=False, compacts=True), "by compaction"),
        (replace(ROW, kind=SegmentKind.ACTIVE), policy(1), "once it is closed"),
        (replace(ROW, kind=SegmentKind.ACTIVE), policy(compacts=True), "once it is closed"),
        (replace(ROW, kind=SegmentKind.ACTIVE), policy(), "never"),
    ],
)
def test_when_a_segment_goes_and_by_what(row: SegmentRow, kept: RetentionPolicy, said: str) -> None:
    cell = goes_cell(row, kept, NOW_MS)
    assert cell.text + cell.unit == said


def test_a_row_says_what_is_not_known_and_what_is_not_told() -> None:
    cells = row_cells(replace(ROW, size_bytes=None), policy(), UTC, NOW_MS)
    said = ["3", "1,000", "500", "–", "–", "–", "closed", "never"]
    assert [cell.text for cell in cells] == said
    stamped = replace(
        ROW,
        first=Stamp(NOW_MS - 3 * DAY_MS, is_told=True),
        last=Stamp(NOW_MS - 60_000, is_told=False),
        kind=SegmentKind.ACTIVE,
    )
    cells = row_cells(stamped, policy(), UTC, NOW_MS)
    assert [cell.text for cell in cells[3:7]] == ["11-11 22:24", "~22:23:31", "1.1", "● active"]


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (LOADING, "Reading segments"),
        (Loading("no answer"), "no answer"),
        (Ready(TOLD, NOW_MS), "Kept for 30d · a segment ends at 1GiB or after 7d"),
        (Ready(UNTOLD, NOW_MS), "not its segments: a row is a whole log and when its oldest goes"),
        (Ready(UNTOLD, NOW_MS), "2 partitions are not known: broker 2 did not answer in time"),
        (
            Ready(replace(TOLD, rows=(*TOLD.rows, UNTOLD.rows[0])), NOW_MS),
            "1 partition does not tell: a row is a whole log",
        ),
        (Stale(TOLD, NOW_MS - 46_000, "no answer", NOW_MS), "as of 46s ago: no answer"),
        (Refused("no right to read t"), "Segments cannot be shown"),
    ],
)
async def test_every_face(section: Section[TopicSegments], said: str) -> None:
    panel = SegmentsPanel("t")
    app = Stage(panel)
    details = {"t": replace(TopicDetail("t"), segments=section)}
    async with app.run_test(size=(100, 12)):
        panel.show(replace(busy(), topic_details=details), UTC)
        await at_rest(app)
        assert said in shown(app)


async def test_before_a_topic_is_read_that_is_said() -> None:
    panel = SegmentsPanel("t")
    app = Stage(panel)
    async with app.run_test(size=(100, 12)):
        panel.show(busy(), UTC)
        await at_rest(app)
        assert "Reading segments" in shown(app)


async def test_segments_stand_by_partition_and_offset_as_numbers() -> None:
    panel = SegmentsPanel("t")
    app = Stage(panel)
    rows = tuple(
        replace(ROW, partition=at, base_offset=base) for at in (10, 2) for base in (1_000, 900)
    )
    found = TopicSegments(rows, policy(), TOLD.rolling, {})
    details = {"t": replace(TopicDetail("t"), segments=Ready(found, NOW_MS))}
    async with app.run_test(size=(100, 12)):
        panel.show(replace(busy(), topic_details=details), UTC)
        await at_rest(app)
        assert panel.table.shown_keys == ("p2:900", "p2:1000", "p10:900", "p10:1000")
