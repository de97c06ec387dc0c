"""Log lines as people read them, and as programs do."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from engine.kernel.event_log import EventLog
from engine.log_output import LogFormat, configure_log
from tests.support.clock import FakeClock


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, as it was before a test."""
    found = logging.getLogger()
    handlers, level = list(found.handlers), found.level
    yield found
    for each in set(found.handlers) - set(handlers):
        found.removeHandler(each)
    found.setLevel(level)


def written(form: LogFormat, error: BaseException | None = None) -> str:
    stream = io.StringIO()
    configure_log(stream, form)
    events = EventLog(logging.getLogger("tests.log_output"), FakeClock())
    events.error("sync_failed", error, path="a\n\x1b[31m", free_bytes=7, level=None)
    logging.getLogger("tests.library").warning("slow %s", "loop")
    return stream.getvalue()


@pytest.mark.usefixtures("root")
def test_lines_of_text_have_time_level_event_and_fields() -> None:
    first, second = written(LogFormat.TEXT).splitlines()
    assert first.endswith(r' ERROR sync_failed path="a\n\x1b[31m" free_bytes=7 level=None')
    assert second.endswith(" WARNING slow loop")


@pytest.mark.usefixtures("root")
def test_lines_of_json_are_objects_with_the_fields_as_they_are() -> None:
    text = written(LogFormat.JSON, ValueError("why"))
    assert text.isascii()
    first, second = map(json.loads, text.splitlines())
    assert first.pop("time").endswith("Z")
    assert "ValueError: why" in first.pop("traceback")
    assert first == {
        "level": "error",
        "event": "sync_failed",
        "path": "a\n\x1b[31m",
        "free_bytes": 7,
        "level_": None,
    }
    assert (second["level"], second["message"]) == ("warning", "slow loop")
