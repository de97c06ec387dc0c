"""The warehouse's files: JSON lines under `date=.../partition=N.jsonl`, in the order of the log.

A file holds each record of its partition and day once: a record that is already there, by its
offset, is not written again, so a second delivery after a crash changes nothing. The log, not the
folder, is the truth: a replay clears the folder and writes it anew from the first record.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

OPEN_FILES_MAX = 64


class Warehouse:
    """A folder of partitioned files. Blocking; one writer for each partition."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Path, IO[str]] = {}
        self._written: dict[Path, int] = {}

    def path_of(self, partition: int, at_ms: int) -> Path:
        """The file of a partition and of the UTC day of a time stamp."""
        day = datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()
        return self._folder / f"date={day}" / f"partition={partition}.jsonl"

    def write(self, partition: int, offset: int, at_ms: int, value: bytes) -> bool:
        """Add one record, unless its file holds it already; says whether it was added."""
        path = self.path_of(partition, at_ms)
        if offset <= self._last_offset(path):
            return False
        line = {"offset": offset, "payment": json.loads(value)}
        self._open(path).write(json.dumps(line, separators=(",", ":")) + "\n")
        self._written[path] = offset
        return True

    def clear(self) -> None:
        """Remove every file of the warehouse; a replay writes them again."""
        self.close()
        self._written.clear()
        for path in self._folder.glob("date=*/partition=*.jsonl"):
            path.unlink(missing_ok=True)

    def flush(self) -> None:
        """Hand everything to the operating system; called before offsets are committed."""
        for file in self._files.values():
            file.flush()

    def close(self) -> None:
        """Flush and close every file."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _last_offset(self, path: Path) -> int:
        known = self._written.get(path)
        if known is None:
            known = last_offset(path)
            self._written[path] = known
        return known

    def _open(self, path: Path) -> IO[str]:
        file = self._files.get(path)
        if file is None:
            if len(self._files) >= OPEN_FILES_MAX:
                self.close()
            path.parent.mkdir(parents=True, exist_ok=True)
            file = self._files[path] = path.open("a", encoding="utf-8")
        return file


def last_offset(path: Path) -> int:
    """The offset of a file's last whole line, -1 without one; a torn last line is cut away."""
    if not path.exists():
        return -1
    with path.open("rb+") as file:
        content = file.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            file.truncate(whole)
        lines = content[:whole].splitlines()
    return int(json.loads(lines[-1])["offset"]) if lines else -1
