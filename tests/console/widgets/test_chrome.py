"""The frame around screens: what stands at every width, and what gives way for it."""

from dataclasses import replace

import pytest

from console.widgets import symbols
from console.widgets.chrome import HeaderBar, HeaderFacts, KeyFooter
from tests.support.stage import Stage, lines_of

FACTS = HeaderFacts(
    cluster="prod-eu-west",
    sign=symbols.OK,
    brokers="3/3 brokers",
    view="Topics",
    about=("KRaft", "v4.1"),
    interval="1s ⟳",
    clock="12:04:31 UTC",
)
KEYS = [(key, f"Action {key}", "bell") for key in "abcdefghij"]


async def header(facts: HeaderFacts, width: int) -> str:
    bar = HeaderBar()
    app = Stage(bar)
    async with app.run_test(size=(width, 3)) as pilot:
        bar.show(facts)
        await pilot.pause()
        return lines_of(app)[0]


@pytest.mark.parametrize("width", [80, 100])
async def test_header_says_everything_and_leaves_the_view_to_the_tabs(width: int) -> None:
    said = await header(FACTS, width)
    assert said.startswith(" ◆ kconsole   prod-eu-west  ● 3/3 brokers   KRaft · v4.1 ")
    assert said.endswith(" 1s ⟳  12:04:31 UTC")
    assert "Topics" not in said


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (80, "● 3/3   Topics › orders.placed   1s ⟳  12:04:31 UTC"),
        (74, "● 3/3   Topics › orders.placed   12:04:31 UTC"),
        (64, "prod-eu-west  ● 3/3   Topics › orders.placed"),
        (50, "prod-eu-west  ● 3/3   Topics › o…"),
    ],
)
async def test_what_is_open_is_named_and_the_rest_gives_way(width: int, said: str) -> None:
    assert said in await header(replace(FACTS, detail="orders.placed"), width)


async def test_pause_never_gives_way() -> None:
    facts = replace(FACTS, detail="orders.placed", interval="paused", is_paused=True)
    for width in (60, 80, 120):
        assert "paused" in await header(facts, width)


async def test_long_names_are_cut_and_the_place_stands() -> None:
    facts = replace(FACTS, cluster="a-very-long-name-of-a-cluster-in-europe", detail="orders")
    said = await header(facts, 60)
    assert "Topics › orders" in said
    assert "a-very-long…" in said


async def test_footer_shows_what_fits_and_always_the_last_two() -> None:
    footer = KeyFooter()
    app = Stage(footer)
    async with app.run_test(size=(60, 3)) as pilot:
        footer.show(KEYS)
        await pilot.pause()
        said = lines_of(app)[-1]
        assert said == " a Action a  b Action b  i Action i  j Action j"
