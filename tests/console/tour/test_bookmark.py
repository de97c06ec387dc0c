"""The step that a person was at, from one run to the next, whatever stands in the file."""

from pathlib import Path

import pytest

from console.demo.tour import TOUR
from console.tour.bookmark import Bookmark


def test_a_step_is_kept_replaced_and_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "tour"
    for step in ("lag", "stop"):
        Bookmark(path, TOUR).write(step)
        assert Bookmark(path, TOUR).read() == step
    Bookmark(path, TOUR).write("")
    Bookmark(path, TOUR).write("")
    assert not path.exists()
    assert Bookmark(path, TOUR).read() == ""


@pytest.mark.parametrize("content", [b"", b"nowhere", b"\xff\xfe", b"lag" * 1_000_000, b"\x1b[2J"])
def test_what_is_no_step_counts_as_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tour"
    path.write_bytes(content)
    assert Bookmark(path, TOUR).read() == ""


def test_a_file_that_cannot_be_read_counts_as_nothing_and_one_to_be_written_is_told(
    tmp_path: Path,
) -> None:
    (tmp_path / "tour").mkdir()
    bookmark = Bookmark(tmp_path / "tour", TOUR)
    assert bookmark.read() == ""
    with pytest.raises(OSError, match="directory"):
        bookmark.write("lag")
