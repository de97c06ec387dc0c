"""Two numbers that must never be given out twice: the next producer id and the leader epoch."""

from collections.abc import Iterator

from engine.broker.metadata_entries import Entry, number

_PRODUCER_IDS = "producer-ids"
_LEADER_EPOCH = "leader-epoch"


class Counters:
    """Pure state, changed by replay; neither number ever falls.

    `next_producer_id` is the first that no block has reserved. `leader_epoch` is the epoch in which
    this node leads its partitions; it grows with each start that follows an unclean end, so that a
    client which read records that were lost can notice (KIP-101, KIP-320).
    """

    kinds = frozenset({_PRODUCER_IDS, _LEADER_EPOCH})

    def __init__(self) -> None:
        self.next_producer_id = 0
        self.leader_epoch = 0

    def reset(self) -> None:
        """A snapshot replays both; keeping them is right, because they only grow."""

    def replay(self, entry: Entry) -> None:
        value = number(entry, "value")
        if entry.kind == _PRODUCER_IDS:
            self.next_producer_id = max(self.next_producer_id, value)
        else:
            self.leader_epoch = max(self.leader_epoch, value)

    def snapshot(self) -> Iterator[Entry]:
        yield producer_ids_entry(self.next_producer_id)
        yield leader_epoch_entry(self.leader_epoch)


def producer_ids_entry(next_producer_id: int) -> Entry:
    """The entry that reserves all producer ids below `next_producer_id`."""
    return Entry(_PRODUCER_IDS, {"value": next_producer_id})


def leader_epoch_entry(leader_epoch: int) -> Entry:
    """The entry that begins a leader epoch."""
    return Entry(_LEADER_EPOCH, {"value": leader_epoch})
