"""Contents that name their schema by an id of a schema registry: Avro, Protobuf, JSON Schema.

Such a content begins with a zero byte and the id, four bytes long. What is needed to decode it is
fetched once for each id; `decode` itself never waits.

| an id is | when                      | `decode`        | `about`                          |
|----------|---------------------------|-----------------|----------------------------------|
| unknown  | nobody has met it         | makes it wanted | nothing                          |
| wanted   | `decode` has met it       | MISSING         | that it is being fetched         |
| known    | it was fetched            | the content     | language and id                  |
| troubled | it cannot be had or used  | MISSING         | why; after a while it is unknown |

Who tests records has them known by `prepare` before; who shows them is told by `when_wanted`, calls
`fetch_wanted` beside its other work and draws again. JSON Schema needs no library, the others those
of the extras `avro` and `protobuf`.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Final, assert_never

from console.messages.avro import avro_decoder
from console.messages.filter import RecordFilter, parse_record_filter
from console.messages.formats import default_decode
from console.messages.protobuf import protobuf_decoder
from console.messages.structure import MISSING, Decode, decoded_json, first_that_decodes
from console.model.text import plain
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

REASON_CHARACTERS_MAX = 300
"""Of why a schema cannot be used: libraries quote as much of it as they like."""

_LANGUAGES: Final[Mapping[SchemaKind, str]] = {
    SchemaKind.AVRO: "Avro",
    SchemaKind.PROTOBUF: "Protobuf",
    SchemaKind.JSON: "JSON Schema",
}


class Schemas:
    """The schemas of one registry, fetched when contents name them."""

    def __init__(
        self,
        source: SchemaSource,
        clock: Clock,
        when_wanted: Callable[[], None] = lambda: None,
    ) -> None:
        """`when_wanted` is called when `decode` meets an id that it is worth asking for."""
        self._source = source
        self._clock = clock
        self._when_wanted = when_wanted
        self._wanted: set[int] = set()
        self._decoders: dict[int, Decode] = {}
        self._languages: dict[int, str] = {}
        self._problems: dict[int, str] = {}
        self._retry_at_s: dict[int, float] = {}
        self._silent_until_s = 0.0
        self._silence = ""
        self._one_at_a_time = asyncio.Lock()

    async def prepare(self, records: Iterable[RecordReading]) -> None:
        """Fetch the schemas that records name and that are not known yet."""
        wanted = {
            schema_id
            for record in records
            for content in (record.key, record.value)
            if content is not None and (schema_id := schema_id_of(content)) is not None
        }
        for schema_id in sorted(filter(self._is_worth_asking, wanted)):
            await self._fetch(schema_id)

    @property
    def has_wanted(self) -> bool:
        """There is something for `fetch_wanted` to do."""
        return bool(self._wanted)

    async def fetch_wanted(self) -> None:
        """Fetch the schemas that `decode` has met."""
        while self._wanted:
            await self._fetch(min(self._wanted))

    def decode(self, content: bytes) -> object:
        """What a content holds, or MISSING."""
        schema_id = schema_id_of(content)
        if schema_id is None:
            return MISSING
        decoder = self._decoders.get(schema_id)
        if decoder is not None:
            return decoder(content[PREFIX_BYTES:])
        if schema_id not in self._wanted and self._is_worth_asking(schema_id):
            self._wanted.add(schema_id)
            self._when_wanted()
        return MISSING

    def about(self, content: bytes | None) -> str:
        """What there is to say of the schema that a content names; empty when it names none.

        Safe to show. Says why it is not decoded, if it is not.
        """
        schema_id = schema_id_of(content or b"")
        if content is None or schema_id is None:
            return ""
        if schema_id in self._decoders:
            said = f"{self._languages[schema_id]}, schema {schema_id}"
            return said if self.decode(content) is not MISSING else f"it is not of {said}"
        if schema_id in self._problems:
            return self._problems[schema_id]
        return f"schema {schema_id} is being fetched" if schema_id in self._wanted else ""

    def _is_worth_asking(self, schema_id: int) -> bool:
        """It is not known, was not asked for a moment ago, and there is room for it."""
        if schema_id in self._decoders:
            return False
        if schema_id in self._problems:
            return self._retry_at_s[schema_id] <= self._clock.monotonic_s()
        count = len(self._decoders) + len(self._problems) + len(self._wanted)
        return schema_id in self._wanted or count < IDS_MAX

    async def _fetch(self, schema_id: int) -> None:
        # Who waited for another's answer finds that it is known meanwhile.
        async with self._one_at_a_time:
            try:
                if self._is_worth_asking(schema_id):
                    await self._ask(schema_id)
            finally:
                self._wanted.discard(schema_id)

    async def _ask(self, schema_id: int) -> None:
        try:
            if self._clock.monotonic_s() < self._silent_until_s:
                raise SchemaUnusable(self._silence)
            schema = await self._source.schema(schema_id)
            # Libraries are imported when they are first needed, which takes a while.
            decoder = await asyncio.to_thread(decoder_of, schema)
        except SchemaUnusable as error:
            retry_at_s = self._clock.monotonic_s() + RETRY_S
            reason = plain(str(error), limit=REASON_CHARACTERS_MAX)
            if isinstance(error, RegistryUnreachable):
                # Other ids would wait as long for nothing.
                self._silent_until_s, self._silence = retry_at_s, reason
            self._problems[schema_id] = f"schema {schema_id}: {reason}"
            self._retry_at_s[schema_id] = retry_at_s
        else:
            self._decoders[schema_id] = decoder
            self._languages[schema_id] = _LANGUAGES[schema.kind]
            self._problems.pop(schema_id, None)


def record_filter(
    text: str, now_ms: int, topic: str, schemas: Schemas | None
) -> RecordFilter | None:
    """The filter that was typed, on contents as they are decoded here; None for an empty one.

    Raises ExpressionError. Where it `decodes`, the schemas of records are prepared before it.
    """
    if schemas is None:
        return parse_record_filter(text, now_ms, topic=topic, decode=default_decode)
    decode = first_that_decodes([schemas.decode, default_decode])
    return parse_record_filter(text, now_ms, topic=topic, decode=decode, has_names_in_records=False)


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
