"""One topic's screen: everything of it is in reach at every size, and the lag of every group."""

from dataclasses import replace

import pytest

from console.model.section import Ready, Stale, content
from console.model.snapshot import Snapshot
from console.panels.partitions import PartitionsPanel
from console.panels.producers import ProducersPanel
from console.panels.segments import SegmentsPanel
from console.panels.topic_configs import TopicConfigsPanel
from console.sampling.needs import View
from console.screens.lists import TopicsScreen
from console.screens.messages import MessagesScreen
from console.screens.topic import TopicScreen
from console.widgets.table_panel import TablePanel
from console.widgets.vtable import VTable
from tests.support.console_stage import console
from tests.support.hand import at_rest, press, resize
from tests.support.sample_groups import groups
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy, loading
from tests.support.sample_topics import topic_detail, topics
from tests.support.stage import shown


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (99, 30), (100, 30), (200, 60)])
async def test_partitions_groups_and_configuration_are_shown_at_every_size(
    size: tuple[int, int],
) -> None:
    app = console(busy())
    async with app.run_test(size=size):
        await press(app, "2", "enter")
        text = shown(app)
        for title in ("Partitions", "Groups that read it", "Configuration"):
            assert title in text
        configs = app.screen.query_one(TopicConfigsPanel)
        assert configs.table.size.height >= 3
        assert configs.table.shown_keys[0] in text


async def test_tab_leads_from_panel_to_panel() -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24)):
        await press(app, "2", "enter", "tab", "tab", "tab")
        assert app.focused is app.screen.query_one(TopicConfigsPanel).table


def with_counts(partitions: int, readers: int) -> Snapshot:
    """The busy cluster with so many partitions, and groups that read them."""
    detail, (billing, *_) = topic_detail("orders.placed"), groups()
    some = content(detail.partitions) or ()
    rows = [replace(some[at % len(some)], index=at) for at in range(partitions)]
    names = [replace(billing, name=f"billing-{at}") for at in range(readers)]
    detail = replace(detail, partitions=Ready(tuple(rows), NOW_MS))
    return replace(
        busy(), groups=Ready(tuple(names), NOW_MS), topic_details={"orders.placed": detail}
    )


@pytest.mark.parametrize(
    ("size", "partitions", "readers", "scrolled"),
    [
        ((80, 24), 3, 2, set()),
        ((80, 24), 12, 2, {"partition", "key"}),
        ((80, 24), 50, 10, {"partition", "group", "key"}),
        ((120, 40), 1, 10, set()),
        ((120, 40), 12, 10, set()),
        ((120, 40), 50, 10, {"partition"}),
        ((200, 60), 40, 10, {"segment"}),
    ],
)
async def test_no_list_scrolls_while_another_has_lines_to_spare(
    size: tuple[int, int], partitions: int, readers: int, scrolled: set[str]
) -> None:
    app = console(with_counts(partitions, readers))
    async with app.run_test(size=size):
        await press(app, "2", "enter")
        panels = [each for each in app.screen.query(TablePanel) if each.size.height]
        assert {each.name_in_memory[:-1] for each in panels if each.table.max_scroll_y} == scrolled


async def test_a_wide_screen_shows_long_keys_whole_and_since_when_a_transaction_is_open() -> None:
    detail = topic_detail("orders.placed")
    first, *others = content(detail.configs) or ()
    key = replace(first, name="unclean.leader.election.enable")
    detail = replace(detail, configs=Ready((key, *others), NOW_MS))
    app = console(replace(busy(), topic_details={"orders.placed": detail}))
    async with app.run_test(size=(200, 60)):
        await press(app, "2", "enter")
        assert key.name in shown(app)
        assert "AGE" in shown(app)
        await resize(app, 160, 60)
        assert "OPEN SINCE" in shown(app)


async def test_lists_share_their_lines_anew_when_rows_come_or_go() -> None:
    app = console(with_counts(50, 1))
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter")
        partitions = app.screen.query_one(PartitionsPanel)
        high = partitions.outer_size.height
        app.feed.give(with_counts(50, 20))
        await at_rest(app)
        assert partitions.outer_size.height < high
        app.feed.give(with_counts(50, 1))
        await at_rest(app)
        assert partitions.outer_size.height == high


def lag_shown_of(group: str, *gone: str) -> Snapshot:
    """The busy cluster with the lag of this group shown, and without those that are gone."""
    detail = replace(topic_detail("orders.placed"), lag_group=group)
    rows = tuple(each for each in groups() if each.name not in gone)
    return replace(busy(), groups=Ready(rows, NOW_MS), topic_details={"orders.placed": detail})


async def test_the_key_for_groups_asks_for_the_lag_of_the_one_after_that_shown() -> None:
    """`billing` is shown, as the one furthest behind."""
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter")
        seen = []
        for _ in range(4):
            await press(app, "c")
            seen.append(app.feed.needs[-1].lag_group)
        assert seen == ["fraud", "billing"] * 2
        assert app.feed.needs[-1].topics == {"orders.placed"}


async def test_the_group_whose_lag_is_shown_first_stays_whoever_falls_further_behind() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter")
        app.feed.give(lag_shown_of("fraud"))
        await at_rest(app)
        assert app.feed.needs[-1].lag_group == "billing"


async def test_when_the_group_is_gone_the_next_one_that_is_shown_stays() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter")
        app.feed.give(lag_shown_of("fraud", "billing"))
        await at_rest(app)
        assert app.feed.needs[-1].lag_group == "fraud"
        app.feed.give(lag_shown_of("billing"))
        await at_rest(app)
        assert app.feed.needs[-1].lag_group == "fraud"


