"""The panel: text with keys, a title with what was done, its own keys at the lower edge."""

from console.tour.page import Page, Paragraph, Tone
from console.tour.panel import TourPanel
from console.tour.wording import Piece
from tests.support.hand import at_rest
from tests.support.stage import Stage, lines_of

FIRST = Page(
    "Tour 1/2 · Topics",
    (
        Paragraph(Tone.TEXT, (Piece("Press "), Piece("[", is_key=True), Piece(" to [b]go[/b]."))),
        Paragraph(Tone.HINDRANCE, (Piece("Nobody reads."),)),
    ),
    ((">", "next"), ("f4", "leave")),
)
SECOND = Page("Tour 2/2 · End", (Paragraph(Tone.DONE, (Piece("So already."),)),), (), "Topics")


async def test_a_page_is_shown_at_the_bottom_as_it_is_and_gives_way_to_another() -> None:
    panel = TourPanel(FIRST)
    app = Stage(panel)
    async with app.run_test(size=(40, 12)):
        await at_rest(app)
        lines = lines_of(app)
        assert lines[-4].startswith("╭─ Tour 1/2 · Topics ─")
        assert lines[-3:-1] == [
            "│ Press [ to [b]go[/b].                │",
            "│ ▲ Nobody reads.                      │",
        ]
        assert lines[-1].endswith("─ > next  f4 leave ─╯")
        panel.show(SECOND)
        await at_rest(app)
        lines = lines_of(app)
        assert lines[-3].startswith("╭─ Tour 2/2 · End   ● done: Topics ─")
        assert lines[-2] == "│ ● So already.                        │"
