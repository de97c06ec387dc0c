"""How moments are shown: the local time of day, UTC, or how long ago. Pure."""

from dataclasses import dataclass
from datetime import UTC, tzinfo

from console.model import units
from console.settings import TimeStyle

DATE_CELLS = len("2026-11-22")


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
        return units.clock(at_ms, self.zone)

    def near(self, at_ms: int, now_ms: int) -> str:
        """When something was that may be days ago, in eleven cells: time of day, or date and time;
        a date alone of another year."""
        if self.style is TimeStyle.RELATIVE:
            return units.ago(at_ms, now_ms)
        then, now = units.moment(at_ms, self.zone), units.moment(now_ms, self.zone)
        if then[:DATE_CELLS] == now[:DATE_CELLS]:
            return units.clock(at_ms, self.zone)
        return then[5:16] if then[:4] == now[:4] else then[:DATE_CELLS]

    def day(self, at_ms: int) -> str:
        """The date of a record; a record may be without a time."""
        return units.moment(at_ms, self.zone)[:DATE_CELLS] if at_ms >= 0 else units.UNKNOWN

    def moment(self, at_ms: int, now_ms: int) -> str:
        """When a record was made, to the millisecond, in twelve cells; or how long ago."""
        if at_ms < 0:
            return units.UNKNOWN
        if self.style is TimeStyle.RELATIVE:
            return units.ago(at_ms, now_ms)
        return units.moment(at_ms, self.zone)[DATE_CELLS:].strip() or units.UNKNOWN

    @property
    def zone(self) -> tzinfo | None:
        """The zone of exact times; None is that of this machine."""
        return UTC if self.style is TimeStyle.UTC else None
