"""Lines reach the audit file in their order, whoever waits for them."""

import asyncio
import os
import stat
from pathlib import Path

from console.acts.audit_file import AuditFile


async def test_it_only_grows_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "audit.jsonl"
    for line in ("one", "two"):
        audit = AuditFile(path)
        audit.take(line)
        await audit.written()
    assert path.read_text() == "one\ntwo\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_nobody_who_stops_waiting_loses_or_moves_a_line(tmp_path: Path) -> None:
    """Method: the file is a pipe that takes nothing until it is read; all who wait leave before."""
    path = tmp_path / "audit.jsonl"
    os.mkfifo(path)
    audit = AuditFile(path)
    waiting = []
    for number in range(3):
        audit.take(str(number))
        waiting.append(asyncio.create_task(audit.written()))
        await asyncio.sleep(0)
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    audit.take("3")
    last = asyncio.create_task(audit.written())
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        await last
        assert os.read(descriptor, 100) == b"0\n1\n2\n3\n"
    finally:
        os.close(descriptor)


async def test_a_line_that_cannot_be_written_does_not_keep_back_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.touch()
    audit = AuditFile(folder / "audit.jsonl")
    audit.take("one")
    await audit.written()
    assert audit.failure is not None
    folder.unlink()
    audit.take("two")
    await audit.written()
    assert audit.failure is None
    assert (folder / "audit.jsonl").read_text() == "two\n"
