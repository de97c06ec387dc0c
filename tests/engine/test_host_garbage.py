"""What a broker lets go of is gone at once.

Rings of objects stay until Python's collector comes to them, which in a broker that makes few
objects is after many minutes: its memory would rise as long as clients and topics come and go.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running_engine import (
    batch,
    connect,
    create_topic,
    delete_topic,
    fetch,
    produce,
    running_engine,
)
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def _nothing_collected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


def rings() -> Counter[str]:
    """The kinds of the engine's objects that only the collector would free."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    kinds = Counter(
        f"{type(each).__module__}.{type(each).__qualname__}"
        for each in gc.garbage
        if type(each).__module__.startswith("engine.")
    )
    gc.set_debug(0)
    gc.garbage.clear()
    return kinds


def test_a_ring_is_seen() -> None:
    class Ring:
        __module__ = "engine.of_this_test"

        def __init__(self) -> None:
            self.myself = self

    Ring()
    assert rings().total() == 1


async def test_neither_a_closed_connection_nor_a_deleted_topic_leaves_rings(tmp_path: Path) -> None:
    async with running_engine(tmp_path / "data") as engine:
        for name in ("first", "second"):
            async with connect(engine) as client:
                await create_topic(client, name, 3, file_delete_delay_ms="0")
                await produce(client, name, batch(b"one"))
                await fetch(client, name, 0)
                await delete_topic(client, name)
            await until(lambda: not list((tmp_path / "data").glob("*-delete")))
            await asyncio.sleep(0)
        assert not rings()
