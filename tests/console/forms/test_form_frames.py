"""Frames of forms that wait for the cluster, or were refused by it.

A frame that changed is to be looked at; when it is right, `--snapshot-update` accepts it.
"""

from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion

from console.port.errors import Refused, Unreachable
from tests.support.console_stage import console
from tests.support.fake_cluster import FakeCluster
from tests.support.frame import FrameFile, frame_of
from tests.support.hand import press
from tests.support.sample_snapshots import busy

Arrange = Callable[[FakeCluster], object]
NO_RIGHT = Refused("this user may not do that: it needs Create on the cluster")
NOBODY = Unreachable("kafka-1.eu:9092 refused the connection")
NEW_TOPIC = ("n", *"orders.new", "ctrl+s")
STATES: dict[str, tuple[Arrange, tuple[str, ...]]] = {
    "create-sending": (lambda cluster: cluster.hold("create_topic"), NEW_TOPIC),
    "create-refused": (lambda cluster: cluster.fail("create_topic", NO_RIGHT), NEW_TOPIC),
    "what-if-reading": (lambda cluster: cluster.hold("topic_configs"), ("4", "w")),
    "what-if-refused": (lambda cluster: cluster.fail("topic_configs", NOBODY), ("4", "w")),
    "reset-reading": (lambda cluster: cluster.hold("committed"), ("3", "R", *"latest", "ctrl+s")),
    "reset-refused": (
        lambda cluster: cluster.fail("committed", NOBODY),
        ("3", "R", *"latest", "ctrl+s"),
    ),
    "publish-refused": (
        lambda cluster: cluster.fail("publish", NO_RIGHT),
        ("2", "p", "ctrl+s"),
    ),
}
"""What the cluster does, and the keys that ask it."""


@pytest.mark.parametrize("size", [(60, 20), (100, 30)], ids=["least", "usual"])
@pytest.mark.parametrize("state", STATES)
async def test_face(state: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    """The form stays with what was typed, and says what it waits for or why it was refused."""
    arrange, keys = STATES[state]
    app = console(busy())
    arrange(app.cluster)
    async with app.run_test(size=size):
        await press(app, *keys)
        assert frame_of(app) == snapshot.use_extension(FrameFile)
