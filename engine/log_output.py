"""Where the log lines of an engine go that is a program of its own: never a library's choice.

As text, a line for people: time, level, event and fields. As JSON, an object a line: `time`,
`level` and `event`, then the fields of the event with their types; `message` instead of an event
for lines of libraries, `traceback` where there is one.
"""

import json
import logging
from datetime import UTC, datetime
from enum import Enum
from typing import TextIO

from engine.kernel.event_log import EVENT, FIELDS

_TEXT = "%(asctime)s %(levelname)s %(message)s"
_OWN = ("time", "level", "event", "message", "traceback")


class LogFormat(Enum):
    """How log lines are written, by the words of the key `logging.format`."""

    TEXT = "text"
    JSON = "json"


def configure_log(stream: TextIO, written: LogFormat = LogFormat.TEXT) -> None:
    """Send log lines from level info on to a stream."""
    handler = logging.StreamHandler(stream)
    json_wanted = written is LogFormat.JSON
    handler.setFormatter(JsonFormatter() if json_wanted else logging.Formatter(_TEXT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


class JsonFormatter(logging.Formatter):
    """A record as one object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The object, in ASCII: no text of a client can end the line or reach a terminal."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        written: dict[str, object] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
        }
        event = getattr(record, EVENT, None)
        if event is None:
            written["message"] = record.getMessage()
        else:
            fields = getattr(record, FIELDS)
            written["event"] = event
            written |= {_unlike(name): value for name, value in fields.items()}
        if record.exc_info:
            written["traceback"] = self.formatException(record.exc_info)
        return json.dumps(written, separators=(",", ":"), default=str)


def _unlike(name: str) -> str:
    """A name for a field that is none of the object's own."""
    return f"{name}_" if name in _OWN else name
