"""Acts on groups: positions reset in every way, put back, written out, forgotten, deleted."""

import csv
import time
from collections.abc import Callable, Mapping
from functools import partial

from tests.terminal.acts.act import Act, Prepare
from tests.terminal.acts.stage import Stage, is_refused
from tests.terminal.acts.world import PARTITIONS, World, Written

HERE = (5, 5, 5)
"""Where a group is before an act."""
OTHER = (1, 2, 3)
"""Where the other group is."""
FILED = (9, 8, 7)
"""Positions that a file says."""
END = 10
RECENT = 6
"""The first offset of each partition whose record is younger than an hour."""

RESETS: tuple[tuple[str, str, tuple[int, int, int]], ...] = (
    ("all", "earliest", (0, 0, 0)),
    ("all", "latest", (END, END, END)),
    ("{topic}", "-1h", (RECENT, RECENT, RECENT)),
    ("{topic}:0,2", "4", (4, RECENT, 4)),
    ("all", "+2", (6, 8, 6)),
    ("{topic}:1", "-3", (6, 5, 6)),
    ("all", "end-1", (END - 1, END - 1, END - 1)),
    ("all", "group {group}-other", OTHER),
    ("all", "file {file}", FILED),
    ("{topic}:2", "earliest", (9, 8, 0)),
)
"""What is reset, where to, and where the group is then."""


PREVIEWS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "all",
        "earliest",
        ("0 5 0 -5 5 re-read", "1 5 0 -5 5 re-read", "2 5 0 -5 5 re-read"),
        ("3 of 3 partitions move", "15 records read again"),
    ),
    (
        "{topic}:0,1",
        "latest",
        ("0 5 10 +5 ▲ 5 skipped", "1 5 10 +5 ▲ 5 skipped"),
        ("2 of 2 partitions move", "▲ 10 records skipped"),
    ),
    (
        "{topic}:2",
        "20",
        ("2 5 10 +5 ▲ 5 skipped ▲ 20 is beyond the end",),
        ("1 of 1 partition moves", "▲ 1 at the edge of the log"),
    ),
    ("{topic}", "5", ("0 5 5 0 stays", "1 5 5 0 stays"), ("0 of 3 partitions move",)),
)
"""What is reset and where to, the rows of the preview, and what it says in sum."""


def reader_of(name: str) -> str:
    """The group of an act."""
    return f"{name}-readers"


def group(world: World, name: str) -> None:
    """A topic with old and young records, a group in the midst of it, and another group."""
    world.create(name, segment_ms="3600000")
    now_ms = int(time.time() * 1000)
    world.write(
        name,
        [
            Written(partition, b"record", timestamp_ms=now_ms - age_ms)
            for age_ms, count in ((7_200_000, RECENT), (600_000, END - RECENT))
            for partition in range(PARTITIONS)
            for _ in range(count)
        ],
    )
    world.commit(reader_of(name), name, HERE)
    world.commit(f"{reader_of(name)}-other", name, OTHER)


def coordinator(world: World, name: str) -> int:
    """The node that keeps the positions of the group."""
    return world.coordinator(reader_of(name))


def are_at(stage: Stage, offsets: tuple[int, ...]) -> None:
    """Another client finds the group there."""
    group, expected = reader_of(stage.name), dict(enumerate(offsets))
    stage.find(expected, lambda: _positions(stage, group))


def _positions(stage: Stage, group: str) -> Mapping[int, int]:
    return dict(stage.world.positions(group, stage.name))


def wish(stage: Stage, scope: str, extent: str, to: str) -> None:
    """Have the preview of a reset."""
    stage.do(f"{scope}.reset")
    stage.see("─ Reset offsets")
    stage.press("BTab")
    stage.fill(extent)
    stage.press("Tab")
    stage.fill(to)
    preview(stage)


def preview(stage: Stage) -> None:
    """Have a preview in which everything is known, from what the form says."""
    unknown = "unknown, stay"

    def anew() -> None:
        if unknown in stage.terminal.screen():
            leave_preview(stage)
        stage.do("form.submit")

    stage.do("form.submit")
    stage.insist(
        anew,
        lambda screen: _is_preview(screen) and unknown not in screen,
        lambda screen: unknown in screen or (is_refused(screen) and not _is_preview(screen)),
    )


def _is_preview(screen: str) -> bool:
    return "resets · " in screen or "looks again · " in screen


def leave_preview(stage: Stage) -> None:
    """Be back at the form, with what it says."""
    stage.do("form.close")
    stage.see("previews · ")


def carry_out(stage: Stage) -> None:
    """Agree to what the preview says; where that has changed meanwhile look at it again."""

    def agree() -> None:
        stage.do("form.submit")
        stage.agree(reader_of(stage.name))

    def anew() -> None:
        leave_preview(stage)
        preview(stage)
        agree()

    agree()
    stage.insist(
        anew,
        lambda screen: "undoes it, once this is closed" in screen,
        lambda screen: is_refused(screen) or "has moved since" in screen,
    )
    stage.close("Reset offsets")


