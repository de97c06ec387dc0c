"""One entry for each topic in an answer, however many entries of the request named it.

Some clients name a topic once for each of its partitions. Kafka keeps what is asked by topic and
partition, so that many of its answers have a topic once; clients that look a topic up in an answer
would not find the other entries. Pure. Source: Kafka's `KafkaApis`.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

EntryT = TypeVar("EntryT")


def joined(
    entries: list[EntryT],
    topic_of: Callable[[EntryT], Hashable],
    partitions_of: Callable[[EntryT], list[Any]],
) -> list[EntryT]:
    """The entries, later ones of a topic put into its first one; the list itself if all differ."""
    if len(entries) <= 1:
        return entries
    firsts: dict[Hashable, EntryT] = {}
    for entry in entries:
        first = firsts.setdefault(topic_of(entry), entry)
        if first is not entry:
            partitions_of(first).extend(partitions_of(entry))
    return entries if len(firsts) == len(entries) else list(firsts.values())
