"""What a terminal may send that nobody typed."""

import pytest

from tests.support.console_program import KCONSOLE
from tests.support.terminal import Terminal

pytestmark = pytest.mark.needs("tmux")


@pytest.mark.timeout(240)
def test_bytes_that_are_no_text_end_nothing() -> None:
    with Terminal([*KCONSOLE, "--bootstrap", "127.0.0.1:1"]) as terminal:
        terminal.wait_for("cannot be reached")
        terminal.send(b"\xc3(\xff\xfe\x80")
        terminal.press("?")
        screen = terminal.wait_for("Show every key of this screen")
        assert "Traceback" not in screen
        terminal.press("q")
        terminal.wait_for(lambda screen: "Show every key" not in screen)
        terminal.press("n")
        terminal.wait_for("such as orders.placed")
        terminal.send("grüße".encode() + b"\xe9x")
        terminal.wait_for("grüße\N{REPLACEMENT CHARACTER}x")
        terminal.press("C-q")
        terminal.wait_for("exited with 0")
