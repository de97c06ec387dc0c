"""A broker that lives through the lives of compacted topics, and what its logs are afterwards.

Whether a cleaning is through is read in `cleaner-offset-checkpoint`, which both brokers keep.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from engine.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopic,
)
from engine.records.batch import read_header, split_batches
from engine.records.record import iterate_records
from tests.kafka.answers.plain import Plain
from tests.kafka.compacted_lives import SEGMENT_BYTES, T0, Life, put
from tests.support.running_engine import INFLATED_BYTES_MAX, create_topic, fetch, produce
from tests.support.wire_client import WireClient

CHECKPOINT = "cleaner-offset-checkpoint"
POLL_SECONDS = 0.1
WAIT_SECONDS_MAX = 90
NOT_YET = (
    ErrorCode.LEADER_NOT_AVAILABLE,
    ErrorCode.NOT_LEADER_OR_FOLLOWER,
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
)
"""What a broker says of a topic that it has just made."""

TIMES = (-1, -2, -3, T0 - 6000, T0, T0 + 1, T0 + 20, T0 + 5500, T0 + 30_000, T0 + 10**9)
"""Special positions and times that offsets are asked for."""


@dataclass(frozen=True, slots=True)
class CompactedBroker:
    """A broker: where it is reached, where its data lies."""

    address: str
    data: Path

    async def live(self, life: Life) -> list[tuple[str, Plain]]:
        """Go through a life; what the log is after each cleaning."""
        host, _, port = self.address.rpartition(":")
        told: list[tuple[str, Plain]] = []
        configs = {
            "cleanup.policy": "compact",
            "internal.segment.bytes": str(SEGMENT_BYTES),
            **life.configs,
        }
        async with WireClient(host, int(port)) as client:
            await create_topic(client, life.name, **{**configs, **life.held})
            for number, phase in enumerate(life.phases):
                for batch in phase:
                    await self._put(client, life.name, batch)
                await self._retained(client, life)
                await self._configure(client, life.name, life.released)
                await self._cleaned(life)
                await self._configure(client, life.name, {**configs, **life.held})
                told.append((f"{life.name}, phase {number}", await self._log(client, life.name)))
            keyless = (await produce(client, life.name, put((None, "v"))))[0].error_code
            told.append((f"{life.name}, keyless", keyless))
        return told

    def files(self, topic: str) -> list[Path]:
        """The log files of a topic, in order."""
        return sorted((self.data / f"{topic}-0").glob("*.log"))

    async def _put(self, client: WireClient, topic: str, batch: bytes | bytearray) -> None:
        code = NOT_YET[0]
        while code in NOT_YET:
            code = ErrorCode((await produce(client, topic, bytearray(batch)))[0].error_code)
        assert code == ErrorCode.NONE, (topic, code)

    async def _configure(self, client: WireClient, topic: str, configs: Mapping[str, str]) -> None:
        changes = [AlterableConfig(name, 0, value) for name, value in configs.items()]
        request = IncrementalAlterConfigsRequest([AlterConfigsResource(2, topic, changes)])
        response = await client.call(request, IncrementalAlterConfigsResponse, 1)
        assert response.responses[0].error_code == ErrorCode.NONE, response

    async def _retained(self, client: WireClient, life: Life) -> None:
        """Wait until retention has moved the log start to where it belongs."""
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            found = -1
            while found < life.log_start_offset:
                await asyncio.sleep(POLL_SECONDS)
                found = await self._offset(client, life.name, -2)

    async def _cleaned(self, life: Life) -> None:
        """Wait until everything of a log was cleaned that can be."""
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while not self._is_cleaned(life):  # noqa: ASYNC110 - another process has no event
                await asyncio.sleep(POLL_SECONDS)

    def _is_cleaned(self, life: Life) -> bool:
        try:
            lines = (self.data / CHECKPOINT).read_text().splitlines()
        except FileNotFoundError:
            return False
        found = [int(line.split()[2]) for line in lines if line.startswith(f"{life.name} 0 ")]
        active = int(self.files(life.name)[-1].stem)
        return bool(found) and (
            found[0] == active if life.is_cleaned_whole else 0 < found[0] < active
        )

    async def _offset(self, client: WireClient, topic: str, at_ms: int) -> int:
        return (await self._offsets(client, topic, at_ms))[0]

    async def _offsets(self, client: WireClient, topic: str, at_ms: int) -> tuple[int, int]:
        """The offset of a time or special position, and the timestamp found there."""
        asked = ListOffsetsTopic(topic, [ListOffsetsPartition(0, -1, at_ms)])
        request = ListOffsetsRequest(replica_id=-1, topics=[asked])
        response = await client.call(request, ListOffsetsResponse, 7)
        (found,) = response.topics[0].partitions
        assert found.error_code == ErrorCode.NONE, found
        return found.offset, found.timestamp

    async def _log(self, client: WireClient, topic: str) -> Plain:
        batches: list[dict[str, Plain]] = []
        at = start = await self._offset(client, topic, -2)
        end = await self._offset(client, topic, -1)
        while at < end:
            data = await fetch(client, topic, at)
            assert isinstance(data.records, memoryview)
            for batch in split_batches(data.records):
                batches.append(plain_batch(bytes(batch)))
                at = read_header(batch).last_offset + 1
        offsets: dict[str, Plain] = {}
        if not any(each["time_of"] == "append" for each in batches):
            offsets = {
                f"at {at_ms}": list(await self._offsets(client, topic, at_ms)) for at_ms in TIMES
            }
        segments: list[Plain] = [path.stem for path in self.files(topic)]
        return {
            "start": start,
            "end": end,
            "segments": segments,
            "batches": [each for each in batches if each["record_count"]],
            "empty": self._without_records(topic),
            "offsets": offsets,
        }

    def _without_records(self, topic: str) -> list[Plain]:
        """The batches without records in the files of a topic; readers need not get them."""
        return [
            plain_batch(bytes(batch))
            for path in self.files(topic)
            for batch in split_batches(path.read_bytes())
            if not read_header(batch).record_count
        ]


def plain_batch(batch: bytes) -> dict[str, Plain]:
    """A batch as another broker should have it: without sizes and times of the broker's clock."""
    header = read_header(batch)
    is_of_the_clock = header.is_log_append_time
    has_horizon = header.delete_horizon_ms is not None
    return {
        "base_offset": header.base_offset,
        "last_offset": header.last_offset,
        "attributes": header.attributes,
        "time_of": "append" if is_of_the_clock else "create",
        "leader_epoch": header.leader_epoch,
        "base_timestamp_ms": (
            "time" if is_of_the_clock or has_horizon else header.base_timestamp_ms
        ),
        "max_timestamp_ms": "time" if is_of_the_clock else header.max_timestamp_ms,
        "producer": [header.producer_id, header.producer_epoch, header.base_sequence],
        "record_count": header.record_count,
        "records": [
            repr(
                (
                    each.offset,
                    "time" if is_of_the_clock else each.timestamp_ms,
                    each.key,
                    each.value,
                    each.headers,
                )
            )
            for each in iterate_records(batch, INFLATED_BYTES_MAX)
        ],
    }
