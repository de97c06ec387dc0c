"""The lag that a person sees is the lag that librdkafka tells."""

import re
import sys
from pathlib import Path

import pytest

from tests.support.group_reader import GroupReader, create_topic, write
from tests.support.terminal import Terminal

pytestmark = pytest.mark.needs("tmux")
PARTITIONS = 3


def shows_lag(group: str, lag: int) -> re.Pattern[str]:
    """The row of the group with this figure standing alone in it."""
    return re.compile(rf"{group}\b.*?[^\d.,K]{lag}(?![\d.,KM])")


@pytest.mark.timeout(240)
def test_lag_of_a_paused_group_is_shown_and_falls_to_zero_on_resume(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "console.cli", "--data", str(tmp_path / "data")]
    with Terminal([*command, "--listen", "127.0.0.1:0"]) as terminal:
        address = re.search(
            r"127\.0\.0\.1:\d{2,}", terminal.wait_for(lambda s: "127.0.0.1:" in s and "1/1" in s)
        )
        assert address is not None
        bootstrap = address[0]
        create_topic(bootstrap, "orders", PARTITIONS)
        write(bootstrap, "orders", 900, PARTITIONS)
        terminal.press("3")
        with GroupReader(bootstrap, "billing", "orders", PARTITIONS) as reader:
            reader.read(900)
            for written in (251, 478):
                write(bootstrap, "orders", written, PARTITIONS)
                row = shows_lag("billing", reader.lag())
                assert reader.lag() >= written
                terminal.wait_for(lambda screen, row=row: bool(row.search(screen)))
            reader.read(251 + 478)
            assert reader.lag() == 0
            row = shows_lag("billing", 0)
            terminal.wait_for(lambda screen: bool(row.search(screen)))
