"""Who writes to a topic: every face of the panel."""

from dataclasses import replace

import pytest

from console.model.section import LOADING, Loading, Ready, Refused, Section, Stale
from console.model.topic import Producer, Producers, TopicDetail
from console.panels.producers import ProducersPanel, producer_row
from console.panels.times import Times
from console.settings import TimeStyle
from tests.support.hand import at_rest
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy
from tests.support.sample_topics import producers
from tests.support.stage import Stage, shown

RELATIVE = Times(TimeStyle.RELATIVE)


def test_a_row_says_what_is_not_known_and_not_zero() -> None:
    row = producer_row(Producer(3, 4001, 0, None, None), RELATIVE, NOW_MS)
    assert [cell.text for cell in row.cells] == ["3", "4001", "0", "–", "–", "no transaction"]
    row = producer_row(Producer(3, 4001, 0, 0, NOW_MS - 5_000, 0), RELATIVE, NOW_MS)
    assert [cell.text for cell in row.cells[3:]] == ["0", "5s", "○ 0"]


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (LOADING, "Reading producers"),
        (Loading("no answer"), "no answer"),
        (Ready(Producers(()), NOW_MS), "No producer is remembered"),
        (Ready(producers(), NOW_MS), "4,031,102"),
        (Ready(Producers((), 2, "no leader"), NOW_MS), "2 partitions do not tell: no leader"),
        (Stale(producers(), NOW_MS - 46_000, "no answer", NOW_MS), "as of 46s ago: no answer"),
        (Refused("no right to read t"), "Producers cannot be shown"),
    ],
)
async def test_every_face(section: Section[Producers], said: str) -> None:
    panel = ProducersPanel("t")
    app = Stage(panel)
    details = {"t": replace(TopicDetail("t"), producers=section)}
    async with app.run_test(size=(70, 10)):
        panel.show(replace(busy(), topic_details=details), RELATIVE)
        await at_rest(app)
        assert said in shown(app)
