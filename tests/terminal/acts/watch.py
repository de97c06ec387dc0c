"""Acts that look: what another retention would do, alerts, the journal, themes, commands."""

import json
import subprocess
from functools import partial

from tests.terminal.acts.act import Act
from tests.terminal.acts.groups import END, HERE, group, reader_of
from tests.terminal.acts.stage import PATIENCE_S, Stage
from tests.terminal.acts.topics import DAY_MS, key_of, nothing, set_key, topic
from tests.terminal.acts.world import PARTITIONS, World

HOUR_MS = 3_600_000
PAPER, MIDNIGHT = "48;2;244;246;250", "48;2;11;16;32"
"""The codes of the two themes' backgrounds."""


def what_if(stage: Stage, scope: str) -> None:
    """A longer retention loses nothing, a shorter one says what and from whom, and is saved."""
    name = stage.name
    stage.at(scope, name)
    for text, wanted_ms in (("30d", 30 * DAY_MS), ("1h", HOUR_MS)):
        stage.do(f"{scope}.what-if")
        stage.see(f"─ Retention of {name}")
        stage.see("Goes at once")
        stage.fill(text)
        if wanted_ms == HOUR_MS:
            stage.see(f"■ {reader_of(name)}")
        stage.do("form.submit")
        if wanted_ms == HOUR_MS:
            stage.see("This deletes")
            stage.agree(name)
        stage.see(lambda screen: f"─ Retention of {name}" not in screen)
        stage.find(str(wanted_ms), lambda: stage.world.own_config(name, "retention.ms"))


def lagging(world: World, name: str) -> None:
    """A topic, and a group that has read nothing of it."""
    topic(world, name)
    world.commit(reader_of(name), name, (0,) * PARTITIONS)


def alerts(stage: Stage) -> None:
    """A program and an address are told of a group that lags, and a rule is muted."""
    group, around = reader_of(stage.name), stage.around
    stage.see("alert")
    stage.find(True, lambda: around.told.exists() and f"_GROUP={group}" in around.told.read_text())
    said = around.told.read_text().splitlines()
    assert {"KCONSOLE_ALERT_RULE=behind", "KCONSOLE_ALERT_LAG=30"} <= set(said)
    heard = [json.loads(body) for _, body in around.hook.asked]
    assert [each["lag"] for each in heard if each["group"] == group][:1] == [30]
    stage.do("app.alerts")
    stage.see("▌behind")
    stage.see("1 group")
    stage.do("alerts.mute")
    stage.see("muted, 1 group")
    stage.do("alerts.mute")
    stage.see(lambda screen: "muted, 1 group" not in screen)
    assert reader_of(stage.name) in stage.world.groups()


def journal(stage: Stage) -> None:
    """What was done is listed, can be undone from there, and is kept in a file."""
    name = stage.name
    key_of(stage, "topics", "retention.ms")
    set_key(stage, "retention.ms", "30d", "(30d)")
    stage.find(str(30 * DAY_MS), lambda: stage.world.own_config(name, "retention.ms"))
    stage.command("journal")
    stage.see("─ Journal")
    stage.do("table.filter")
    stage.type(name)
    stage.press("Enter")
    stage.see("done, can be undone")
    stage.undo("set configs", name)
    stage.see("undone")
    stage.find(str(3 * DAY_MS), lambda: stage.world.own_config(name, "retention.ms"))
    kept = [json.loads(line) for line in stage.around.audit.read_text().splitlines()]
    mine = [each for each in kept if each["subject"] == name]
    assert [(each["cluster"], each["act"], each["what"]) for each in mine] == [
        ("main", "set configs", f"retention.ms = {30 * DAY_MS}"),
        ("main", "set configs", f"retention.ms = {3 * DAY_MS}"),
    ]
    stage.leave(f"filter {name}")


def themes(stage: Stage) -> None:
    """One by name, the other by key."""
    for act, colour in (
        (lambda: stage.command("theme paper"), PAPER),
        (lambda: stage.do("app.theme"), MIDNIGHT),
    ):
        act()
        stage.find(True, lambda colour=colour: colour in stage.terminal.painted())


def prompt(stage: Stage) -> None:
    """A command is completed; one that means nothing is said to."""
    stage.do("app.palette")
    stage.see("topics, topic NAME")
    stage.type("nonsense")
    stage.press("Enter")
    stage.see("there is no command nonsense")
    stage.press("C-u")
    stage.type("gro")
    stage.press("Tab", "Enter")
    stage.see(lambda screen: "─ Consumer groups" in screen or "─ Groups" in screen)


def commands(stage: Stage) -> None:
    """`get` and `report` tell what the screens show."""
    name, group = stage.name, reader_of(stage.name)
    topics = _table(stage, "topics", name)
    assert [each["topic"] for each in topics] == [name]
    lag = _table(stage, "lag", group)
    assert [(each["partition"], each["committed"]) for each in lag] == list(enumerate(HERE))
    assert {each["end"] for each in lag} == {END}
    configs = {each["key"]: each["value"] for each in _table(stage, "configs", name)}
    assert configs["segment.ms"] == stage.world.own_config(name, "segment.ms")
    page = stage.folder / "report.html"
    _run(stage, "report", str(page))
    text = page.read_text()
    assert name in text
    assert group in text


def _run(stage: Stage, *words: str) -> str:
    command = stage.around.command(*words, "--bootstrap", "main")
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _table(stage: Stage, table: str, name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(_run(stage, "get", table, name, "-o", "json"))
    return rows


WATCH_ACTS = (
    *(
        Act(
            f"what-if-{scope}",
            (f"{scope}.what-if", "form.submit"),
            group,
            partial(what_if, scope=scope),
        )
        for scope in ("topic", "retention")
    ),
    Act("alerts", ("app.alerts", "alerts.mute"), lagging, alerts),
    Act("journal", ("app.undo", "table.filter"), topic, journal),
    Act("themes", ("app.theme",), nothing, themes),
    Act("prompt", ("app.palette",), nothing, prompt),
    Act("commands", (), group, commands),
)
