"""The machine's own clock and randomness: the one module of the engine that reads them."""

import random
import time
import uuid


class SystemClock:
    """The `Clock` of the machine."""

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        return time.monotonic()

    def others_busy_s(self) -> float:
        return time.process_time() - time.thread_time()


class SystemEntropy:
    """The `Entropy` of the operating system."""

    def uuid_bytes(self) -> bytes:
        return uuid.uuid4().bytes

    def uniform(self) -> float:
        return random.random()  # noqa: S311 - jitter and ids, never a secret