async def test_a_group_that_reads_it_is_opened_from_there() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter", "tab", "tab", "enter")
        assert app.screen.detail == "fraud"  # type: ignore[attr-defined]
        await press(app, "escape")
        assert isinstance(app.screen, TopicScreen)


def without(*names: str) -> Snapshot:
    rows = tuple(topic for topic in topics() if topic.name not in names)
    return replace(busy(), topics=Ready(rows, NOW_MS))


async def test_a_topic_deleted_elsewhere_is_said_to_be_gone_and_esc_leads_back() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter", "slash", "1", "enter")
        app.feed.give(without("orders.placed"))
        await at_rest(app)
        text = shown(app)
        assert "There is no topic orders.placed" in text
        assert "it was deleted, or this user may not see it · esc goes back" in text
        assert "Partitions" not in text
        assert app.screen.subject is None  # type: ignore[attr-defined]
        await press(app, "escape")
        assert isinstance(app.screen, TopicsScreen)


async def test_a_topic_that_is_there_again_is_shown_and_has_the_focus() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter")
        app.feed.give(without("orders.placed"))
        await at_rest(app)
        app.feed.give(busy())
        await at_rest(app)
        assert "Partitions" in shown(app)
        assert "There is no topic" not in shown(app)
        assert app.focused is app.screen.query(VTable).first()


async def test_an_old_list_does_not_say_that_a_topic_is_gone() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter")
        app.feed.give(replace(without("orders.placed"), topics=Stale((), 1, "no answer", 1)))
        await at_rest(app)
        assert "There is no topic" not in shown(app)


async def test_deleting_the_topic_that_is_open_leads_back() -> None:
    app = console(busy())
    app.cluster.world.add_topic("orders.placed", 3)
    async with app.run_test(size=(120, 40), notifications=True):
        await press(app, "2", "enter", "D", *"orders.placed", "enter")
        await at_rest(app)
        assert isinstance(app.screen, TopicsScreen)
        assert "orders.placed is deleted" in shown(app)
        app.feed.give(without("orders.placed"))
        await at_rest(app)
        # Whoever goes there once more is told that it is gone, and since when.
        await press(app, "]", "[")
        await press(app, *":topic orders.placed", "enter")
        assert "it was deleted from here" in shown(app)


async def test_a_filter_opens_while_a_topic_is_read_anew_and_after_that() -> None:
    """Its details are forgotten behind another screen: for a moment faces stand for its lists."""
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter")
        app.feed.give(replace(busy(), topic_details={}))
        await at_rest(app)
        assert "Reading partitions" in shown(app)
        await press(app, "slash", "1", "1")
        app.feed.give(busy())
        await at_rest(app)
        panel = app.screen.query_one(PartitionsPanel)
        assert panel.table.shown_keys == ("11",)
        app.feed.give(replace(busy(), topic_details={}))
        await at_rest(app)
        app.feed.give(busy())
        await press(app, "enter", "escape", "slash")
        assert app.focused is panel.filter_line


async def test_producers_come_by_tab_where_there_is_no_room_for_them() -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24)):
        await press(app, "2", "enter")
        assert "Configuration · tab: Active producers" in shown(app)
        assert "4017" not in shown(app)
        await press(app, "tab", "tab", "tab", "tab")
        producers = app.screen.query_one(ProducersPanel)
        assert app.focused is producers.table
        assert producers.table.shown_keys == ("4001/0", "4001/1", "4017/1")
        assert "4017" in shown(app)
        assert "╭─ Groups that read it" not in shown(app)
        await press(app, "tab")
        assert "╭─ Groups that read it" in shown(app)
        assert "4017" not in shown(app)


async def test_segments_come_by_tab_and_are_asked_for_while_they_are_in_sight() -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter")
        assert "· tab: Segments" in shown(app)
        assert View.SEGMENTS not in app.feed.needs[-1].views
        await press(app, "tab")
        panel = app.screen.query_one(SegmentsPanel)
        assert app.focused is panel.table
        assert View.SEGMENTS in app.feed.needs[-1].views
        for said in ("Kept for 30d", "BASE OFFSET", "by age", "Segments · shift+tab: Partitions"):
            assert said in shown(app)
        await press(app, "tab")
        assert View.SEGMENTS not in app.feed.needs[-1].views
        assert "Kept for 30d" not in shown(app)


async def test_segments_hidden_behind_the_configuration_are_not_asked_for() -> None:
    app = console(busy())
    async with app.run_test(size=(200, 60)):
        await press(app, "2", "enter")
        assert View.SEGMENTS in app.feed.needs[-1].views
        await press(app, "e")
        assert View.SEGMENTS not in app.feed.needs[-1].views
        await press(app, "escape")
        assert View.SEGMENTS in app.feed.needs[-1].views


async def test_enter_on_a_segment_reads_messages_from_its_first_one() -> None:
    app = console(busy())
    app.cluster.world.add_topic("orders.placed", 12, end=60)
    async with app.run_test(size=(120, 40)):
        await press(app, "2", "enter", "tab", "enter")
        await at_rest(app)
        assert isinstance(app.screen, MessagesScreen)
        assert "p0:1000000" in shown(app)


async def test_a_wide_screen_shows_who_writes_and_whose_transaction_is_open() -> None:
    app = console(busy())
    async with app.run_test(size=(200, 60)):
        await press(app, "2", "enter")
        assert View.PRODUCERS in app.feed.needs[-1].views
        text = shown(app)
        for said in ("Active producers", "4017", "4,031,102", "no transaction"):
            assert said in text


async def test_before_anything_is_read_every_panel_says_so() -> None:
    app = console(loading())
    async with app.run_test(size=(120, 40)):
        await app.push_screen(TopicScreen(app, "orders.placed"))
        await at_rest(app)
        for what in ("partitions", "groups", "configuration"):
            assert f"Reading {what}" in shown(app)
