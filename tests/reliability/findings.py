"""What a soak has found, and whether that is as it shall be."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tests.reliability.verifier import Verdict
from tests.reliability.vitals import Vitals

MEMORY_PER_MINUTE_MAX = 16_384
"""Bytes by which memory may certainly grow. Caches with a bound take half of it: some 350 bytes for
each topic with its group that was ever made, up to several thousand of them."""
MEMORY_PER_MINUTE_UNTOLD_MAX = 65_536
"""Bytes by which memory might grow for all that the run can tell: one with more noise than that
proves nothing, and does not pass."""
DESCRIPTORS_PER_MINUTE_MAX = 0.5
"""By which they may certainly grow. Topics, members and connections come and go by the dozen a
minute: a descriptor that one in fifty of them left behind would show."""

OVERTAKEN_SHARE_MAX = 0.01
"""Of what was read, that retention may take before a group comes: readers that hang behind more of
the time are not those of a broker at half its load."""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that is judged of one run."""

    vitals: Vitals
    rest: Verdict
    """Of what retention has left."""
    compacted: Verdict
    acknowledged: int
    reads: Sequence[int]
    """Records that each group has read."""
    skipped: int
    """Records that a group has not read although they were there."""
    overtaken: int
    """Records that retention took before a group came to them."""
    expired: int
    faults: list[str]

    @property
    def lost(self) -> int:
        """Records that should be there, or have been read, and were not."""
        return self.skipped + self.rest.lost + self.compacted.lost

    @property
    def is_steady(self) -> bool:
        """Whether neither memory nor descriptors grow for certain by more than is allowed, and how
        memory does is known well enough."""
        memory, descriptors = self.vitals.memory, self.vitals.descriptors
        return (
            memory.at_least <= MEMORY_PER_MINUTE_MAX
            and memory.at_most <= MEMORY_PER_MINUTE_UNTOLD_MAX
            and descriptors.at_least <= DESCRIPTORS_PER_MINUTE_MAX
        )

    @property
    def was_at_work(self) -> bool:
        """Whether there were a load, readers that kept up, retention and compaction: without them
        nothing is proved."""
        return (
            self.acknowledged > 0
            and min(self.reads) > 0
            and self.overtaken <= OVERTAKEN_SHARE_MAX * sum(self.reads)
            and self.expired > 0
            and self.compacted.records < self.compacted.acknowledged
        )

    @property
    def all_faults(self) -> list[str]:
        return [*self.faults, *self.rest.faults, *self.compacted.faults]

    @property
    def is_clean(self) -> bool:
        return not self.lost and not self.all_faults and self.is_steady and self.was_at_work

    def told(self) -> dict[str, object]:
        """The result as plain values."""
        memory, descriptors = self.vitals.memory, self.vitals.descriptors
        return {
            "acknowledged": self.acknowledged,
            "read_by_groups": sum(self.reads),
            "lost": self.lost,
            "skipped_by_groups": self.skipped,
            "overtaken_by_retention": self.overtaken,
            "removed_by_retention": self.expired,
            "removed_by_compaction": self.compacted.acknowledged - self.compacted.records,
            "memory_first_bytes": self.vitals.memory_first_bytes,
            "memory_last_bytes": self.vitals.memory_last_bytes,
            "memory_bytes_max": self.vitals.memory_bytes_max,
            "memory_bytes_per_minute": _rounded(memory.per_minute, 0),
            "memory_bytes_per_minute_error": _rounded(memory.error, 0),
            "descriptors_first": self.vitals.descriptors_first,
            "descriptors_last": self.vitals.descriptors_last,
            "descriptors_max": self.vitals.descriptors_max,
            "descriptors_per_minute": _rounded(descriptors.per_minute, 3),
            "descriptors_per_minute_error": _rounded(descriptors.error, 3),
            "is_steady": self.is_steady,
            "faults": self.all_faults,
            "clean": self.is_clean,
        }


def _rounded(value: float, digits: int) -> float | None:
    """A figure for JSON, which knows none that is no number."""
    return None if math.isnan(value) else round(value, digits)
