"""Memory as a burst leaves it: freed, but between blocks that stay."""

import os
import platform
from pathlib import Path

HAS_TRIM = platform.libc_ver()[0] == "glibc"
"""Whether the C library can give memory back; where it can there is /proc, too."""

BLOCK_BYTES = 3000
"""Too large for Python's own allocator, too small for a mapping of its own."""

BLOCKS = 16_000
KEPT_EVERY = 64


def fragments() -> list[bytes]:
    """Allocate `BLOCKS`, and free all but a few, which are returned."""
    blocks = [os.urandom(BLOCK_BYTES) for _ in range(BLOCKS)]
    return blocks[::KEPT_EVERY]


def resident_bytes() -> int:
    """Memory of this process that is in the machine; 0 where nobody tells."""
    if not HAS_TRIM:
        return 0
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
