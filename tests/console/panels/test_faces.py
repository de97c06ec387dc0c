"""Which face a section has: loading, refused, stale or fresh, the same for every panel."""

import pytest

from console.model.section import LOADING, Loading, Ready, Refused, Section, Stale
from console.panels.faces import age_remark, shown_value
from console.widgets.face import Face
from console.widgets.stale_banner import StaleBanner
from tests.support.hand import at_rest
from tests.support.stage import Stage, shown

STALE = Stale("value", 1_000, "kafka-1 refused", 5_000)


@pytest.mark.parametrize(
    ("section", "value", "said", "silent"),
    [
        (LOADING, None, "Reading topics …", "■"),
        (Loading("kafka-1 \x1b[2J"), None, "kafka-1 ␛[2J", "■"),
        (Refused("no right"), None, "■ Topics cannot be shown", "as of"),
        (STALE, "value", "▲ as of 46s ago: kafka-1 refused", "Reading"),
        (Ready("value", 1_000), "value", "", "as of"),
    ],
)
async def test_every_section_has_its_face(
    section: Section[str], value: str | None, said: str, silent: str
) -> None:
    face, banner = Face(), StaleBanner()
    app = Stage(banner, face)
    async with app.run_test(size=(60, 8)):
        for each in (STALE, Refused("before"), section):
            found = shown_value(each, what="topics", face=face, banner=banner, now_ms=47_000)
        await at_rest(app)
        assert found == value
        assert said in shown(app)
        assert silent not in shown(app)


def test_a_remark_tells_the_age_of_what_is_stale_alone() -> None:
    assert age_remark(STALE, 47_000) == "▲ as of 46s ago"
    assert age_remark(Ready("value", 1_000), 47_000) == ""
    assert age_remark(LOADING, 47_000) == ""
