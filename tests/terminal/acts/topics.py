"""Acts on topics: made, copied, changed, compared, emptied, deleted; and the way back."""

from collections.abc import Callable
from functools import partial

from tests.support.screen_tables import table_of
from tests.terminal.acts.act import Act, Prepare
from tests.terminal.acts.stage import Stage, words
from tests.terminal.acts.world import World, plain_records

DAY_MS = 86_400_000


def nothing(_world: World, _name: str) -> None:
    """Nothing has to be there."""


def topic(world: World, name: str) -> None:
    """A topic that keeps its records for three days, and has thirty."""
    world.create(name, retention_ms=str(3 * DAY_MS))
    world.write(name, plain_records(30))


def two_topics(world: World, name: str) -> None:
    """A topic, and another that keeps its records for a day."""
    topic(world, name)
    world.create(f"{name}-other", retention_ms=str(DAY_MS))


def create(stage: Stage) -> None:
    name = stage.name
    stage.do("app.create-topic")
    stage.see("New topic")
    stage.type(name)
    stage.press("Enter")
    stage.fill("4")
    stage.press("Enter", "Enter")
    stage.fill("2d")
    stage.do("form.submit")
    stage.see(f"{name} is there, with 4 partitions")
    stage.find(4, lambda: stage.world.partitions(name))
    stage.find(str(2 * DAY_MS), lambda: stage.world.own_config(name, "retention.ms"))


def clone(stage: Stage, scope: str) -> None:
    stage.at(scope, stage.name)
    stage.do(f"{scope}.clone")
    stage.see(f"Clone {stage.name}")
    stage.do("form.submit")
    copy = f"{stage.name}-copy"
    stage.see(f"{copy} is there, with 3 partitions")
    stage.find(3, lambda: stage.world.partitions(copy))
    stage.find(str(3 * DAY_MS), lambda: stage.world.own_config(copy, "retention.ms"))
    assert stage.world.records(copy) == []


def add_partitions(stage: Stage, scope: str) -> None:
    stage.at(scope, stage.name)
    stage.do(f"{scope}.add-partitions")
    stage.see(f"Add partitions to {stage.name}")
    stage.fill("5")
    stage.do("form.submit")
    stage.see(f"{stage.name} has 5 partitions")
    stage.find(5, lambda: stage.world.partitions(stage.name))
    stage.find(30, lambda: len(stage.world.records(stage.name)))


def empty(stage: Stage, scope: str) -> None:
    assert len(stage.world.records(stage.name)) == 30
    stage.at(scope, stage.name)
    stage.do(f"{scope}.empty")
    stage.see("Empty topic")
    stage.agree(stage.name)
    stage.see(f"{stage.name} is empty")
    stage.find(0, lambda: len(stage.world.records(stage.name)))
    assert stage.world.partitions(stage.name) == 3


def delete(stage: Stage, scope: str) -> None:
    stage.at(scope, stage.name)
    stage.do(f"{scope}.delete")
    stage.see("Delete topic")
    stage.agree(stage.name)
    stage.see(f"{stage.name} is deleted")
    stage.find(False, lambda: stage.name in stage.world.topics())


def key_of(stage: Stage, scope: str, key: str) -> None:
    """Have the cursor on a key of a topic's configuration."""
    stage.at(scope, stage.name)
    stage.do(f"{scope}.edit")
    stage.see("max.message.bytes")
    stage.do("table.filter")
    stage.type(f"/^{key}$/")
    stage.press("Enter")
    stage.see(f"▌{key}")


def set_key(stage: Stage, key: str, text: str, effect: str) -> None:
    """Set the key under the cursor; the form says what that does."""
    stage.do("table.open")
    stage.see(f"{key} of {stage.name}")
    stage.fill(text)
    stage.see(effect)
    stage.do("form.submit")
    stage.see(lambda screen: f"{key} of {stage.name}" not in screen)


def edit(stage: Stage, scope: str) -> None:
    """A value is set, put back, and returned to its default."""
    name, key = stage.name, "retention.ms"
    key_of(stage, scope, key)
    set_key(stage, key, "30d", f"{3 * DAY_MS} (3d) → {30 * DAY_MS} (30d)")
    stage.find(str(30 * DAY_MS), lambda: stage.world.own_config(name, key))
    stage.undo("set configs", name)
    stage.find(str(3 * DAY_MS), lambda: stage.world.own_config(name, key))
    stage.see(f" {3 * DAY_MS} ")
    stage.do("table.open")
    stage.see(f"{key} of {name}")
    stage.do("config.default")
    stage.see(", its default")
    stage.do("form.submit")
    stage.see(lambda screen: f"{key} of {name}" not in screen)
    stage.find(None, lambda: stage.world.own_config(name, key))


