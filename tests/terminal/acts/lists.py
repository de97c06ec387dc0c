"""Acts on lists: filtered, sorted, their columns chosen; places gone to and back; the mouse."""

import itertools
import re
import time

from console.panels.topics import COLUMNS
from tests.support.screen_tables import table_of
from tests.terminal.acts.act import Act
from tests.terminal.acts.clusters import back_to_main
from tests.terminal.acts.groups import group, reader_of
from tests.terminal.acts.stage import Stage, is_filtered
from tests.terminal.acts.topics import topic
from tests.terminal.acts.world import PARTITIONS, World, plain_records

SIZES = {"alpha": 1, "bravo": 3, "charlie": 2}
"""Topics by the ends of their names, with their partitions."""

_SHOWN = re.compile(r"· (\d+)/(\d+) topics ")


def several(world: World, name: str) -> None:
    """Topics of different sizes."""
    for each, partitions in SIZES.items():
        world.create(f"{name}.{each}", partitions)


def mine(stage: Stage, screen: str) -> list[str]:
    """The ends of the names of the topics that are listed, from the top."""
    names = [name.removeprefix(f"{stage.name}.") for name in table_of(screen, "Topics")]
    return [name for name in names if name in SIZES]


def narrow(stage: Stage, text: str) -> None:
    """Have another filter."""
    stage.do("table.filter")
    stage.fill(text)
    stage.press("Enter")
    stage.see(lambda screen: is_filtered(screen, text))


def filters(stage: Stage) -> None:
    """Text, what is not to be there, letters in their order, and regular expressions."""
    name = stage.name
    stage.row("topics", f"{name}.alpha")
    for text, expected in (
        (f"{name}.bra", {"bravo"}),
        (f"{name}.BRA", {"bravo"}),
        (f"~{name[:3]}.chrl", {"charlie"}),
        (f"/^{name}\\.[a-b]/", {"alpha", "bravo"}),
        (f"{name}.", set(SIZES)),
    ):
        narrow(stage, text)
        stage.see(lambda screen, wanted=expected: set(mine(stage, screen)) == wanted)
    narrow(stage, f"!{name}.")
    others = [each for each in stage.world.topics() if not each.startswith(("__", f"{name}."))]
    stage.see(lambda screen: _shown(screen) == (len(others), len(others) + len(SIZES)))
    narrow(stage, "/(/")
    stage.see("missing")
    stage.leave("/(/")


def _shown(screen: str) -> tuple[int, int] | None:
    """How many topics the border says are listed, and how many there are."""
    found = _SHOWN.search(screen)
    return None if found is None else (int(found[1]), int(found[2]))


def sort_by(stage: Stage, label: str) -> None:
    """Press the key for the next column until it is this one."""
    for _ in COLUMNS:
        before = stage.see(" · sorted by ")
        if f"sorted by {label} " in before:
            return
        stage.do("table.sort")
        stage.see(lambda screen, before=before: _order(screen) != _order(before))
    raise AssertionError(f"there is no column {label}")


def _order(screen: str) -> str:
    found = re.search(r"sorted by (\S+) ", screen)
    return "" if found is None else found[1]


def sorting(stage: Stage) -> None:
    """By any column, both ways."""
    stage.row("topics", f"{stage.name}.alpha")
    narrow(stage, f"{stage.name}.")
    stage.see(lambda screen: set(mine(stage, screen)) == set(SIZES))
    sort_by(stage, "parts")
    stage.see(lambda screen: mine(stage, screen) == ["bravo", "charlie", "alpha"])
    stage.do("table.reverse")
    stage.see(lambda screen: mine(stage, screen) == ["alpha", "charlie", "bravo"])
    sort_by(stage, "topic")
    stage.see(lambda screen: mine(stage, screen) == ["alpha", "bravo", "charlie"])
    for each, partitions in SIZES.items():
        assert stage.world.partitions(f"{stage.name}.{each}") == partitions
    sort_by(stage, "lag")


def heads(screen: str) -> list[str]:
    """The heads of the columns of the topics."""
    line = next((line for line in screen.splitlines() if " STATUS" in line), "")
    return re.findall(r"[A-Z][A-Z/]+", line)


def columns(stage: Stage) -> None:
    """One is hidden, one moved; another cluster has all of them; then they are as at first."""
    stage.row("topics", stage.name)
    made = heads(stage.see("PARTS"))
    stage.do("table.columns")
    stage.see("─ Columns")
    stage.do("table.down", "columns.toggle")
    hidden = [each for each in made if each != "PARTS"]
    stage.do("table.down", "columns.later")
    stage.do("columns.close")
    stage.see(lambda screen: "─ Columns" not in screen)
    moved = [*hidden[:1], hidden[2], hidden[1], *hidden[3:]]
    stage.see(lambda screen: heads(screen) == moved)
    stage.command("ctx aside")
    stage.see(lambda screen: " aside " in screen.splitlines()[0])
    stage.command("topics")
    stage.see(lambda screen: heads(screen)[:2] == made[:2])
    back_to_main(stage)
    stage.command("topics")
    stage.see(lambda screen: heads(screen) == moved)
    stage.do("table.columns")
    stage.see("─ Columns")
    stage.do("columns.reset")
    stage.do("columns.close")
    stage.see(lambda screen: "─ Columns" not in screen and heads(screen) == made)
    assert stage.world.partitions(stage.name) == PARTITIONS


