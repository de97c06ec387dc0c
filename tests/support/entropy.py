"""Randomness that a seed reproduces."""

import random
import uuid


class SeededEntropy:
    """The `engine.kernel.entropy.Entropy` port drawn from a seed."""

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)

    def uuid_bytes(self) -> bytes:
        return uuid.UUID(int=self.random.getrandbits(128), version=4).bytes

    def uniform(self) -> float:
        return self.random.random()