def wrong(stage: Stage) -> None:
    """A key is explained, and what it does not take is told and never sent."""
    name, key = stage.name, "retention.ms"
    key_of(stage, "topics", key)
    stage.do("table.open")
    screen = stage.see(f"{key} of {name}")
    assert all(each in screen for each in ("Takes ", "Set by ", "this topic", "Default ", "7d"))
    for text, fault in (("soon", "a time such as 7d"), ("-5", "at least -1")):
        stage.fill(text)
        stage.do("form.submit")
        stage.see(lambda screen, fault=fault: fault in words(screen))
    stage.fill("3d")
    stage.do("form.submit")
    stage.see("It has this value already")
    stage.close(key)
    assert stage.world.own_config(name, key) == str(3 * DAY_MS)


def diff(stage: Stage, scope: str) -> None:
    """What differs is what the topics set themselves."""
    name, other = stage.name, f"{stage.name}-other"
    # The prompt knows the topics that were known when it was opened.
    stage.row("topics", other)
    stage.at(scope, name)
    stage.do(f"{scope}.diff")
    stage.see(f"diff {name}")
    stage.type(other)
    stage.press("Enter")
    stage.see("Differences")
    stage.see(lambda screen: "(3d)" in screen and "(1d)" in screen and " 1 key " in screen)
    for each, days in ((name, 3), (other, 1)):
        assert stage.world.own_config(each, "retention.ms") == str(days * DAY_MS)
    stage.do("diff.all")
    stage.see("max.message.bytes")


def readers(stage: Stage) -> None:
    """The groups of a topic, and what each has not read of its partitions."""
    group = f"{stage.name}-readers"
    stage.row("topics", stage.name)
    stage.do("topics.groups")
    stage.see(f"▌{group}")
    stage.do("topic.group")

    def lags(screen: str) -> list[str]:
        return [row[-2] for row in table_of(screen, "Partitions").values() if len(row) > 2]

    stage.see(lambda screen: lags(screen) == ["3", "2", "1"])
    assert stage.world.positions(group, stage.name) == {0: 7, 1: 8, 2: 9}
    stage.do("table.open")
    stage.see(f"› {group}")


def segments(stage: Stage) -> None:
    """The log of each partition, under what it keeps; a row leads to its records."""
    stage.at("topic", stage.name)
    stage.do("app.next-panel")
    stage.see("Kept for 3d")

    def bases(screen: str) -> list[list[str]]:
        rows = table_of(screen, "Segments").values()
        return [row[:2] for row in rows if row[0].isdigit()]

    stage.see(lambda screen: bases(screen) == [["0", "0"], ["1", "0"], ["2", "0"]])
    stage.do("table.open")
    stage.see("p0:0")
    assert stage.world.partitions(stage.name) == 3


def read_topic(world: World, name: str) -> None:
    """A topic, and a group that has read a part of it."""
    topic(world, name)
    world.commit(f"{name}-readers", name, (7, 8, 9))


def everywhere(
    verb: str,
    perform: Callable[[Stage, str], None],
    prepare: Prepare,
    *others: str,
    quick: str = "",
) -> list[Act]:
    """An act from each place where it can be done; `others` are pressed as well."""
    return [
        Act(
            f"{verb}-{scope}",
            (f"{scope}.{verb}", *others),
            prepare,
            partial(perform, scope=scope),
            is_quick=scope == quick,
        )
        for scope in ("overview", "topics", "topic", "retention")
    ]


def leader(world: World, name: str) -> int:
    """The node that leads the first partition."""
    return world.leader(name, 0)


_EDITING = ("app.undo", "config.default", "table.filter", "table.open", "form.submit")

TOPIC_ACTS = (
    Act("create", ("app.create-topic", "form.submit"), nothing, create),
    *everywhere("clone", clone, topic),
    *everywhere("add-partitions", add_partitions, topic),
    *everywhere("empty", empty, topic, quick="topic"),
    *everywhere("delete", delete, topic),
    *everywhere("edit", edit, topic, *_EDITING, quick="topics"),
    Act("edit-wrong", ("table.open", "form.submit"), topic, wrong),
    *everywhere("diff", diff, two_topics, "diff.all"),
    Act("segments", ("app.next-panel", "table.open"), topic, segments),
    Act("readers", ("topics.groups", "topic.group", "table.open"), read_topic, readers),
)
