"""Finding the leader epochs of a log from its batches, when the checkpoint file is lost.

The first batch of each segment tells whether the epoch changed before it; only segments in which it
did are walked.
"""

from engine.storage.batch_walk import walk_headers
from engine.storage.leader_epochs import LeaderEpochs
from engine.storage.segment import Segment
from engine.storage.segments import Segments


def rebuilt_epochs(segments: Segments) -> LeaderEpochs:
    """The epochs that the batches carry. Blocks on the disk."""
    epochs = LeaderEpochs()
    ordered = list(segments)
    first_epochs = [_first_epoch(segments, segment) for segment in ordered]
    for at, segment in enumerate(ordered):
        is_last = at + 1 == len(ordered)
        if is_last or first_epochs[at] < 0 or first_epochs[at] != first_epochs[at + 1]:
            _walk(segments, segment, epochs)
        else:
            epochs.assign(first_epochs[at], segment.base_offset)
    return epochs


def _first_epoch(segments: Segments, segment: Segment) -> int:
    first = next(walk_headers(segments.file(segment), 0, segment.size_bytes), None)
    return -1 if first is None else first.header.leader_epoch


def _walk(segments: Segments, segment: Segment, epochs: LeaderEpochs) -> None:
    for batch in walk_headers(segments.file(segment), 0, segment.size_bytes):
        if batch.header.leader_epoch >= 0:
            epochs.assign(batch.header.leader_epoch, batch.header.base_offset)
