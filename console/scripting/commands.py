"""The commands for scripts as click declares them. Each imports what it needs when it runs.

Nothing here takes time to import, since `kconsole --help` does.
"""

import sys
from collections.abc import Callable, Iterator, MutableMapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.scripting.arguments import number
from console.scripting.change_commands import CHANGES
from console.scripting.exits import CommandFailed, Exit
from console.scripting.offline_commands import OFFLINE
from console.scripting.on_cluster import cluster_options, yes_option
from console.scripting.set_command import set_group

if TYPE_CHECKING:
    from console.scripting.table import Place

Header = tuple[str, bytes | None]


class LateCommands(MutableMapping[str, click.Command]):
    """Commands that are made when somebody looks at them."""

    def __init__(self, make: Callable[[], dict[str, click.Command]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> dict[str, click.Command]:
        return self._make()

    def __getitem__(self, name: str) -> click.Command:
        return self._made[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def _tables() -> dict[str, click.Command]:
    from console.scripting.get import table_commands

    return table_commands()


@click.group(commands=LateCommands(_tables))
def get() -> None:
    """Print a table of the screens: topics, groups, lag, ...

    `kconsole get TABLE --help` tells its columns and which names restrict its rows. Exit code 1 if
    the cluster cannot be had, a name is not there, or some of the rows cannot be read.
    """


@click.command()
@click.argument("topic")
@cluster_options
@click.option(
    "-p", "--partition", "partitions", type=number(0), multiple=True, help="Only this one."
)
@click.option(
    "-f",
    "--from",
    "start",
    default="beginning",
    show_default=True,
    metavar="WHERE",
    help="beginning, end, an offset, end-N, an age such as -15m, a moment in ISO 8601, or "
    "p3:WHERE for one partition and no other.",
)
@click.option(
    "--filter",
    "filter_text",
    default="",
    metavar="FILTER",
    help="Only records with this text, or that pass an expression: 'value.total > 100'.",
)
@click.option("-n", "--count", type=number(1), help="Stop after so many records.")
@click.option("-e", "--exit", "stops_at_end", is_flag=True, help="Stop at what is the end now.")
@click.option("-k", "--keys", "has_keys", is_flag=True, help="Print the key and a tab first.")
@click.option(
    "--raw", "is_raw", is_flag=True, help="Print contents as stored, though a schema decodes them."
)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["value", "json"]),
    default="value",
    show_default=True,
    help="`json` prints an object a line, with partition, offset, time, key and headers.",
)
def consume(
    topic: str,
    bootstrap: str | None,
    config: Path | None,
    partitions: tuple[int, ...],
    start: str,
    filter_text: str,
    count: int | None,
    stops_at_end: bool,
    has_keys: bool,
    is_raw: bool,
    output: str,
) -> None:
    """Print the records of TOPIC, and go on with those that come, until interrupted.

    Reads without a group and commits nothing: `kcat -b HOST:PORT -G GROUP TOPIC` reads as a
    member of one.

    Where the cluster has a schema registry in the configuration, contents that name a schema are
    printed as JSON.
    """
    from console.messages.schemas import record_filter
    from console.messages.seek import parse_seek
    from console.messages.tokens import ExpressionError
    from console.scripting.cluster_command import run_on_cluster
    from console.scripting.consume import TopicReader, Wanted
    from engine.kernel.system import SystemClock

    now_ms = SystemClock().wall_ms()
    try:
        position = parse_seek(start, now_ms)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--from") from error
    if partitions and all(position.start_of(each) is None for each in partitions):
        message = "it leaves out every partition of --partition"
        raise click.BadParameter(message, param_hint="--from")
    try:
        record_filter(filter_text, now_ms, topic, None)
    except ExpressionError as error:
        raise click.BadParameter(str(error), param_hint="--filter") from error
    wanted = Wanted(
        topic,
        partitions,
        position,
        count,
        stops_at_end,
        output == "json",
        has_keys,
        is_raw,
        filter_text,
        now_ms,
    )
    run_on_cluster(bootstrap, config, lambda cluster: TopicReader(cluster, wanted).run())


def _headers(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[Header, ...]:
    pairs = []
    for each in given:
        name, sign, value = each.partition("=")
        if not name or not sign:
            raise click.BadParameter(f"{each!r} is not NAME=VALUE")
        pairs.append((name, value.encode("utf-8", "surrogateescape")))
    return tuple(pairs)


@click.command()
@click.argument("topic")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@cluster_options
@click.option("-p", "--partition", type=number(0), help="The partition of all records.")
@click.option("-k", "--key", help="The key of records that bring none.")
@click.option("-K", "--key-separator", metavar="TEXT", help="What stands between key and value.")
@click.option("-Z", "--empty-null", is_flag=True, help="An empty value is a tombstone.")
@click.option(
    "-H",
    "--header",
    "headers",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_headers,
    help="A header of every record. One name may come several times, as in Kafka.",
)
@click.option("--create", is_flag=True, help="Create the topic if there is none.")
@click.option(
    "--partitions",
    type=number(1),
    help="With --create: how many partitions the topic gets. Default: as many as the broker gives.",
)
@click.option("-v", "--verbose", is_flag=True, help="Print where each record went.")
@yes_option("Go on without asking on a production cluster")
def produce(
    topic: str,
    files: tuple[Path, ...],
    bootstrap: str | None,
    config: Path | None,
    partition: int | None,
    key: str | None,
    key_separator: str | None,
    empty_null: bool,
    headers: tuple[Header, ...],
    create: bool,
    partitions: int | None,
    verbose: bool,
    yes: bool,
) -> None:
    """Store each line of standard input, or of FILES, as a record of TOPIC.

    Waits until all in-sync replicas have them. While no broker can be reached, or none leads a
    partition, what is under way is tried again for 30 s, and the last try has 20 s to be answered;
    each second it says so on standard error. It ends there if none of it could be delivered, and
    says how many lines were not sent. Exit code 1 if any may be missing or there is no such topic,
    130 if it was interrupted: it says then how many are stored. `kconsole get journal` has what
    was done.
    """
    from console.model.text import plain
    from console.port.cluster import NewTopic
    from console.scripting.agreement import permit_to
    from console.scripting.cluster_command import run_change
    from console.scripting.produce import LineForm, TopicSender
    from console.scripting.waiting import Waiting

    form = LineForm(
        partition,
        None if key is None else key.encode("utf-8", "surrogateescape"),
        None if key_separator is None else key_separator.encode("utf-8", "surrogateescape"),
        empty_null,
        headers,
    )
    if key_separator == "":
        raise click.BadParameter("it cannot be empty", param_hint="--key-separator")
    if partitions is not None and not create:
        raise click.UsageError("--partitions goes with --create")
    creates = NewTopic(topic, partitions) if create else None
    waiting = Waiting()
    sender = TopicSender(topic, form, creates=creates, is_verbose=verbose, waiting=waiting)
    run_change(
        bootstrap,
        config,
        lambda writes, _: sender.run(writes, files),
        permit=permit_to(f"store records in {plain(topic)}", is_agreed=yes),
        waiting=waiting,
    )
    if sender.failed:
        sys.exit(Exit.FAILED)


def _seconds(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> float | None:
    """The seconds of a duration such as `90s`, `2m` or `1h30m`."""
    from engine.config.units import milliseconds_of

    if text is None:
        return None
    found = milliseconds_of(text)
    if found is None:
        raise click.BadParameter(f"{text!r} is no duration such as 30s, 2m or 1h30m")
    return found / 1000


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@cluster_options
@click.option(
    "--watch",
    callback=_seconds,
    default="3s",
    metavar="TIME",
    help="How long to look at the cluster, so that rates are known. Default: 3s.",
)
@click.option(
    "--messages",
    "topics",
    multiple=True,
    metavar="TOPIC",
    help="The newest messages of this topic as well; otherwise no message is in the page.",
)
def report(
    file: Path, bootstrap: str | None, config: Path | None, watch: float, topics: tuple[str, ...]
) -> None:
    """Write everything that the screens show into FILE, as one HTML page.

    The page needs nothing else: no network, no script. What is wrong stands first.
    """
    from console.scripting.cluster_command import run_at
    from console.scripting.report import whole_picture, write_page
    from console.scripting.table import Wish
    from console.version import version

    async def look(place: "Place") -> None:
        picture = await whole_picture(place, bootstrap or "", watch_s=watch)
        write_page(file, picture, version())

    try:
        run_at(bootstrap, config, frozenset(topics), Wish(), look)
    except OSError as error:
        raise CommandFailed(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"{file} is written")


@click.group("assert")
def assert_group() -> None:
    """Hold something of a cluster, for scripts.

    Exit code 0 if it holds, 3 if it does not, with the reason on standard error; 1 if that cannot
    be told, since the cluster cannot be reached or has no such group.
    """


@assert_group.command()
@click.argument("groups", metavar="GROUP...", nargs=-1, required=True)
@cluster_options
@click.option("--under", type=number(1), help="The lag of each is under so many.")
@click.option(
    "--age-under",
    callback=_seconds,
    metavar="TIME",
    help="The oldest record that each has not read is younger, such as 30s.",
)
@click.option(
    "--within",
    callback=_seconds,
    default="0s",
    metavar="TIME",
    help="Ask again until then, such as 2m. Default: once.",
)
def lag(
    groups: tuple[str, ...],
    bootstrap: str | None,
    config: Path | None,
    under: int | None,
    age_under: float | None,
    within: float,
) -> None:
    """Hold that each GROUP keeps up: `kconsole assert lag billing --under 100 --within 2m`.

    A lag that is not known does not hold.
    """
    from console.scripting.assertion import LagAssertion, LagBounds
    from console.scripting.cluster_command import run_at
    from console.scripting.table import Wish

    if under is None and age_under is None:
        raise click.UsageError("say what must hold: --under N or --age-under TIME")
    asserted = LagAssertion(LagBounds(under, age_under), within)
    run_at(bootstrap, config, frozenset(groups), Wish(), asserted.run)
    for reason in asserted.reasons:
        click.echo(f"kconsole: {reason}", err=True)
    if asserted.reasons:
        sys.exit(Exit.NOT_SO)


ON_CLUSTER = {
    "get": get,
    "consume": consume,
    "produce": produce,
    "assert": assert_group,
    "report": report,
    **CHANGES,
    "set": set_group,
}
"""Commands on any cluster, which may be named before them as well."""

COMMANDS = (*ON_CLUSTER.values(), *OFFLINE)
