"""Reads a terminal that may send anything, and may go away at any time.

Textual's own driver ends the program at the first byte that is not UTF-8: an 8-bit paste, or a
terminal that marks the meta key with the highest bit. Here such bytes become replacement signs.

Of a terminal that is gone, Textual's thread that writes dies, and the application waits for room in
its queue for ever. Here such a terminal takes everything, and nobody sees it. It can be read at any
time, and has nothing: that ends the reading, and asks for the end of the console.
"""

import errno
import os
import selectors
import signal
import sys
from codecs import getincrementaldecoder
from io import BufferedWriter, FileIO, TextIOWrapper

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

_READ_BYTES_MAX = 4096
_WAIT_S = 0.1


def lenient(driver: type[Driver]) -> type[Driver]:
    """The driver in the place of one that Textual chose; that itself where it reads otherwise."""
    return TerminalDriver if driver is LinuxDriver else driver


class TerminalDriver(LinuxDriver):
    """The driver of Unix terminals, with another way to read, and to write."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        shown = sys.__stderr__
        assert shown is not None, "a console has a terminal"
        self._file = TextIOWrapper(
            BufferedWriter(_Shown(shown.fileno(), "w", closefd=False)),
            encoding=shown.encoding,
            errors=shown.errors,
            newline="",
        )

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
                        # Only the program that the terminal controls is told by the system.
                        os.kill(os.getpid(), signal.SIGHUP)
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


class _Shown(FileIO):
    """What a terminal shows. Once that is gone, all that is written to it goes nowhere."""

    def write(self, content: object, /) -> int:
        """Write like any file. Raises OSError where it is not for the terminal being gone."""
        assert isinstance(content, memoryview), "a buffer hands on views of what it holds"
        try:
            return super().write(content)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
        # The descriptor is that of standard error, where others write at the end.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)
        return super().write(content)
