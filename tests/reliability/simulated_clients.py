"""Clients of a simulated broker that write, read and change topics, and note what they hear.

Each does one thing after the other, with pauses that a seed decides, and goes on whatever becomes
of its connection. `Gate` keeps them out while the broker is verified. What they note is in
`simulated_facts`.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from random import Random

from engine.protocol.messages.delete_topics import DeleteTopicsRequest, DeleteTopicState
from engine.protocol.messages.init_producer_id import InitProducerIdRequest
from engine.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from engine.records.builder import NewRecord, build_batch
from tests.reliability.evidence import Evidence, Unrecognised, make_value, read_value
from tests.reliability.simulated_facts import KEYS, Facts, TopicFacts
from tests.reliability.simulated_requests import (
    EARLIEST,
    EXISTS,
    OK,
    OUT_OF_RANGE,
    Caller,
    NoRecords,
    Unreachable,
    create_topic,
    fetched,
    offset_at,
    records_in,
)
from tests.support.simulated_loop import SimulatedClock, passed

HURRY = 50
"""How much shorter the pauses of clients are when they are in a hurry."""

PRODUCE, DELETE, PRODUCER_ID = 12, 6, 4
UNKNOWN_TOPIC = 3
NEVER_ANSWERED = frozenset({-1, 2, 32, 42, 45, 47, 59, 87})
"""What a broker never answers to a client that makes no mistake."""


class Gate:
    """Lets clients do things while it is open."""

    def __init__(self) -> None:
        self._inside = 0
        self._open = asyncio.Event()
        self._empty = asyncio.Event()
        self._open.set()

    async def __aenter__(self) -> None:
        while not self._open.is_set():
            await self._open.wait()
        self._inside += 1
        self._empty.clear()

    async def __aexit__(self, *_: object) -> None:
        self._inside -= 1
        if not self._inside:
            self._empty.set()

    async def close(self) -> None:
        """Let nobody in, and wait until all are out."""
        self._open.clear()
        if self._inside:
            await self._empty.wait()

    def open(self) -> None:
        self._open.set()


class Client:
    """Does `step` again and again, with pauses."""

    def __init__(self, world: "Surroundings", name: str, pause_s: float) -> None:
        self.world = world
        self.name = name
        self.pause_s = pause_s
        self.caller = Caller(world.trace, name)
        self.chance = Random(f"{world.seed} {name}")

    async def run(self) -> None:
        """Live for ever."""
        while True:
            await self.world.pause(self.chance.expovariate(1 / self.pause_s))
            for _ in range(self.chance.choice((1, 1, 1, 4))):
                async with self.world.gate:
                    try:
                        await self.step()
                    except Unreachable:
                        self.world.events["requests without an answer"] += 1
                    except NoRecords as error:
                        self.world.fault(f"{self.name}: {error}")

    async def step(self) -> None:
        """Do one thing. Raises Unreachable."""
        raise NotImplementedError

    def refused(self, what: str, code: int) -> None:
        """Note an error that the broker answered."""
        self.world.events["requests refused"] += 1
        self.world.trace("refused", self.name, what, code)
        if code in NEVER_ANSWERED:
            self.world.fault(f"{self.name}: {what} was answered with error {code}")


class Surroundings:
    """What all clients share."""

    def __init__(
        self, seed: int, clock: SimulatedClock, facts: Facts, trace: Callable[..., None]
    ) -> None:
        self.seed = seed
        self.clock = clock
        self.facts = facts
        self.trace = trace
        self.gate = Gate()
        self.events: Counter[str] = Counter()
        self.faults: list[str] = []
        self._hurry = asyncio.Event()

    async def hurry(self, seconds: float) -> None:
        """Let all clients do much for so long: something is about to happen."""
        self._hurry.set()
        await passed(seconds)
        self._hurry.clear()

    async def pause(self, seconds: float) -> None:
        """What lies between two acts of a client."""
        if not self._hurry.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._hurry.wait()
            except TimeoutError:
                return
        await passed(seconds / HURRY)

    def fault(self, text: str) -> None:
        """Something is wrong."""
        self.trace("fault", text)
        self.faults.append(text)


class Producer(Client):
    """Writes to one topic; with idempotence it sends again what it does not know to be there."""

    def __init__(
        self, world: Surroundings, name: str, pause_s: float, topic: TopicFacts, *, is_plain: bool
    ) -> None:
        super().__init__(world, name, pause_s)
        self._topic = topic
        self._is_plain = is_plain
        self._id = -1, -1
        self._count = 0
        self._sequences = dict.fromkeys(range(topic.partitions), 0)
        self._pending: dict[int, tuple[bytearray, list[Evidence], int]] = {}
        if is_plain:
            topic.acked.plain.add(name)

    async def step(self) -> None:
        if not self._is_plain and self._id[0] < 0:
            answer = await self.caller.call(
                InitProducerIdRequest(transactional_id=None), PRODUCER_ID
            )
            if answer.error_code:
                self.refused("a producer id", answer.error_code)
                return
            self._id = answer.producer_id, answer.producer_epoch
        count = self.chance.choice((1, self._topic.partitions))
        await self._send(self.chance.sample(range(self._topic.partitions), count))

    async def settle(self) -> None:
        """Send what is pending once more, and something new to each partition."""
        await self.step()
        await self._send(range(self._topic.partitions))

    @property
    def is_settled(self) -> bool:
        """Whether nothing is pending."""
        return not self._pending

    async def _send(self, partitions: Iterable[int]) -> None:
        batches = {each: self._pending.get(each) or self._batch(each) for each in partitions}
        if not self._is_plain:
            self._pending.update(batches)
        data = [PartitionProduceData(index=p, records=b[0]) for p, b in batches.items()]
        request = ProduceRequest(
            acks=-1,
            timeout_ms=10_000,
            topic_data=[TopicProduceData(name=self._topic.name, partition_data=data)],
        )
        answer = await self.caller.call(request, PRODUCE)
        for each in answer.responses[0].partition_responses:
            if each.error_code:
                self.refused(f"a batch for partition {each.index}", each.error_code)
                continue
            _, evidence, made_ms = batches[each.index]
            self._pending.pop(each.index, None)
            self.world.events["records acknowledged"] += len(evidence)
            self.world.trace("acked", self.name, each.index, each.base_offset, len(evidence))
            for offset, record in enumerate(evidence, each.base_offset):
                self._topic.told(each.index, offset, record, made_ms)

    def _batch(self, partition: int) -> tuple[bytearray, list[Evidence], int]:
        made_ms = self.world.clock.true_ms()
        records, evidence = [], []
        for _ in range(self.chance.randint(1, 5)):
            body = b"x" * self.chance.choice((1, 30, 300))
            value = make_value(self.name, self._count, body)
            records.append(NewRecord(made_ms, b"%d" % (self._count % KEYS), value))
            evidence.append(Evidence(self.name, self._count))
            self._count += 1
        self._topic.sent(self.name, self._count - 1)
        producer_id, epoch = self._id
        sequence = -1 if self._is_plain else self._sequences[partition]
        batch = build_batch(
            records, producer_id=producer_id, producer_epoch=epoch, base_sequence=sequence
        )
        self._sequences[partition] += len(records)
        return batch, evidence, made_ms


class Follower(Client):
    """Reads a topic from its start as early as it can, and notes what it was handed."""

    def __init__(self, world: Surroundings, name: str, pause_s: float, topic: TopicFacts) -> None:
        super().__init__(world, name, pause_s)
        self._topic = topic
        self._positions = dict.fromkeys(range(topic.partitions), 0)

    async def step(self) -> None:
        partition = self.chance.choice(list(self._positions))
        wait_ms = self.chance.choice((0, 0, 5000))
        position = self._positions[partition]
        data = await fetched(self.caller, self._topic.name, partition, position, wait_ms)
        if data.error_code == OUT_OF_RANGE:
            start = await offset_at(self.caller, self._topic.name, partition, EARLIEST)
            if start < position:
                self.world.fault(f"{self.name}: handed up to {position}, then the end is before it")
            self._positions[partition] = max(start, position)
            return
        if data.error_code:
            self.refused("a fetch", data.error_code)
            return
        for each in records_in(data, position):
            self.world.events["records handed out"] += 1
            if each.offset >= data.high_watermark:
                self.world.fault(f"{self.name}: handed {each.offset} of {data.high_watermark}")
            self._positions[partition] = each.offset + 1
            try:
                evidence = read_value(each.value)
            except Unrecognised:
                evidence = None
            if self._topic.retention_ms is not None:
                self._topic.seen.setdefault((partition, each.offset), evidence)


TOPICS_KEPT = 2


class Changer(Client):
    """Makes topics and deletes the older ones."""

    def __init__(self, world: Surroundings, name: str, pause_s: float) -> None:
        super().__init__(world, name, pause_s)
        self._made: list[str] = []
        self._count = 0

    async def step(self) -> None:
        facts = self.world.facts
        if len(self._made) > TOPICS_KEPT:
            name = self._made[0]
            # Until it is answered nobody knows.
            facts.created.pop(name, None)
            request = DeleteTopicsRequest(topics=[DeleteTopicState(name=name)], timeout_ms=5000)
            code = (await self.caller.call(request, DELETE)).responses[0].error_code
            if code not in (OK, UNKNOWN_TOPIC):
                self.refused("a deletion", code)
                return
            facts.deleted[name] = None
            self._made.pop(0)
            self.world.events["topics deleted"] += 1
            return
        name = f"passing-{self._count}"
        code = await create_topic(self.caller, name, 1, {})
        if code not in (OK, EXISTS):
            self.refused("a creation", code)
            return
        self._count += 1
        self._made.append(name)
        facts.created[name] = None
        self.world.events["topics created"] += 1
        records = build_batch([NewRecord(self.world.clock.true_ms(), None, b"passing")])
        data = TopicProduceData(
            name=name, partition_data=[PartitionProduceData(index=0, records=records)]
        )
        await self.caller.call(ProduceRequest(acks=-1, timeout_ms=5000, topic_data=[data]), PRODUCE)
