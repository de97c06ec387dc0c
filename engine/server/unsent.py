"""Bytes of answers in memory, ready and not sent, of all connections, and what one may have ready.

A client that does not read its answers, or waits for one while those behind it are ready, is not
heard until it has taken some. While there are few such clients each may have plenty, so that one
who sends many requests at once is served in large steps. When many of them have much together, each
may have little.
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


class Unsent:
    """The count. Loop thread only."""

    __slots__ = ("bytes",)

    def __init__(self) -> None:
        self.bytes = 0

    @property
    def bytes_max(self) -> int:
        """What one connection may have at this moment."""
        is_scarce = self.bytes > UNSENT_IN_ALL_BYTES
        return UNSENT_SCARCE_BYTES_MAX if is_scarce else UNSENT_BYTES_MAX
