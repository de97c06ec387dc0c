"""How moments are shown: the local time of day, UTC, or how long ago. Pure."""

from dataclasses import dataclass
from datetime import UTC

from console.model import units
from console.settings import TimeStyle


@dataclass(frozen=True, slots=True)
class Times:
    """Shows moments in one style."""

    style: TimeStyle = TimeStyle.LOCAL

    def clock(self, at_ms: int) -> str:
        """The time of day; in UTC it says so."""
        if self.style is TimeStyle.UTC:
            return f"{units.clock(at_ms, UTC)} UTC"
        return units.clock(at_ms, None)

    def event(self, at_ms: int, now_ms: int) -> str:
        """When something happened, in eight cells."""
        if self.style is TimeStyle.RELATIVE:
            return f"{units.ago(at_ms, now_ms).removesuffix(' ago'):>8}"
        return units.clock(at_ms, UTC if self.style is TimeStyle.UTC else None)
