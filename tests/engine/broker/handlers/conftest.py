"""An engine, and a client connected to it, for each test of a handler."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine import Engine
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
