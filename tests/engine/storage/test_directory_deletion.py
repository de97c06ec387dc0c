"""Freeing the files of a deleted partition."""

import errno

import pytest

from engine.storage.directory_deletion import DirectoryDeletion
from tests.support.logs import ROOT, new_disk

PATH = f"{ROOT}/orders-0.123-delete"


def with_files():
    filesystem = new_disk()
    filesystem.make_directory(PATH)
    for name in "abc":
        filesystem.open(f"{PATH}/{name}", create=True)
    return filesystem


def test_the_directory_goes_with_all_its_files():
    filesystem = with_files()
    DirectoryDeletion(filesystem, PATH).unlink()
    assert PATH not in filesystem.directories
    assert not filesystem.files


@pytest.mark.parametrize("after", range(4))
def test_a_deletion_that_failed_is_finished_by_the_next(after):
    filesystem = with_files()
    filesystem.fail(after, errno.EIO, kinds=["unlink", "rmdir"])
    with pytest.raises(OSError):
        DirectoryDeletion(filesystem, PATH).unlink()
    DirectoryDeletion(filesystem, PATH).unlink()
    assert PATH not in filesystem.directories
