"""The form that says where a group should go: what it asks, what it keeps, what it says."""

import pytest

from console.forms.reset_offsets import Drafts, ResetForm
from console.keys.keymap import DEFAULT_KEYMAP
from console.messages.start_position import StartKind
from console.model.care import USUAL, Care
from console.port.errors import TimedOut
from console.resets.aim import ToStart
from console.resets.drafting import Draft
from tests.console.resets.test_drafting import ONE, TWO, cluster_at_rest
from tests.support.fake_cluster import FakeCluster
from tests.support.hand import at_rest, press, write
from tests.support.sample_snapshots import busy
from tests.support.stage import Stage, lines_of, shown

SIZE = (80, 24)


def opened(
    cluster: FakeCluster, name: str = "billing", care: Care = USUAL
) -> tuple[Stage, ResetForm, list[Draft]]:
    drafts: list[Draft] = []

    def keep(shown: Drafts) -> None:
        drafts.extend(each for each in shown.values() if isinstance(each, Draft))

    clock = cluster.world.clock
    form = ResetForm({name: "classic"}, cluster, clock, DEFAULT_KEYMAP, keep, care)
    return Stage(), form, drafts


async def test_a_preview_of_a_production_cluster_asks_nothing_yet() -> None:
    app, form, drafts = opened(cluster_at_rest(), care=Care("prod", is_production=True))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await write(app, "earliest")
        await press(app, "ctrl+s")
        assert len(drafts) == 1
        assert app.screen is form


async def test_enter_goes_on_to_the_preview_from_the_last_line() -> None:
    app, form, drafts = opened(cluster_at_rest())
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await write(app, "earliest")
        await press(app, "enter")
        assert len(drafts) == 1


async def test_what_was_typed_becomes_a_plan_and_stays_in_the_form() -> None:
    cluster = cluster_at_rest()
    app, form, drafts = opened(cluster)
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await write(app, "-1h")
        await press(app, "ctrl+s")
        (draft,) = drafts
        assert draft.plan.changes == {ONE: 10, TWO: 10}
        assert isinstance(draft.wish.aim, ToStart)
        assert draft.wish.aim.start.kind is StartKind.TIME
        assert draft.wish.aim.start.amount == cluster.world.clock.wall_ms() - 3_600_000
        assert app.screen is form
        assert form.text_of("to") == "-1h"
    assert "set_offsets" not in cluster.calls


async def test_a_topic_that_is_not_there_is_told_under_the_field_that_names_it() -> None:
    cluster = cluster_at_rest()
    app, form, drafts = opened(cluster)
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        form.line_of("scope").input.value = "gone"
        await write(app, "earliest")
        await press(app, "ctrl+s")
        text = lines_of(app)
        field = next(number for number, line in enumerate(text) if "Partitions" in line)
        assert "■ there is no topic gone" in text[field + 1]
        assert "■ 1 to mend above" in shown(app)
        assert app.focused is form.line_of("scope").input
        form.follow(busy())
        assert "there is no topic gone" in shown(app), "until it is asked again"
        cluster.world.add_topic("gone", 1, end=3)
        await press(app, "ctrl+s")
        assert "there is no topic gone" not in shown(app)
        assert len(drafts) == 1


async def test_an_empty_field_does_not_look_as_if_it_said_all() -> None:
    app, form, _ = opened(cluster_at_rest())
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        form.line_of("scope").input.value = ""
        await at_rest(app)
        (line,) = (line for line in lines_of(app) if "Partitions" in line)
        assert line.strip("│ ").split(maxsplit=1)[1] == "all, or name topics here"


@pytest.mark.parametrize(
    ("scope", "to", "said"),
    [
        ("all", "tomorrow", "one of: earliest, latest"),
        ("orders:x", "earliest", "partitions are numbers: orders:0,2"),
    ],
)
async def test_what_is_wrong_is_told(scope: str, to: str, said: str) -> None:
    app, form, drafts = opened(cluster_at_rest())
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        form.line_of("scope").input.value = scope
        await write(app, to)
        await press(app, "ctrl+s")
        assert said in " ".join(shown(app).replace("│", " ").split())
    assert drafts == []


async def test_a_cluster_that_is_silent_is_told_and_can_be_asked_again() -> None:
    cluster = cluster_at_rest()
    app, form, drafts = opened(cluster)
    cluster.fail("committed", TimedOut("kafka-1:9092 did not answer within 15 s"))
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await write(app, "earliest")
        await press(app, "ctrl+s")
        assert "■ kafka-1:9092 did not answer within 15 s" in shown(app)
        cluster.fail("committed", None)
        await press(app, "ctrl+s")
    assert len(drafts) == 1


async def test_a_file_that_is_not_there_is_told() -> None:
    app, form, drafts = opened(cluster_at_rest())
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await write(app, "file /nowhere.csv")
        await press(app, "ctrl+s")
        # The file is read beside the loop.
        await app.workers.wait_for_complete()
        await at_rest(app)
        assert "■ /nowhere.csv cannot be read: No such file" in shown(app)
    assert drafts == []


async def test_hostile_names_are_shown_cleaned() -> None:
    app, form, _ = opened(cluster_at_rest(), "bil\x1b[31mling[b]x")
    async with app.run_test(size=SIZE):
        await app.push_screen(form)
        await at_rest(app)
        assert "Reset offsets of bil␛[31mling[b]x" in shown(app)
