"""When a connection is stale: nobody uses it, or a client that sends slowly keeps memory and time.

The bound on a frame is what ends a slow-loris client, who sends a byte now and then. Only what has
come counts for it, not what was announced; and what came fast does not let the rest be late.

Differs from Kafka: there every byte keeps a connection alive for `connections.max.idle.ms`
(`Selector.IdleExpiryManager`).
"""

from typing import Final

FRAME_SECONDS_MAX: Final = 30.0
"""How long the rest of a frame may be on its way, at whatever speed."""

FRAME_BYTES_PER_SECOND: Final = 64 * 1024
"""Over a longer time a frame must come as fast as this, or it is closed."""


def frame_due_s(due_s: float, now_s: float, count: int) -> float:
    """Until when more of a frame must come, of which `count` bytes have come now.

    That nothing was read before is no fault of the client's if the broker stood still; one that
    sends a byte now and then is late again before the next look.
    """
    return min(now_s + FRAME_SECONDS_MAX, max(due_s, now_s) + count / FRAME_BYTES_PER_SECOND)


def stale_reason(*, is_late: bool, is_idle: bool) -> str:
    """Why a connection is to be closed, as its metric says; nothing when it may go on."""
    if is_idle:
        return "idle"
    return "slow_frame" if is_late else ""
