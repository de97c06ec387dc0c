"""What happened to one group, and to no other."""

from dataclasses import replace

from console.model.events import Event, EventKind
from console.model.severity import Severity
from console.panels.group_events import GroupEventsPanel, events_of, short_text
from console.panels.times import Times
from console.settings import TimeStyle
from tests.support.hand import at_rest
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy
from tests.support.stage import Stage, shown

UTC = Times(TimeStyle.UTC)


def event(subject: str, text: str, kind: EventKind = EventKind.GROUP) -> Event:
    return Event(NOW_MS, Severity.INFO, kind, subject, text)


def test_only_what_is_about_the_group_is_shown() -> None:
    about = event("orders", "group orders rebalances")
    lag = event("orders", "group orders stalled, lag 5", EventKind.LAG)
    others = (
        event("billing", "group billing rebalances"),
        event("orders", "topic orders deleted", EventKind.TOPIC),
    )
    assert events_of(replace(busy(), events=(about, *others, lag)), "orders") == [about, lag]


def test_the_name_of_the_group_is_not_said_again() -> None:
    assert short_text(event("billing", "group billing rebalances")) == "rebalances"
    assert short_text(event("billing", "group billing: a (h) joined")) == "a (h) joined"
    assert short_text(event("b\x1b", "group b␛ is gone")) == "is gone"
    assert short_text(event("billing", "lag billing 182K")) == "lag billing 182K"


async def test_news_come_first_and_their_absence_is_said() -> None:
    panel = GroupEventsPanel("billing")
    app = Stage(panel)
    snapshot = replace(
        busy(),
        events=(
            event("billing", "group billing is stable with 2 members after 3s"),
            event("billing", "group billing rebalances"),
        ),
    )
    async with app.run_test(size=(50, 8)):
        panel.show(snapshot, UTC)
        await at_rest(app)
        text = shown(app)
        assert text.index("is stable with 2 members after 3s") < text.index("rebalances")
        assert "sorted by when · 2 events" in text
        panel.show(replace(snapshot, events=()), UTC)
        await at_rest(app)
        assert "Nothing has changed" in shown(app)
        assert "rebalances" not in shown(app)
