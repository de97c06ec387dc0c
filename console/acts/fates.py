"""What became of messages that were published: stored, refused, or perhaps stored. Pure.

The fates of several batches add up to those of one act. Of each kind of failure the first reason
is kept: an act is told in one line, however many batches it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from console.model.text import plain
from console.port.cluster import Published
from console.port.errors import ClusterError


@dataclass(frozen=True, slots=True)
class Fates:
    """How many messages were stored, refused, and perhaps stored, for no answer came.

    `refusal` and `doubt` say why, safe to show.
    """

    stored: int = 0
    refused: int = 0
    perhaps_stored: int = 0
    refusal: str = ""
    doubt: str = ""

    def __add__(self, later: "Fates") -> "Fates":
        return Fates(
            self.stored + later.stored,
            self.refused + later.refused,
            self.perhaps_stored + later.perhaps_stored,
            self.refusal or later.refusal,
            self.doubt or later.doubt,
        )

    @property
    def failure(self) -> str:
        """How many are not stored, or perhaps not, and why; empty when all are."""
        count = self.stored + self.refused + self.perhaps_stored
        told = (
            (self.refused, "refused", self.refusal),
            (self.perhaps_stored, "perhaps stored", self.doubt),
        )
        return "; ".join(f"{some:,} of {count:,} {fate}: {why}" for some, fate, why in told if some)


def fates_of(outcomes: Sequence[Published | ClusterError]) -> Fates:
    """What became of one batch, by the outcome of each message."""
    failures = [each for each in outcomes if isinstance(each, ClusterError)]
    doubts = [each for each in failures if each.may_be_done]
    refusals = [each for each in failures if not each.may_be_done]
    return Fates(
        len(outcomes) - len(failures),
        len(refusals),
        len(doubts),
        _first_reason(refusals),
        _first_reason(doubts),
    )


def _first_reason(failures: Sequence[ClusterError]) -> str:
    return plain(failures[0].reason) if failures else ""
