"""How the file descriptors that the process may have are shared out.

Logs and connections each get a part that the other cannot take: clients that connect do not keep
records from being written, and a crowd of partitions does not keep clients from connecting.
"""

import resource
from typing import Final, NamedTuple

OTHERS: Final = 64
"""Descriptors that neither logs nor connections may take: HTTP, pipes, files being replaced."""

OTHERS_SHARE: Final = 4
"""The part of few descriptors that is for others: one in so many."""

FILES_SHARE: Final = 5
"""The part that is for the files of logs: one in so many. A log holds one while it is written."""

FILES_MAX: Final = 16_384
"""Files of logs when there are descriptors in plenty: each takes some memory."""

UNLIMITED: Final = 2**31 - 1


class DescriptorBudget(NamedTuple):
    """How many descriptors each may take at most."""

    files: int
    connections: int


def budget_of(descriptors: int) -> DescriptorBudget:
    """How so many descriptors are shared out."""
    others = min(OTHERS, descriptors // OTHERS_SHARE)
    files = max(1, min(FILES_MAX, descriptors // FILES_SHARE))
    return DescriptorBudget(files, max(1, descriptors - others - files))


def descriptors_allowed() -> int:
    """How many descriptors the process may have; raises its own soft limit to that first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and (hard == resource.RLIM_INFINITY or soft < hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (ValueError, OSError):
            pass
    return UNLIMITED if soft == resource.RLIM_INFINITY else soft
