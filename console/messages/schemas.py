"""Contents that name their schema by an id of a schema registry: Avro, Protobuf, JSON Schema.

Such a content begins with a zero byte and the id, four bytes long. What is needed to decode it is
fetched once for each id by `prepare`, before records are tested or shown; `decode` itself never
waits. Why an id cannot be decoded is kept and told by `problem_of`; it is asked for again after a
while. JSON Schema needs no library, the others those of the extras `avro` and `protobuf`.
"""

import asyncio
from collections.abc import Iterable
from typing import assert_never

from console.messages.avro import avro_decoder
from console.messages.protobuf import protobuf_decoder
from console.messages.structure import MISSING, Decode, decoded_json
from console.port.clock import Clock
from console.port.readings import RecordReading
from console.port.schema_registry import (
    RegistryUnreachable,
    Schema,
    SchemaKind,
    SchemaSource,
    SchemaUnusable,
)

MAGIC = 0
PREFIX_BYTES = 5
RETRY_S = 30.0
IDS_MAX = 1_000
"""Schemas that are kept; a topic of random bytes may name any number of ids."""


class Schemas:
    """The schemas of one registry, fetched when contents name them."""

    def __init__(self, source: SchemaSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._decoders: dict[int, Decode] = {}
        self._problems: dict[int, str] = {}
        self._retry_at_s: dict[int, float] = {}
        self._silent_until_s = 0.0
        self._silence = ""

    async def prepare(self, records: Iterable[RecordReading]) -> None:
        """Fetch the schemas that records name and that are not known yet."""
        wanted = {
            schema_id
            for record in records
            for content in (record.key, record.value)
            if content is not None and (schema_id := schema_id_of(content)) is not None
        }
        for schema_id in sorted(wanted - self._decoders.keys()):
            if self._retry_at_s.get(schema_id, 0.0) <= self._clock.monotonic_s():
                await self._fetch(schema_id)

    def decode(self, content: bytes) -> object:
        """What a content holds, or MISSING."""
        schema_id = schema_id_of(content)
        decoder = None if schema_id is None else self._decoders.get(schema_id)
        return MISSING if decoder is None else decoder(content[PREFIX_BYTES:])

    def problem_of(self, content: bytes | None) -> str:
        """Why a content that names a schema is not decoded; empty when nothing is wrong."""
        schema_id = schema_id_of(content or b"")
        return "" if schema_id is None else self._problems.get(schema_id, "")

    async def _fetch(self, schema_id: int) -> None:
        known = self._decoders.keys() | self._problems.keys()
        if len(known) >= IDS_MAX and schema_id not in known:
            return
        try:
            if self._clock.monotonic_s() < self._silent_until_s:
                raise SchemaUnusable(self._silence)
            schema = await self._source.schema(schema_id)
            # Libraries are imported when they are first needed, which takes a while.
            self._decoders[schema_id] = await asyncio.to_thread(decoder_of, schema)
        except SchemaUnusable as error:
            retry_at_s = self._clock.monotonic_s() + RETRY_S
            if isinstance(error, RegistryUnreachable):
                # Other ids would wait as long for nothing.
                self._silent_until_s, self._silence = retry_at_s, str(error)
            self._problems[schema_id] = f"schema {schema_id}: {error}"
            self._retry_at_s[schema_id] = retry_at_s
        else:
            self._problems.pop(schema_id, None)


def schema_id_of(content: bytes) -> int | None:
    """The id of the schema that a content names, if it does."""
    if len(content) < PREFIX_BYTES or content[0] != MAGIC:
        return None
    return int.from_bytes(content[1:PREFIX_BYTES], "big")


def decoder_of(schema: Schema) -> Decode:
    """Decodes what follows the id. Raises SchemaUnusable."""
    references = [(each.name, each.text) for each in schema.references]
    try:
        match schema.kind:
            case SchemaKind.JSON:
                return decoded_json
            case SchemaKind.AVRO:
                return avro_decoder(schema.text, [text for _, text in references])
            case SchemaKind.PROTOBUF:
                return protobuf_decoder(schema.text, references)
            case _:
                assert_never(schema.kind)
    except ImportError:
        extra = schema.kind.value.lower()
        raise SchemaUnusable(
            f"the library for it is missing: pip install 'kconsole[{extra}]'"
        ) from None
    except ValueError as error:
        raise SchemaUnusable(str(error)) from None
