"""Round numbers for an axis: ticks in steps of 1, 2, 2.5 and 5 times a power of ten. Pure."""

from math import ceil, floor, log10

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def ticks(high: float, wanted: int) -> tuple[float, ...]:
    """Ticks from 0 to at least `high`, about `wanted` of them above zero, rising."""
    wanted = max(1, wanted)
    if high <= 0:
        return (0.0, 1.0)
    rough = high / wanted
    power = 10.0 ** floor(log10(rough))
    step = next(size * power for size in _STEPS if size * power >= rough * 0.999)
    return tuple(step * number for number in range(ceil(high / step - 1e-9) + 1))
