"""Reads the metrics of an engine of ours: one small HTTP GET, and the Prometheus text format.

Only what our engine writes is read: no escapes beyond those of the format, no time stamps, no
chunked answers. The answer is bounded in bytes, lines and time.
"""

import asyncio
import re
from collections.abc import Callable
from math import isfinite

from console.port.errors import ClusterError, NotSupported, TimedOut, Unreachable
from console.port.readings import MACHINE_MEMORY, MetricSample

ANSWER_BYTES_MAX = 4 * 1024 * 1024
SAMPLES_MAX = 50_000
TIMEOUT_S = 3.0

_HEAD_END = b"\r\n\r\n"
_ESCAPES = {"n": "\n", "\\": "\\", '"': '"'}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"(?:,|(?=\}))', re.DOTALL)


class MetricsSource:
    """Where the metrics of the moment are had. `address` gives `HOST:PORT`, or "" for nowhere.

    `machine_bytes` is the memory of the engine's machine, if that is this one.
    """

    def __init__(
        self, address: Callable[[], str], machine_bytes: Callable[[], int] | None = None
    ) -> None:
        self._address = address
        self._machine_bytes = machine_bytes
        self.told = ""
        """Where the broker itself says that they are had, for want of an address."""

    @property
    def _where(self) -> str:
        return self._address() or self.told

    @property
    def is_there(self) -> bool:
        return bool(self._where)

    @property
    def is_here(self) -> bool:
        """Whether the engine runs on this machine, so that its files can be read."""
        return self.is_there and self._machine_bytes is not None

    async def samples(self) -> tuple[MetricSample, ...]:
        """Every sample, and the size of the machine's memory if it is ours. Raises ClusterError."""
        address = self._where
        if not address:
            raise NotSupported("this cluster has no metrics that we can read")
        found = parse(await scrape(address))
        if self._machine_bytes is None:
            return found
        return (*found, MetricSample(MACHINE_MEMORY, {}, float(self._machine_bytes())))


async def scrape(address: str) -> str:
    """The body of `GET /metrics`. Raises ClusterError."""
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(TIMEOUT_S):
            raw = await _get(host.strip("[]"), int(port))
    except TimeoutError as error:
        raise TimedOut(f"{address} did not answer for its metrics in time") from error
    except (OSError, ValueError) as error:
        raise Unreachable(f"the metrics of {address} cannot be read: {error}") from error
    head, found, body = raw.partition(_HEAD_END)
    status = head.split(b"\r\n", 1)[0].split(b" ")
    if not found or len(status) < 2 or status[1] != b"200":
        raise Unreachable(f"the metrics of {address} cannot be read: not an answer of ours")
    return body.decode("utf-8", "replace")


def parse(text: str) -> tuple[MetricSample, ...]:
    """The samples of an exposition. Raises ClusterError for text that is none."""
    found: list[MetricSample] = []
    # A label may hold characters that end a line for `splitlines` and not for the format.
    for line in text.split("\n"):
        if not line or line.startswith("#"):
            continue
        if len(found) >= SAMPLES_MAX:
            raise ClusterError("the metrics have too many lines")
        try:
            found.append(_sample(line))
        except ValueError as error:
            raise ClusterError(f"a line of the metrics cannot be read: {line[:80]!r}") from error
    return tuple(found)


async def _get(host: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET /metrics HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        await writer.drain()
        raw = bytearray()
        while chunk := await reader.read(65_536):
            raw += chunk
            if len(raw) > ANSWER_BYTES_MAX:
                raise ValueError("the answer is too long")
        return bytes(raw)
    finally:
        writer.close()


def _sample(line: str) -> MetricSample:
    name, brace, rest = line.partition("{")
    if not brace:
        name, _, value = line.partition(" ")
        return MetricSample(name, {}, _number(value))
    labels: dict[str, str] = {}
    at = 0
    while not rest.startswith("}", at):
        found = _LABEL.match(rest, at)
        if found is None:
            raise ValueError("the labels do not end")
        value = found[2]
        labels[found[1]] = _ESCAPED.sub(_unescaped, value) if "\\" in value else value
        at = found.end()
    if "le" in labels:
        # The bound of a bucket is a number too, and may be infinite. Raises ValueError.
        float(labels["le"])
    return MetricSample(name, labels, _number(rest[at + 1 :]))


def _number(text: str) -> float:
    """A figure can be worked with: our engine writes neither infinity nor what is no number."""
    found = float(text)
    if not isfinite(found):
        raise ValueError("the value is not finite")
    return found


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[1], found[0])
