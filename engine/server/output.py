"""What goes out on one connection: bytes and regions of files, in order, without copies.

Bytes are gathered into one `writev`, regions go by `sendfile` straight from the page cache, both on
the socket itself and only while the transport's own buffer is empty. When the socket takes no more,
one chunk goes through the transport, which thereby watches the socket; its `resume_writing` starts
the next pump. So of what stands in files memory holds one gathering and one chunk, however slow the
reader. On a connection with TLS everything takes the way of chunks.

A region whose pages are not in memory is read ahead off the loop first: a cold read of one consumer
must not stop the others.
"""

import asyncio
import errno
import os
from collections import deque
from collections.abc import Callable, Iterable, MutableSequence, Sequence
from typing import Final, Protocol

from engine.kernel.limits import IOV_MAX
from engine.server.unsent import Unsent
from engine.storage.region import Region

CHUNK_BYTES: Final = 128 * 1024
"""Bytes that go through the transport when the socket is full."""

SENDFILE_BYTES: Final = 1024 * 1024
"""Bytes of one `sendfile` call: what the loop may spend on one connection at a time."""

SMALL_REGION_BYTES: Final = 32 * 1024
"""Regions up to this are copied when their turn comes: they leave in one packet with what is around
them. Those that would hold a file too many are copied when they are ready."""

GATHERED_BYTES: Final = 256 * 1024
"""Bytes of one gathered write, after which no further region is copied."""

PUMP_BYTES_MAX: Final = 8 * 1024 * 1024
"""Bytes of one pump; a reader that keeps up lets the other connections have their turn."""


Piece = bytes | bytearray | memoryview | Region


class FileReads(Protocol):
    """Reads of file ranges that never make the loop wait for the disk."""

    def peek(self, fd: int, position: int, size_bytes: int) -> bytes | bytearray | None:
        """The whole range if it is in memory, else None."""
        ...

    def is_resident(self, fd: int, position: int, size_bytes: int) -> bool:
        """Whether the range seems to be in memory."""
        ...

    def warm(self, fd: int, position: int, size_bytes: int, done: Callable[[], None]) -> None:
        """Read the range off the loop, discard it, then call `done`, also after a failed read."""
        ...


class OutputOwner(Protocol):
    """The connection whose bytes are sent."""

    def output_broken(self, reason: str) -> None:
        """The socket or a file failed: nothing more can be sent in order."""
        ...

    def output_moved(self) -> None:
        """Something may have left, at whatever time and for whatever reason it was sent."""
        ...


