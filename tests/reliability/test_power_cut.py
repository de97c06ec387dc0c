"""A short form of the power cuts; `python -m tests.reliability.power_cut` is the long one."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine.storage.sync_ticket import SyncTicket
from tests.reliability.power_cut import run
from tests.support.topic_broker import InlineSyncs


def test_nothing_acknowledged_is_lost_in_two_hundred_images(tmp_path: Path) -> None:
    result = run(images=200, seed=5, seconds=100, work=tmp_path)
    assert result["clean"], result
    assert result["images"] == 200


def test_syncs_that_were_never_made_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = InlineSyncs.run

    def lie(
        self: InlineSyncs,
        tickets: Sequence[SyncTicket],
        done: Callable[[Sequence[OSError | None]], None],
    ) -> None:
        honest(self, [], lambda _: done([None] * len(tickets)))

    monkeypatch.setattr(InlineSyncs, "run", lie)
    result = run(images=40, seed=6, seconds=100, work=tmp_path)
    assert result["lost"]
    assert list(tmp_path.glob("life-*"))
