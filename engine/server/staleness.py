"""When a connection is stale: nobody uses it, or a client that sends slowly keeps memory and time.

The bound on a frame is what ends a slow-loris client, who sends a byte now and then.
"""

from typing import Final

FRAME_SECONDS_MAX: Final = 30.0
"""How long a frame may take to arrive, plus the time of its bytes at `FRAME_BYTES_PER_SECOND`."""

FRAME_BYTES_PER_SECOND: Final = 64 * 1024


def stale_reason(frame_s: float, frame_bytes: int, *, is_idle: bool) -> str:
    """Why a connection is to be closed, as its metric says; nothing when it may go on.

    `frame_s` is how long a frame of `frame_bytes` has been arriving, 0 when none is under way.
    """
    if is_idle:
        return "idle"
    if frame_s > FRAME_SECONDS_MAX + frame_bytes / FRAME_BYTES_PER_SECOND:
        return "slow_frame"
    return ""
