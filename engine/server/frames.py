"""Frames out of a byte stream: four bytes of length, then the request.

Bytes are received into a scratch buffer that all connections share, and frames are slices of it:
nothing is copied but the partial frame at the end. A frame larger than `LARGE_FRAME_BYTES` that did
not arrive whole is received into a buffer of its own, which is promised from a budget before it is
allocated and grows with what really arrives, so that a length alone costs no memory.

A reader is used in cycles:

    writable() -> fill it -> received(count) -> next_frame() -> settle()

Frames are valid until `settle`. A cycle may also begin with `resume()` instead of received bytes,
when the last one ended before all frames were taken. No I/O, no clock; loop thread only.
"""

import sys
from collections import deque
from collections.abc import Callable
from struct import Struct

from engine.kernel.errors import EngineError

SCRATCH_BYTES = 256 * 1024
"""The shared scratch buffer: the most that one readiness event can take in."""

LARGE_FRAME_BYTES = 32 * 1024
"""A partial frame beyond this gets a buffer of its own instead of being copied back and forth."""

POOLED_BUFFER_BYTES = 1_114_112
"""Size of the buffers that are kept for large frames: a largest batch by default settings fits."""

POOLED_BUFFERS_MAX = 8
"""Buffers kept while they are needed; frames beyond them get buffers of just their size."""

_LENGTH = Struct(">i")
_LENGTH_BYTES = _LENGTH.size
_HEADER_BYTES_MIN = 8
"""API key, version and correlation id: no request is shorter."""


class BadFrameLength(EngineError):
    """A frame length out of bounds: the connection closes before anything is allocated for it."""

    def __init__(self, length: int, length_max: int) -> None:
        super().__init__(f"a frame of {length} bytes, {length_max} is the most")
        self.length = length


class LargeFrame:
    """One large frame on its way in."""

    __slots__ = ("_view", "buffer", "filled", "is_pooled", "total")

    def __init__(self, buffer: bytearray, total: int, *, is_pooled: bool = False) -> None:
        self.buffer = buffer
        self.is_pooled = is_pooled
        self._view = memoryview(buffer)
        self.filled = 0
        self.total = total

    @property
    def is_complete(self) -> bool:
        return self.filled == self.total

    def writable(self) -> memoryview:
        """Where the next bytes go; grows the buffer when it is full."""
        if self.filled == len(self.buffer):
            grown = bytearray(min(self.total, 2 * self.filled))
            grown[: self.filled] = self.buffer
            self.buffer, self._view = grown, memoryview(grown)
        return self._view[self.filled : min(self.total, len(self.buffer))]

    def frame(self) -> memoryview:
        """The complete frame without its length."""
        return self._view[_LENGTH_BYTES : self.total]


class FrameBuffers:
    """The budget of large frames, shared by all connections, and the buffers kept for them."""

    def __init__(self, bytes_max: int) -> None:
        """`bytes_max` of 0 and below sets no limit, as in Kafka."""
        self._bytes_max = bytes_max if bytes_max > 0 else sys.maxsize
        self._kept: list[bytearray] = []
        self._kept_min = 0
        self._pooled = 0
        self._starved: deque[Callable[[], None]] = deque()
        self.promised_bytes = 0

    @property
    def kept_bytes(self) -> int:
        """Size of the buffers that wait for frames to come."""
        return sum(map(len, self._kept))

    def acquire(self, total: int) -> LargeFrame | None:
        """Room for a frame of `total` bytes, or None while the budget is spent.

        A frame beyond the whole budget is let in alone, or it would wait for ever.
        """
        if self.promised_bytes and self.promised_bytes + total > self._bytes_max:
            return None
        self.promised_bytes += total
        if total <= POOLED_BUFFER_BYTES:
            if self._kept:
                frame = LargeFrame(self._kept.pop(), total, is_pooled=True)
                self._kept_min = min(self._kept_min, len(self._kept))
                return frame
            if self._pooled < POOLED_BUFFERS_MAX:
                self._pooled += 1
                return LargeFrame(bytearray(POOLED_BUFFER_BYTES), total, is_pooled=True)
        return LargeFrame(bytearray(min(total, POOLED_BUFFER_BYTES)), total)

    def release(self, frame: LargeFrame) -> None:
        """Take a frame's room back; whoever starved is called, oldest first."""
        self.promised_bytes -= frame.total
        if frame.is_pooled:
            self._kept.append(frame.buffer)
        for _ in range(len(self._starved)):
            self._starved.popleft()()

    def let_go(self) -> None:
        """Free the kept buffers that nobody has needed since the last call."""
        del self._kept[: self._kept_min]
        self._pooled -= self._kept_min
        self._kept_min = len(self._kept)

    def when_released(self, retry: Callable[[], None]) -> None:
        """Call `retry` once, after some room was given back."""
        self._starved.append(retry)


