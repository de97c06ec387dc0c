"""When retention takes unread records of one partition, held where it cannot be told for a moment.

A reader near the end commits now a little more and now a little less than was written: how fast it
falls behind is not settled at one look and settled at the next. What was just known stays
meanwhile, and no longer than `HELD_MS`: after that it is unknown, and said so.
"""

from dataclasses import dataclass, replace

from console.model.lag import LossKind, LossOutlook

HELD_MS = 30_000


@dataclass(slots=True)
class HeldLoss:
    """The newest that was known, and when; None before the first."""

    last: LossOutlook | None = None
    at_ms: int = 0

    def told(self, loss: LossOutlook, now_ms: int) -> LossOutlook:
        """What to say now that this was found."""
        if loss.kind is not LossKind.UNKNOWN:
            self.last, self.at_ms = loss, now_ms
            return loss
        age_ms = now_ms - self.at_ms
        if self.last is None or age_ms > HELD_MS:
            return loss
        if self.last.seconds is None:
            return self.last
        return replace(self.last, seconds=max(0.0, self.last.seconds - age_ms / 1000))
