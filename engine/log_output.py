"""Where the log lines of an engine go that is a program of its own: never a library's choice."""

import logging
from typing import TextIO

_FORMAT = "%(asctime)s %(levelname)s %(message)s"


def configure_log(stream: TextIO) -> None:
    """Send log lines from level info on to a stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
