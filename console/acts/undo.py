"""Puts back what an act changed. The way back is a change like any other, and is recorded."""

from collections.abc import Iterable, Mapping

from console.acts.act import Act, ActKind, BrokerConfigsBefore, ConfigsBefore, OffsetsBefore
from console.model.names import TopicPartition
from console.port.cluster import Writes
from console.port.errors import ClusterError

_DELETIONS = frozenset({ActKind.DELETE_TOPIC, ActKind.DELETE_RECORDS, ActKind.DELETE_GROUP})


def nothing_to_undo(acts: Iterable[Act]) -> str:
    """Why there is nothing to undo after these acts."""
    made = {act.kind for act in acts} - {ActKind.TELL_ALERT}
    if not made:
        return "Nothing was changed from here: there is nothing to undo"
    if made & _DELETIONS:
        return "There is nothing to undo here: what is deleted is gone"
    return "Nothing to undo: only changes of configurations and offsets can be undone"


async def undo(act: Act, writes: Writes) -> None:
    """Put back what was there before. Raises ClusterError if any part of it could not be.

    What has changed since is overwritten: who asks has shown what it will be.
    """
    match act.before:
        case ConfigsBefore(topic, values):
            await writes.set_topic_configs(topic, values)
        case BrokerConfigsBefore(node_id, values):
            await writes.set_broker_configs(node_id, values)
        case OffsetsBefore(group, offsets):
            await _put_back(writes, group, offsets)
        case None:
            raise AssertionError(f"nothing is known of what was before {act}")


async def _put_back(
    writes: Writes, group: str, offsets: Mapping[TopicPartition, int | None]
) -> None:
    had = {key: offset for key, offset in offsets.items() if offset is not None}
    had_none = [key for key, offset in offsets.items() if offset is None]
    results: dict[TopicPartition, ClusterError | None] = {}
    if had:
        results |= await writes.set_offsets(group, had)
    if had_none:
        results |= await writes.delete_offsets(group, had_none)
    for error in results.values():
        if error is not None:
            raise error
