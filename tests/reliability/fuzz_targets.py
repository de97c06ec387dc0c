"""What bytes from outside come to: the decoders of the engine, each with seeds and its refusals.

Requests and responses of every API in every version, headers, record batches as a broker takes them
and as a consumer opens them, and each compression codec. `fuzz_group_targets` has the rest.
Message sets of the formats before 2, flat, compressed and nested, are seeds of record batches: they
are to be refused, not read.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from types import CodeType, FunctionType, ModuleType
from typing import Any

from engine.client import record_batches
from engine.client.record_batches import Opened, open_batches
from engine.protocol import codec, headers, wire
from engine.protocol.advertised import APIS
from engine.protocol.api_keys import FLEXIBLE_FROM, ApiKey
from engine.protocol.errors import MalformedMessage
from engine.protocol.fields import NEVER
from engine.records import batch, compression, control, recompression, record, validation, varint
from engine.records.batch import LOG_OVERHEAD, split_batches, stamp_crc
from engine.records.builder import NewRecord, build_batch
from engine.records.codecs import gzip, inflated_pieces, lz4, snappy, zstd
from engine.records.compression import Compression
from engine.records.errors import InvalidBatch
from engine.records.validation import AppendRules
from tests.support.hostile_requests import World, mutants
from tests.support.messages import random_message

SEED_BYTES_MAX = 4_096
SEEDS_EACH = 6
"""Random messages of each version to begin with; those with one wrong field come beside them."""
WRONG_SEEDS_EACH = 12
INFLATED_BYTES_MAX = 256 * 1024
NOW_MS = 1_750_000_000_000
BOMB_BYTES = 8 << 20
RULES = AppendRules(
    size_bytes_max=1 << 20,
    needs_keys=True,
    uses_append_time=False,
    before_ms_max=1 << 40,
    after_ms_max=1 << 40,
    inflated_bytes_max=INFLATED_BYTES_MAX,
)

WRITERS = re.compile(
    r"_?(encode|build|stamp|clear|write|written|compress|pack|is_plausible)"
    r"|.*_(record|tombstone)$|_(offset_value|group_value|key|int64_tag|classic_facet)$"
)
"""Functions of the same modules that read nothing from outside."""

Decode = Callable[[bytes], object]


@dataclass(slots=True)
class Target:
    """One decoder. `corpus` begins with the seeds and grows by what reaches new lines.

    `steps` and `slack_bytes` are what it may do and take beside what the bytes justify.
    """

    name: str
    area: str
    decode: Decode
    refusals: tuple[type[Exception], ...]
    corpus: list[bytes]
    codes: Callable[[], Sequence[CodeType]]
    written: Callable[[Any], bytes] | None = None
    """Writes what was read: it must be readable again, and the same."""
    repair: Callable[[bytes, Random], bytes] | None = None
    """Makes lengths and sums right again, so that a mutant is looked into."""
    steps: int = 5_000
    slack_bytes: int = 64 * 1024
    watched: int = field(default=0)


def targets(
    chance: Random, recorded: Sequence[bytes] = (), *, messages_every: int = 1
) -> list[Target]:
    """Every decoder; of those of messages every so many, from one of chance on.

    `recorded` are request frames of real clients.
    """
    world = World(topic_id=b"\x01" * 16, member_id="member", generation_id=1)
    kinds = [
        (cls, area, version)
        for row in APIS.values()
        for cls, area in ((row.request, "requests"), (row.response, "responses"))
        for version in range(cls.MIN_VERSION, cls.MAX_VERSION + 1)
    ]
    bodies = _bodies(recorded)
    made = [
        _message(*kind, _seeds(*kind, chance, world, bodies))
        for kind in kinds[chance.randrange(messages_every) :: messages_every]
    ]
    return [*made, *_headers(recorded), *_batches(chance), *_codecs()]


def _bodies(frames: Sequence[bytes]) -> dict[tuple[int, int], list[bytes]]:
    """The bodies of request frames by API and version."""
    found: dict[tuple[int, int], list[bytes]] = {}
    for frame in frames:
        header, position = headers.decode_request_header(frame)
        key = (header.api_key, header.api_version)
        found.setdefault(key, []).append(frame[position:])
    return found


def _seeds(
    cls: type[Any],
    area: str,
    version: int,
    chance: Random,
    world: World,
    recorded: dict[tuple[int, int], list[bytes]],
) -> list[bytes]:
    """Random messages; of requests those with one wrong field, and recorded ones too."""
    seeds = [
        codec.encode_bytes(random_message(cls, version, chance), version) for _ in range(SEEDS_EACH)
    ]
    if area == "requests":
        wrong = [each.body for each in mutants(cls, version, world)]
        seeds += chance.sample(wrong, min(len(wrong), WRONG_SEEDS_EACH))
        seeds += recorded.get((cls.API_KEY, version), [])
    return seeds


def _message(cls: type[Any], area: str, version: int, seeds: list[bytes]) -> Target:
    return Target(
        f"{cls.__name__} {version}",
        area,
        lambda data: codec.decode(cls, data, version),
        (MalformedMessage,),
        [each for each in seeds if len(each) <= SEED_BYTES_MAX] or [b""],
        lambda: [codec._decoder(cls, version).__code__],  # type: ignore[attr-defined]
        written=lambda message: codec.encode_bytes(message, version),
    )


def _headers(recorded: Sequence[bytes]) -> Iterator[Target]:
    own = [
        headers.encode_request_header(headers.RequestHeader(key, version, 7, name))
        for key in ApiKey
        for version in (0, 1, FLEXIBLE_FROM.get(key, NEVER))
        for name in (None, "client")
    ]
    codes = codes_of(headers, wire.read_long_varint)
    requests = [*own, *(each[:64] for each in recorded)]
    refusals = (MalformedMessage,)
    yield Target(
        "request header", "headers", headers.decode_request_header, refusals, requests, codes
    )

    def response_header(data: bytes) -> object:
        return headers.decode_response_header(data, ApiKey.FETCH, 12)

    answers = [bytes(4) + b"\0", bytes(4) + b"\x01\x02\x03abc"]
    yield Target("response header", "headers", response_header, refusals, answers, codes)


def _batches(chance: Random) -> Iterator[Target]:
    seeds = [*_good_batches(chance), *_old_sets(), *_bombs()]
    codes = codes_of(batch, record, validation, varint, control, recompression)

    def produced(data: bytes) -> object:
        header = validation.check_single_batch(data)
        validation.check_client_header(header)
        validation.check_contents(data, header, RULES, NOW_MS)
        return recompression.recompress(
            data, Compression.LZ4, level=None, inflated_bytes_max=INFLATED_BYTES_MAX
        )

    def stored(data: bytes) -> object:
        found: list[object] = []
        for each in split_batches(data):
            header = batch.read_header(each)
            body = record.payload(each, INFLATED_BYTES_MAX)
            found += record.iterate_places(header, body)
            found += record.iterate_records(each, INFLATED_BYTES_MAX)
        return found

    def fetched(data: bytes) -> object:
        opened = Opened(next_offset=0)
        for _ in open_batches(
            memoryview(data), opened, aborted=[(0, 5)], limit_bytes=INFLATED_BYTES_MAX
        ):
            pass
        return opened

    def marked(data: bytes) -> object:
        return [control.read_end_marker(each) for each in split_batches(data)]

    for name, decode in (
        ("batch of a producer", produced),
        ("batches of a log", stored),
        ("batches of a fetch", fetched),
        ("marker of a transaction", marked),
    ):
        found = codes
        if decode is fetched:
            found = codes_of(record_batches)
        yield Target(
            name,
            "record batches",
            decode,
            (InvalidBatch,),
            list(seeds),
            found,
            repair=repaired,
            steps=40 * INFLATED_BYTES_MAX,
            slack_bytes=64 * INFLATED_BYTES_MAX,
        )


def repaired(data: bytes, chance: Random) -> bytes:
    """A batch with its length and its sum right, but for some that stay as they are."""
    if len(data) <= batch.CRC_START or data[16] != batch.MAGIC or chance.random() < 0.1:
        return data
    made = bytearray(data)
    if chance.random() < 0.7:
        struct.pack_into(">i", made, 8, len(made) - LOG_OVERHEAD)
    if chance.random() < 0.5:
        made[:8] = bytes(8)
    stamp_crc(made)
    return bytes(made)


def _good_batches(chance: Random) -> Iterator[bytes]:
    records = [
        NewRecord(NOW_MS, b"key", b"value"),
        NewRecord(NOW_MS - 5, None, None, (("trace", b"\0\xff"), ("none", None))),
        NewRecord(NOW_MS + 7, b"k" * 200, chance.randbytes(300), (("ü", b""),)),
    ]
    for kind in Compression:
        for count in (1, 3):
            yield bytes(build_batch(records[:count], compression=kind))
    yield bytes(build_batch(records, producer_id=5, producer_epoch=0, base_sequence=0))
    yield bytes(build_batch(records, producer_id=5, producer_epoch=0, is_transactional=True))
    for kind_of_end in control.ControlType:
        marker = control.EndMarker(kind_of_end, 3)
        yield bytes(
            control.build_end_marker(marker, timestamp_ms=1, producer_id=5, producer_epoch=0)
        )
    yield bytes(build_batch(records)) * 2


def _old_sets() -> Iterator[bytes]:
    """Message sets of formats 0 and 1, plain, compressed, and compressed within compressed."""
    for magic in (0, 1):
        plain = _old_message(magic, 0, b"value") * 2
        yield plain
        packed = _old_message(magic, 1, zlib.compress(plain, wbits=31))
        yield packed
        yield _old_message(magic, 1, zlib.compress(packed, wbits=31))


def _old_message(magic: int, attributes: int, value: bytes) -> bytes:
    head = struct.pack(">bb", magic, attributes) + (struct.pack(">q", NOW_MS) if magic else b"")
    body = head + struct.pack(">i", -1) + struct.pack(">i", len(value)) + value
    message = struct.pack(">I", zlib.crc32(body)) + body
    return struct.pack(">qi", 0, len(message)) + message


def _bombs() -> Iterator[bytes]:
    """Batches that inflate to far more than anybody reads."""
    for kind in (Compression.GZIP, Compression.LZ4, Compression.ZSTD):
        yield bytes(build_batch([NewRecord(NOW_MS, b"k", bytes(BOMB_BYTES))], compression=kind))


def _codecs() -> Iterator[Target]:
    payload = bytes(range(256)) * 8 + bytes(4_096)
    modules = {
        Compression.GZIP: gzip,
        Compression.SNAPPY: snappy,
        Compression.LZ4: lz4,
        Compression.ZSTD: zstd,
    }
    for kind, module in modules.items():
        whole = compression.compress(payload, kind)
        seeds = [whole, compression.compress(b"", kind), whole + whole]
        bomb = compression.compress(bytes(BOMB_BYTES), kind)
        seeds.append(bomb if len(bomb) <= 64 * 1024 else compression.compress(bytes(1 << 20), kind))
        if kind is Compression.SNAPPY:
            # One raw block, as librdkafka writes it, and one that claims four gigabytes.
            raw = whole[len(snappy.XERIAL_HEADER) + 4 :]
            seeds += [raw, b"\xff\xff\xff\xff\x0f" + raw[2:]]
        yield Target(
            f"{kind.name.lower()} payload",
            "compression",
            _inflating(kind),
            (InvalidBatch,),
            seeds,
            codes_of(module, compression, inflated_pieces),
            steps=20 * INFLATED_BYTES_MAX,
            slack_bytes=6 * INFLATED_BYTES_MAX,
        )


def _inflating(kind: Compression) -> Decode:
    def inflate(data: bytes) -> object:
        found = compression.decompress(data, kind, INFLATED_BYTES_MAX)
        assert len(found) <= INFLATED_BYTES_MAX, f"{len(found)} bytes came of it"
        return found

    return inflate


def codes_of(*owners: ModuleType | FunctionType) -> Callable[[], Sequence[CodeType]]:
    """The code of functions, and of all functions that modules define."""

    def found() -> Sequence[CodeType]:
        codes: list[CodeType] = []
        for owner in owners:
            if isinstance(owner, FunctionType):
                codes += _within(owner.__code__)
                continue
            for name, each in vars(owner).items():
                if getattr(each, "__module__", "") != owner.__name__ or WRITERS.match(name):
                    continue
                members = vars(each).values() if isinstance(each, type) else (each,)
                for member in members:
                    function = member.fget if isinstance(member, property) else member
                    if isinstance(function, FunctionType) and _is_of(owner, function):
                        codes += _within(function.__code__)
        return codes

    return found


def _is_of(owner: ModuleType, function: FunctionType) -> bool:
    """Whether a function is written in a module; dataclasses make some of their own."""
    return function.__module__ == owner.__name__ and not function.__name__.startswith("__")


def _within(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _within(each)