def reset(stage: Stage, scope: str) -> None:
    """Everywhere that can be said; the first and the last are put back."""
    name, group = stage.name, reader_of(stage.name)
    file = stage.folder / f"{name}.csv"
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows((name, each, at) for each, at in enumerate(FILED))
    stage.at(scope, group)
    for extent, to, offsets in RESETS:
        said = {"topic": name, "group": group, "file": file}
        wish(stage, scope, extent.format(**said), to.format(**said))
        stage.strike()
        carry_out(stage)
        are_at(stage, offsets)
    stage.undo("set offsets", group)
    are_at(stage, FILED)


def previewed(stage: Stage) -> None:
    """A preview says of each partition where it is and would be, and what that does; no more."""
    group = reader_of(stage.name)
    stage.at("group", group)
    for extent, to, rows, sums in PREVIEWS:
        wish(stage, "group", extent.format(topic=stage.name), to)
        screen = stage.see(lambda screen, sums=sums: all(each in screen for each in sums))
        told = [" ".join(line.strip("│▌ ").split()) for line in screen.splitlines()]
        for row in rows:
            assert any(line == f"{stage.name} {row}" for line in told), f"{row}\n{screen}"
        leave_preview(stage)
        stage.close("Reset offsets")
        are_at(stage, HERE)


def refused(stage: Stage, scope: str) -> None:
    """While a member reads nothing is reset or deleted; once it has left it is."""
    group = reader_of(stage.name)
    stage.at(scope, group)
    with stage.world.member(group, stage.name) as member:
        member.read(PARTITIONS * (END - HERE[0]))
        wish(stage, scope, "all", "earliest")
        stage.see("Refused: rdkafka (127.0.0.1) reads with these positions")
        leave_preview(stage)
        stage.close("Reset offsets")
        stage.do(f"{scope}.delete")
        stage.see(f"{group} stays")
        assert group in stage.world.groups()
    are_at(stage, (END, END, END))
    wish(stage, scope, "all", "earliest")
    carry_out(stage)
    are_at(stage, (0, 0, 0))


def export(stage: Stage, scope: str) -> None:
    """The file says what another client is told."""
    path = stage.folder / f"{stage.name}.csv"
    stage.at(scope, reader_of(stage.name))
    stage.do(f"{scope}.export")
    stage.see("─ Export positions")
    stage.fill(str(path))
    stage.do("form.submit")
    stage.see("3 positions in")
    with path.open(newline="") as file:
        rows = [(topic, int(partition), int(at)) for topic, partition, at in csv.reader(file)]
    assert rows == [(stage.name, each, at) for each, at in enumerate(HERE)]
    are_at(stage, HERE)


def delete(stage: Stage, scope: str) -> None:
    """A group goes with its positions, and comes back."""
    group = reader_of(stage.name)
    stays = f"{group} stays"
    stage.at(scope, group)
    stage.do(f"{scope}.delete")
    stage.see("Delete group")
    stage.strike()
    stage.agree(group)

    def anew() -> None:
        stage.see(lambda screen: stays not in screen)
        stage.do(f"{scope}.delete")
        stage.agree(group, stays)

    stage.insist(
        anew,
        lambda screen: f"{group} is deleted" in screen,
        lambda screen: stays in screen,
    )
    stage.find(False, lambda: group in stage.world.groups())
    are_at(stage, ())
    stage.undo("delete group", group)
    are_at(stage, HERE)


def forget(stage: Stage) -> None:
    """A group forgets a topic, and remembers it again."""
    group = reader_of(stage.name)
    stage.open("group", group)
    stage.see(f"▌{stage.name}")
    stage.do("group.forget")
    stage.see("Delete positions")
    stage.agree(stage.name)
    stage.see(f"3 positions of {group} on {stage.name} deleted")
    are_at(stage, ())
    stage.undo("delete offsets", group)
    are_at(stage, HERE)


def _of_both(
    verb: str,
    perform: Callable[[Stage, str], None],
    *others: str,
    prepare: Prepare = group,
    quick: str = "",
    named: str = "",
    is_struck: bool = False,
) -> list[Act]:
    """An act from the list of groups, and from the group itself."""
    return [
        Act(
            f"{named or verb}-{scope}",
            (f"{scope}.{verb}", *others),
            prepare,
            partial(perform, scope=scope),
            is_quick=scope == quick,
            victim=coordinator if is_struck and scope == "group" else None,
        )
        for scope in ("groups", "group")
    ]


GROUP_ACTS = (
    *_of_both("reset", reset, "form.submit", "app.undo", is_struck=True),
    Act("preview", ("group.reset", "form.close"), group, previewed),
    *_of_both("reset", refused, "form.close", named="refuse", quick="group"),
    *_of_both("export", export, "form.submit"),
    *_of_both("delete", delete, "app.undo", is_struck=True),
    Act("forget", ("group.forget", "app.undo"), group, forget, is_quick=True),
)
