"""Checks of texts that say a span of time the way ISO 8601 does: P1DT2H, PT0.5S."""

import re
from dataclasses import dataclass

from engine.config.kinds import Value

_DURATION = re.compile(
    r"P(?=.)([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+([.,][0-9]{0,9})?S)?)?", re.IGNORECASE
)
_BY_DURATION = "by_duration:"


@dataclass(frozen=True, slots=True)
class OffsetReset:
    """Where a group begins that has no offsets: at an end, or so long ago."""

    allowed: str = "earliest, latest, or by_duration: and a span of time such as PT1H"

    def fault(self, value: Value) -> str | None:
        assert isinstance(value, str)
        if value in ("earliest", "latest"):
            return None
        if value.startswith(_BY_DURATION) and _DURATION.fullmatch(value.removeprefix(_BY_DURATION)):
            return None
        return (
            f"Invalid value `{value}` for configuration share.auto.offset.reset. The value must be "
            "either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'."
        )
