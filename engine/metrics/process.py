"""What the operating system knows about this process, read at each scrape.

Resident memory and descriptors come from /proc where there is one; elsewhere memory is the largest
so far, as `getrusage` tells it, and descriptors are left out.
"""

import os
import resource
import sys
from pathlib import Path

from engine.metrics import catalogue
from engine.metrics.registry import Registry, Sample

_STATM = Path("/proc/self/statm")
_DESCRIPTORS = Path("/proc/self/fd")
_PEAK_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


def watch_process(registry: Registry, *, started_ms: int) -> None:
    """Add the process's own figures; `started_ms` is wall time."""
    registry.watch(catalogue.CPU_SECONDS, _cpu_seconds)
    registry.watch(catalogue.RESIDENT_BYTES, _resident_bytes)
    registry.watch(catalogue.OPEN_DESCRIPTORS, _open_descriptors)
    registry.watch(catalogue.START_TIME, lambda: [((), started_ms / 1000)])


def _cpu_seconds() -> list[Sample]:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return [((), usage.ru_utime + usage.ru_stime)]


def _resident_bytes() -> list[Sample]:
    try:
        pages = int(_STATM.read_text().split()[1])
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return [((), float(peak * _PEAK_UNIT_BYTES))]
    return [((), float(pages * os.sysconf("SC_PAGE_SIZE")))]


def _open_descriptors() -> list[Sample]:
    try:
        return [((), float(sum(1 for _ in _DESCRIPTORS.iterdir())))]
    except OSError:
        return []
