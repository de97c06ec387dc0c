"""A bounded set of open files."""

import errno

import pytest

from engine.storage.open_files import OpenFiles
from tests.support.logs import ROOT, new_disk


def path(name):
    return f"{ROOT}/{name}"


def test_a_file_stays_open_for_the_next_who_asks():
    files = OpenFiles(new_disk())
    assert files.get(path("a"), create=True) is files.get(path("a"))


def test_a_missing_file_is_told_and_not_made():
    filesystem = new_disk()
    with pytest.raises(FileNotFoundError):
        OpenFiles(filesystem).get(path("a"))
    assert not filesystem.files


def test_the_file_used_least_recently_is_let_go():
    filesystem = new_disk()
    files = OpenFiles(filesystem, limit=2)
    for name in ("a", "b", "a", "c"):
        files.get(path(name), create=True)
    assert len(files) == 2
    filesystem.operations.clear()
    files.get(path("a"))
    assert filesystem.operations["open"] == 0
    files.get(path("b"))
    assert filesystem.operations["open"] == 1


def test_a_file_that_was_let_go_stays_open_for_who_holds_it():
    files = OpenFiles(new_disk(), limit=2)
    held = files.get(path("a"), create=True)
    files.get(path("b"), create=True)
    files.get(path("c"), create=True)
    held.append([b"1"])
    assert files.get(path("a")).read(1, 0) == b"1"


def test_files_that_are_held_count_and_nobody_gets_one_more_than_the_limit():
    files = OpenFiles(new_disk(), limit=2)
    held = [files.get(path(name), create=True) for name in "ab"]
    with pytest.raises(OSError) as refused:
        files.get(path("c"), create=True)
    assert refused.value.errno == errno.EMFILE
    held.pop()
    files.get(path("c"), create=True)


def test_a_forgotten_name_can_become_another_file():
    filesystem = new_disk()
    files = OpenFiles(filesystem)
    files.get(path("a"), create=True).append([b"old"])
    filesystem.unlink(path("a"))
    files.forget(path("a"))
    assert files.get(path("a"), create=True).size() == 0


def test_forgetting_a_directory_forgets_its_files_only():
    filesystem = new_disk()
    files = OpenFiles(filesystem)
    filesystem.make_directory(path("t-1"))
    filesystem.make_directory(path("t-10"))
    files.get(path("t-1/a"), create=True)
    kept = files.get(path("t-10/a"), create=True)
    files.forget_directory(path("t-1"))
    assert len(files) == 1
    assert files.get(path("t-10/a")) is kept


@pytest.mark.parametrize("error", [errno.EMFILE, errno.ENFILE])
def test_without_descriptors_others_are_let_go(error):
    """The limit may be larger than what the process is allowed."""
    filesystem = new_disk()
    files = OpenFiles(filesystem)
    for name in "abcd":
        files.get(path(name), create=True)
    filesystem.fail(0, error, kinds=["open"])
    files.get(path("e"), create=True)
    assert len(files) < 5


def test_without_descriptors_and_without_files_to_let_go_the_error_is_told():
    filesystem = new_disk()
    files = OpenFiles(filesystem)
    for name in "abcd":
        files.get(path(name), create=True)
    filesystem.fail(0, errno.EMFILE, is_sticky=True, kinds=["open"])
    with pytest.raises(OSError) as refused:
        files.get(path("e"), create=True)
    assert refused.value.errno == errno.EMFILE
    assert len(files) == 0
