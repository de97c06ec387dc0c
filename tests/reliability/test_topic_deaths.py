"""Topics over kill -9: what was answered as created, written or deleted stays so.

Goal: the order of directories and metadata holds at any moment of death. Method: four clients
create topics, write to some and delete some while the broker is killed; after each restart the
catalogue and the records are compared with what was answered.
"""

import asyncio
import random
from pathlib import Path

import pytest

from engine.protocol.messages.metadata import MetadataRequest, MetadataResponse
from tests.support.running_engine import (
    batch,
    create_topic,
    delete_topic,
    fetch,
    produce,
    values_of,
)
from tests.support.served import ServedBroker
from tests.support.wire_client import WireClient

CLIENTS = 4
SAMPLE = 10


class Answered:
    """What the broker has acknowledged, over all its lives."""

    def __init__(self) -> None:
        self.created: set[str] = set()
        self.written: set[str] = set()
        self.deleted: set[str] = set()

    async def change_topics(self, broker: ServedBroker, client: str, rng: random.Random) -> None:
        """Create, write and delete until the broker dies."""
        host, _, port = broker.address.rpartition(":")
        async with WireClient(host, int(port)) as wire:
            for number in range(10_000):
                name = f"{client}-{number}"
                await create_topic(wire, name, rng.choice((1, 3, 20)))
                self.created.add(name)
                if rng.random() < 0.5:
                    (answer,) = await produce(wire, name, batch(name.encode()))
                    assert answer.error_code == 0
                    self.written.add(name)
                if rng.random() < 0.3:
                    # Whether it is there is not known until the deletion was answered.
                    self.created.discard(name)
                    self.written.discard(name)
                    await delete_topic(wire, name)
                    self.deleted.add(name)

    async def check(self, broker: ServedBroker, rng: random.Random) -> None:
        """Compare what there is with what was answered."""
        host, _, port = broker.address.rpartition(":")
        async with WireClient(host, int(port)) as wire:
            request = MetadataRequest(topics=None)
            response = await wire.call(request, MetadataResponse, 12)
            names = {topic.name for topic in response.topics}
            assert self.created <= names
            assert not self.deleted & names
            for name in rng.sample(sorted(self.written), min(SAMPLE, len(self.written))):
                assert values_of(await fetch(wire, name)) == [name.encode()]


@pytest.mark.timeout(120)
async def test_what_was_answered_about_topics_survives_three_deaths(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    answered = Answered()
    broker = ServedBroker(tmp_path / "data")
    broker.start()
    for life in range(3):
        clients = [
            asyncio.ensure_future(
                answered.change_topics(broker, f"t-{life}-{number}", random.Random(rng.random()))
            )
            for number in range(CLIENTS)
        ]
        await asyncio.sleep(rng.uniform(0.1, 0.4))
        broker.kill()
        for outcome in await asyncio.gather(*clients, return_exceptions=True):
            assert isinstance(outcome, OSError | EOFError), outcome
        broker.start()
        await answered.check(broker, rng)
    assert answered.created
    assert not list((tmp_path / "data").glob("*-stray"))
    broker.kill()
