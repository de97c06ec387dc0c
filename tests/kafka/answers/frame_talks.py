"""Talks in bytes that no client would send: wrong versions, cut requests, impossible lengths."""

import struct
from collections.abc import Mapping, Sequence

from engine.protocol.api_keys import ApiKey
from engine.protocol.codec import encode_bytes
from engine.protocol.messages.delete_records import DeleteRecordsRequest
from engine.protocol.messages.list_partition_reassignments import ListPartitionReassignmentsRequest
from tests.kafka.answers.talk import Step, ask

CLIENT = b"\0\4talk"
_DELETE = encode_bytes(DeleteRecordsRequest([], 1_000), 1)
_DELETE_FLEXIBLE = encode_bytes(DeleteRecordsRequest([], 1_000), 2)


def frame(key: int, version: int, body: bytes = b"", *, client: bytes = CLIENT) -> bytes:
    """A request of any key and version; the correlation id is 7."""
    request = struct.pack(">hhi", key, version, 7) + client + body
    return struct.pack(">i", len(request)) + request


def delete(body: bytes, **fields: bytes) -> bytes:
    """DeleteRecords in version 1, whose answer is the same everywhere."""
    return frame(ApiKey.DELETE_RECORDS, 1, body, **fields)


def delete_flexible(body: bytes, tags: bytes = b"\0") -> bytes:
    """DeleteRecords in version 2, with the tagged fields of its header."""
    return frame(ApiKey.DELETE_RECORDS, 2, tags + body)


FRAMES = (
    ask("as it should be", delete(_DELETE)),
    ask("flexible as it should be", delete_flexible(_DELETE_FLEXIBLE)),
    ask("no client id", delete(_DELETE, client=b"\xff\xff")),
    ask("empty client id", delete(_DELETE, client=b"\0\0")),
    *(
        ask(f"ApiVersions {version}", frame(ApiKey.API_VERSIONS, version, b"\0\x02a\x021\0"))
        for version in (5, 99, 32_767, -1)
    ),
    *(
        ask(f"key {key} version {version}", frame(key, version, _DELETE))
        for key, version in (
            (ApiKey.DELETE_RECORDS, 3),
            (ApiKey.DELETE_RECORDS, -1),
            (ApiKey.PRODUCE, 2),
            (ApiKey.PRODUCE, 14),
            (ApiKey.FETCH, 3),
            (ApiKey.FETCH, 19),
            (ApiKey.METADATA, 14),
            (ApiKey.CREATE_TOPICS, 1),
            (4, 0),
            (7, 0),
            (58, 0),
            (999, 0),
            (-1, 0),
        )
    ),
    *(ask(f"body cut after {size}", delete(_DELETE[:size])) for size in (0, 1, 4, 7)),
    *(
        ask(f"flexible body cut after {size}", delete_flexible(_DELETE_FLEXIBLE[:size]))
        for size in (0, 1, 3)
    ),
    ask("bytes behind the body", delete(_DELETE + b"rubbish")),
    ask("bytes behind the flexible body", delete_flexible(_DELETE_FLEXIBLE + b"rubbish")),
    *(
        ask(f"count {count}", delete(struct.pack(">ii", count, 1_000)))
        for count in (-1, -2, 1, 2**31 - 1)
    ),
    ask("flexible count of null", delete_flexible(b"\0" + _DELETE_FLEXIBLE[1:])),
    ask("flexible count too large", delete_flexible(b"\xff\xff\xff\xff\x0f" + b"\0" * 5)),
    ask("flexible count that never ends", delete_flexible(b"\xff" * 9)),
    ask("text that is not UTF-8", delete(b"\0\0\0\1\0\2\xff\xfe\0\0\0\0" + b"\0\0\0\1")),
    ask("text of a negative length", delete(b"\0\0\0\1\xff\xfe\0\0\0\0" + b"\0\0\0\1")),
    ask("null text where none is allowed", delete(b"\0\0\0\1\xff\xff\0\0\0\0" + b"\0\0\0\1")),
    ask("client id longer than the frame", delete(b"", client=b"\x7f\xff")),
    ask("client id of a negative length", delete(_DELETE, client=b"\xff\xfe")),
    ask("unknown tagged field of the header", delete_flexible(_DELETE_FLEXIBLE, b"\1\x63\2ab")),
    ask("unknown tagged field of the body", delete_flexible(_DELETE_FLEXIBLE[:-1] + b"\1\x63\2ab")),
    ask(
        "tagged field longer than the frame", delete_flexible(_DELETE_FLEXIBLE[:-1] + b"\1\x63\x7f")
    ),
    ask(
        "as many tagged fields as there are numbers", delete_flexible(b"", b"\xff\xff\xff\xff\x0f")
    ),
    *(
        ask(f"length {length}", struct.pack(">i", length) + b"\0" * 16)
        for length in (-1, -(2**31), 104_857_601, 2**31 - 1)
    ),
    ask("length 0", struct.pack(">i", 0)),
    *(
        ask(f"header cut after {size}", struct.pack(">i", size) + frame(21, 1)[4 : 4 + size])
        for size in (1, 2, 4, 7, 8, 9)
    ),
    ask("words of another protocol", b"GET / HTTP/1.1\r\nHost: kafka\r\n\r\n"),
    ask("a TLS handshake", bytes.fromhex("160301020001") + bytes(512)),
    ask(
        "as it should be, still",
        frame(
            ApiKey.LIST_PARTITION_REASSIGNMENTS,
            0,
            b"\0" + encode_bytes(ListPartitionReassignmentsRequest(1_000, None), 0),
        ),
    ),
)

TALKS: Mapping[str, Sequence[Step]] = {"frames": FRAMES}