class OutputQueue:
    """The sending half of one connection. Loop thread only."""

    __slots__ = (
        "_counted_bytes",
        "_fd",
        "_files",
        "_is_paused",
        "_is_pump_due",
        "_is_warming",
        "_loop",
        "_owner",
        "_pieces",
        "_sent",
        "_transport",
        "_unsent",
        "_was_warmed",
        "bytes_waiting",
        "sent_bytes",
    )

    def __init__(
        self,
        transport: asyncio.WriteTransport,
        loop: asyncio.AbstractEventLoop,
        files: FileReads,
        unsent: Unsent,
        owner: OutputOwner,
    ) -> None:
        transport.set_write_buffer_limits(high=0)
        self._transport = transport
        has_tls = transport.get_extra_info("sslcontext") is not None
        socket = transport.get_extra_info("socket")
        self._fd: int = -1 if has_tls or socket is None else socket.fileno()
        self._loop = loop
        self._files = files
        self._unsent = unsent
        self._owner = owner
        self._pieces: deque[Piece] = deque()
        self._sent = 0
        self._is_paused = False
        self._is_warming = False
        self._was_warmed = False
        self._is_pump_due = False
        self.bytes_waiting = 0
        self.sent_bytes = 0
        self._counted_bytes = 0

    @property
    def is_empty(self) -> bool:
        """Whether everything was handed to the socket."""
        return not self._pieces and not self._is_paused

    @property
    def waits_for_client(self) -> bool:
        """Whether the socket is full: only the client can change that, by reading."""
        return self._is_paused

    def prepare(self, pieces: MutableSequence[Piece]) -> None:
        """Count pieces that are ready and will be added, or dropped, later.

        Small regions that would hold too many files are replaced with their bytes.
        """
        for index, piece in enumerate(pieces):
            if isinstance(piece, Region):
                if len(piece) > SMALL_REGION_BYTES or self._unsent.may_hold(piece.fileno()):
                    data = None
                else:
                    data = self._files.peek(piece.fileno(), piece.position, len(piece))
                if data is None:
                    self._unsent.hold(piece.fileno())
                    continue
                piece.release()
                pieces[index] = piece = data
            self._unsent.bytes += len(piece)

    def drop(self, pieces: Iterable[Piece]) -> None:
        """Count pieces no longer that were prepared and will not be sent."""
        for piece in pieces:
            self._discount(piece)

    def add(self, pieces: Sequence[Piece], size_bytes: int) -> None:
        """Append prepared pieces of `size_bytes` in all. Nothing is sent before `pump`."""
        self.bytes_waiting += size_bytes
        self._pieces.extend(pieces)

    def take_sent_bytes(self) -> int:
        """Bytes that left since the last call."""
        count = self.sent_bytes - self._counted_bytes
        self._counted_bytes = self.sent_bytes
        return count

    def pause(self) -> None:
        """The transport holds bytes of its own: nothing may overtake them."""
        self._is_paused = True

    def resume(self) -> None:
        """The transport's buffer is empty again."""
        self._is_paused = False
        self.pump()

    def close(self) -> None:
        """Drop everything that was not sent."""
        self.drop(self._pieces)
        self._pieces.clear()
        self._is_paused = True
        self._fd = -1

    def pump(self) -> None:
        """Send as much as the socket takes, within `PUMP_BYTES_MAX`, and tell the owner.

        What is left goes by itself: when the socket takes bytes again, when the pages that it
        stands on are in memory, or in a later turn of the loop.
        """
        self._send_some()
        self._owner.output_moved()

    def _send_some(self) -> None:
        budget = PUMP_BYTES_MAX
        while self._pieces and not self._is_paused and not self._is_warming:
            if budget <= 0:
                self._pump_later()
                return
            if self._fd < 0:
                budget -= self._send_chunk()
                continue
            piece = self._copied(0)
            try:
                if isinstance(piece, Region):
                    if self._must_warm(piece):
                        self._warm(piece)
                        return
                    sent = self._send_region(piece)
                else:
                    sent = self._send_bytes()
            except (BlockingIOError, InterruptedError):
                self._send_chunk()
                continue
            except OSError as error:
                self._owner.output_broken(error.strerror or type(error).__name__)
                return
            budget -= sent
            self._consume(sent)

    def _send_bytes(self) -> int:
        """Gather the bytes in front into one call."""
        first = self._pieces[0]
        if len(self._pieces) == 1 and not self._sent:
            return os.write(self._fd, first)  # type: ignore[arg-type]  # the caller saw bytes
        run: list[bytes | bytearray | memoryview] = []
        size_bytes = -self._sent
        while len(run) < min(len(self._pieces), IOV_MAX) and size_bytes < GATHERED_BYTES:
            piece = self._copied(len(run))
            if isinstance(piece, Region):
                break
            run.append(piece)
            size_bytes += len(piece)
        if self._sent:
            run[0] = memoryview(run[0])[self._sent :]
        return os.writev(self._fd, run)

    def _copied(self, index: int) -> Piece:
        """The piece that is so many behind the first: bytes, if it is small and in memory."""
        piece = self._pieces[index]
        if not isinstance(piece, Region) or len(piece) > SMALL_REGION_BYTES:
            return piece
        if index == 0 and self._sent:
            return piece
        data = self._files.peek(piece.fileno(), piece.position, len(piece))
        if data is None:
            return piece
        self._discount(piece)
        piece.release()
        self._pieces[index] = data
        self._unsent.bytes += len(data)
        if index == 0:
            self._was_warmed = False
        return data

    def _send_region(self, region: Region) -> int:
        count = min(len(region) - self._sent, SENDFILE_BYTES)
        sent = os.sendfile(self._fd, region.fileno(), region.position + self._sent, count)
        if sent == 0:
            raise OSError(errno.EIO, "the file ends before the region does")
        return sent

    def _send_chunk(self) -> int:
        """Hand one chunk to the transport, which sends it or waits for the socket."""
        piece = self._pieces[0]
        count = min(len(piece) - self._sent, CHUNK_BYTES)
        if isinstance(piece, Region):
            chunk = os.pread(piece.fileno(), count, piece.position + self._sent)
            if len(chunk) < count:
                self._owner.output_broken("the file ends before the region does")
                return count
        else:
            chunk = bytes(memoryview(piece)[self._sent : self._sent + count])
        self._consume(count)
        self._transport.write(chunk)
        return count

    def _consume(self, count: int) -> None:
        """Take `count` bytes off the front."""
        self.sent_bytes += count
        self.bytes_waiting -= count
        count += self._sent
        pieces = self._pieces
        while pieces and count >= len(pieces[0]):
            piece = pieces.popleft()
            count -= len(piece)
            self._discount(piece)
            if isinstance(piece, Region):
                piece.release()
        self._sent = count

    def _discount(self, piece: Piece) -> None:
        """A piece counts as a whole until all of it was sent, as it stays in memory until then."""
        if isinstance(piece, Region):
            self._unsent.let_go(piece.fileno())
        else:
            self._unsent.bytes -= len(piece)

    def _must_warm(self, region: Region) -> bool:
        """Whether the next `sendfile` would wait for the disk."""
        if self._was_warmed:
            self._was_warmed = False
            return False
        count = min(len(region) - self._sent, SENDFILE_BYTES)
        return not self._files.is_resident(region.fileno(), region.position + self._sent, count)

    def _warm(self, region: Region) -> None:
        self._is_warming = True
        count = min(len(region) - self._sent, SENDFILE_BYTES)
        position = region.position + self._sent
        self._files.warm(region.fileno(), position, count, lambda: self._warmed(region))

    def _warmed(self, region: Region) -> None:
        """Holding the region until here keeps its descriptor open, whatever happened meanwhile."""
        self._is_warming = False
        self._was_warmed = True
        self.pump()

    def _pump_later(self) -> None:
        if not self._is_pump_due:
            self._is_pump_due = True
            self._loop.call_soon(self._pump_again)

    def _pump_again(self) -> None:
        self._is_pump_due = False
        self.pump()
