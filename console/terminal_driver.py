"""Reads a terminal that may send anything.

Textual's own driver ends the program at the first byte that is not UTF-8: an 8-bit paste, or a
terminal that marks the meta key with the highest bit. Here such bytes become replacement signs. A
terminal that is gone ends the reading: it can be read at any time, and has nothing.
"""

import os
import selectors
from codecs import getincrementaldecoder

from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

_READ_BYTES_MAX = 4096
_WAIT_S = 0.1


def lenient(driver: type[Driver]) -> type[Driver]:
    """The driver in the place of one that Textual chose; that itself where it reads otherwise."""
    return TerminalDriver if driver is LinuxDriver else driver


class TerminalDriver(LinuxDriver):
    """The driver of Unix terminals, with another way to read."""

    def run_input_thread(self) -> None:
        """Hand on what is typed until the application ends, and what was typed until then."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            is_last = False
            while not is_last:
                is_last = self.exit_event.is_set()
                if selector.select(_WAIT_S):
                    read = self._read()
                    if not read:
                        return
                    # An empty text would tell the parser that there is no more.
                    if text := decode(read):
                        for event in parser.feed(text):
                            self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def _read(self) -> bytes:
        """What has been typed; nothing when the terminal is gone."""
        try:
            return os.read(self.fileno, _READ_BYTES_MAX)
        except OSError:
            return b""
