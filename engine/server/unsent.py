"""Bytes of answers in memory, ready and not sent, of all connections, and what one may have ready.

A client that does not read its answers, or waits for one while those behind it are ready, is not
heard until it has taken some. While there are few such clients each may have plenty, so that one
who sends many requests at once is served in large steps. When many of them have much together, each
may have little.

Regions of files take descriptors instead: each holds its file until it was sent. When unsent
answers hold a share of the files that logs may have open, small regions of any further file are
copied as soon as their answer is ready. Copies count as bytes, so that memory becomes scarce before
it is used up. Regions that are large, or not in memory, hold their file all the same: what bounds
those is how many an answer may have by its size (`fetch.max.bytes`), that a connection which is far
behind gets no further answer, and in the end the limit of open files itself.
"""

from typing import Final

FRAMES_PER_TURN_MAX: Final = 128
"""Requests of one connection that are handled before others have their turn."""

PENDING_REPLIES_MAX: Final = 1024
"""Requests of one connection that may wait for their reply."""

UNSENT_BYTES_MAX: Final = 1024 * 1024
"""Bytes of replies of one connection that may be ready and unsent before further requests wait."""

UNSENT_SCARCE_BYTES_MAX: Final = 16 * 1024
"""The same while all connections together have more than `UNSENT_IN_ALL_BYTES`."""

UNSENT_IN_ALL_BYTES: Final = 32 * 1024 * 1024
"""Regions of files do not count: they take no memory before they are about to be sent."""

HELD_FILES_SHARE: Final = 4
"""The part of the files of logs that unsent answers may hold with small regions: one in so many."""


class Unsent:
    """The count. Loop thread only."""

    __slots__ = ("_files_max", "_regions", "bytes")

    def __init__(self, files_max: int) -> None:
        """`files_max` files of logs may be open at once."""
        self.bytes = 0
        self._files_max = files_max // HELD_FILES_SHARE
        self._regions: dict[int, int] = {}
        """How many regions hold each file, by its descriptor, which is thereby not used again."""

    @property
    def files_held(self) -> int:
        """Files that cannot be closed before what is unsent of them was sent or dropped."""
        return len(self._regions)

    def may_hold(self, fd: int) -> bool:
        """Whether one more region of a file takes no descriptor, or one of which there are some."""
        return fd in self._regions or len(self._regions) < self._files_max

    def hold(self, fd: int) -> None:
        """One more region holds the file."""
        self._regions[fd] = self._regions.get(fd, 0) + 1

    def let_go(self, fd: int) -> None:
        """One region fewer; call it while the region still holds the file."""
        left = self._regions[fd] - 1
        if left:
            self._regions[fd] = left
        else:
            del self._regions[fd]

    @property
    def bytes_max(self) -> int:
        """What one connection may have at this moment."""
        is_scarce = self.bytes > UNSENT_IN_ALL_BYTES
        return UNSENT_SCARCE_BYTES_MAX if is_scarce else UNSENT_BYTES_MAX
