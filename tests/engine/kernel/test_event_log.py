"""Event lines cannot be forged by what clients send, and a flood of them is bounded."""

import logging
import subprocess
import sys

import pytest

from engine.kernel.event_log import LIMITED_LINES_MAX, LIMITED_WINDOW_S, EventLog, format_event
from tests.support.clock import FakeClock

LOGGER = logging.getLogger("tests.event_log")


def test_fields_follow_the_event() -> None:
    line = format_event("engine_started", {"address": "127.0.0.1:9092", "seconds": 0.25})

    assert line == "engine_started address=127.0.0.1:9092 seconds=0.25"


@pytest.mark.parametrize("text", ["a\nfake_event", "\x1b[31mred", 'quote" key=1', "", "ü"])
def test_hostile_text_is_one_quoted_printable_value(text: str) -> None:
    line = format_event("event", {"client": text})

    assert line.isprintable()
    assert line.isascii()
    assert line.startswith('event client="')
    assert line.endswith('"')


def test_repeated_event_is_bounded_and_tells_what_it_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = FakeClock()
    log = EventLog(LOGGER, clock)
    for _ in range(LIMITED_LINES_MAX + 7):
        log.limited("connection_closed", reason="malformed")
    assert len(caplog.records) == LIMITED_LINES_MAX

    clock.advance(LIMITED_WINDOW_S)
    log.limited("connection_closed", reason="malformed")

    assert "suppressed=7" in caplog.records[-1].getMessage()


def test_repeated_error_is_bounded_and_stays_an_error(caplog: pytest.LogCaptureFixture) -> None:
    log = EventLog(LOGGER, FakeClock())
    for _ in range(LIMITED_LINES_MAX + 1):
        log.limited_error("log_write_failed", why="No space left on device")

    assert len(caplog.records) == LIMITED_LINES_MAX
    assert {record.levelname for record in caplog.records} == {"ERROR"}


def test_text_is_quoted_when_no_descriptor_is_free() -> None:
    """The codec of the quotes is a file too: the first line that tells of the lack needs it."""
    program = """
import os, resource
from engine.kernel.event_log import format_event
resource.setrlimit(resource.RLIMIT_NOFILE, (30, 30))
try:
    while True:
        os.dup(1)
except OSError as error:
    os.write(1, format_event("accept_failed", {"why": error.strerror}).encode())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.stdout == b'accept_failed why="Too many open files"'
