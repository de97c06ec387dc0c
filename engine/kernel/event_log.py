"""Structured log lines of the engine: an event name and fields, one line each.

It formats and hands over to a standard logger; where lines go is the program's choice, never made
here. Values are escaped, so that text from a client cannot forge a line or reach a terminal. Events
that a hostile client could repeat without end, or a full disk, are logged through `limited` or
`limited_error`.
"""

import codecs
import logging
from collections.abc import Mapping
from typing import Final, Self

from engine.kernel.clock import Clock

LIMITED_LINES_MAX: Final = 10
"""Lines of one limited event in one window; more are counted and told with the next window."""

LIMITED_WINDOW_S: Final = 60.0

# Looked up at once: the library loads it from a file, for which there may be no descriptor later.
_escaped: Final = codecs.getencoder("unicode_escape")

EVENT: Final = "kconsole_event"
FIELDS: Final = "kconsole_fields"
"""The attributes of log records that have the parts of the line."""

Field = str | int | float | bool | None


class EventLog:
    """Writes events to a logger. Loop thread or any other; never blocks beyond the handler."""

    def __init__(self, logger: logging.Logger, clock: Clock) -> None:
        self._logger = logger
        self._clock = clock
        self._windows: dict[str, _Window] = {}

    def of(self, area: str) -> Self:
        """The log of one area, whose level can be set apart."""
        return type(self)(self._logger.getChild(area), self._clock)

    def debug(self, event: str, /, **fields: Field) -> None:
        """What a developer may want to follow."""
        if self._logger.isEnabledFor(logging.DEBUG):
            self._write(logging.DEBUG, event, fields)

    def info(self, event: str, /, **fields: Field) -> None:
        """A step of the life cycle."""
        self._write(logging.INFO, event, fields)

    def warning(self, event: str, /, **fields: Field) -> None:
        """Something went wrong and healed by itself."""
        self._write(logging.WARNING, event, fields)

    def error(self, event: str, /, error: BaseException | None = None, **fields: Field) -> None:
        """Something that an operator must act on; with the traceback when `error` is given."""
        self._write(logging.ERROR, event, fields, error)

    def limited(self, event: str, /, **fields: Field) -> None:
        """A warning that is written at most `LIMITED_LINES_MAX` times in a window."""
        if self._has_room(event, fields):
            self.warning(event, **fields)

    def limited_error(self, event: str, /, **fields: Field) -> None:
        """An error that is written at most `LIMITED_LINES_MAX` times in a window."""
        if self._has_room(event, fields):
            self.error(event, None, **fields)

    def _write(
        self,
        level: int,
        event: str,
        fields: Mapping[str, Field],
        error: BaseException | None = None,
    ) -> None:
        """Hand over the line, with its parts beside it for handlers that write another form."""
        parts = {EVENT: event, FIELDS: fields}
        self._logger.log(level, format_event(event, fields), exc_info=error, extra=parts)

    def _has_room(self, event: str, fields: dict[str, Field]) -> bool:
        """Whether a limited event may be written; tells in `fields` how many were not."""
        now = self._clock.monotonic_s()
        window = self._windows.get(event)
        if window is None or now - window.start_s >= LIMITED_WINDOW_S:
            suppressed = 0 if window is None else max(0, window.count - LIMITED_LINES_MAX)
            window = self._windows[event] = _Window(now)
            if suppressed:
                fields["suppressed"] = suppressed
        window.count += 1
        return window.count <= LIMITED_LINES_MAX


class _Window:
    __slots__ = ("count", "start_s")

    def __init__(self, start_s: float) -> None:
        self.start_s = start_s
        self.count = 0


def format_event(event: str, fields: Mapping[str, Field]) -> str:
    """One line: `event key=value key="quoted value"`, without control characters."""
    return " ".join([event, *(f"{key}={_text(value)}" for key, value in fields.items())])


def _text(value: Field) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    if text and all(c.isalnum() or c in "._:-/@+[]" for c in text) and text.isascii():
        return text
    escaped = _escaped(text)[0].decode("ascii").replace('"', '\\"')
    return f'"{escaped}"'
