"""What a member tells of its reading names each run of offsets."""

import pytest

from tests.interop.group_member import without_gaps


@pytest.mark.parametrize(
    ("offsets", "runs"),
    [
        ([4], [[4]]),
        ([4, 5, 6], [[4, 5, 6]]),
        ([4, 5, 8, 9], [[4, 5], [8, 9]]),
        ([4, 4, 5], [[4, 4, 5]]),
        ([4, 5, 4], [[4, 5, 4]]),
    ],
)
def test_offsets_are_cut_at_gaps_and_doubled_ones_stay(
    offsets: list[int], runs: list[list[int]]
) -> None:
    assert without_gaps(offsets) == runs
