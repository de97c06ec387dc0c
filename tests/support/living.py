"""How many objects of a class are alive: tells a leak without looking at the time or at bytes."""

import gc


def living(cls: type) -> int:
    """Objects of a class that something still holds; of one that is tracked by the collector."""
    gc.collect()
    return sum(type(each) is cls for each in gc.get_objects())
