"""Frames of one message: what is not there, what is cut, what is no text.

A frame that changed is to be looked at; when it is right, `--snapshot-update` accepts it.
"""

import pytest
from syrupy.assertion import SnapshotAssertion

from console.messages.lane import Hit
from console.messages.rendering import SHOWN_BYTES
from console.model.names import TopicPartition
from console.port.readings import RecordReading
from console.screens.record import RecordScreen
from tests.support.clock import FAKE_EPOCH_MS
from tests.support.console_stage import console
from tests.support.frame import FrameFile, frame_of
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import busy

RECORDS: dict[str, tuple[bytes | None, bytes | None, tuple[str, ...]]] = {
    "tombstone": (b"customer-1", None, ()),
    "empty": (b"", b"", ()),
    "cut": (b"customer-1", b"all work and no play " * (SHOWN_BYTES // 20), ()),
    "no-json": (None, b"plain words", ("left",)),
    "no-headers": (b"customer-1", b"{}", ("left", "left")),
}
"""Key, value and the keys that lead to what is shown."""


@pytest.mark.parametrize("size", [(60, 20), (100, 30)], ids=["least", "usual"])
@pytest.mark.parametrize("record", RECORDS)
async def test_face(record: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    """Nothing is taken for an empty text that is none, and nothing is cut without being told."""
    key, value, keys = RECORDS[record]
    reading = RecordReading(1_204, FAKE_EPOCH_MS - 60_000, key, value, ())
    app = console(busy())
    async with app.run_test(size=size):
        await app.push_screen(RecordScreen(app, Hit(TopicPartition("orders", 3), reading)))
        await at_rest(app)
        await press(app, *keys)
        assert frame_of(app) == snapshot.use_extension(FrameFile)
