"""`kconsole reset group`: the plan of a reset on standard output, and then the reset itself.

The plan is made and carried out as that of the console's form is. Between the two the connection is
closed and a person may be asked; whether the plan still holds is looked at again.
"""

from pathlib import Path

import click

from console.adapters.kafka import KafkaCluster
from console.model.care import Weight
from console.model.figures import Total, Unknown
from console.model.text import plain
from console.port.cluster import Reads, Writes
from console.port.errors import GroupIsActive
from console.resets.aim import Aim
from console.resets.carrying import HasMoved, carry_out
from console.resets.drafting import CannotPlan, Draft, Wish, drafted, layout_for
from console.resets.extent import Extent
from console.resets.plan import Plan, PlanRow
from console.scripting.agreement import permit_to
from console.scripting.cluster_command import run_change, run_on_cluster
from console.scripting.fields import Field, number, text
from console.scripting.output import Form, rendered
from console.scripting.refusals import refusal_lines, refusals_in
from console.scripting.waiting import Waiting

MOVED = "the group has moved since the plan was made: nothing is changed; run it again"


def _remark(row: PlanRow) -> str:
    """Why a partition stays, or does not go where it was wanted."""
    if isinstance(row.new, Unknown):
        return f"stays: {row.new.reason}"
    if isinstance(row.old, Unknown):
        return f"its position is unknown: {row.old.reason}"
    asked = "" if row.asked is None else f"{row.asked} is "
    return f"{asked}{row.clamp.value}"


def _known(figure: int | Unknown | None) -> int | None:
    return None if isinstance(figure, Unknown) else figure


FIELDS: tuple[Field[PlanRow], ...] = (
    text("topic", lambda row: row.key.topic),
    number("partition", lambda row: row.key.partition),
    number("old", lambda row: _known(row.old)),
    number("new", lambda row: _known(row.new)),
    number("again", lambda row: _known(row.again)),
    number("skipped", lambda row: _known(row.skipped)),
    text("remark", _remark),
)
"""A partition of a plan: old and new position, and how many records are read again or skipped."""


class GroupReset:
    """One run of the command. `failed` says in the end what could not be done, if anything."""

    def __init__(self, group: str, aim: Aim, extent: Extent, form: Form) -> None:
        self._group = group
        self._aim = aim
        self._extent = extent
        self._form = form
        self._draft: Draft | None = None
        self.hindrance = ""
        self.failed = ""

    def plan(self, bootstrap: str | None, config: Path | None) -> bool:
        """Make the plan and print it, and say whether somebody read it."""
        return run_on_cluster(bootstrap, config, self._plan)

    async def _plan(self, cluster: KafkaCluster) -> None:
        reads = cluster.reads
        listed = {each.name: each.group_type for each in (await reads.list_groups()).groups}
        wish = Wish(self._group, listed.get(self._group, ""), self._aim, self._extent)
        self._draft = await drafted(wish, reads, await layout_for([wish], reads))
        plan, left_out = self._draft.plan, self._draft.left_out
        self.hindrance = self._draft.hindrance or (cluster.refusal if plan.changes else "")
        click.echo(rendered(FIELDS, plan.rows, self._form), nl=False)
        if self._group not in listed:
            _tell(f"there is no group {plain(self._group)} yet: this makes it")
        if left_out:
            _tell(
                f"left out, without a position: {', '.join(map(str, left_out))}; --topic names them"
            )
        _tell(_summary(plan))

    def carry_out(self, bootstrap: str | None, config: Path | None, *, is_agreed: bool) -> None:
        """Commit what was planned, once it is agreed."""
        draft = self._draft
        assert draft is not None
        if not draft.plan.changes:
            return
        weight = Weight.NAME if draft.plan.may_skip else Weight.YES_OR_NO
        told = f"reset the offsets of {plain(self._group)}"
        permit = permit_to(told, is_agreed=is_agreed, usual=weight, name=self._group)
        waiting = Waiting()

        async def commit(writes: Writes, reads: Reads) -> None:
            async with waiting.told():
                self.failed = await _carried_out(draft, reads, writes)

        run_change(bootstrap, config, commit, permit=permit, waiting=waiting, is_told=True)


async def _carried_out(draft: Draft, reads: Reads, writes: Writes) -> str:
    """Carry it out and say what was not done; nothing when all of it was."""
    try:
        outcome = await carry_out(draft, reads, writes)
    except HasMoved:
        return MOVED
    except CannotPlan as error:
        return str(error)
    except GroupIsActive as error:
        return f"nothing is changed: {plain(error.reason)}"
    refused = refusals_in(outcome)
    done = len(outcome) - len(refused)
    _tell(f"{done} of {len(draft.plan.changes)} partitions done")
    return refusal_lines(refused)


def _summary(plan: Plan) -> str:
    """`3 of 4 partitions move; 120 records read again, 5 skipped`."""
    again, skipped = _counted(plan.again), _counted(plan.skipped)
    return (
        f"{len(plan.changes)} of {len(plan.rows)} partitions move; "
        f"at most {again} records read again, {skipped} skipped"
    )


def _counted(records: Total) -> str:
    return f"{records.amount:,}" + (f" +{records.unknown}?" if records.unknown else "")


def _tell(said: str) -> None:
    click.echo(f"kconsole: {said}", err=True)