class FrameReader:
    """The receiving half of one connection."""

    __slots__ = (
        "_buffers",
        "_end",
        "_frame_position",
        "_is_large_taken",
        "_large",
        "_position",
        "_scratch",
        "_tail",
        "length_max",
    )

    def __init__(self, scratch: memoryview, buffers: FrameBuffers, length_max: int) -> None:
        self._scratch = scratch
        self._buffers = buffers
        self.length_max = length_max
        self._tail = b""
        self._large: LargeFrame | None = None
        self._is_large_taken = False
        self._frame_position = 0
        self._position = 0
        self._end = 0

    @property
    def is_mid_frame(self) -> bool:
        """Whether part of a frame has arrived and is waited for."""
        return bool(self._tail) or self._large is not None

    @property
    def expected_bytes(self) -> int:
        """Size of the large frame that is on its way, or 0."""
        return self._large.total if self._large is not None else 0

    @property
    def has_more(self) -> bool:
        """Whether bytes of this cycle were not handed out yet: perhaps frames."""
        if self._large is not None:
            return self._large.is_complete and not self._is_large_taken
        return self._position < self._end

    def writable(self) -> memoryview:
        """Where to receive the next bytes. Valid until the next call on any reader."""
        if self._large is not None:
            return self._large.writable()
        tail = self._tail
        if tail:
            self._scratch[: len(tail)] = tail
            return self._scratch[len(tail) :]
        return self._scratch

    def received(self, count: int) -> None:
        """`count` bytes were put where `writable` said."""
        if self._large is not None:
            self._large.filled += count
            return
        self._position = 0
        self._end = len(self._tail) + count
        self._tail = b""

    def resume(self) -> None:
        """Begin a cycle with what the last one left."""
        tail = self._tail
        self._scratch[: len(tail)] = tail
        self._position = 0
        self._end = len(tail)
        self._tail = b""

    def next_frame(self) -> memoryview | None:
        """The next complete frame, or None. Raises BadFrameLength."""
        large = self._large
        if large is not None:
            if self._is_large_taken or not large.is_complete:
                return None
            self._is_large_taken = True
            return large.frame()
        start = self._position + _LENGTH_BYTES
        if start > self._end:
            return None
        (length,) = _LENGTH.unpack_from(self._scratch, self._position)
        if not _HEADER_BYTES_MIN <= length <= self.length_max:
            raise BadFrameLength(length, self.length_max)
        end = start + int(length)
        if end > self._end:
            return None
        self._frame_position, self._position = self._position, end
        return self._scratch[start:end]

    def put_back(self) -> None:
        """Hand the last frame of this cycle out again, in the next one."""
        if self._large is not None:
            self._is_large_taken = False
        else:
            self._position = self._frame_position

    def settle(self) -> bool:
        """End a cycle: keep what is not a frame yet. Frames handed out are no longer valid.

        Returns False when a large frame waits for room in the budget: receive nothing more, and
        begin again with `resume` and `settle` after `FrameBuffers.when_released`.
        """
        large = self._large
        if large is not None:
            if self._is_large_taken:
                self._large = None
                self._is_large_taken = False
                self._position = self._end = 0
                self._buffers.release(large)
            return True
        rest = self._scratch[self._position : self._end]
        self._position = self._end = 0
        if len(rest) >= _LENGTH_BYTES:
            length = int(_LENGTH.unpack_from(rest)[0])
            total = _LENGTH_BYTES + length
            if LARGE_FRAME_BYTES < length <= self.length_max and len(rest) < total:
                frame = self._buffers.acquire(total)
                if frame is not None:
                    frame.writable()[: len(rest)] = rest
                    frame.filled = len(rest)
                    self._large = frame
                    return True
                self._tail = bytes(rest)
                return False
        self._tail = bytes(rest)
        return True

    def close(self) -> None:
        """Give back what is held. The reader is not used afterwards."""
        if self._large is not None:
            self._buffers.release(self._large)
            self._large = None
        self._tail = b""
