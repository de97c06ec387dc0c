"""Answers as plain values that two brokers can be compared by.

What cannot be equal is made so: ids are named after what they identify, addresses, times of the
broker's clock and sizes of its disk are replaced by what they are. Arrays are sorted by what their
elements are about, because most of Kafka's come out of hash tables; a step of a talk can keep the
order. Record batches are opened.
"""

import dataclasses
from typing import Any, TypeAlias

from engine.records.batch import CRC_START, read_header
from engine.records.crc import crc32c
from engine.records.record import iterate_records
from tests.support.running_engine import INFLATED_BYTES_MAX

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"

NO_ID = bytes(16)
BARRIER_PREFIX = "barrier-"
"""Names that begin so belong to the harness: they are left out of answers."""

MASKED = {
    "host": "host",
    "port": "port",
    "cluster_id": "cluster",
    "rack": "rack",
    "log_dir": "directory",
    "total_bytes": "bytes",
    "usable_bytes": "bytes",
    "documentation": "text",
}
"""Fields whose values are the machine's own."""

MASKED_IF_POSITIVE = {
    "session_id": "session",
    "throttle_time_ms": "some time",
}
"""Fields where -1 and 0 say something and anything else is the broker's own."""

CHOSEN_PRODUCER_IDS = 9_000
"""From here on producer ids are those that a talk chose itself."""

CLOCK_MS_MIN = 1_750_000_000_000
"""Later times are those of the broker's clock: talks give records earlier ones, or much later."""

CLOCK_MS_MAX = 3_500_000_000_000

_ABOUT = (
    "name",
    "topic",
    "topic_name",
    "topic_id",
    "resource_type",
    "resource_name",
    "partition_index",
    "partition",
    "index",
    "partition_id",
    "node_id",
    "broker_id",
    "api_key",
    "producer_id",
)


class Names:
    """What the ids of one broker stand for, learnt from its answers."""

    def __init__(self) -> None:
        self._topics: dict[bytes, str] = {}

    def learn(self, value: Any) -> None:
        """Remember the topic ids of an answer that names topics as well."""
        if isinstance(value, list):
            for each in value:
                self.learn(each)
        elif dataclasses.is_dataclass(value):
            name = getattr(value, "name", None) or getattr(value, "topic", None)
            topic_id = getattr(value, "topic_id", NO_ID)
            if isinstance(name, str) and topic_id != NO_ID:
                self._topics.setdefault(bytes(topic_id), name)
            for field in dataclasses.fields(value):
                self.learn(getattr(value, field.name))

    def topic_id(self, name: str) -> bytes:
        """The latest id of a topic."""
        return next(key for key, known in reversed(self._topics.items()) if known == name)

    def of_id(self, value: bytes) -> str:
        if value == NO_ID:
            return "no id"
        known = self._topics.get(bytes(value))
        return bytes(value).hex() if known is None else f"id of {known}"


def plain(value: Any, names: Names, *, field: str = "", ordered: bool = False) -> Plain:
    """The plain value of an answer or a part of it."""
    if dataclasses.is_dataclass(value):
        return {
            each.name: plain(getattr(value, each.name), names, field=each.name, ordered=ordered)
            for each in dataclasses.fields(value)
        }
    if isinstance(value, list):
        kept = [each for each in value if not _is_of_the_harness(each)]
        found = [plain(each, names, field=field, ordered=ordered) for each in kept]
        return found if ordered else sorted(found, key=_about)
    if field in MASKED and value is not None:
        return MASKED[field]
    if field in MASKED_IF_POSITIVE and isinstance(value, int) and value > 0:
        return MASKED_IF_POSITIVE[field]
    if field == "producer_id" and isinstance(value, int) and 0 <= value < CHOSEN_PRODUCER_IDS:
        return "producer"
    if ("time" in field or field == "last_timestamp") and _is_of_the_clock(value):
        return "time"
    if field == "records" and value is not None:
        return _batches(memoryview(value), names)
    if field == "finalized_features_epoch" and value >= 0:
        return "epoch"
    if field == "replica_directory_id" and value != NO_ID:
        return "directory"
    if isinstance(value, bytes | bytearray | memoryview):
        return names.of_id(bytes(value)) if len(value) == len(NO_ID) else bytes(value).hex()
    assert value is None or isinstance(value, str | int | float | bool), value
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _is_of_the_harness(value: Any) -> bool:
    name = getattr(value, "name", None)
    return isinstance(name, str) and name.startswith(BARRIER_PREFIX)


def _is_of_the_clock(value: Any) -> bool:
    return isinstance(value, int) and CLOCK_MS_MIN <= value <= CLOCK_MS_MAX


def _about(value: Plain) -> str:
    if isinstance(value, dict):
        return repr([value.get(name) for name in _ABOUT if name in value] or value)
    return f"{value:20}" if isinstance(value, int) else repr(value)


def _batches(data: memoryview, names: Names) -> list[Plain]:
    """The whole batches: Kafka cuts the last where the limit is, and clients drop the piece."""
    found: list[Plain] = []
    while len(data) >= 17:
        size = 12 + int.from_bytes(data[8:12], "big")
        if size > len(data):
            break
        batch = data[:size]
        fields = read_header(batch)._asdict()
        fields["crc"] = fields["crc"] == crc32c(batch[CRC_START:])
        header: dict[str, Plain] = {
            name: plain(value, names, field=name) for name, value in fields.items()
        }
        header["records"] = [
            repr((each.offset, each.timestamp_ms, each.key, each.value, each.headers))
            for each in iterate_records(batch, INFLATED_BYTES_MAX)
        ]
        found.append(header)
        data = data[size:]
    return found
