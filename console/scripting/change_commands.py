"""The commands that change a cluster as click declares them: create, delete, reset.

What each does, how heavy it is and what may be typed is that of the console's own forms and
dialogs. Nothing here takes time to import, since `kconsole --help` does.
"""

import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.scripting.arguments import distinct, extent_of, names, number, pairs
from console.scripting.exits import Exit
from console.scripting.on_cluster import cluster_options, yes_option
from console.scripting.planned_run import carry_through

if TYPE_CHECKING:
    from console.model.care import Weight
    from console.port.cluster import Writes


def _checked_name(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    from console.forms.fields import FieldFault, topic_name

    checked, faults = [], []
    for name in given:
        try:
            checked.append(topic_name(name))
        except FieldFault as fault:
            faults.append(f"{name!r}: {fault}")
    if faults:
        raise click.BadParameter("; ".join(faults))
    return distinct(checked, "TOPIC...")


def _configs(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """Values by key, of a type that is right for it, with units where it has one.

    What a cluster of another version calls a key, and which values it takes, it says itself.
    """
    from console.forms.config_value import check_of
    from console.forms.fields import TOPIC_CONFIG_FIELDS, FieldFault
    from console.model.config_rule import ConfigRule
    from engine.config.topic_keys import TOPIC_KEYS

    checks = {
        name: check_of(name, ConfigRule(row.key.type.name.lower()))
        for name, row in TOPIC_KEYS.items()
    }
    checks |= {field.key: field.check for field in TOPIC_CONFIG_FIELDS}

    def checked(key: str, value: str) -> str:
        try:
            return checks.get(key, str)(value)
        except FieldFault as fault:
            raise click.BadParameter(f"{key} cannot be {value!r}: expected {fault}") from fault

    return pairs(given, checked)


def _meant(configs: Iterable[str]) -> str:
    """The end of a sentence about keys of which one is not known: what may be meant."""
    from engine.config.load import did_you_mean
    from engine.config.topic_keys import TOPIC_KEYS

    return "".join(did_you_mean(key, TOPIC_KEYS) for key in configs if key not in TOPIC_KEYS)


@click.group()
def create() -> None:
    """Create a topic."""


@create.command("topic")
@click.argument("topics", metavar="TOPIC...", nargs=-1, required=True, callback=_checked_name)
@cluster_options
@click.option(
    "--partitions",
    type=number(1),
    help="How many partitions. Default: as many as the broker gives.",
)
@click.option(
    "--replication",
    type=number(1),
    help="How many replicas of each. Default: as many as the broker gives.",
)
@click.option(
    "--set",
    "configs",
    multiple=True,
    callback=_configs,
    metavar="KEY=VALUE",
    help="A configuration of the topic, such as retention.ms=7d or cleanup.policy=compact.",
)
@click.option("--if-not-exists", is_flag=True, help="A topic that is there is fine as it is.")
@click.option("--dry-run", is_flag=True, help="Only ask the cluster whether it would.")
@yes_option()
def create_topic(
    topics: tuple[str, ...],
    bootstrap: str | None,
    config: Path | None,
    partitions: int | None,
    replication: int | None,
    configs: dict[str, str],
    if_not_exists: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Create each TOPIC: `kconsole create topic orders --partitions 6 --set retention.ms=7d`.

    Exit code 1 if one could not be created. Asks only on a production cluster.
    """
    from console.model.care import Weight
    from console.port.cluster import NewTopic
    from console.port.errors import AlreadyExists, Rejected

    async def made(name: str, writes: "Writes") -> str:
        topic = NewTopic(name, partitions, replication, configs)
        try:
            count = await writes.create_topic(topic, validate_only=dry_run)
        except AlreadyExists:
            if not if_not_exists:
                raise
            return f"{name} is there already"
        except Rejected as error:
            raise Rejected(error.code, f"{error.reason}{_meant(configs)}") from error
        had = "" if count is None else f" with {count} partition{'s' if count != 1 else ''}"
        return f"{name} would be created{had}" if dry_run else f"{name} is created{had}"

    weight = Weight.NOTHING
    agreed = yes or dry_run
    _do_each(topics, made, bootstrap, config, "create", is_agreed=agreed, weight=weight)


@click.group()
def delete() -> None:
    """Delete topics, records or groups."""


@delete.command("topic")
@click.argument("topics", metavar="TOPIC...", nargs=-1, required=True, callback=names)
@cluster_options
@click.option("--if-exists", is_flag=True, help="A topic that is not there is fine.")
@yes_option()
def delete_topic(
    topics: tuple[str, ...],
    bootstrap: str | None,
    config: Path | None,
    if_exists: bool,
    yes: bool,
) -> None:
    """Delete each TOPIC with all its records. This cannot be undone.

    At a terminal it wants the name typed; elsewhere it needs --yes. Exit code 1 if one could not
    be deleted.
    """
    from console.model.care import Weight
    from console.model.text import plain
    from console.port.errors import NotFound

    async def deleted(name: str, writes: "Writes") -> str:
        try:
            await writes.delete_topic(name)
        except NotFound as error:
            if not if_exists:
                raise NotFound("there is no such topic") from error
            return f"{plain(name)} is not there"
        return f"{plain(name)} is deleted"

    _do_each(topics, deleted, bootstrap, config, "delete", is_agreed=yes, weight=Weight.NAME)


@delete.command("group")
@click.argument("groups", metavar="GROUP...", nargs=-1, required=True, callback=names)
@cluster_options
@yes_option()
def delete_group(
    groups: tuple[str, ...], bootstrap: str | None, config: Path | None, yes: bool
) -> None:
    """Delete each GROUP with its offsets. A group with members is refused.

    At a terminal it wants the name typed; elsewhere it needs --yes. Exit code 1 if one could not
    be deleted.
    """
    from console.model.care import Weight
    from console.model.text import plain

    async def deleted(name: str, writes: "Writes") -> str:
        await writes.delete_group(name)
        return f"{plain(name)} is deleted"

    weight = Weight.NAME
    _do_each(
        groups, deleted, bootstrap, config, "delete", is_agreed=yes, weight=weight, noun="group"
    )


@delete.command("records")
@click.argument("topics", metavar="TOPIC[:0,2]...", nargs=-1, required=True)
@cluster_options
@click.option(
    "--before",
    required=True,
    metavar="WHERE",
    help="An offset that every partition has, end-N, an age such as -1h, a moment in ISO 8601, or "
    "end for all records.",
)
@click.option("--dry-run", is_flag=True, help="Only print what would go.")
@yes_option()
def delete_records(
    topics: tuple[str, ...],
    bootstrap: str | None,
    config: Path | None,
    before: str,
    dry_run: bool,
    yes: bool,
) -> None:
    """Delete the records of each TOPIC, or of some partitions of it. This cannot be undone.

    Prints first how many records go from each partition. At a terminal it wants the name typed
    then; elsewhere it needs --yes.
    """
    from console.messages.start_position import parse_start
    from console.scripting.record_deletion import RecordDeletion
    from engine.kernel.system import SystemClock

    extent = extent_of(topics, "TOPIC")
    if not extent.parts:
        raise click.UsageError("name the topics: `all` is not taken here")
    try:
        where = parse_start(before, SystemClock().wall_ms())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--before") from error
    run = RecordDeletion(extent, where)
    carry_through(run, bootstrap, config, dry_run=dry_run, yes=yes)


def _do_each(
    topics: tuple[str, ...],
    change: "Callable[[str, Writes], Awaitable[str]]",
    bootstrap: str | None,
    config: Path | None,
    verb: str,
    *,
    is_agreed: bool,
    weight: "Weight",
    noun: str = "topic",
) -> None:
    """Do one thing to each topic, or other `noun`; ends with exit code 1 if some refuse."""
    from console.model.text import plain
    from console.scripting.agreement import permit_to
    from console.scripting.changes import EachChange
    from console.scripting.cluster_command import run_change
    from console.scripting.waiting import Waiting

    waiting = Waiting()
    changes = EachChange(topics, change, waiting)
    named = " ".join(topics)
    told = f"{verb} {noun if len(topics) == 1 else f'{noun}s'} {plain(named)}"
    permit = permit_to(told, is_agreed=is_agreed, usual=weight, name=named)
    run_change(bootstrap, config, changes.run, permit=permit, waiting=waiting)
    if changes.failed:
        sys.exit(Exit.FAILED)


@click.group()
def reset() -> None:
    """Reset the offsets of a consumer group."""


@reset.command("group")
@click.argument("group")
@cluster_options
@click.option(
    "--to",
    required=True,
    metavar="WHERE",
    help="earliest, latest, an offset, end-N, an age such as -1h, a moment in ISO 8601, +N or -N "
    "from where the group is, 'group NAME' or 'file PATH'.",
)
@click.option(
    "-t",
    "--topic",
    "topics",
    multiple=True,
    metavar="TOPIC[:0,2]",
    help="Only this topic, or these partitions of it. Default: where the group has a position.",
)
@click.option("--dry-run", is_flag=True, help="Only print what would change.")
@click.option(
    "-o",
    "--output",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How the plan is printed.",
)
@yes_option()
def reset_group(
    group: str,
    bootstrap: str | None,
    config: Path | None,
    to: str,
    topics: tuple[str, ...],
    dry_run: bool,
    output: str,
    yes: bool,
) -> None:
    """Reset the offsets of GROUP: `kconsole reset group billing --to earliest --dry-run`.

    Prints first what it would do to each partition: the old and the new position, and how many
    records are read again or skipped. Refuses while the group has members. At a terminal it asks
    then, and wants the name typed if records are skipped; elsewhere it needs --yes. Exit code 1 if
    it is refused, with --dry-run if it would be.
    """
    from console.resets.aim import parse_aim
    from console.scripting.output import Form
    from console.scripting.resetting import GroupReset
    from engine.kernel.system import SystemClock

    try:
        aim = parse_aim(to, SystemClock().wall_ms())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--to") from error
    extent = extent_of(topics, "--topic")
    run = GroupReset(group, aim, extent, Form(output))
    carry_through(run, bootstrap, config, dry_run=dry_run, yes=yes)


CHANGES = {"create": create, "delete": delete, "reset": reset}
"""The commands that change a cluster, by name."""
