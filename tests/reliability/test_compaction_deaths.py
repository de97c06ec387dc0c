"""Compaction, deletions of records and of topics over kill -9, seen by a client.

Goal: whatever the cleaner was doing when the process died, a reader finds the last acknowledged
value of each key at its offset, and what was answered as deleted stays so.
"""

import asyncio
import random
from pathlib import Path

import pytest

from engine.protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopic,
)
from engine.records.batch import read_header, split_batches
from engine.records.builder import NewRecord, build_batch
from engine.records.record import Record, iterate_records
from tests.support.running_engine import (
    create_topic,
    delete_topic,
    fetch,
    produce,
    records_of,
    values_of,
)
from tests.support.served import ServedBroker
from tests.support.wire_client import WireClient

TABLE = "table"
KEYS = 30
PRODUCER = 4_711
CONFIG = '[engine]\n"log.cleaner.backoff.ms" = 1\n'
DEATHS = 4


def client_of(broker: ServedBroker) -> WireClient:
    host, _, port = broker.address.rpartition(":")
    return WireClient(host, int(port))


class Writer:
    """An idempotent producer of one table, and what was acknowledged to it."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.acknowledged: dict[int, tuple[bytes, bytes | None]] = {}
        self.pending: bytearray | None = None
        self.sequence = 0

    async def write(self, broker: ServedBroker) -> None:
        """Write until the broker dies; a batch without an answer is sent again."""
        async with client_of(broker) as client:
            while True:
                if self.pending is None:
                    self.pending = self._batch()
                (answer,) = await produce(client, TABLE, bytearray(self.pending))
                assert answer.error_code == 0
                pairs = [(r.key, r.value) for r in _records(self.pending)]
                for offset, (key, value) in enumerate(pairs, answer.base_offset):
                    assert key is not None
                    self.acknowledged[offset] = key, value
                self.sequence += len(pairs)
                self.pending = None

    def _batch(self) -> bytearray:
        rng = self.rng
        records = [
            NewRecord(
                1_700_000_000_000,
                b"key %d" % rng.randrange(KEYS),
                rng.choice((None, b"v%d" % rng.randrange(10**9), b"x" * 100)),
            )
            for _ in range(rng.randint(1, 5))
        ]
        return build_batch(
            records, producer_id=PRODUCER, producer_epoch=0, base_sequence=self.sequence
        )

    async def check(self, broker: ServedBroker) -> int:
        """Compare what there is with what was acknowledged; how many records there are."""
        async with client_of(broker) as client:
            found = await everything(client)
        offsets = [each.offset for each in found]
        assert offsets == sorted(set(offsets))
        last: dict[bytes | None, Record] = {}
        for each in found:
            known = self.acknowledged.get(each.offset)
            assert known is None or known == (each.key, each.value)
            last[each.key] = each
        for offset, (key, value) in self._latest().items():
            assert value is None or last[key].offset >= offset
        return len(found)

    def _latest(self) -> dict[int, tuple[bytes, bytes | None]]:
        by_key = {key: offset for offset, (key, _) in sorted(self.acknowledged.items())}
        return {offset: self.acknowledged[offset] for offset in by_key.values()}


def _records(batch: bytearray) -> list[Record]:
    return list(iterate_records(batch, 1 << 20))


async def everything(client: WireClient) -> list[Record]:
    """Every record of the table."""
    found: list[Record] = []
    at, end_offset = 0, 1
    while at < end_offset:
        data = await fetch(client, TABLE, at)
        assert data.error_code == 0
        assert isinstance(data.records, memoryview)
        end_offset = data.high_watermark
        found += [each for each in records_of(data) if each.offset >= at]
        for batch in split_batches(data.records):
            at = read_header(batch).last_offset + 1
    return found


@pytest.mark.timeout(120)
async def test_last_values_survive_deaths_in_the_middle_of_cleanings(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    writer = Writer(rng)
    broker = ServedBroker(tmp_path / "data", config=CONFIG)
    broker.start()
    async with client_of(broker) as client:
        await create_topic(
            client,
            TABLE,
            cleanup_policy="compact",
            internal_segment_bytes="3000",
            min_cleanable_dirty_ratio="0.01",
            delete_retention_ms="0",
        )
    for _ in range(DEATHS):
        writing = asyncio.ensure_future(writer.write(broker))
        await asyncio.sleep(rng.uniform(0.2, 0.8))
        broker.kill()
        with pytest.raises((OSError, EOFError)):
            await writing
        broker.start()
        left = await writer.check(broker)
    assert left < len(writer.acknowledged)
    checkpoint = (tmp_path / "data/cleaner-offset-checkpoint").read_text()
    assert f"{TABLE} 0 " in checkpoint
    broker.kill()


async def test_deleted_records_and_topics_stay_so_over_a_death(tmp_path: Path) -> None:
    broker = ServedBroker(tmp_path / "data")
    broker.start()
    batch = build_batch([NewRecord(1_700_000_000_000, None, b"v%d" % n) for n in range(10)])
    async with client_of(broker) as client:
        for name in ("kept", "gone"):
            await create_topic(client, name)
            assert (await produce(client, name, bytearray(batch)))[0].error_code == 0
        wanted = DeleteRecordsTopic(name="kept", partitions=[DeleteRecordsPartition(0, 7)])
        request = DeleteRecordsRequest(topics=[wanted], timeout_ms=10_000)
        deleted = await client.call(request, DeleteRecordsResponse, 2)
        assert deleted.topics[0].partitions[0].low_watermark == 7
        await delete_topic(client, "gone")
    broker.kill()
    broker.start()
    async with client_of(broker) as client:
        data = await fetch(client, "kept", 7)
        assert (data.log_start_offset, data.high_watermark) == (7, 10)
        assert values_of(data)[7:] == [b"v7", b"v8", b"v9"]
        assert (await fetch(client, "kept", 6)).error_code == 1
        await create_topic(client, "gone")
        assert values_of(await fetch(client, "gone")) == []
    broker.kill()
