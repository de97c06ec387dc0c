"""The pictures in the documents are drawn by the program, are there, and are all shown."""

import pytest

from console.views import VIEWS
from docs.pictures.__main__ import FOLDER, drawn
from docs.pictures.gallery import GALLERY, Picture, page


@pytest.mark.parametrize("picture", GALLERY, ids=lambda picture: picture.name)
def test_picture_of_the_documents_is_there_and_not_too_large(picture: Picture) -> None:
    assert 10_000 < (FOLDER / f"{picture.name}.svg").stat().st_size < 160_000


def test_every_picture_has_its_place_on_the_page() -> None:
    assert (FOLDER / "README.md").read_text() == page()
    assert {path.stem for path in FOLDER.glob("*.svg")} == {each.name for each in GALLERY}


def test_every_view_has_a_picture() -> None:
    names = {picture.name for picture in GALLERY}
    assert {view.name for view in VIEWS} <= names


async def test_picture_shows_the_screen_and_asks_no_other_machine() -> None:
    text = await drawn(GALLERY[0])
    assert "orders.placed" in text
    assert "url(&quot;" not in text
    assert 'url("' not in text
