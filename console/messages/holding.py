"""Which transaction keeps readers of committed records from a record.

They get no further than the first record of the transaction that began first and is still open, so
that one holds all that lies behind it, whoever wrote it. The partition's leader remembers who that
is. Its answer is of a later moment than the record: by then the transaction may have ended.
"""

from collections.abc import Iterable

from console.model import units
from console.model.names import TopicPartition
from console.model.text import plain
from console.port.cluster import Offsets
from console.port.errors import ClusterError
from console.port.readings import ProducerReading, Standing

WAITING = frozenset({Standing.OPEN, Standing.HELD_BACK})
"""Records that some transaction holds."""


def holder(producers: Iterable[ProducerReading], offset: int) -> ProducerReading | None:
    """Whose transaction holds the record at an offset; None where none does."""
    began = [
        (each.transaction_start, each)
        for each in producers
        if each.transaction_start is not None and each.transaction_start <= offset
    ]
    return min(began, key=lambda pair: pair[0])[1] if began else None


async def holder_told(key: TopicPartition, offset: int, offsets: Offsets) -> str:
    """What is to be said of who holds a record, safe to show; never raises ClusterError."""
    try:
        answer = (await offsets.producers([key]))[key]
    except ClusterError as error:
        answer = error
    if isinstance(answer, ClusterError):
        return f"which transaction holds it is not known: {plain(answer.reason)}"
    found = holder(answer, offset)
    if found is None or found.transaction_start is None:
        return "no transaction holds it any more"
    start = units.grouped(found.transaction_start)
    said = f"producer {found.producer_id}, epoch {found.epoch}"
    return f"held by {said}: its transaction is open since offset {start}"
