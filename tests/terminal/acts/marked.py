"""Acts on all that is marked: topics, groups; each with one question for all of them."""

from tests.terminal.acts.act import Act
from tests.terminal.acts.groups import END, group, reader_of
from tests.terminal.acts.stage import Stage
from tests.terminal.acts.topics import DAY_MS
from tests.terminal.acts.world import PARTITIONS, World, plain_records

COUNT = 3


def names_of(name: str) -> list[str]:
    """The topics of an act."""
    return [f"{name}.{number}" for number in range(COUNT)]


def many_topics(world: World, name: str) -> None:
    """Topics with records, which keep them for three days, and one more with a name like theirs."""
    for each in (*names_of(name), f"un{name}"):
        world.create(each, retention_ms=str(3 * DAY_MS))
        world.write(each, plain_records(6))


def many_groups(world: World, name: str) -> None:
    """Two groups that have read a part of one topic."""
    group(world, name)


def delete_topics(stage: Stage) -> None:
    """All that are marked go, and nothing else; it is asked once."""
    stage.mark("topics", f"{stage.name}.", COUNT)
    stage.do("topics.delete")
    stage.see("─ Delete topics")
    stage.agree(f"{COUNT} topics")
    stage.see(f"{COUNT} topics: deleted")
    stage.find(set(), lambda: stage.world.topics() & set(names_of(stage.name)))
    assert f"un{stage.name}" in stage.world.topics()


def empty_topics(stage: Stage) -> None:
    """The records of all that are marked go."""
    names = names_of(stage.name)
    stage.mark("topics", f"{stage.name}.", COUNT)
    stage.do("topics.empty")
    stage.see("─ Empty topics")
    stage.agree(f"{COUNT} topics")
    stage.see(f"{COUNT} topics: emptied")
    stage.find([0] * COUNT, lambda: [len(stage.world.records(each)) for each in names])
    assert len(stage.world.records(f"un{stage.name}")) == 6


def edit_topics(stage: Stage) -> None:
    """One value for all that are marked; each is a change that is undone by itself."""
    names, key = names_of(stage.name), "retention.ms"
    stage.mark("topics", f"{stage.name}.", COUNT)
    stage.do("topics.edit")
    stage.see(f"Configuration of {COUNT} topics")
    stage.type(key)
    stage.press("Tab")
    stage.type("1d")
    stage.do("form.submit")
    stage.agree(f"{COUNT} topics")
    stage.see(f"{COUNT} topics: changed")
    stage.find([str(DAY_MS)] * COUNT, lambda: [stage.world.own_config(each, key) for each in names])
    for number in range(COUNT):
        stage.do("app.undo")
        stage.see("will be undone")
        stage.press("y")
        stage.find(number + 1, lambda: _put_back(stage, names))
    assert stage.world.own_config(f"un{stage.name}", key) == str(3 * DAY_MS)


def _put_back(stage: Stage, names: list[str]) -> int:
    """How many of the topics keep their records for three days."""
    return [stage.world.own_config(each, "retention.ms") for each in names].count(str(3 * DAY_MS))


def reset_groups(stage: Stage) -> None:
    """All groups that are marked go to one place, shown first."""
    groups = both(stage)
    stage.mark("groups", reader_of(stage.name), 2)
    stage.do("groups.reset")
    stage.see("Reset offsets of 2 groups")
    stage.type("latest")
    stage.do("form.submit")
    screen = stage.see("2 of 2 groups to reset")
    assert "skipped" in screen
    stage.do("form.submit")
    stage.agree("2 groups")
    stage.see("2 groups: reset")
    at_end = dict.fromkeys(range(PARTITIONS), END)
    stage.find([at_end, at_end], lambda: [positions(stage, each) for each in groups])


def delete_groups(stage: Stage) -> None:
    """All groups that are marked go with their positions."""
    groups = both(stage)
    stage.mark("groups", reader_of(stage.name), 2)
    stage.do("groups.delete")
    stage.see("─ Delete groups")
    stage.agree("2 groups")
    stage.see("2 groups: deleted")
    stage.find(set(), lambda: stage.world.groups() & set(groups))
    assert [positions(stage, each) for each in groups] == [{}, {}]


def both(stage: Stage) -> tuple[str, str]:
    """The two groups."""
    return reader_of(stage.name), f"{reader_of(stage.name)}-other"


def positions(stage: Stage, name: str) -> dict[int, int]:
    """Where a group is."""
    return dict(stage.world.positions(name, stage.name))


def copy_names(stage: Stage) -> None:
    """A range is marked, and copied by name; esc takes the marks away."""
    stage.mark("topics", f"{stage.name}.", 1)
    stage.do("table.last", "marks.range")
    stage.see(f"{COUNT} marked")
    stage.do("table.copy")
    stage.find(set(names_of(stage.name)), lambda: set(stage.terminal.copied().split()))
    assert set(names_of(stage.name)) <= stage.world.topics()
    stage.leave("/^many")
    stage.see(f"{COUNT} marked · sorted by ")
    stage.do("app.back")
    stage.see(lambda screen: " marked" not in screen and "─ sorted by " in screen)


MARKED_ACTS = (
    Act("many-delete", ("marks.mark", "topics.delete"), many_topics, delete_topics),
    Act("many-empty", ("marks.mark", "topics.empty"), many_topics, empty_topics),
    Act("many-edit", ("marks.mark", "topics.edit", "app.undo"), many_topics, edit_topics),
    Act("many-copy", ("marks.range", "table.copy"), many_topics, copy_names),
    Act("many-reset", ("marks.mark", "groups.reset", "form.submit"), many_groups, reset_groups),
    Act("many-forget", ("marks.mark", "groups.delete"), many_groups, delete_groups),
)
