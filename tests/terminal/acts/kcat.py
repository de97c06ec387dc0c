"""What a topic holds, as kcat tells it: read by its command line, apart from every library here."""

import json
import subprocess
from dataclasses import dataclass

from tests.terminal.acts.world import TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Told:
    """A record as kcat prints it; contents are text."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: str | None
    value: str | None
    headers: tuple[tuple[str, str | None], ...]


def read(address: str, topic: str, *options: str) -> list[Told]:
    """Every record of a topic, by partition and offset; `options` narrow what is read."""
    said = _said(address, topic, "-J", *options)
    found = [_told(json.loads(line)) for line in said.splitlines()]
    return sorted(found, key=lambda each: (each.partition, each.offset))


def sizes(address: str, topic: str) -> list[int]:
    """The sizes of the values of a topic, in bytes, from the smallest on."""
    return sorted(int(line) for line in _said(address, topic, "-f", "%S\\n").splitlines())


def _said(address: str, topic: str, *options: str) -> str:
    where = ("kcat", "-C", "-q", "-e", "-b", address, "-t", topic, "-o", "beginning")
    command = [*where, "-X", "log_level=0", *options]
    done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=True)
    return done.stdout.decode()


def _told(said: dict[str, object]) -> Told:
    names = said.get("headers", [])
    assert isinstance(names, list)
    return Told(
        str(said["topic"]),
        _whole(said["partition"]),
        _whole(said["offset"]),
        _whole(said["ts"]),
        _text(said["key"]),
        _text(said["payload"]),
        tuple((str(name), value) for name, value in zip(names[::2], names[1::2], strict=True)),
    )


def _whole(said: object) -> int:
    assert isinstance(said, int)
    return said


def _text(said: object) -> str | None:
    return None if said is None else str(said)
