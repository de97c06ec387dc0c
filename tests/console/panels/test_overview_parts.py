"""The cards, the throughput and the events of the overview."""

from dataclasses import replace

from console.model.cluster import Totals
from console.model.figures import Known, Total, Unknown
from console.model.section import Ready
from console.model.series import EMPTY_SERIES
from console.model.snapshot import Snapshot
from console.panels.overview_parts import CardsRow, EventsPanel, ThroughputPanel
from console.panels.times import Times
from console.settings import TimeStyle
from tests.support.hand import at_rest
from tests.support.sample_series import NOW_MS, evenly
from tests.support.sample_snapshots import busy, empty, loading, shut_out, stale, totals
from tests.support.stage import Stage, lines_of, shown


def with_totals(found: Totals) -> Snapshot:
    return replace(busy(), totals=Ready(found, NOW_MS))


async def cards(snapshot: Snapshot, width: int = 120) -> str:
    row = CardsRow()
    app = Stage(row)
    async with app.run_test(size=(width, 6)):
        row.show(busy())
        row.show(snapshot)
        await at_rest(app)
        return lines_of(app)[2]


async def test_cards_say_every_figure_with_its_unit() -> None:
    line = await cards(busy())
    for said in ("48.2K /s", "≈61.4 MB/s", "272K msgs", "1 of 1,284", "42 active"):
        assert said in line


async def test_figures_that_are_not_known_are_dashes_and_sums_say_what_they_lack() -> None:
    silent = Unknown("not read yet")
    found = replace(
        totals(), messages_per_s=silent, bytes_per_s=silent, lag=Total(7, 2), groups_active=silent
    )
    line = await cards(with_totals(found))
    for said in ("– /s", "– B/s", "7 msgs +2?", "– active"):
        assert said in line
    partly = await cards(with_totals(replace(totals(), messages_unknown=3, bytes_unknown=4)))
    for said in ("48.2K /s +3?", "≈61.4 MB/s +4?"):
        assert said in partly
    assert "– msgs" in await cards(with_totals(replace(found, is_lag_read=False)))


async def test_what_is_under_replicated_has_its_unit_in_the_longest_word_that_fits() -> None:
    few = replace(totals(), partition_count=58, under_replicated_history=EMPTY_SERIES)
    assert "1 of 58 partitions " in await cards(with_totals(few))
    assert "1 of 58 parts " in await cards(with_totals(few), 90)
    offline = await cards(with_totals(replace(few, offline=3)))
    assert "1 of 58    3 offline" in offline


async def test_partitions_without_leader_are_told_before_any_change() -> None:
    assert "3 offline" in await cards(with_totals(replace(totals(), offline=3)))


async def test_cards_without_figures_say_why() -> None:
    assert (await cards(shut_out())).count("not allowed") == 5
    assert (await cards(loading())).count("…") == 5


async def test_throughput_waits_for_two_samples_and_says_when_it_is_old() -> None:
    panel = ThroughputPanel()
    app = Stage(panel)
    async with app.run_test(size=(60, 10)):
        panel.show(with_totals(replace(totals(), messages_history=evenly(1.0))))
        await at_rest(app)
        assert "two samples make a rate" in shown(app)
        panel.show(empty())
        await at_rest(app)
        assert "Nothing is written yet" in shown(app)
        panel.show(stale())
        await at_rest(app)
        assert "▲ as of 46s ago · msg/s in" in lines_of(app)[-1]


async def test_events_stand_newest_first_with_their_times_and_are_cleaned() -> None:
    panel = EventsPanel()
    app = Stage(panel)
    first, *rest = busy().events
    snapshot = replace(busy(), events=(replace(first, text="lag \x1b[2J"), *rest))
    async with app.run_test(size=(60, 12)):
        panel.show(snapshot, Times(TimeStyle.UTC))
        await at_rest(app)
        lines = lines_of(app)
        assert "22:24:29 ▲ lag ␛[2J" in lines[1]
        assert "22:24:11 ■ ISR shrink" in lines[2]
        panel.show(snapshot, Times(TimeStyle.RELATIVE))
        await at_rest(app)
        assert "      2s ▲ lag" in lines_of(app)[1]
        panel.show(replace(busy(), events=()), Times())
        await at_rest(app)
        assert "Nothing has changed" in shown(app)


async def test_known_figures_of_nothing_are_zeros() -> None:
    nothing = Totals(
        is_lag_read=True,
        messages_per_s=Known(0.0, NOW_MS),
        bytes_per_s=Known(0.0, NOW_MS),
        groups_active=Known(0, NOW_MS),
    )
    line = await cards(with_totals(nothing))
    for said in ("0 /s", "0 B/s", "0 msgs", "0 of 0", "0 active"):
        assert said in line


async def test_at_the_least_width_no_label_of_a_card_is_cut() -> None:
    row = CardsRow()
    app = Stage(row)
    async with app.run_test(size=(75, 6)):
        row.show(busy())
        await at_rest(app)
        text = shown(app)
        for label in ("Messages in", "Bytes in", "Total lag", "Under-rep ", "Groups"):
            assert label in text
        assert "Under-repli" not in text
