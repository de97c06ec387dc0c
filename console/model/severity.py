"""How bad something is: the one scale behind every symbol and state colour.

A widget draws a symbol and a colour for each member; nothing else in the model knows of either.
"""

from enum import IntEnum


class Severity(IntEnum):
    """Ordered from harmless to bad, so that `max` finds the worst. INFO is news that is neither."""

    UNKNOWN = 0
    INFO = 1
    OK = 2
    WARNING = 3
    ERROR = 4
