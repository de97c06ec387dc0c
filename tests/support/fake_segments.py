"""The segments that a fake cluster tells, if a test has it tell any."""

from collections.abc import Collection, Mapping

from console.model.names import TopicPartition
from console.port.errors import NotSupported
from console.port.readings import SegmentReading


class FakeSegments:
    """The part of a cluster in memory that has files."""

    told_segments: Mapping[TopicPartition, tuple[SegmentReading, ...]] | None = None

    async def _enter(self, operation: str) -> None:
        raise NotImplementedError

    async def segments(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, tuple[SegmentReading, ...]]:
        await self._enter("segments")
        if self.told_segments is None:
            raise NotSupported("this cluster does not tell its segments")
        return {key: found for key, found in self.told_segments.items() if key in partitions}
