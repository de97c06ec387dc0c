"""The bounded output of a codec that inflates in steps."""

from typing import Final

from engine.records.errors import PayloadTooLarge

STEP_BYTES: Final = 64 * 1024


class InflatedPieces:
    """What a codec inflates, in pieces whose sum may not pass a limit in bytes."""

    def __init__(self, limit_bytes: int) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._limit = limit_bytes

    def room(self) -> int:
        """Bytes that the next step may make: one more than fits, so that excess shows."""
        return min(STEP_BYTES, self._limit - self._size + 1)

    def expect(self, size_bytes: int) -> None:
        """Refuse a piece that is too large before it is made."""
        if self._size + size_bytes > self._limit:
            raise PayloadTooLarge(self._limit)

    def add(self, piece: bytes) -> None:
        """Take a piece. Raises PayloadTooLarge."""
        self.expect(len(piece))
        self._size += len(piece)
        self._pieces.append(piece)

    def join(self) -> bytes:
        """All that was added."""
        return b"".join(self._pieces)
