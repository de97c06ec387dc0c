"""The moment of the samples, and histories that end at it."""

import math

from console.model.series import Series

NOW_MS = 1_700_000_671_000
"""22:24:31 UTC on 14 November 2023; everything in the sample was read then."""

GIB = 1 << 30


def evenly(*values: float) -> Series:
    """A history of these values, one a second, that ends at NOW_MS."""
    last = len(values) - 1
    return Series(tuple(NOW_MS - 1000 * (last - n) for n in range(len(values))), tuple(values))


def wave(middle: float, swing: float, *, length: int = 90, turns: float = 1.6) -> Series:
    """A smooth history that ends at NOW_MS, one sample a second."""
    times = tuple(NOW_MS - 1000 * (length - 1 - step) for step in range(length))
    ripple = (0.0, 0.6, -0.3, 0.8, -0.7, 0.2, -0.5)
    return Series(
        times,
        tuple(
            middle
            + swing * math.sin(2 * math.pi * turns * step / length)
            + swing * 0.06 * ripple[step % len(ripple)]
            for step in range(length)
        ),
    )
