"""The loggers of this broker and their levels, as tools list and change them (KIP-412).

One logger for each area of the broker, below `root`, which is the engine's own and not that of the
program around it. A logger without a level of its own has that of root. Levels that are set hold
until the broker stops. What Kafka calls TRACE is here DEBUG and more: nothing more is logged.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Final

ROOT: Final = "root"
AREAS: Final = ("broker", "groups", "maintenance", "metadata", "server")
"""The parts of the broker that log on their own."""

LEVELS: Final[dict[str, int]] = {
    "TRACE": 5,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARN": logging.WARNING,
    "ERROR": logging.ERROR,
    "FATAL": logging.CRITICAL,
}
"""The levels by Kafka's names, from the most to the least talkative."""


class Loggers:
    """The loggers below one of the standard library's. Loop thread only."""

    def __init__(self, top: logging.Logger) -> None:
        self._loggers: Mapping[str, logging.Logger] = {
            ROOT: top,
            **{f"{top.name}.{area}": top.getChild(area) for area in AREAS},
        }
        self._at_first = {name: each.level for name, each in self._loggers.items()}

    def levels(self) -> Iterator[tuple[str, str]]:
        """Every logger with the level that holds for it."""
        for name, logger in self._loggers.items():
            yield name, _name_of(logger.getEffectiveLevel())

    def __contains__(self, name: str) -> bool:
        return name in self._loggers

    def set_level(self, name: str, level: str) -> None:
        """Give a logger a level of its own."""
        self._loggers[name].setLevel(LEVELS[level])

    def unset_level(self, name: str) -> None:
        """Let a logger have the level of root."""
        assert name != ROOT, "root has none above it"
        self._loggers[name].setLevel(logging.NOTSET)

    def restore(self) -> None:
        """Give every logger the level that it had at first."""
        for name, level in self._at_first.items():
            self._loggers[name].setLevel(level)


def _name_of(level: int) -> str:
    """The name of a level, or of the next more talkative one that has a name."""
    return next((name for name in reversed(LEVELS) if LEVELS[name] <= level), "TRACE")
