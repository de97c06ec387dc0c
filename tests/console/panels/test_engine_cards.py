"""The figures of a broker of ours as cards."""

import pytest

from console.panels.engine_cards import EngineCards
from tests.support.hand import at_rest
from tests.support.sample_engine import ENGINE_FACES, busy_engine, with_engine
from tests.support.stage import Stage, shown


async def test_cards_tell_rates_flush_and_what_is_in_flight() -> None:
    cards = EngineCards()
    app = Stage(cards)
    async with app.run_test(size=(120, 6)):
        cards.show(busy_engine())
        await at_rest(app)
        text = shown(app)
        for words in ("812 /s", "21 requests", "61.4 MB/s", "118 MB/s", "Flush p99"):
            assert words in text, words


@pytest.mark.parametrize("face", ENGINE_FACES)
async def test_what_is_not_known_is_no_figure(face: str) -> None:
    cards = EngineCards()
    app = Stage(cards)
    async with app.run_test(size=(120, 6)):
        cards.show(with_engine(ENGINE_FACES[face]))
        await at_rest(app)
        assert ("812" in shown(app)) == (face == "stale")
        assert cards.has_class("stale") == (face == "stale")
