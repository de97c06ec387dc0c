"""The engine as a supervised child process, and how its parent starts it.

The two talk in lines of JSON over the child's standard input and output.

- parent to child, once: `{"config": {KEY: TEXT, ...}, "any_port": BOOL}`. The keys are those of a
  broker (`engine.config.broker_keys`). With `any_port`, a taken address is answered by serving on
  any free port of the same host instead.
- parent to child, whenever the configuration file has changed: `{"config": {KEY: TEXT, ...},
  "waiting": [KEY, ...]}` for what the child is to take over, with the keys that need a restart, or
  `{"refused": [[FILE, LINE, KEY, MESSAGE, ALLOWED], ...]}` for a file that is wrong, to be logged.
- child to parent, once: `{"event": "ready", "address": "HOST:PORT", "metrics": "HOST:PORT" or "",
  "pid": N}` when clients are accepted, or `{"event": "failed", "kind": KIND, "message": TEXT,
  "pid": N, "address": TEXT, "metrics": TEXT}` (`engine.failures`), after which it exits.

The pipe to the child's standard input stays open as long as the parent lives: at its end, however
the parent died, the child stops cleanly and exits with 0. SIGTERM does the same. Logs go to the
child's standard error, which the parent points at a file. How often a child that died is started
again is the parent's decision.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from engine.config.address import Address
from engine.config.broker_keys import explicit_texts
from engine.config.engine_config import EngineConfig
from engine.config.load import ConfigError, ConfigProblem, Document, engine_config
from engine.config.reload import ConfigNews, Wanted
from engine.failures import FailureKind, StartFailure, failure_of
from engine.kernel import allocator, collector
from engine.kernel.errors import EngineError
from engine.kernel.limits import CHILD_LINE_BYTES_MAX
from engine.log_output import configure_log
from engine.server.errors import AddressInUse

if TYPE_CHECKING:
    from engine.host import Engine

STOP_SECONDS = 10.0
"""How long a parent waits for a clean stop before it kills the child."""

SAVING_SECONDS = 7.0
"""How long a stop of a child saves logs: it is to end in order, before it would be killed."""

_PACKAGE_ROOT = Path(__file__).resolve().parent.parent
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from engine.kernel import collector; "
    "collector.rest(); from engine.child import main; sys.exit(main())"
)


@dataclass(frozen=True, slots=True)
class ChildReady:
    """What a child that serves tells its parent; `metrics` is empty when it has no listener."""

    address: str
    metrics: str
    pid: int


class ChildFailed(EngineError):
    """The child could not serve."""

    def __init__(self, failure: StartFailure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Child:
    """A child that serves. The parent awaits `ended` and calls `stop`."""

    def __init__(self, process: asyncio.subprocess.Process, ready: ChildReady) -> None:
        self._process = process
        self.ready = ready

    async def ended(self) -> int:
        """Wait until the process has ended; its exit code, negative for a signal."""
        return await self._process.wait()

    def tell(self, news: ConfigNews) -> None:
        """Have the child take over what has become of the configuration file."""
        stdin = self._process.stdin
        assert stdin is not None
        stdin.write(json.dumps(_as_message(news)).encode() + b"\n")

    async def stop(self) -> int:
        """Ask for a clean stop, wait `STOP_SECONDS`, then kill; the exit code."""
        stdin = self._process.stdin
        assert stdin is not None
        stdin.close()
        try:
            return await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.kill()
            return await self._process.wait()

    def kill(self) -> None:
        """End the process at once, as `kill -9` does; what was acknowledged survives."""
        if self._process.returncode is None:
            self._process.kill()


class ChildLauncher:
    """Starts children with one configuration: values by key, as flags would give them."""

    def __init__(self, config: Mapping[str, str], log: Path | None = None) -> None:
        self._config = config
        self._log = log

    async def launch(self, *, any_port: bool = False) -> Child:
        """Start a child and wait until it serves. Raises ChildFailed.

        Cancelling the wait kills the child.
        """
        process = await self._spawn()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            request = {"config": dict(self._config), "any_port": any_port}
            process.stdin.write(json.dumps(request).encode() + b"\n")
            line = await process.stdout.readline()
            return Child(process, _answer(line))
        except BaseException:
            if process.returncode is None:
                process.kill()
            await process.wait()
            raise

    async def _spawn(self) -> asyncio.subprocess.Process:
        log: IO[bytes] | None = None if self._log is None else self._log.open("ab")
        try:
            # A session of its own: what the terminal sends to its group must not end the child.
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", _PROGRAM, str(_PACKAGE_ROOT)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL if log is None else log,
                start_new_session=True,
                limit=CHILD_LINE_BYTES_MAX,
            )
        finally:
            if log is not None:
                log.close()


def _as_message(news: ConfigNews) -> dict[str, object]:
    if isinstance(news, ConfigError):
        return {"refused": [astuple(problem) for problem in news.problems]}
    return {"config": explicit_texts(news.config), "waiting": list(news.waiting)}


def _news_of(message: object) -> ConfigNews:
    """What a parent's message says. Raises ConfigError for a configuration that is wrong."""
    match message:
        case {"refused": list(problems)}:
            return ConfigError(ConfigProblem(*each) for each in problems)
        case {"config": dict(texts), "waiting": list(waiting)}:
            return Wanted(engine_config(Document(), texts), waiting)
        case _:
            raise ValueError(f"the parent sent {message!r}")


