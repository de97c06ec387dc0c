"""The file in which a console keeps how it was left: JSON, never configuration, never secret.

    { "version": 1, "everywhere": { ... }, "clusters": { NAME: { ... } } }

Several consoles may use it: each changes only what was changed in it, under a lock, and puts the
whole file in the place of the old one at once. A file that is not of this kind, or of a newer one,
is never written; keys that are not known are kept.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

VERSION = 1
BYTES_MAX = 4 << 20
"""A file that is larger is not ours."""


class NotOurs(ValueError):
    """Why a file is neither read nor written."""


class StateFile:
    """The file at a path, which need not be there. All methods block."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, object]:
        """What the file says; nothing while there is none. Raises OSError, NotOurs."""
        try:
            with self._path.open("rb") as file:
                content = file.read(BYTES_MAX + 1)
        except FileNotFoundError:
            return {}
        if len(content) > BYTES_MAX:
            raise self._not_ours("it is too large")
        try:
            said = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise self._not_ours("it is no JSON") from error
        if not isinstance(said, dict):
            raise self._not_ours("it has no table")
        if said.get("version") != VERSION:
            raise self._not_ours("it is of another version")
        return said

    def merge(self, changes: Mapping[tuple[str, ...], object]) -> None:
        """Say these values at these places, None to say nothing; all else stays as it is.

        Raises OSError, NotOurs.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock():
            said = self.read()
            said.setdefault("version", VERSION)
            for path, value in changes.items():
                self._put(said, path, value)
            self._write(json.dumps(said, indent=1, sort_keys=True))

    def _put(self, said: dict[str, object], path: tuple[str, ...], value: object) -> None:
        *parents, name = path
        for parent in parents:
            below = said.setdefault(parent, {})
            if not isinstance(below, dict):
                raise self._not_ours(f"{parent!r} is no table")
            said = below
        if value is None:
            said.pop(name, None)
        else:
            said[name] = value

    def _write(self, text: str) -> None:
        # A link to the file stays a link.
        path = self._path.resolve()
        beside = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with open(beside, "w", encoding="utf-8", opener=_for_the_owner) as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Let no other console write meanwhile; the lock goes with the process that holds it."""
        with open(f"{self._path}.lock", "a", opener=_for_the_owner) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _not_ours(self, reason: str) -> NotOurs:
        return NotOurs(
            f"{self._path} is not what a console of this version writes ({reason}): move it away"
        )


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
