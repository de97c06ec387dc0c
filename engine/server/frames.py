"""Frames out of a byte stream: four bytes of length, then the request.

Bytes are received into a scratch buffer that all connections share, and frames are slices of it:
nothing is copied but the partial frame at the end. A frame larger than `LARGE_FRAME_BYTES` that did
not arrive whole is received into a buffer of its own, which is promised from a budget before it is
allocated. A few buffers are kept for the frames that come first; all others get room when they
have brought `LARGE_FRAME_BYTES`, and several times what they have brought from then on. So a length
alone costs no memory, and those who announce much and send nothing keep nobody out. One frame at a
time may grow beyond the budget, or all of those who have room in part would wait for each other.

A reader is used in cycles:

    writable() -> fill it -> received(count) -> next_frame() -> settle()

Frames are valid until `settle`. A cycle may also begin with `resume()` instead of received bytes,
when the last one ended before all frames were taken. No I/O, no clock; loop thread only.
"""

import sys
from collections import OrderedDict
from collections.abc import Callable
from struct import Struct

from engine.kernel.errors import EngineError

SCRATCH_BYTES = 256 * 1024
"""The shared scratch buffer: the most that one readiness event can take in."""

LEFT_BYTES_PLENTY = 32 * 1024 * 1024
"""When all connections together have left more than this behind, each takes in little at a time:
what a client sends behind a request that makes it wait is in memory until its turn comes."""

SCARCE_WINDOW_BYTES = 4 * 1024
"""How little."""

LARGE_FRAME_BYTES = 32 * 1024
"""A partial frame beyond this gets a buffer of its own instead of being copied back and forth."""

GROWING_BUFFER_BYTES = 256 * 1024
"""Size of the first buffer of a frame that has to prove itself."""

GROWTH = 4
"""How many times as large the next one is."""

POOLED_BUFFER_BYTES = 1_114_112
"""Size of the buffers that are kept for large frames: a largest batch by default settings fits."""

POOLED_BUFFERS_MAX = 8
"""Buffers kept while they are needed; frames beyond them get buffers of just their size."""

FIRST_FRAME_BYTES_MAX = 2 * 1024 * 1024
"""The largest frame before one valid request has come: strangers get little memory."""

_LENGTH = Struct(">i")
_LENGTH_BYTES = _LENGTH.size
_HTTP_METHODS = {b"GET ", b"HEAD", b"POST", b"PUT ", b"OPTI", b"DELE", b"CONN", b"PRI "}
_HEADER_BYTES_MIN = 8
"""API key, version and correlation id: no request is shorter."""


class BadFrameLength(EngineError):
    """A frame length out of bounds: the connection closes before anything is allocated for it."""

    def __init__(self, length: int, length_max: int) -> None:
        super().__init__(f"a frame of {length} bytes, {length_max} is the most{_guess(length)}")
        self.length = length


