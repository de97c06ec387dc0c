"""When a connection is stale: nobody uses it, or a client that sends slowly keeps memory and time.

The bound on a frame is what ends a slow-loris client, who sends a byte now and then. Only what has
come counts for it, not what was announced; and what came fast does not let the rest be late. The
same bound ends a client whose frame has come, and takes room from others, while it does not read
the answers that must go first.

Time in which the broker itself stood still, stopped or with a loop that was busy, is nobody's.

Differs from Kafka: there every byte keeps a connection alive for `connections.max.idle.ms`
(`Selector.IdleExpiryManager`).
"""

from typing import Final

FRAME_SECONDS_MAX: Final = 30.0
"""How long the rest of a frame may be on its way, at whatever speed."""

FRAME_BYTES_PER_SECOND: Final = 64 * 1024
"""Over a longer time a frame must come as fast as this, or it is closed."""

LATE_LOOK_SECONDS: Final = 1.0
"""A look that is later than this tells that the broker stood still."""


class Staleness:
    """Since when nothing has come from a client, and until when more must. One per connection."""

    __slots__ = ("_read_due_s", "_sent_bytes", "active_s", "frame_due_s")

    def __init__(self, now_s: float) -> None:
        self.active_s = now_s
        """When something last happened."""
        self.frame_due_s = 0.0
        """Until when more of a frame that has begun must come."""
        self._read_due_s: float | None = None
        self._sent_bytes = 0

    def received(self, count: int, now_s: float, *, is_mid_frame: bool) -> None:
        """So many bytes have come.

        That nothing was read before is no fault of the client's if the broker stood still; one that
        sends a byte now and then is late again before the next look.
        """
        latest_s = now_s + FRAME_SECONDS_MAX
        due_s = max(self.frame_due_s, now_s) + count / FRAME_BYTES_PER_SECOND
        self.frame_due_s = min(latest_s, due_s) if is_mid_frame else latest_s

    def excuse(self, seconds: float, now_s: float) -> None:
        """Of the time until now so much was nobody's."""
        self.frame_due_s = min(self.frame_due_s + seconds, now_s + FRAME_SECONDS_MAX)
        self.active_s = min(self.active_s + seconds, now_s)
        if self._read_due_s is not None:
            self._read_due_s += seconds

    def unmuted(self, now_s: float) -> None:
        """The client was not heard for its quota; how it read meanwhile was not looked at."""
        self.active_s = now_s
        self._read_due_s = None

    def reason(
        self,
        now_s: float,
        idle_s_max: float,
        *,
        is_waiting: bool,
        is_frame_coming: bool,
        is_frame_held: bool,
        sent_bytes: int,
    ) -> str:
        """Why to close it, as its metric says; nothing when it may go on. To be asked at each look.

        `is_waiting`: the client is heard, and the broker owes it an answer. `is_frame_coming`: the
        client is heard, and part of a frame has come. `is_frame_held`: a frame that takes room
        has come, and only by reading can the client let it go on; `sent_bytes` is how much was sent
        to it in all.
        """
        is_late = self._is_reading_late(now_s, sent_bytes, is_awaited=is_frame_held)
        if now_s - self.active_s > idle_s_max and not is_waiting:
            return "idle"
        return "slow_frame" if is_late or (is_frame_coming and now_s > self.frame_due_s) else ""

    def _is_reading_late(self, now_s: float, sent_bytes: int, *, is_awaited: bool) -> bool:
        count, self._sent_bytes = sent_bytes - self._sent_bytes, sent_bytes
        due_s = now_s + FRAME_SECONDS_MAX
        if self._read_due_s is not None:
            due_s = min(due_s, self._read_due_s + count / FRAME_BYTES_PER_SECOND)
        self._read_due_s = due_s if is_awaited else None
        return is_awaited and now_s > due_s


class Looks:
    """When somebody looks for stale connections, and what part of the time since is nobody's."""

    __slots__ = ("_due_s", "_last_s", "_was_late")

    def __init__(self) -> None:
        self._last_s = self._due_s = 0.0
        self._was_late = False

    def plan(self, now_s: float, delay_s: float) -> None:
        """The next look is to be after so much time."""
        self._last_s, self._due_s = now_s, now_s + delay_s

    def excused_s(self, now_s: float) -> float:
        """Seconds that count for nothing, now that somebody looks.

        When in the time since the last look the broker stood still is not known: all of it is
        excused. Where one look after the other is late the broker is busy, and clients that waste
        its time must not gain by that: then it is only what was lost for certain.
        """
        late_s = now_s - self._due_s
        was_late, self._was_late = self._was_late, late_s > LATE_LOOK_SECONDS
        if not self._was_late:
            return 0.0
        return late_s if was_late else now_s - self._last_s
