"""What is wrong and what to do about it, and the vital signs of an engine of ours."""

from dataclasses import dataclass

from console.model.figures import Figure
from console.model.partition import NOT_READ
from console.model.series import EMPTY_SERIES, Series
from console.model.severity import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong at the moment.

    `code` names the kind for programs; `subject` is what it is about, such as a topic's name.
    `text` says what happens, `advice` what to do, both as sentences.
    """

    code: str
    severity: Severity
    subject: str
    text: str
    advice: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class ApiLatency:
    """How one request type has done since the last sample. Times in milliseconds."""

    api: str
    requests_per_s: float
    mean_ms: float
    p99_ms: float | None = None


@dataclass(frozen=True, slots=True)
class EngineVitals:
    """What only an engine of ours tells, through its metrics. Times in milliseconds.

    `problem` says why its metrics could not be read since `read_ms`: these figures are old.
    """

    cpu_ratio: Figure[float] = NOT_READ
    memory_bytes: Figure[int] = NOT_READ
    connections: Figure[int] = NOT_READ
    requests_per_s: Figure[float] = NOT_READ
    bytes_in_per_s: Figure[float] = NOT_READ
    bytes_out_per_s: Figure[float] = NOT_READ
    flush_mean_ms: Figure[float] = NOT_READ
    flush_p99_ms: Figure[float] = NOT_READ
    started_ms: Figure[int] = NOT_READ
    damaged_ranges: Figure[int] = NOT_READ
    reads_put_off_per_s: Figure[float] = NOT_READ
    clock_unconfirmed: Figure[int] = NOT_READ
    segments_undated: Figure[int] = NOT_READ
    disk_free_bytes: Figure[int] = NOT_READ
    disk_reserve_bytes: Figure[int] = NOT_READ
    apis: tuple[ApiLatency, ...] = ()
    cpu_history: Series = EMPTY_SERIES
    requests_history: Series = EMPTY_SERIES
    flush_history: Series = EMPTY_SERIES
    read_ms: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """`findings` worst first, then oldest first. `vitals` is None on a cluster that has none."""

    findings: tuple[Finding, ...]
    vitals: EngineVitals | None = None

    @property
    def severity(self) -> Severity:
        return max((finding.severity for finding in self.findings), default=Severity.OK)
