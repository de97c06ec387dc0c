"""What a reset would do to several groups: a row for each, also for those that stay."""

from dataclasses import replace

from console.model.figures import Unknown
from console.panels.reset_plans import COLUMNS, draft_row, plan_of, remark_of
from console.resets.drafting import Draft
from console.widgets.row_telling import row_object
from tests.console.resets.test_drafting import cluster_at_rest, draft_of


def texts(name: str, draft: Draft | str) -> list[str]:
    row = draft_row(name, draft)
    assert len(row.cells) == len(row.sorts) == len(COLUMNS)
    return [f"{cell.text}{cell.unit}" for cell in row.cells]


async def test_a_group_that_can_be_reset_says_what_that_does() -> None:
    draft = await draft_of(cluster_at_rest(), "earliest")
    assert texts("billing", draft) == ["billing", "2 of 2", "60", "0", ""]
    assert plan_of(draft) is draft


async def test_a_group_that_skips_or_stops_at_an_edge_says_so() -> None:
    draft = await draft_of(cluster_at_rest(), "5000")
    assert texts("billing", draft)[1:] == ["2 of 2", "0", "120", "▲ 2 at the edge of the log"]


async def test_sums_of_which_nothing_is_known_are_no_zeros() -> None:
    """Method: where the group is could not be read of any partition."""
    draft = await draft_of(cluster_at_rest(), "earliest")
    silent = Unknown("broker 2 did not answer")
    rows = tuple(replace(row, old=silent) for row in draft.plan.rows)
    blind = replace(draft, plan=replace(draft.plan, rows=rows))

    told = row_object(COLUMNS, draft_row("billing", blind))
    assert (told["again"], told["skipped"]) == ("2?", "2?")
    assert told["again_records"] is told["skipped_records"] is None


async def test_groups_that_stay_say_why() -> None:
    cluster = cluster_at_rest()
    draft = await draft_of(cluster, "40")
    assert remark_of(draft).text == "is there already"
    assert plan_of(draft) is None
    busy = replace(await draft_of(cluster, "earliest"), hindrance="a reads")
    assert remark_of(busy).text == "■ a reads"
    assert plan_of(busy) is None
    assert texts("billing", "it has no positions") == [
        *("billing", "–", "–", "–"),
        "■ it has no positions",
    ]
    assert plan_of("it has no positions") is None
