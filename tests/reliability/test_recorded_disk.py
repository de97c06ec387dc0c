"""A recorded disk is the operating system's, and its images hold what was synced."""

from pathlib import Path
from random import Random

from tests.reliability.recorded_disk import RecordedFileSystem, image_of, operations, put_image


def content_of(data: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()
    }


def used(tmp_path: Path) -> tuple[Path, Path]:
    """A directory that was used: one file is synced with its name, another is not."""
    data, record = tmp_path / "data", tmp_path / "record"
    (data / "old").mkdir(parents=True)
    (data / "old/a").write_bytes(b"was there")
    disk = RecordedFileSystem(data, record)
    disk.make_directory(f"{data}/new")
    file = disk.open(f"{data}/new/b.tmp", create=True)
    assert file.append([b"one ", b"two"]) == 7
    file.rewrite(b"ONE", 0)
    file.datasync()
    disk.rename(f"{data}/new/b.tmp", f"{data}/new/b")
    disk.sync_directory(f"{data}/new")
    disk.sync_directory(str(data))
    file.append([b" unsynced"])
    disk.open(f"{data}/new/c", create=True)
    disk.unlink(f"{data}/old/a")
    disk.record.close()
    return data, record


def test_what_was_synced_is_in_every_image(tmp_path: Path) -> None:
    data, record = used(tmp_path)
    tails, kept = set(), set()
    for seed in range(40):
        put_image(image_of(record, Random(seed)), data)
        content = content_of(data)
        assert content["new/b"][:7] == b"ONE two"
        tails.add(content["new/b"][7:])
        kept.add(content.get("old/a"))
    assert tails >= {b"", b" unsynced"}
    assert kept == {None, b"was there"}


def test_a_sync_stands_where_it_began(tmp_path: Path) -> None:
    """What is written while a sync runs may be lost."""
    data, record = tmp_path / "data", tmp_path / "record"
    data.mkdir()
    disk = RecordedFileSystem(data, record)
    file = disk.open(f"{data}/a", create=True)
    number = disk.record.begin_sync(f"{data}/a")
    file.append([b"meanwhile"])
    begun = [op.kind for op in operations(record) if op.path == f"{data}/a"]
    assert begun == ["create", "write"]
    disk.record.note("sync", f"{data}/a", 1, number)
    ended = [op.kind for op in operations(record) if op.path == f"{data}/a"]
    assert ended == ["create", "sync", "write"]
    disk.record.close()
