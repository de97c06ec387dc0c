"""Lives of compacted topics: what is written to them in phases, each followed by a cleaning.

Batches are made here, byte for byte the same for every broker, and small segments make each phase
several of them. While a phase is written, the topic's configuration holds the cleaner back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression

T0 = 1_700_000_000_000
DAY_MS = 86_400_000
SEGMENT_BYTES = 700
HELD = {"min.cleanable.dirty.ratio": "1"}
RELEASED = {"min.cleanable.dirty.ratio": "0.0001"}

Phase = Sequence[bytes | bytearray]


@dataclass(frozen=True, slots=True)
class Life:
    """One topic of one partition."""

    name: str
    phases: Sequence[Phase]
    configs: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=lambda: HELD)
    """Configurations under which the cleaner leaves the log alone."""
    released: Mapping[str, str] = field(default_factory=lambda: RELEASED)
    """Configurations under which it is due."""
    is_cleaned_whole: bool = True
    """Up to the active segment; otherwise up to what is too young."""
    log_start_offset: int = 0
    """Where retention has to have brought the log before the cleaner is let loose."""


def put(
    *pairs: tuple[str | None, str | None],
    at_ms: int = T0,
    headers: tuple[tuple[str, bytes | None], ...] = (),
    codec: Compression = Compression.NONE,
    producer: tuple[int, int, int] = (-1, -1, -1),
) -> bytearray:
    """A batch of keys and values, a millisecond apart; `producer` is (id, epoch, sequence)."""
    records = [
        NewRecord(
            at_ms + number,
            None if key is None else key.encode(),
            None if value is None else value.encode(),
            headers,
        )
        for number, (key, value) in enumerate(pairs)
    ]
    producer_id, epoch, sequence = producer
    return build_batch(
        records,
        compression=codec,
        producer_id=producer_id,
        producer_epoch=epoch,
        base_sequence=sequence,
    )


def lives(now_ms: int) -> list[Life]:
    """All lives, for a broker whose clock says so."""
    return [
        Life("keys", _overwritten()),
        Life("headers-and-sizes", [_odd_records()]),
        Life("codecs", [_codecs(0), _codecs(100)], {"internal.segment.bytes": "2000"}),
        Life("recompressed", [_overwritten()[0]], {"compression.type": "lz4"}),
        Life("tombstones", _tombstones(), {"delete.retention.ms": str(DAY_MS)}),
        Life("tombstones-gone", _tombstones(), {"delete.retention.ms": "1"}),
        Life("producers", _producers()),
        Life("append-time", _overwritten(), {"message.timestamp.type": "LogAppendTime"}),
        Life("large-segments", _overwritten(), {"internal.segment.bytes": "1500"}),
        Life(
            "young",
            [_young(now_ms)],
            {"min.compaction.lag.ms": str(DAY_MS)},
            is_cleaned_whole=False,
        ),
        Life(
            "overdue",
            [_overwritten()[0]],
            {"min.cleanable.dirty.ratio": "1"},
            held={"max.compaction.lag.ms": str(2**63 - 1)},
            released={"max.compaction.lag.ms": str(DAY_MS)},
        ),
        Life(
            "keyless",
            [_keyless()],
            {"retention.ms": "-1"},
            held={"cleanup.policy": "delete"},
            released={"cleanup.policy": "compact", **RELEASED},
        ),
        Life(
            "both",
            [_young(now_ms)],
            {"cleanup.policy": "compact,delete", "retention.ms": str(DAY_MS)},
            log_start_offset=16,
        ),
    ]


def _overwritten() -> list[Phase]:
    """Keys that come again and again, alone and together, over three cleanings."""
    return [
        [
            put(
                (f"k{n % 5}", f"v{n}"),
                (f"k{n % 3}", f"w{n}" * (n % 4 + 1)),
                (f"only {n}" if n % 4 == 0 else "k1", "once"),
                at_ms=T0 + n * 1000,
            )
            for n in range(begin, end)
        ]
        for begin, end in ((0, 24), (24, 36), (36, 50))
    ]


def _odd_records() -> Phase:
    """Headers, empty values, long keys, values that fill a segment, times out of order."""
    headers = (("a", b"1"), ("none", None), ("", b""))
    return [
        put(("a", ""), ("b" * 90, "x"), headers=headers, at_ms=T0 + 9000),
        put(("a", "y" * 500), at_ms=T0),
        put(("", "empty key"), ("b" * 90, None), at_ms=T0 - 5000),
        put(("", "again"), ("c", "z"), headers=headers),
        put(("d", "w" * 550)),
        put(*((f"many {n % 40}", f"{n}") for n in range(8))),
        put(("c", "last"), at_ms=T0 + 1),
        put(("e", "u" * 600)),
        put(("f", "active" * 20)),
        put(("g", "v" * 600)),
    ]


def _codecs(begin: int) -> Phase:
    return [
        put(
            (f"{codec.name} {n}", f"stays {begin}" * 5),
            ("shared", f"{begin + n}" * 30),
            (f"{codec.name}", f"{begin + n}"),
            ("other", "x" * 80),
            at_ms=T0 + begin + n,
            codec=codec,
        )
        for n in range(5)
        for codec in Compression
    ]


def _tombstones() -> list[Phase]:
    """Keys that are deleted, set again, deleted alone in a batch, deleted without ever being."""
    first = [
        put(("a", "1"), ("b", "1"), ("c", "1")),
        put(("a", None)),
        put(("b", None), ("d", "1"), codec=Compression.ZSTD),
        put(("b", "2"), ("e", None), at_ms=T0 + 50),
        put(("c", "2" * 300)),
        put(("f", None), ("g", None), codec=Compression.GZIP),
        put(("h", "1" * 300)),
    ]
    second = [
        put(("f", "1"), ("d", None)),
        put(("h", None), ("i", "1" * 400)),
        put(("i", "2" * 400)),
        put(("j", "1" * 400)),
    ]
    third = [put(("j", "2" * 400)), put(("k", "1" * 400)), put(("k", "2" * 400))]
    return [first, second, third]


def _producers() -> list[Phase]:
    """Producers whose records all go, who go on, and who begin a new epoch."""
    one, two, three = 9_001, 9_002, 9_003

    def batch(number: int, producer: int, epoch: int, sequence: int) -> bytearray:
        pairs = ((f"p{number % 3}", f"{producer}" * 9), ("all", f"{number}" * 40))
        return put(*pairs, at_ms=T0 + number, producer=(producer, epoch, sequence))

    first = [batch(n, one, 0, 2 * n) for n in range(6)]
    first += [batch(n, three, 0, 2 * (n - 6)) for n in (6, 7)]
    first += [batch(n, two, 0, 2 * (n - 8)) for n in range(8, 20)]
    second = [batch(n, two, 0, 2 * (n - 8)) for n in range(20, 26)]
    second += [batch(26, one, 0, 12), batch(27, three, 1, 0)]
    second += [batch(n, two, 1, 2 * (n - 28)) for n in range(28, 38)]
    third = [batch(n, one, 1, 2 * (n - 38)) for n in range(38, 50)]
    return [first, second, third]


def _young(now_ms: int) -> Phase:
    """Old records, then some of this moment, then old ones again."""
    return [
        put(("a", f"{n}" * 100), ("b", f"{n}" * 100), at_ms=T0 + n if n < 8 or n > 15 else now_ms)
        for n in range(24)
    ]


def _keyless() -> Phase:
    return [
        put((None, f"lost {n}") if n % 3 else (f"k{n % 2}", "kept" * 20), ("a", f"{n}" * 60))
        for n in range(14)
    ]
