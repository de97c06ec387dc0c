"""The commands below `kconsole get`: one for each table, made of its declaration.

Apart from `console.scripting.commands`, since knowing the tables takes time to import.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from console.forms.fields import FieldFault, one_of, size_bytes, time_ms
from console.scripting.arguments import number, pairs
from console.scripting.cluster_command import run_at
from console.scripting.exits import Exit
from console.scripting.on_cluster import cluster_options
from console.scripting.output import Form
from console.scripting.printing import Printer
from console.scripting.table import Named, Table, Wish
from console.scripting.tables import TABLES

WATCH_S_MIN = 0.2
COUNT_MAX = 10_000

Run = Callable[..., None]
NO_POLICY: Mapping[str, str] = MappingProxyType({})

_POLICY: Mapping[str, Callable[[str], str]] = {
    "retention.ms": time_ms,
    "retention.bytes": size_bytes,
    "cleanup.policy": one_of("delete", "compact", "compact,delete", "delete,compact"),
}
"""What `--set` takes, with how each value is read."""


def _policy(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    def checked(key: str, value: str) -> str:
        if key not in _POLICY:
            raise click.BadParameter(f"{key!r} is none of {', '.join(_POLICY)}")
        try:
            return _POLICY[key](value)
        except FieldFault as fault:
            raise click.BadParameter(f"{key} cannot be {value!r}: expected {fault}") from fault

    return pairs(given, checked)


OPTIONS: Mapping[str, Callable[[Run], Run]] = {
    "output": click.option(
        "-o",
        "--output",
        type=click.Choice([form.value for form in Form]),
        default=Form.TABLE.value,
        show_default=True,
        help="`json` prints one array of objects; figures that are unknown are null.",
    ),
    "watch": click.option(
        "-w",
        "--watch",
        type=number(WATCH_S_MIN),
        metavar="SECONDS",
        help="Read again this often, until interrupted: on a terminal the table stays in its "
        "place, `json` prints a line and `csv` rows for each change.",
    ),
    "count": click.option(
        "-n", "--count", type=number(1, COUNT_MAX), help="Only the newest so many."
    ),
    "policy": click.option(
        "--set",
        "policy",
        multiple=True,
        callback=_policy,
        metavar="KEY=VALUE",
        help="What to try instead: retention.ms=1d, retention.bytes=1GiB, cleanup.policy=compact.",
    ),
    "tries": click.option(
        "--try", "is_tried", is_flag=True, help="Connect to each and see what works there."
    ),
}
"""Every option of a table by its name in declarations; all have the first two."""


def table_commands() -> dict[str, click.Command]:
    """The command of each table, by name."""
    return {name: _command(table) for name, table in TABLES.items()}


def _command(table: Table[Any]) -> click.Command:
    def run(
        bootstrap: str | None,
        config: Path | None,
        output: str,
        watch: float | None,
        names: tuple[str, ...] = (),
        count: int | None = None,
        policy: Mapping[str, str] = NO_POLICY,
        is_tried: bool = False,
    ) -> None:
        fault = table.named.fault(table.name, len(set(names)))
        if fault:
            raise click.UsageError(fault)
        if table.needs_watch and watch is None:
            raise click.UsageError(f"say how often to look: kconsole get {table.name} --watch 1")
        printer = Printer(table, Form(output), watch)
        wish = Wish(count, policy, is_tried)
        run_at(bootstrap, config, frozenset(names), wish, printer.run)
        if not printer.is_whole:
            sys.exit(Exit.FAILED)

    declared: Run = run
    for each in (*reversed(table.options), "watch", "output"):
        declared = OPTIONS[each](declared)
    declared = cluster_options(declared)
    if table.named.most != 0:
        declared = click.argument("names", nargs=-1, metavar=_placeholder(table.named))(declared)
    return click.command(table.name, help=_help(table), short_help=table.about)(declared)


def _placeholder(named: Named) -> str:
    if named.most is not None:
        return " ".join([named.metavar] * named.most)
    return f"{named.metavar}..." if named.least else f"[{named.metavar}]..."


def _help(table: Table[Any]) -> str:
    columns = ", ".join(field.name for field in table.fields)
    compared = ""
    if table.over_time:
        names = ", ".join(f"`{name}`" for name in table.over_time)
        but = f", except {table.at_once}" if table.at_once else ""
        compared = f"Told only with --watch, which compares readings{but}: {names}."
    return "\n\n".join(filter(None, (table.about, f"Columns: {columns}.", table.more, compared)))