def _guess(length: int) -> str:
    """What else the first four bytes of a stranger may be."""
    head = length.to_bytes(_LENGTH_BYTES, "big", signed=True)
    if head.startswith(b"\x16\x03"):
        return ": the client seems to speak TLS"
    return ": the client seems to speak HTTP" if head in _HTTP_METHODS else ""


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

    @property
    def room_bytes(self) -> int:
        """The most that fits: what the budget has promised."""
        return min(self.total, len(self.buffer))

    def writable(self) -> memoryview:
        """Where the next bytes go."""
        return self._view[self.filled : self.room_bytes]

    def grow(self, size_bytes: int) -> None:
        """Move to a larger buffer."""
        grown = bytearray(size_bytes)
        grown[: self.filled] = self._view[: self.filled]
        self.buffer, self._view = grown, memoryview(grown)

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
        self._starved: OrderedDict[Callable[[], None], None] = OrderedDict()
        self._beyond: LargeFrame | None = None
        self.promised_bytes = 0
        self.left_bytes = 0
        """What all connections have received and not taken yet, beside large frames."""

    @property
    def window_bytes(self) -> int:
        """The most that one readiness event may take in at this moment."""
        return SCRATCH_BYTES if self.left_bytes <= LEFT_BYTES_PLENTY else SCARCE_WINDOW_BYTES

    @property
    def kept_bytes(self) -> int:
        """Size of the buffers that wait for frames to come."""
        return sum(map(len, self._kept))

    def acquire(self, total: int, brought: int) -> LargeFrame | None:
        """Room for a frame of `total` bytes of which so many have come, or None while it must wait.

        A frame is always let in when there is no other.
        """
        if self.has_pooled(total):
            self.promised_bytes += total
            if self._kept:
                frame = LargeFrame(self._kept.pop(), total, is_pooled=True)
                self._kept_min = min(self._kept_min, len(self._kept))
                return frame
            self._pooled += 1
            return LargeFrame(bytearray(POOLED_BUFFER_BYTES), total, is_pooled=True)
        size = min(total, max(GROWING_BUFFER_BYTES, brought))
        if self.promised_bytes and self.promised_bytes + size > self._bytes_max:
            return None
        self.promised_bytes += size
        return LargeFrame(bytearray(size), total)

    def has_pooled(self, total: int) -> bool:
        """Whether a frame gets room before it has brought anything."""
        return (
            total <= POOLED_BUFFER_BYTES
            and (bool(self._kept) or self._pooled < POOLED_BUFFERS_MAX)
            and self.promised_bytes + total <= self._bytes_max // 2
        )

    def grow(self, frame: LargeFrame) -> bool:
        """Give a frame that has filled its buffer a larger one; False while it must wait."""
        if frame.filled < frame.room_bytes or frame.is_complete:
            return True
        size = min(frame.total, GROWTH * frame.filled)
        more = size - frame.room_bytes
        if self.promised_bytes + more > self._bytes_max:
            if self._beyond not in (None, frame):
                return False
            self._beyond = frame
        self.promised_bytes += more
        frame.grow(size)
        return True

    def release(self, frame: LargeFrame) -> None:
        """Take a frame's room back; who starved and may find room is called, oldest first."""
        self.promised_bytes -= frame.room_bytes
        if frame.is_pooled:
            self._kept.append(frame.buffer)
        room_bytes = self._bytes_max - self.promised_bytes
        count = len(self._starved)
        if self._beyond is frame:
            # Whoever takes its place must be one that has room in part.
            self._beyond = None
        else:
            count = min(count, 1 + max(0, room_bytes) // GROWING_BUFFER_BYTES)
        self._feed(count)

    def _feed(self, count: int) -> None:
        for _ in range(count):
            retry, _ = self._starved.popitem(last=False)
            retry()

    def pass_on(self) -> None:
        """Call the next of those who starve: who was called is gone."""
        self._feed(min(1, len(self._starved)))

    def let_go(self) -> None:
        """Free the kept buffers that nobody has needed since the last call.

        Whoever starves is called as well: those who were called before may be gone.
        """
        self._feed(len(self._starved))
        del self._kept[: self._kept_min]
        self._pooled -= self._kept_min
        self._kept_min = len(self._kept)

    def when_released(self, retry: Callable[[], None]) -> None:
        """Call `retry` once, after some room was given back; who waits already keeps its place."""
        self._starved[retry] = None

    def forget(self, retry: Callable[[], None]) -> None:
        """Call `retry` no more: it has got room, or is gone, and would take the call of another."""
        if self._starved:
            self._starved.pop(retry, None)


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
    def has_more(self) -> bool:
        """Whether bytes of this cycle were not handed out yet: perhaps frames."""
        if self._large is not None:
            return self._large.is_complete and not self._is_large_taken
        return self._position < self._end

    @property
    def holds_room(self) -> bool:
        """Whether a frame has room in the budget, whole or in part."""
        return self._large is not None

    def writable(self) -> memoryview:
        """Where to receive the next bytes. Valid until the next call on any reader."""
        if self._large is not None:
            return self._large.writable()
        tail = self._tail
        if tail:
            self._scratch[: len(tail)] = tail
        return self._scratch[len(tail) : len(tail) + self._buffers.window_bytes]

    def received(self, count: int) -> None:
        """`count` bytes were put where `writable` said."""
        if self._large is not None:
            self._large.filled += count
            return
        self._position = 0
        self._end = len(self._tail) + count
        self._leave(b"")

    def resume(self) -> None:
        """Begin a cycle with what the last one left."""
        tail = self._tail
        self._scratch[: len(tail)] = tail
        self._position = 0
        self._end = len(tail)
        self._leave(b"")

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

        Returns False when a large frame waits for room in the budget, or for more of it: receive
        nothing more, and begin again with `resume` and `settle` after `FrameBuffers.when_released`.
        """
        large = self._large
        if large is not None:
            if self._is_large_taken:
                self._large = None
                self._is_large_taken = False
                self._position = self._end = 0
                self._buffers.release(large)
                return True
            return self._buffers.grow(large)
        rest = self._scratch[self._position : self._end]
        self._position = self._end = 0
        if len(rest) >= _LENGTH_BYTES:
            length = int(_LENGTH.unpack_from(rest)[0])
            total = _LENGTH_BYTES + length
            is_large = LARGE_FRAME_BYTES < length <= self.length_max and len(rest) < total
            if is_large and (len(rest) >= LARGE_FRAME_BYTES or self._buffers.has_pooled(total)):
                return self._begin_large(rest, total)
        self._leave(bytes(rest))
        return True

    def _leave(self, tail: bytes) -> None:
        """Keep this for the next cycle."""
        self._buffers.left_bytes += len(tail) - len(self._tail)
        self._tail = tail

    def _begin_large(self, rest: memoryview, total: int) -> bool:
        frame = self._buffers.acquire(total, len(rest))
        if frame is None:
            self._leave(bytes(rest))
            return False
        frame.writable()[: len(rest)] = rest
        frame.filled = len(rest)
        self._large = frame
        return self._buffers.grow(frame)

    def close(self) -> None:
        """Give back what is held. The reader is not used afterwards."""
        if self._large is not None:
            self._buffers.release(self._large)
            self._large = None
        self._leave(b"")
