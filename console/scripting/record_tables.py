"""The table of a topic's messages, read by the same browser as the screen reads them."""

from console.messages.browser import HELD_RECORDS_MAX, Browser
from console.messages.exporting import as_text
from console.messages.lane import Hit, size_of
from console.model.text import plain
from console.scripting.fields import Field, Json, moment, names, number, size, text
from console.scripting.parts import topics_named
from console.scripting.reading import refuse_missing
from console.scripting.table import Asked, Place, Read, Reading, Table

MESSAGES = 100
"""Messages of each topic, unless another number is asked for."""

CELL_CHARACTERS = 80


def _messages(place: Place) -> Read[Hit]:
    count = min(place.wish.count or MESSAGES, HELD_RECORDS_MAX)

    async def read() -> Reading[Hit]:
        layout = await place.cluster.layout()
        partitions = {each.name: [p.index for p in each.partitions] for each in layout.topics}
        refuse_missing("TOPIC", place.names - partitions.keys())
        hits: list[Hit] = []
        remarks: list[str] = []
        for topic in sorted(place.names):
            browser = Browser(place.source, topic, partitions[topic], _nothing)
            hits += await _newest(browser, count)
            for key, error in sorted(browser.failures.items()):
                said = f"partition {key.partition} of {plain(topic)}: {plain(error.reason)}"
                remarks.append(said)
        return Reading(tuple(hits), "; ".join(remarks))

    return read


async def _newest(browser: Browser, count: int) -> list[Hit]:
    """So many records, the newest first. Raises ClusterError when nothing can be asked."""
    await browser.begin()
    while browser.problem is None and len(browser.hits) < count and browser.has_older:
        held = len(browser.hits)
        await browser.older()
        if len(browser.hits) == held:
            # Full, or nothing but records that are gone: asking again would give the same.
            break
    if browser.problem is not None:
        raise browser.problem
    return sorted(browser.hits, key=_moment, reverse=True)[:count]


def _moment(hit: Hit) -> tuple[int, int, int]:
    """As on the screen: records of one millisecond stand in the order of their offsets."""
    return hit.record.timestamp_ms, hit.record.offset, hit.partition


def _nothing() -> None:
    return


def _cut(value: Json) -> str:
    return plain(str(value), limit=CELL_CHARACTERS)


def _timestamp(hit: Hit) -> int | None:
    return None if hit.record.timestamp_ms < 0 else hit.record.timestamp_ms


def _text(content: bytes | None) -> str | None:
    return None if content is None else as_text(content)


def _headers(hit: Hit) -> list[str]:
    return [
        name if value is None else f"{name}={as_text(value)}" for name, value in hit.record.headers
    ]


MESSAGES_OF_TOPICS: Table[Hit] = Table(
    "messages",
    "The newest messages of topics, the newest first.",
    topics_named(1),
    Asked(_messages),
    (
        text("topic", lambda hit: hit.key.topic),
        number("partition", lambda hit: hit.partition),
        number("offset", lambda hit: hit.record.offset),
        moment("timestamp", _timestamp),
        Field("key", lambda hit: _text(hit.record.key), _cut),
        Field("value", lambda hit: _text(hit.record.value), _cut),
        names("headers", _headers),
        size("size", lambda hit: size_of(hit.record)),
    ),
    lambda hit: hit.key.topic,
    more="Contents that are no UTF-8 are base64 with `base64:` before it; the table cuts long "
    "ones. `kconsole consume` seeks, filters and follows.",
    options=("count",),
    grows=True,
    in_report=False,
)
