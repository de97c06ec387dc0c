"""Whether a group keeps up, judged from a window of samples."""

from enum import Enum

from console.model.severity import Severity


class Verdict(Enum):
    """What is wrong with a partition's reader, if anything; see the rules of `judge`."""

    UNKNOWN = "unknown"
    OK = "ok"
    WARN = "falling behind"
    STOP = "stopped"
    STALL = "stalled"
    REWIND = "rewound"
    AHEAD = "ahead of the log"

    @property
    def severity(self) -> Severity:
        return _SEVERITIES[self]


_SEVERITIES = {
    Verdict.UNKNOWN: Severity.UNKNOWN,
    Verdict.OK: Severity.OK,
    Verdict.WARN: Severity.WARNING,
    Verdict.STOP: Severity.ERROR,
    Verdict.STALL: Severity.ERROR,
    Verdict.REWIND: Severity.ERROR,
    Verdict.AHEAD: Severity.ERROR,
}