def _answer(line: bytes) -> ChildReady:
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    match told:
        case {"event": "ready", "address": str(address), "metrics": str(metrics), "pid": int(pid)}:
            return ChildReady(address, metrics, pid)
        case {
            "event": "failed",
            "kind": str(kind),
            "message": str(message),
            "pid": int(pid),
            "address": str(address),
            "metrics": str(metrics),
        }:
            raise ChildFailed(StartFailure(FailureKind(kind), message, pid, address, metrics))
        case _:
            message = "the engine's process ended before it served; its log may say why"
            raise ChildFailed(StartFailure(FailureKind.OTHER, message))


def main() -> int:
    """Be the child: serve until standard input ends or SIGTERM comes; the exit code."""
    allocator.keep_heap_small()
    configure_log(sys.stderr)
    return asyncio.run(_serve())


async def _serve() -> int:
    loop = asyncio.get_running_loop()
    parent = _Parent()
    await loop.connect_read_pipe(lambda: parent, sys.stdin)
    loop.add_signal_handler(signal.SIGTERM, parent.gone)
    line = await parent.next_line()
    if not line:
        return 0
    request = json.loads(line)
    try:
        config = engine_config(Document(), request["config"])
        engine = await _started(config, any_port=request["any_port"])
    except (EngineError, OSError) as error:
        failure = failure_of(error, request["config"].get("data", ""))
        _tell(
            event="failed",
            kind=failure.kind.value,
            message=failure.message,
            pid=failure.pid,
            address=failure.address,
            metrics=failure.metrics,
        )
        return failure.exit_code
    collector.settle()
    try:
        _tell(
            event="ready",
            address=str(engine.address),
            metrics=str(engine.metrics_address or ""),
            pid=os.getpid(),
        )
        while line := await parent.next_line():
            engine.take(_news_of(json.loads(line)))
    finally:
        await engine.stop()
    return 0


class _Parent(asyncio.Protocol):
    """The reading end of the pipe from the parent."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[bytes] = asyncio.Queue()
        self._received = b""

    async def next_line(self) -> bytes:
        """What the parent says next; nothing when the child is to stop."""
        return await self._lines.get()

    def data_received(self, data: bytes) -> None:
        *lines, self._received = (self._received + data).split(b"\n")
        if len(self._received) > CHILD_LINE_BYTES_MAX:
            self.gone()
        for line in lines:
            self._lines.put_nowait(line)

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone()

    def gone(self) -> None:
        """There will be no more lines, or none that is wanted."""
        self._lines.put_nowait(b"")


async def _started(config: EngineConfig, *, any_port: bool) -> "Engine":
    # The parent loads this module as well, and has no use for a broker in its own process.
    from engine.host import Engine

    engine = Engine(config, saving_seconds_max=SAVING_SECONDS)
    try:
        await engine.start()
    except AddressInUse:
        if not any_port:
            raise
        config = replace(config, listen=str(Address(config.host, 0)))
        engine = Engine(config, saving_seconds_max=SAVING_SECONDS)
        await engine.start()
    return engine


def _tell(**fields: str | int) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()
