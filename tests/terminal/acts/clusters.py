"""Acts on clusters: tried, switched; what is asked on production, what is hidden to lookers."""

from tests.terminal.acts.act import Act
from tests.terminal.acts.stage import Stage
from tests.terminal.acts.surroundings import ASIDE
from tests.terminal.acts.topics import DAY_MS, topic


def back_to_main(stage: Stage) -> None:
    """Have the cluster of the other acts open again."""
    stage.command("ctx main")
    stage.see(lambda screen: " main " in screen.splitlines()[0] and " broker" in screen)


def production(stage: Stage) -> None:
    """What adds wants a yes, what loses all wants both names."""
    name = stage.name
    stage.command("ctx careful")
    stage.see(" PRODUCTION ")
    stage.row("topics", name)
    stage.do("topics.add-partitions")
    stage.see(f"Add partitions to {name}")
    stage.fill("4")
    for answer in ("n", "y"):
        assert stage.world.partitions(name) == 3
        stage.do("form.submit")
        stage.see("careful is a production cluster")
        stage.press(answer)
        stage.see("Nothing was changed" if answer == "n" else f"{name} has 4 partitions")
    stage.find(4, lambda: stage.world.partitions(name))
    stage.do("topics.delete")
    stage.see("Delete topic")
    stage.type(name)
    stage.press("Enter")
    stage.see(f"The cluster is missing before it: careful/{name}")
    assert name in stage.world.topics()
    stage.fill(f"careful/{name}")
    stage.press("Enter")
    stage.see(f"{name} is deleted")
    stage.find(False, lambda: name in stage.world.topics())
    back_to_main(stage)


def locked(stage: Stage) -> None:
    """What changes anything is neither shown nor done."""
    name = stage.name
    stage.command("ctx locked")
    stage.see("read only")
    stage.row("topics", name)
    stage.do("app.help")
    screen = stage.see("Show every key of this screen")
    assert "Delete this topic" not in screen
    assert "Create a topic" not in screen
    stage.leave("Show every key of this screen")
    stage.press("D")
    stage.do("app.palette")
    stage.type(f"empty {name}")
    stage.press("Enter")
    screen = stage.see("the configuration says read_only for this cluster")
    assert "Delete topic" not in screen
    stage.leave("the configuration says read_only")
    assert len(stage.world.records(name)) == 30
    back_to_main(stage)


def switch(stage: Stage) -> None:
    """Another cluster is tried beside the one in use, opened, and left again."""
    stage.do("app.clusters")
    stage.see("─ Clusters")
    stage.do("table.filter")
    stage.type("aside")
    stage.press("Enter")
    stage.see("▌aside")
    stage.do("clusters.try")
    stage.see("1 broker, answered in")
    stage.do("table.open")
    stage.see(ASIDE)
    assert ASIDE not in stage.world.topics()
    back_to_main(stage)
    stage.row("topics", stage.name)


def compare(stage: Stage) -> None:
    """A topic is compared with its namesake on another cluster, which is read as it changes."""
    name, aside = stage.name, stage.around.aside
    if name not in aside.topics():
        aside.create(name, retention_ms=str(DAY_MS))
    stage.row("topics", name)
    stage.command(f"diff {name} aside/")
    stage.see(f"› {name} aside/{name}")
    stage.see(lambda screen: "(3d)" in screen and "(1d)" in screen)
    assert stage.world.own_config(name, "retention.ms") == str(3 * DAY_MS)
    assert aside.own_config(name, "retention.ms") == str(DAY_MS)
    stage.do("diff.all")
    stage.see("max.message.bytes")
    aside.set_config(name, "retention.ms", str(2 * DAY_MS))
    stage.see("(2d)")
    stage.leave("› ")


CLUSTER_ACTS = (
    Act("compare", ("diff.all",), topic, compare),
    Act("production", ("topics.add-partitions", "topics.delete"), topic, production),
    Act("locked", ("app.help",), topic, locked),
    Act("switch", ("app.clusters", "clusters.try", "table.open"), topic, switch),
)
