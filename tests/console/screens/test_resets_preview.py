"""A reset of several groups as it is shown, refused, overtaken and done."""

import pytest

from console.forms.reset_offsets import Drafts
from console.keys.keymap import DEFAULT_KEYMAP
from console.model.care import USUAL, Care
from console.port.errors import Failed
from console.resets.aim import parse_aim
from console.resets.drafting import Draft, Wish, drafted
from console.resets.extent import EVERYTHING
from console.screens.job_run import JobRun
from console.screens.resets_preview import ResetsPreview
from console.widgets.confirm import ConfirmDialog
from tests.console.resets.test_carrying import positions
from tests.console.resets.test_drafting import ONE, cluster_at_rest
from tests.support.fake_cluster import FakeCluster
from tests.support.fake_world import Flow
from tests.support.hand import at_rest, press
from tests.support.stage import Stage, shown

SIZE = (120, 40)


async def drafts_of(cluster: FakeCluster, to: str) -> dict[str, Draft | str]:
    aim = parse_aim(to, cluster.world.clock.wall_ms())
    wish = Wish("billing", "classic", aim, EVERYTHING)
    return {"billing": await drafted(wish, cluster), "mailer": "it has no positions"}


async def opened(
    cluster: FakeCluster, drafts: Drafts, care: Care = USUAL
) -> tuple[Stage, ResetsPreview, list[frozenset[str] | None]]:
    answers: list[frozenset[str] | None] = []
    return Stage(), ResetsPreview(drafts, cluster, cluster, DEFAULT_KEYMAP, care), answers


@pytest.mark.parametrize(
    ("to", "care", "typed"),
    [
        ("earliest", USUAL, "y"),
        ("latest", USUAL, "1 group"),
        ("earliest", Care("prod", is_production=True), "1 group"),
        ("latest", Care("prod", is_production=True), "prod/1 group"),
    ],
)
async def test_what_is_asked_grows_with_what_is_lost(to: str, care: Care, typed: str) -> None:
    cluster = cluster_at_rest()
    app, preview, answers = await opened(cluster, await drafts_of(cluster, to), care)
    async with app.run_test(size=SIZE):
        app.push_screen(preview, answers.append)
        await press(app, "ctrl+s")
        assert isinstance(app.screen, ConfirmDialog)
        await press(app, *typed, *(["enter"] if len(typed) > 1 else []))
        await at_rest(app)
        assert answers == [frozenset({"billing"})]
    assert positions(cluster)[ONE] == (10 if to == "earliest" else 100)


async def test_a_group_that_moved_since_stays_and_is_told() -> None:
    cluster = cluster_at_rest()
    app, preview, answers = await opened(cluster, await drafts_of(cluster, "earliest"))
    async with app.run_test(size=SIZE):
        app.push_screen(preview, answers.append)
        await at_rest(app)
        cluster.world.groups["billing"].committed[ONE] = Flow(55)
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        assert isinstance(app.screen, JobRun)
        assert "it has moved since the preview, and stays as it is" in shown(app)
        await press(app, "escape")
        assert app.screen is preview
        await press(app, "escape")
    assert answers == [frozenset()]
    assert positions(cluster)[ONE] == 55


async def test_partitions_that_are_refused_are_told() -> None:
    cluster = cluster_at_rest()
    cluster.world.refusing[ONE] = Failed("UNKNOWN", "not\x07 now")
    app, preview, _ = await opened(cluster, await drafts_of(cluster, "earliest"))
    async with app.run_test(size=SIZE):
        app.push_screen(preview)
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        assert "1 of 2 partitions stay: not␇ now" in shown(app)


async def test_where_none_can_be_reset_nothing_is_asked() -> None:
    cluster = cluster_at_rest()
    app, preview, answers = await opened(cluster, {"a": "no", "b\x1b": "neither"})
    async with app.run_test(size=SIZE):
        app.push_screen(preview, answers.append)
        await press(app, "ctrl+s")
        assert app.screen is preview
        text = shown(app)
        assert "None of them can be reset" in text
        assert "b␛" in text
        assert "ctrl+s" not in text
        await press(app, "/", "a", "escape", "escape")
    assert answers == [frozenset()]