def places(stage: Stage) -> None:
    """Back and forward through where one was, and to the view of before."""
    name, readers = stage.name, reader_of(stage.name)
    stage.open("topic", name)
    stage.open("group", readers)
    for key, seen in (
        ("app.history-back", "─ Groups"),
        ("app.history-back", f"Topics › {name}"),
        ("app.history-back", "─ Topics"),
        ("app.history-forward", f"Topics › {name}"),
        ("app.history-forward", "─ Groups"),
        ("app.history-forward", f"Groups › {readers}"),
        ("app.last", f"Topics › {name}"),
    ):
        stage.do(key)
        stage.see(seen)
    assert readers in stage.world.groups()


def maximise(stage: Stage) -> None:
    """One panel has the whole screen, and gives it back."""
    stage.row("overview", stage.name)
    stage.see("─ Throughput")
    stage.do("app.maximise")
    stage.see(lambda screen: "─ Throughput" not in screen and f"▌{stage.name}" in screen)
    stage.do("app.maximise")
    stage.see("─ Throughput")


def pause(stage: Stage) -> None:
    """While it is paused nothing is asked; then what came meanwhile is there."""
    name = stage.name
    stage.open("topic", name)
    stage.see(lambda screen: ends(screen) == ["10", "10", "10"])
    stage.do("app.pause")
    stage.see(lambda screen: "paused" in screen.splitlines()[0])
    stage.world.write(name, plain_records(2 * PARTITIONS))
    assert len(stage.world.records(name)) == 30 + 2 * PARTITIONS
    assert ends(stage.terminal.screen()) == ["10", "10", "10"]
    stage.do("app.pause")
    stage.see(lambda screen: "paused" not in screen.splitlines()[0])
    stage.see(lambda screen: ends(screen) == ["12", "12", "12"])


def ends(screen: str) -> list[str]:
    """Where a topic's partitions end."""
    lines = iter(screen.splitlines())
    if not any(line.startswith("╭─ Partitions") for line in lines):
        return []
    right = next(lines).find(" END") + len(" END")
    rows = itertools.takewhile(lambda line: not line.startswith("╰"), lines)
    cells = [row[:right].split(" ")[-1] for row in rows]
    return [cell for cell in cells if cell.isdigit()]


def internal(stage: Stage) -> None:
    """The topics that Kafka keeps for itself are listed when that is asked for."""
    kept = "__consumer_offsets"
    assert kept in stage.world.topics()
    stage.row("topics", stage.name)
    narrow(stage, "__consumer")
    stage.see(lambda screen: kept not in table_of(screen, "Topics"))
    stage.do("topics.internal")
    stage.see(lambda screen: kept in table_of(screen, "Topics"))
    stage.do("topics.internal")
    stage.see(lambda screen: kept not in table_of(screen, "Topics"))


def times(stage: Stage) -> None:
    """Times are local, of UTC, and relative in turn: so the oldest message is two hours old."""
    stage.open("messages", stage.name)
    stage.see("the oldest message is reached")
    stage.do("app.times")
    stage.see(lambda screen: " UTC" in screen.splitlines()[0])
    stage.do("app.times")
    stage.see(lambda screen: re.search(r" 2h( \d+m)? ago ", screen) is not None)
    stage.do("app.times")
    stage.see(lambda screen: " ago " not in screen and " UTC" not in screen.splitlines()[0])
    oldest_ms = min(each.timestamp()[1] for each in stage.world.records(stage.name))
    assert time.time() * 1000 - oldest_ms > 7_200_000


def interval(stage: Stage) -> None:
    """How often the cluster is asked: by command, by key, and as it was."""
    stage.row("topics", stage.name)
    for text in ("10s", "1s"):
        stage.command(f"interval {text}")
        stage.see(lambda screen, text=text: f" {text} ⟳" in screen.splitlines()[0])


def mouse(stage: Stage) -> None:
    """Tabs, heads and rows are clicked."""
    stage.row("topics", f"{stage.name}.alpha")
    narrow(stage, f"{stage.name}.")
    stage.see(lambda screen: set(mine(stage, screen)) == set(SIZES))
    stage.click("PARTS")
    stage.see(lambda screen: mine(stage, screen) == ["bravo", "charlie", "alpha"])
    stage.click(f"{stage.name}.charlie")
    stage.see(f"▌{stage.name}.charlie")
    stage.click(" LAG ")
    stage.see(" sorted by lag ")
    stage.click("4 Retention")
    stage.see("─ Retention")
    stage.click("2 Topics")
    stage.see(f"▌{stage.name}.charlie")
    assert f"{stage.name}.charlie" in stage.world.topics()


LIST_ACTS = (
    Act("filter", ("table.filter",), several, filters),
    Act("sort", ("table.sort", "table.reverse"), several, sorting),
    Act("columns", ("table.columns", "columns.toggle", "columns.later"), topic, columns),
    Act("places", ("app.history-back", "app.history-forward", "app.last"), group, places),
    Act("maximise", ("app.maximise",), topic, maximise),
    Act("pause", ("app.pause",), topic, pause),
    Act("internal", ("topics.internal",), group, internal),
    Act("times", ("app.times",), group, times),
    Act("interval", (), topic, interval),
    Act("mouse", ("table.filter",), several, mouse),
)
