"""What a preview says of each partition, and what a result says."""

import pytest

from console.model.figures import Unknown
from console.model.names import TopicPartition
from console.panels.reset_plan import (
    PlanPanel,
    effect_cell,
    outcome_of,
    plan_row,
    remark_cell,
    summary_of,
)
from console.port.errors import Failed
from console.resets.plan import Clamp, Plan, PlanRow
from tests.support.hand import at_rest
from tests.support.stage import Stage, shown

GONE = Unknown("kafka-2 is \x1b[1mdown")
BUSY = Failed("COORDINATOR_LOAD_IN_PROGRESS", "the coordinator is loading")


def row(
    old: int | Unknown | None,
    new: int | Unknown,
    *,
    index: int = 0,
    clamp: Clamp = Clamp.NONE,
    asked: int | None = None,
) -> PlanRow:
    return PlanRow(TopicPartition("orders", index), old, new, 10, 2_000, clamp, asked)


@pytest.mark.parametrize(
    ("each", "effect", "remark"),
    [
        (row(40, 10), "30 re-read", ""),
        (row(40, 1_500), "▲ 1.5K skipped", ""),
        (row(40, 40), "stays", ""),
        (row(None, 10), "none between", "has no position yet"),
        (row(None, 20), "▲ 10 skipped", "has no position yet"),
        (row(40, GONE), "stays", "▲ kafka-2 is ␛[1mdown"),
        (row(GONE, 40), "▲ may skip", "▲ its position is unknown: kafka-2 is ␛[1mdown"),
        (
            row(40, 2_000, clamp=Clamp.END, asked=9_999),
            "▲ 2.0K skipped",
            "▲ 9,999 is beyond the end",
        ),
        (
            row(40, 10, clamp=Clamp.START, asked=-5),
            "30 re-read",
            "▲ -5 is before the start",
        ),
        (row(2_000, 2_000, clamp=Clamp.NOTHING_LATER), "stays", "▲ no record that late"),
    ],
)
def test_a_row_says_what_becomes_of_records_and_why(
    each: PlanRow, effect: str, remark: str
) -> None:
    assert (effect_cell(each).text, remark_cell(each).text) == (effect, remark)


def test_a_summary_says_everything_that_is_not_as_usual() -> None:
    rows = (
        row(40, 10),
        row(40, 1_500, index=1, clamp=Clamp.END, asked=9_999),
        row(40, GONE, index=2),
        row(GONE, 50, index=3),
    )
    assert summary_of(Plan("billing", rows)) == (
        "3 of 4 partitions move · 30 +1? records read again · ▲ 1.5K +1? records skipped"
        " · ▲ 1 at the edge of the log · ▲ 1 unknown, stays"
    )
    assert summary_of(Plan("billing", rows[:1])) == (
        "1 of 1 partition moves · 30 records read again"
    )


def test_a_result_says_how_each_partition_ended() -> None:
    rows = (row(40, 10), row(40, 20, index=1), row(40, 40, index=2), row(40, GONE, index=3))
    outcome = {rows[0].key: None, rows[1].key: BUSY}
    texts = [plan_row(each, outcome).cells[-1].text for each in rows]
    assert texts == [
        "● done",
        "■ the coordinator is loading",
        "was there",
        "▲ kafka-2 is ␛[1mdown",
    ]
    plan = Plan("billing", rows)
    assert outcome_of(plan, outcome, undo="u") == (
        "■ 1 of 2 done, the others stay: the coordinator is loading",
        False,
    )
    done = dict.fromkeys(outcome, None)
    assert outcome_of(plan, done, undo="U") == (
        "● 2 of 2 done; U undoes it, once this is closed",
        True,
    )
    assert outcome_of(plan, done, undo="") == ("● 2 of 2 done", True)


def test_a_partition_of_which_nothing_was_said_is_not_done() -> None:
    rows = (row(40, 10), row(40, 20, index=1))
    plan = Plan("billing", rows)
    outcome = {rows[0].key: None}
    assert plan_row(rows[1], outcome).cells[-1].text.startswith("■")
    assert outcome_of(plan, outcome, undo="u") == ("■ 1 of 2 done, the others stay", False)


@pytest.mark.parametrize("width", [60, 80, 130])
async def test_position_and_effect_stand_at_every_width(width: int) -> None:
    panel = PlanPanel()
    app = Stage(panel)
    async with app.run_test(size=(width, 12)):
        panel.show(Plan("billing", (row(1_234, 10),)))
        await at_rest(app)
        text = shown(app)
    for said in ("Preview", "orders", "10", "1.2K re-read", *(("1,234",) if width > 60 else ())):
        assert said in text


async def test_partitions_stand_in_the_order_of_their_numbers() -> None:
    panel = PlanPanel()
    async with Stage(panel).run_test(size=(80, 24)):
        panel.show(Plan("billing", tuple(row(40, 10, index=index) for index in range(12))))
        assert [key.rpartition("-")[2] for key in panel.table.shown_keys] == [
            str(index) for index in range(12)
        ]
