"""The machine's own clock, randomness and environment: the one module that reads them."""

import os
import random
import time
import uuid
from collections.abc import Mapping

_NONCE_BYTES = 24


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


def environment() -> Mapping[str, str]:
    """The environment variables of the process, as they are whenever one is looked up."""
    return os.environ


def nonce_bytes() -> bytes:
    """Bytes that nobody can foresee, enough for a nonce of SCRAM."""
    return os.urandom(_NONCE_BYTES)
