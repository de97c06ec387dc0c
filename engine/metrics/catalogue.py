"""Every metric of the engine, one row each. Docs and the exposition derive from this table.

Names follow Prometheus: a unit at the end, `_total` for counters. Seconds and bytes only.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a metric's value does over time, by its Prometheus type name."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One row. `bounds` are a histogram's upper bucket bounds, ascending."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()


LATENCY_BOUNDS_S = (
    *(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005),
    *(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)
SIZE_BOUNDS_BYTES = tuple(64 * 4**step for step in range(11))
"""64 bytes to 64 MiB."""


def _counter(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Kind.COUNTER, text, labels)


def _gauge(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Kind.GAUGE, text, labels)


def _latency(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Kind.HISTOGRAM, text, labels, LATENCY_BOUNDS_S)


def _sizes(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Kind.HISTOGRAM, text, labels, SIZE_BOUNDS_BYTES)


_OF_API = ("api", "version")

REQUESTS = _counter("kconsole_requests_total", "Requests handled.", *_OF_API)
REQUEST_ERRORS = _counter(
    "kconsole_request_errors_total",
    "Errors that replies told, each as often as it stood in them.",
    *_OF_API,
    "error",
)
REQUEST_BYTES = _sizes("kconsole_request_bytes", "Bytes of each request frame.", *_OF_API)
REPLY_BYTES = _sizes("kconsole_reply_bytes", "Bytes of each reply frame.", *_OF_API)
REQUEST_SECONDS = _latency(
    "kconsole_request_seconds", "From the frame's arrival to its reply being ready.", *_OF_API
)
REQUEST_LOCAL_SECONDS = _latency(
    "kconsole_request_local_seconds",
    "Of that, the broker's own work, without the disk and whatever else was waited for.",
    *_OF_API,
)
REQUESTS_IN_FLIGHT = _gauge(
    "kconsole_requests_in_flight", "Requests that were taken and have no reply yet.", *_OF_API
)
CLIENT_REQUESTS = _counter(
    "kconsole_client_requests_total",
    "Requests answered, by the software of the client.",
    *_OF_API,
    "software",
    "software_version",
)
CONNECTIONS = _gauge(
    "kconsole_connections", "Open connections by client software.", "software", "version"
)
CONNECTIONS_ACCEPTED = _counter("kconsole_connections_accepted_total", "Connections accepted.")
CONNECTIONS_CLOSED = _counter(
    "kconsole_connections_closed_total", "Connections closed by the broker.", "reason"
)
THROTTLES = _counter(
    "kconsole_throttles_total", "Requests after which a client over a quota had to wait.", "quota"
)
RECEIVED_BYTES = _counter("kconsole_received_bytes_total", "Bytes received from clients.")
SENT_BYTES = _counter("kconsole_sent_bytes_total", "Bytes handed to clients' sockets.")
UNSENT_BYTES = _gauge(
    "kconsole_unsent_bytes", "Bytes of replies that are ready and not yet handed to a socket."
)
REQUEST_BUFFER_BYTES = _gauge(
    "kconsole_request_buffer_bytes", "Memory promised to large requests that are being received."
)
REQUEST_BUFFER_KEPT_BYTES = _gauge(
    "kconsole_request_buffer_kept_bytes",
    "Memory of receive buffers kept for large requests to come.",
)
APPENDED_BYTES = _counter("kconsole_appended_bytes_total", "Bytes of record batches appended.")
APPENDED_BATCHES = _counter("kconsole_appended_batches_total", "Record batches appended.")
WRITE_SECONDS = _latency("kconsole_write_seconds", "One gathered write to one partition's log.")
SYNC_SECONDS = _latency("kconsole_sync_seconds", "One group commit: all dirty logs to disk.")
SYNC_PARTITIONS = Metric(
    "kconsole_sync_partitions",
    Kind.HISTOGRAM,
    "Partitions synced by one group commit.",
    bounds=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
COMMIT_WAITERS = _gauge("kconsole_commit_waiters", "Appends that wait for the disk.")
FETCH_WAITERS = _gauge("kconsole_fetch_waiters", "Fetch requests that wait for records.")
PARTITIONS_OPEN = _gauge("kconsole_partitions_open", "Partitions whose log is open.")
PARTITIONS_FENCED = _gauge(
    "kconsole_partitions_fenced", "Partitions that take no writes after a disk failure."
)
PARTITIONS_DAMAGED = _gauge(
    "kconsole_partitions_damaged", "Partitions in which damaged ranges of offsets were found."
)
DAMAGED_RANGES = _gauge(
    "kconsole_damaged_ranges", "Ranges of offsets found damaged on disk, which reads refuse."
)
DISK_FREE_BYTES = _gauge(
    "kconsole_disk_free_bytes", "Bytes that can still be written on the file system of the data."
)
DISK_RESERVE_BYTES = _gauge(
    "kconsole_disk_reserve_bytes", "Free bytes below which produce is refused."
)
RESERVE_REFUSALS = _counter(
    "kconsole_reserve_refusals_total", "Batches refused because free bytes were below the reserve."
)
READS_PUT_OFF = _counter(
    "kconsole_reads_put_off_total",
    "Reads of logs for clients that have to wait for a file descriptor or for an index.",
)
FAILED_ROUNDS = _counter(
    "kconsole_failed_rounds_total", "Rounds of maintenance that ended with an unforeseen error."
)
CLOCK_UNCONFIRMED = _gauge(
    "kconsole_clock_unconfirmed",
    "1 while nothing is deleted by age because the date has to be confirmed.",
)
SEGMENTS_UNDATED = _gauge(
    "kconsole_segments_undated",
    "Segments that retention keeps because nothing tells their age: the clock was wrong.",
)
COMPACTIONS = _counter("kconsole_compactions_total", "Cleanings of compacted logs.")
COMPACTION_FAILURES = _counter(
    "kconsole_compaction_failures_total", "Cleanings that failed or were put off."
)
COMPACTION_DROPPED_RECORDS = _counter(
    "kconsole_compaction_dropped_records_total", "Outdated records that cleaning left out."
)
COMPACTION_FREED_BYTES = _counter(
    "kconsole_compaction_freed_bytes_total", "Bytes by which cleaning made logs smaller."
)
COMPACTION_SECONDS = Metric(
    "kconsole_compaction_seconds",
    Kind.HISTOGRAM,
    "One cleaning of one log.",
    bounds=(0.01, 0.1, 1.0, 10.0, 60.0, 600.0, 3600.0),
)
COMPACTION_DIRTY_RATIO = _gauge(
    "kconsole_compaction_dirty_ratio", "Dirty share of the dirtiest compacted log, 0 to 1."
)
PARTITIONS_UNCLEANABLE = _gauge(
    "kconsole_partitions_uncleanable", "Partitions whose compaction failed: they only grow."
)
TOPIC_IN_BYTES = _counter("kconsole_topic_in_bytes_total", "Bytes appended by topic.", "topic")
TOPIC_IN_RECORDS = _counter(
    "kconsole_topic_in_records_total", "Records appended by topic (offsets assigned).", "topic"
)
TOPIC_OUT_BYTES = _counter("kconsole_topic_out_bytes_total", "Bytes fetched by topic.", "topic")
LOG_BYTES = _gauge("kconsole_log_bytes", "Bytes of the logs that are open.", "topic")
CPU_SECONDS = _counter("process_cpu_seconds_total", "User and system CPU time of the engine.")
RESIDENT_BYTES = _gauge("process_resident_memory_bytes", "Resident memory of the engine.")
START_TIME = _gauge("process_start_time_seconds", "Start of the engine since 1970-01-01 UTC.")
OPEN_DESCRIPTORS = _gauge("process_open_fds", "Open file descriptors of the engine.")

METRICS: tuple[Metric, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Metric)
)
"""All rows, in the order above."""
