"""The port through which the engine draws randomness: a simulation replays it from a seed."""

from typing import Protocol


class Entropy(Protocol):
    """A source of random values. Nothing drawn here protects a secret."""

    def uuid_bytes(self) -> bytes:
        """16 bytes of a random (version 4) UUID."""
        ...

    def uniform(self) -> float:
        """A number in [0, 1)."""
        ...
