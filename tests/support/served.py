"""A broker served by `kconsole serve` in a process of its own, for tests that stand outside.

It is started, killed and restarted as a user would: by command line, ready line and signals.
"""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

READY = re.compile(
    r"^ready (?P<address>\S+:\d+) data=(?P<data>.+) pid=(?P<pid>\d+) in (?P<seconds>[\d.]+)s$"
)
START_SECONDS_MAX = 60
PROGRAM = ("-m", "console.cli")


class ServedBroker:
    """One data directory and the process that serves it. Blocking; use as a context manager."""

    def __init__(
        self,
        data: Path,
        *,
        port: int = 0,
        config: str = "",
        descriptors: int = 0,
        program: Sequence[str] = PROGRAM,
        beside: Path | None = None,
    ) -> None:
        """`descriptors` is how many the process may have; 0 leaves that as it is.

        `program` is what Python is to run, such as a launcher around `console.cli`. `beside` is
        where the files of configuration and log go, if not beside the data.
        """
        self.data = data
        self.program = program
        self._descriptors = descriptors
        self.address = f"127.0.0.1:{port}"
        self.start_seconds = 0.0
        """What its ready line says that the last start took."""
        self.process: subprocess.Popen[str] | None = None
        beside = beside or data.parent
        self._config = beside / f"{data.name}.toml"
        self._config.write_text(config)
        self.log = beside / f"{data.name}.log"
        """What the process writes to its standard error."""

    def start(self) -> str:
        """Start the process, wait for its ready line and return the bootstrap address."""
        self.launch()
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline().rstrip("\n")
        found = READY.match(line)
        if found is None:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"no ready line but {line!r}; log:\n{self.log_tail()}")
        self.address = found["address"]
        self.start_seconds = float(found["seconds"])
        return self.address

    def launch(self) -> None:
        """Start the process without waiting for it."""
        command = self.command()
        if self._descriptors:
            limited = f'ulimit -n {self._descriptors}; exec "$@"'
            command = ["sh", "-c", limited, "sh", *command]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True
            )

    def command(self) -> Sequence[str]:
        """The words that start the process."""
        return [
            *(sys.executable, *self.program, "serve"),
            *("--data", str(self.data), "--listen", self.address, "--config", str(self._config)),
        ]

    def configure(self, text: str) -> None:
        """Save another configuration file, as an editor does: in the place of the old one."""
        saved = self._config.with_suffix(".new")
        saved.write_text(text)
        saved.replace(self._config)

    def log_tail(self) -> str:
        """The last lines that the broker logged."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        """End the process as `kill -9` does."""
        self._signal(signal.SIGKILL)

    def stop(self) -> int:
        """End the process as a service manager does; returns its exit code."""
        return self._signal(signal.SIGTERM)

    def send(self, number: signal.Signals) -> None:
        """Send the process a signal and leave it to itself."""
        assert self.process is not None
        self.process.send_signal(number)

    def _signal(self, number: signal.Signals) -> int:
        process = self.process
        assert process is not None
        self.process = None
        process.send_signal(number)
        code = process.wait(START_SECONDS_MAX)
        if process.stdout is not None:
            process.stdout.close()
        return code

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process is not None:
            self.kill()
        shutil.rmtree(self.data, ignore_errors=True)
