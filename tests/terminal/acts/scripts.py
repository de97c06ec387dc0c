"""Acts without a screen: every table as text, JSON and CSV, watched; `assert`, `report`, and
records written and read by command."""

import json
import os
import subprocess
from collections.abc import Callable, Collection, Mapping

from console.scripting.tables import TABLES
from tests.terminal.acts import kcat
from tests.terminal.acts.act import Act
from tests.terminal.acts.groups import END, HERE, group, reader_of
from tests.terminal.acts.messages import without_records
from tests.terminal.acts.stage import PATIENCE_S, Stage
from tests.terminal.acts.topics import two_topics
from tests.terminal.acts.world import PARTITIONS, World

DOES_NOT_HOLD = (3,)
"""The exit code of `assert` for that."""

OURS = {"connections", "requests"}
"""Tables of what only our own broker tells."""

NAMED: Mapping[str, Callable[[str], tuple[str, ...]]] = {
    "differences": lambda name: (name, f"{name}-other"),
    **dict.fromkeys(
        ("configs", "messages", "partitions", "segments", "what-if"), lambda name: (name,)
    ),
}
"""Of tables that are about topics which somebody has to name, those of an act."""


def nobody(_name: str) -> tuple[str, ...]:
    """A table is about everything unless it is said what it is about."""
    return ()


def run(stage: Stage, *words: str, typed: str = "", codes: Collection[int] = (0,)) -> str:
    """What a command prints, which ends with one of these codes."""
    command = stage.around.command(*words, "--bootstrap", "main")
    done = subprocess.run(
        command, input=typed, capture_output=True, text=True, timeout=PATIENCE_S, env=around(stage)
    )
    assert done.returncode in codes, f"{words}: {done.returncode}\n{done.stderr}"
    return done.stdout


def begun(stage: Stage, *words: str) -> subprocess.Popen[str]:
    """A command that goes on until it is ended."""
    command = stage.around.command(*words, "--bootstrap", "main")
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=around(stage))


def around(stage: Stage) -> dict[str, str]:
    """The environment of a command: the console's own files are those of the screens."""
    return {**os.environ, **stage.around.environment}


def table(stage: Stage, name: str, *names: str) -> list[dict[str, object]]:
    """The rows of a table."""
    rows: list[dict[str, object]] = json.loads(run(stage, "get", name, *names, "-o", "json"))
    return rows


def commands(stage: Stage) -> None:
    """`get` and `report` tell what the screens show."""
    name, readers = stage.name, reader_of(stage.name)
    assert [each["topic"] for each in table(stage, "topics", name)] == [name]
    lag = table(stage, "lag", readers)
    assert [(each["partition"], each["committed"]) for each in lag] == list(enumerate(HERE))
    assert {each["end"] for each in lag} == {END}
    configs = {each["key"]: each["value"] for each in table(stage, "configs", name)}
    assert configs["segment.ms"] == stage.world.own_config(name, "segment.ms")
    page = stage.folder / "report.html"
    run(stage, "report", str(page))
    text = page.read_text()
    assert name in text
    assert readers in text


def two_read_topics(world: World, name: str) -> None:
    """Two topics that are configured otherwise, and a group that reads one."""
    two_topics(world, name)
    world.commit(reader_of(name), name, HERE)


def tables(stage: Stage) -> None:
    """Every table of every screen is printed for people, as JSON and as CSV."""
    # Where a broker is gone some of what a table tells cannot be read, and the exit code says so.
    codes = (0,) if stage.world.is_whole() else (0, 1)
    for each in TABLES.values():
        words = ("get", each.name, *NAMED.get(each.name, nobody)(stage.name))
        names = [field.name for field in each.fields]
        if each.needs_watch:
            said = _first_line(stage, *words, "-o", "csv", "-w", "1")
            assert said.split(",") == ["read_at", *names]
            continue
        if each.name in OURS and not stage.world.metrics:
            run(stage, *words, codes=(1,))
            continue
        head = run(stage, *words, codes=codes).splitlines()[0]
        assert head.split() == " ".join(field.title for field in each.fields).split()
        rows = json.loads(run(stage, *words, "-o", "json", codes=codes))
        assert all(list(row) == names for row in rows), each.name
        assert run(stage, *words, "-o", "csv", codes=codes).splitlines()[0] == ",".join(names)
    (differing,) = table(stage, "differences", stage.name, f"{stage.name}-other")
    assert differing["key"] == "retention.ms"
    assert stage.world.own_config(stage.name, "retention.ms") in differing.values()


def _first_line(stage: Stage, *words: str) -> str:
    """What a command prints first, which goes on until it is ended."""
    with begun(stage, *words) as running:
        assert running.stdout is not None
        try:
            return running.stdout.readline().rstrip("\n")
        finally:
            running.kill()


def holds(stage: Stage) -> None:
    """`assert` says by its exit code whether a group keeps up, at once or within a time."""
    readers, lag = reader_of(stage.name), PARTITIONS * (END - HERE[0])
    command = ("assert", "lag", readers, "--under")
    run(stage, *command, str(lag + 1))
    run(stage, *command, str(lag), codes=DOES_NOT_HOLD)
    run(stage, *command, str(lag), "--within", "2s", codes=DOES_NOT_HOLD)
    run(stage, "assert", "lag", readers, "--age-under", "1h", codes=DOES_NOT_HOLD)
    with begun(stage, *command, "1", "--within", "60s") as waiting:
        try:
            stage.world.commit(readers, stage.name, (END,) * PARTITIONS)
            assert waiting.wait(PATIENCE_S) == 0
        finally:
            waiting.kill()


def watched(stage: Stage) -> None:
    """A table that is watched prints a line for each change."""
    readers = reader_of(stage.name)
    with begun(stage, "get", "lag", readers, "-o", "json", "--watch", "1") as watch:
        assert watch.stdout is not None
        try:
            assert _committed(watch.stdout.readline()) == list(HERE)
            stage.world.commit(readers, stage.name, (END,) * PARTITIONS)
            for line in watch.stdout:
                if _committed(line) == [END] * PARTITIONS:
                    break
            else:
                raise AssertionError("the watching has ended")
        finally:
            watch.kill()


def _committed(line: str) -> list[object]:
    said = json.loads(line)
    rows = said if isinstance(said, list) else [said]
    return [row["committed"] for row in rows]


def lines(stage: Stage) -> None:
    """Lines are records, as kcat reads them, and come back as lines."""
    name = stage.name
    run(stage, "produce", name, "-p", "1", "-K", "=", "-H", "from=a-1", typed="a=one\nb=two\n")
    told = kcat.read(stage.world.address, name)
    assert [(each.partition, each.key, each.value) for each in told] == [
        (1, "a", "one"),
        (1, "b", "two"),
    ]
    assert {each.headers for each in told} == {(("from", "a-1"),)}
    assert run(stage, "consume", name, "-e", "-k") == "a\tone\nb\ttwo\n"
    said = run(stage, "consume", name, "-e", "-o", "json")
    found = [json.loads(line) for line in said.splitlines()]
    assert [(each["partition"], each["offset"]) for each in found] == [(1, 0), (1, 1)]


SCRIPT_ACTS = (
    Act("commands", (), group, commands),
    Act("tables", (), two_read_topics, tables),
    Act("assert", (), group, holds),
    Act("watch", (), group, watched),
    Act("lines", (), without_records, lines, reads_with="kcat"),
)
