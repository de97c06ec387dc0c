"""`kconsole produce` where nothing can be delivered: it ends, and tells what was not sent."""

from pathlib import Path
from typing import cast

import pytest

from console.port.cluster import Writes
from console.port.errors import ClusterError, Failed, Rejected, TimedOut, Unreachable
from console.scripting.produce import LineForm, TopicSender
from console.scripting.waiting import Waiting


class Away:
    """A cluster that stores no record; `tried` has how many came with each call."""

    def __init__(self, error: ClusterError) -> None:
        self._error = error
        self.tried: list[int] = []

    async def publish(self, topic: str, records: list[object]) -> list[ClusterError]:
        if records:
            self.tried.append(len(records))
        return [self._error] * len(records)


def sender_to(topic: str) -> TopicSender:
    form = LineForm(None, None, None, False, ())
    return TopicSender(topic, form, creates=None, is_verbose=False, waiting=Waiting())


@pytest.mark.parametrize(
    "away",
    [
        Unreachable("127.0.0.1:9092 cannot be reached"),
        TimedOut("no answer in 15 s"),
        Failed("LEADER_NOT_AVAILABLE", "there is no leader"),
    ],
    ids=["unreachable", "silent", "without leader"],
)
async def test_lines_behind_those_that_could_not_be_delivered_are_told_and_not_tried(
    away: ClusterError, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each batch would be tried for half a minute, and a file has many."""
    lines = tmp_path / "lines"
    lines.write_text("a\n" * 25_000)
    writes = Away(away)
    sender = sender_to("some")
    await sender.run(cast(Writes, writes), (lines,))

    assert len(writes.tried) == 1
    assert sender.failed == writes.tried[0]
    _, last = capsys.readouterr().err.splitlines()
    assert last.startswith("0 records stored in some, ")
    assert last.endswith(f", {25_000 - writes.tried[0]} not sent")


async def test_lines_that_are_refused_keep_no_others_from_being_sent(tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.write_text("a\n" * 25_000)
    writes = Away(Rejected("MESSAGE_TOO_LARGE", "it is too large"))
    sender = sender_to("some")
    await sender.run(cast(Writes, writes), (lines,))

    assert sum(writes.tried) == sender.failed == 25_000
