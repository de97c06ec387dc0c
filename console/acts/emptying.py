"""Takes every record from a topic."""

from console.acts.job import NotDone
from console.model.names import TopicPartition
from console.model.text import plain
from console.port.cluster import TO_THE_END, Writes
from console.port.errors import ClusterError


async def empty(topic: str, partitions: int, writes: Writes) -> None:
    """Delete the records of every partition up to its end.

    Raises ClusterError when none were deleted, NotDone when some partitions kept theirs.
    """
    wanted = dict.fromkeys(
        (TopicPartition(topic, index) for index in range(partitions)), TO_THE_END
    )
    answers = await writes.delete_records(wanted)
    refused = [each for each in answers.values() if isinstance(each, ClusterError)]
    if refused:
        raise NotDone(f"{len(refused)} of {partitions} partitions: {plain(refused[0].of_change)}")
