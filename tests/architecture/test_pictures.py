"""The pictures in the documents are drawn by the program, and are there."""

import pytest

from docs.pictures.__main__ import FOLDER, SHOWN, Picture, drawn


@pytest.mark.parametrize("picture", SHOWN, ids=lambda picture: picture.name)
def test_picture_of_the_documents_is_there(picture: Picture) -> None:
    assert (FOLDER / f"{picture.name}.svg").stat().st_size > 10_000


async def test_picture_shows_the_screen_and_asks_no_other_machine() -> None:
    text = await drawn(SHOWN[0])
    assert "orders.placed" in text
    assert "url(&quot;" not in text
    assert 'url("' not in text
