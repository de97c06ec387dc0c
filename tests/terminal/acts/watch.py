"""Acts that look: what another retention would do, alerts, the journal; and the prompt."""

import json
import time
from functools import partial

from console.model.verdict import Verdict
from tests.support.screen_tables import table_of
from tests.terminal.acts.act import Act
from tests.terminal.acts.groups import HERE, group, reader_of
from tests.terminal.acts.stage import Stage
from tests.terminal.acts.topics import DAY_MS, key_of, nothing, set_key, topic
from tests.terminal.acts.world import PARTITIONS, World

HOUR_MS = 3_600_000


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

    def lags_heard() -> list[object]:
        heard = [json.loads(body) for _, body in around.hook.asked]
        return [each["lag"] for each in heard if each["group"] == group][:1]

    stage.find([30], lags_heard)
    stage.do("app.alerts")
    stage.see("▌behind")
    stage.see("1 group")
    stage.do("alerts.mute")
    stage.see("muted, 1 group")
    stage.do("alerts.mute")
    stage.see(lambda screen: "muted, 1 group" not in screen)
    assert reader_of(stage.name) in stage.world.groups()


def aged(stage: Stage) -> None:
    """A rule about the age of what is not read holds, and the bell rings for it."""
    held(stage, "old", "age ")
    assert stage.terminal.has_rung()
    at_ms = stage.world.records(stage.name)[HERE[0]].timestamp()[1]
    assert time.time() * 1000 - at_ms > HOUR_MS


def ahead(world: World, name: str) -> None:
    """A group whose positions lie beyond the end of a topic."""
    topic(world, name)
    world.commit(reader_of(name), name, (100,) * PARTITIONS)


def judged(stage: Stage) -> None:
    """A rule about a verdict holds."""
    held(stage, "ill", Verdict.AHEAD.value)
    assert stage.world.positions(reader_of(stage.name), stage.name)[0] == 100


def held(stage: Stage, rule: str, reason: str) -> None:
    """The alerts say that a rule holds for the group, and why."""
    stage.do("app.alerts")
    group = reader_of(stage.name)

    def is_held(screen: str) -> bool:
        cells = table_of(screen, "What holds").get(group, [])
        return rule in cells and any(each.startswith(reason) for each in cells)

    stage.see(is_held)
    stage.leave("─ What holds")


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
    stage.see("done, u undoes it")
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


def prompt(stage: Stage) -> None:
    """A command is completed, one of before comes back, aliases are known; nonsense is said to."""
    stage.do("app.palette")
    stage.see("topics, topic NAME")
    stage.type("nonsense")
    stage.press("Enter")
    stage.see("there is no command nonsense")
    stage.press("C-u")
    stage.type("gro")
    stage.do("prompt.complete")
    stage.see(": groups")
    stage.press("Enter")
    stage.see("─ Groups")
    stage.command("t")
    stage.see("─ Topics")
    stage.do("app.palette")
    stage.see("topics, topic NAME")
    stage.do("prompt.older", "prompt.older")
    stage.see(": groups")
    stage.press("Enter")
    stage.see("─ Groups")
    stage.command("publish")
    stage.see("─ Publish")
    stage.close("Publish")


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
    Act("alert-age", ("app.alerts",), group, aged),
    Act("alert-ill", ("app.alerts",), ahead, judged),
    Act("prompt", ("app.palette", "prompt.complete", "prompt.older"), nothing, prompt),
)
