"""The console as a program, and the processes that belong to it."""

import sys
from pathlib import Path

import psutil

from engine.storage.directory_lock import FILE_NAME
from tests.support.terminal import Terminal

KCONSOLE = [sys.executable, "-m", "console.cli"]


def console_on(data: Path, listen: str = "127.0.0.1:0") -> list[str]:
    """The command of a console with a broker of its own."""
    return [*KCONSOLE, "--data", str(data), "--listen", listen]


def server_of(data: Path) -> tuple[int, str]:
    """Process and address of the broker that has a data directory; 0 and nothing if none has."""
    try:
        owner = (data / FILE_NAME).read_text().partition("\n")[0]
    except FileNotFoundError:
        return 0, ""
    pid, _, address = owner.strip().partition(" ")
    return int(pid), address


def process_in(terminal: Terminal) -> psutil.Process:
    """The process of the program that a terminal runs."""
    (program,) = psutil.Process(terminal.pid()).children()
    return program
