"""Themes load whole or not at all, and what is wrong is told."""

import tomllib
from pathlib import Path

import pytest
from textual.color import Color

from console.theming.contrast import contrast
from console.theming.loader import InvalidTheme, load_theme, load_themes
from console.theming.tokens import CONTRAST_MIN

FOLDER = Path(__file__).resolve().parents[3] / "themes"
BUNDLED = sorted(FOLDER.glob("*.toml"))


def broken(tmp_path: Path, old: str, new: str) -> InvalidTheme:
    text = (FOLDER / "midnight.toml").read_text()
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new))
    with pytest.raises(InvalidTheme) as caught:
        load_theme(path)
    return caught.value


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_bundled_theme_passes_every_check(path: Path) -> None:
    assert load_theme(path).name == path.stem


def test_there_is_a_dark_theme_and_a_light_one() -> None:
    assert {load_theme(path).dark for path in BUNDLED} == {True, False}


def colors_of(name: str) -> list[Color]:
    table = tomllib.loads((FOLDER / f"{name}.toml").read_text())
    return [Color.parse(text) for text in (*table["colors"].values(), *table["variables"].values())]


def test_theme_for_sixteen_colours_has_no_other() -> None:
    dim = {f"#{r}{g}{b}" for r in ("00", "AA") for g in ("00", "AA") for b in ("00", "AA")}
    bright = {f"#{r}{g}{b}" for r in ("55", "FF") for g in ("55", "FF") for b in ("55", "FF")}
    sixteen = {Color.parse(each) for each in (*dim, *bright)}
    assert set(colors_of("sixteen")) <= sixteen


def test_theme_without_colour_is_grey() -> None:
    assert all(color.r == color.g == color.b for color in colors_of("mono"))


def test_theme_of_high_contrast_doubles_what_is_asked_of_every_theme() -> None:
    table = tomllib.loads((FOLDER / "contrast.toml").read_text())
    colors = {
        key: Color.parse(text)
        for part in ("colors", "variables")
        for key, text in table[part].items()
    }
    for (text, ground), least in CONTRAST_MIN.items():
        assert contrast(colors[text], colors[ground]) >= min(2 * least, 8), (text, ground)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('primary = "#4CC2FF"', 'primary = "#zzz"', "primary: '#zzz' is not a colour"),
        ('primary = "#4CC2FF"', "", "colors.primary: is missing"),
        ('muted = "#7E8BAA"', 'mutde = "#7E8BAA"', "variables.mutde: there is no such token"),
        ("dark = true", 'dark = "yes"', "dark: must be true or false"),
        ('muted = "#7E8BAA"', 'muted = "#20283A"', "muted on surface: contrast"),
        ("dark = true", "dark = ", "Invalid value"),
    ],
)
def test_fault_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert told in str(broken(tmp_path, old, new))


def test_refused_file_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("name = 3")
    themes = load_themes([FOLDER, tmp_path])
    assert set(themes.themes) == {path.stem for path in BUNDLED}
    assert [error.path.name for error in themes.refused] == ["bad.toml"]


def test_contrast_of_black_on_white_is_the_greatest() -> None:
    assert round(contrast(Color.parse("black"), Color.parse("white")), 1) == 21.0
