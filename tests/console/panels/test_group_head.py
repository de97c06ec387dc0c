"""The head of a group's screen: what it is, and its figures."""

from dataclasses import replace

from console.model.figures import Known, Unknown
from console.panels.group_head import GroupCards, GroupLine, figures_of, words_of
from tests.support.hand import at_rest
from tests.support.sample_groups import groups
from tests.support.stage import Stage, lines_of, shown


def test_the_words_say_type_assignor_members_and_coordinator() -> None:
    billing = groups()[0]
    assert words_of(billing) == "classic · range · 6 members · coordinator 1"
    assert isinstance(billing.members, Known)
    alone = replace(billing, members=Known(billing.members.value[:1], 1), protocol="")
    assert words_of(alone) == "classic · 1 member · coordinator 1"
    unknown = replace(billing, members=Unknown("no right"), coordinator=Unknown("no right"))
    assert words_of(unknown) == "classic · range · members unknown"


def test_figures_say_what_they_lack() -> None:
    cells = dict(figures_of(groups()[0]))
    assert (cells["Lag"].text, cells["Lag"].unit) == ("52.0K", " +1?")
    assert cells["Next unread"].text == "24s"
    unread = dict(figures_of(replace(groups()[0], is_enriched=False)))
    assert unread["Lag"].text == "–"


async def test_a_group_that_is_not_known_yet_shows_no_figures() -> None:
    line, cards = GroupLine(), GroupCards()
    app = Stage(line, cards)
    async with app.run_test(size=(120, 8)):
        cards.show(groups()[0])
        line.show(groups()[0])
        await at_rest(app)
        assert "52.0K msgs +1?" in shown(app)
        cards.show(None)
        line.show(None)
        await at_rest(app)
        assert lines_of(app)[3].count("…") == 5
        assert "billing" not in shown(app)


async def test_figures_that_could_not_be_read_anew_are_said_to_be_old() -> None:
    line = GroupLine()
    app = Stage(line)
    async with app.run_test(size=(120, 4)):
        line.show(replace(groups()[0], problem="kafka-2 refused"))
        await at_rest(app)
        assert "▲ old figures" in lines_of(app)[0]


async def test_the_verdict_stands_and_no_figure_is_cut_where_it_is_narrow() -> None:
    line = GroupLine()
    line.styles.height = 2
    app = Stage(line)
    async with app.run_test(size=(60, 4)):
        line.show(groups()[0])
        await at_rest(app)
        first, second, *_ = lines_of(app)
        assert first.startswith("  ● Stable   ▲ falling behind   classic · range")
        assert first.endswith("…")
        assert second == "  lag 52.0K +1?   next unread 24s   outlook +78.0K/min"
