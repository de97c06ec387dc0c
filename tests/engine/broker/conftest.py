"""An engine, and a client connected to it, for each test of a handler; the same for groups."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine import Engine
from tests.support.group_broker import GroupBroker, group_broker
from tests.support.group_talk import Talk, talking
from tests.support.running_engine import connect, running_engine
from tests.support.wire_client import WireClient


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    async with running_engine(tmp_path / "data") as made:
        yield made


@pytest.fixture
async def client(engine: Engine) -> AsyncIterator[WireClient]:
    async with connect(engine) as connected:
        yield connected


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    """A conversation about the group "orders" with an engine that has loaded its groups."""
    async with talking(tmp_path) as conversation:
        yield conversation


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[GroupBroker]:
    """The parts under the handlers of groups, at a test's own time, with nothing loaded yet."""
    async with group_broker(tmp_path / "data") as made:
        yield made
