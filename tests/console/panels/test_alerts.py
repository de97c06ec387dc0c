"""Alerts as tables: where each rule stands, how it was told, for which groups it holds."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from rich.cells import cell_len

from console.alerts.alerting import Told
from console.alerts.rules import Telling
from console.model.alerts import Alert, AlertRule, Phase, Turn, TurnKind
from console.model.snapshot import Snapshot
from console.model.verdict import Verdict
from console.panels import cells
from console.panels.alerts import (
    ALERT_COLUMNS,
    EXAMPLE,
    AlertsPanel,
    alert_row,
    last_cell,
    rule_row,
    rule_state,
)
from console.panels.group_parts import LAG_COLUMNS
from console.panels.groups import COLUMNS as GROUP_COLUMNS
from console.saved_alerts import alerts_of
from console.widgets.columns import Column
from console.widgets.palette import Role
from engine.config.load import Document
from tests.support.hand import at_rest
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy, loading, refused, stale
from tests.support.stage import Stage, shown

RULE = AlertRule("beh\x1bind", groups="bill*", lag_over=100, for_s=60)
FIRING = Alert(
    RULE, "bill\x1bing", Phase.FIRING, NOW_MS - 90_000, "lag 500", lag=500, verdict=Verdict.STALL
)
WAITING = replace(FIRING, phase=Phase.WAITING, lag=None, verdict=Verdict.OK)
TURN = Turn(TurnKind.BEGIN, FIRING, NOW_MS - 30_000)


@pytest.mark.parametrize(
    ("rule", "alerts", "said"),
    [
        (RULE, (), "● quiet"),
        (RULE, (WAITING,), "○ 1 waiting"),
        (RULE, (FIRING, WAITING), "▲ 1 group"),
        (RULE, (FIRING, FIRING), "▲ 2 groups"),
        (replace(RULE, is_muted=True), (), "muted"),
        (replace(RULE, is_muted=True), (FIRING,), "muted, 1 group"),
    ],
)
def test_where_a_rule_stands(rule: AlertRule, alerts: tuple[Alert, ...], said: str) -> None:
    assert rule_state(rule, alerts).text == said


@pytest.mark.parametrize("columns", [GROUP_COLUMNS, LAG_COLUMNS, ALERT_COLUMNS])
@pytest.mark.parametrize("verdict", Verdict)
def test_there_is_room_for_every_verdict_wherever_it_stands(
    columns: Sequence[Column], verdict: Verdict
) -> None:
    width = next(each.width for each in columns if each.key == "verdict")
    assert cell_len(cells.state(verdict.severity, verdict.value).text) <= width


def test_alerts_of_another_rule_are_not_counted() -> None:
    assert rule_state(replace(RULE, name="other"), (FIRING,)).text == "● quiet"


def test_how_the_last_telling_went() -> None:
    assert last_cell(None, NOW_MS).text == "–"
    assert last_cell(Told(TURN, "prod", "run x"), NOW_MS).text == "begin 30s ago"
    failed = last_cell(Told(TURN, "prod", "run x", "x ended with exit code 3"), NOW_MS)
    assert (failed.text, failed.role) == ("■ x ended with exit code 3", Role.ERROR)


def test_a_rule_is_a_row() -> None:
    row = rule_row(RULE, Telling(command=("notify\x1b-send",)), (FIRING,), None, NOW_MS)
    assert [cell.text for cell in row.cells] == [
        "beh␛ind",
        "bill*",
        "lag over 100",
        "1m",
        "▲ 1 group",
        "bell, notify␛-send",
        "–",
    ]


def test_an_alert_is_a_row_and_what_is_not_known_is_no_number() -> None:
    assert [cell.text for cell in alert_row(FIRING, NOW_MS).cells] == [
        "bill␛ing",
        "beh␛ind",
        "▲ firing",
        "1m 30s",
        "lag 500",
        "500",
        "–",
        "■ stalled",
    ]
    assert alert_row(WAITING, NOW_MS).cells[5].text == "–"


def test_a_rule_is_not_quiet_while_nothing_is_known() -> None:
    assert rule_state(RULE, (), is_judged=False).text == "– not judged"
    assert rule_state(RULE, (FIRING,), is_judged=False).text == "▲ 1 group"


async def test_nothing_that_holds_is_said() -> None:
    panel = AlertsPanel()
    app = Stage(panel)
    async with app.run_test(size=(100, 20)):
        panel.show((), busy())
        await at_rest(app)
        assert "No rule holds for any group" in shown(app)
        panel.show((FIRING,), busy())
        await at_rest(app)
        assert "bill␛ing" in shown(app)


@pytest.mark.parametrize(
    ("picture", "without", "beside"),
    [
        (loading, "Reading alerts …", "▲ the groups are being read"),
        (refused, "Alerts cannot be shown", "▲ user reader lacks Describe on groups"),
        (stale, "No rule holds for any group", "▲ as of 46s ago: kafka-1.eu:9092 refused"),
    ],
)
async def test_groups_that_cannot_be_judged_are_told(
    picture: Callable[[], Snapshot], without: str, beside: str
) -> None:
    panel = AlertsPanel()
    app = Stage(panel)
    async with app.run_test(size=(100, 20)):
        panel.show((), picture())
        await at_rest(app)
        assert without in shown(app)
        panel.show((FIRING,), picture())
        await at_rest(app)
        assert beside in shown(app)
        assert "bill␛ing" in shown(app)
        panel.show((FIRING,), busy())
        await at_rest(app)
        assert beside not in shown(app)


def test_the_example_of_a_rule_is_one() -> None:
    rules, problems = alerts_of(Document("config.toml", tomllib.loads(EXAMPLE)))
    assert [each.rule.lag_over for each in rules] == [10_000]
    assert problems == ()
