"""Acts on how the console looks and which keys it has: themes, one of the user's own, keys."""

import re
import tomllib
from collections.abc import Mapping

from console.bundled import bundled
from tests.terminal.acts.act import Act
from tests.terminal.acts.stage import Stage, colour_code
from tests.terminal.acts.topics import nothing, topic

USUAL = "midnight"
OWN = "harbour"
WATERS = ("#0A1A20", "#303A20")
"""The ground of a theme of the user's own, before and after it is changed; Textual draws neither
with another in its place, as it does with some colours by a rounding."""

KEYS = '[console.keys]\n"app.create-topic" = "f9"\n'


def colours_of(name: str) -> Mapping[str, str]:
    """The colours of a theme of the house."""
    path = bundled("themes") / f"{name}.toml"
    found: Mapping[str, str] = tomllib.loads(path.read_text())["colors"]
    return found


def painted_in(stage: Stage, ground: str) -> None:
    """Wait until the screen has this ground."""
    code = colour_code(ground)
    stage.find(True, lambda: f"48;{code}" in stage.terminal.painted())


def themes(stage: Stage) -> None:
    """Every theme of the house by its name, and the light one by key."""
    names = sorted(path.stem for path in bundled("themes").glob("*.toml"))
    assert len(names) >= 6
    for name in names:
        stage.command(f"theme {name}")
        painted_in(stage, colours_of(name)["background"])
    stage.command(f"theme {USUAL}")
    painted_in(stage, colours_of(USUAL)["background"])
    for name in ("paper", USUAL):
        stage.do("app.theme")
        painted_in(stage, colours_of(name)["background"])


def own_theme(stage: Stage) -> None:
    """A file of the user's is a theme as soon as it is saved, and so is what becomes of it."""
    path = stage.around.themes / f"{OWN}.toml"
    text = (bundled("themes") / "ember.toml").read_text().replace('"ember"', f'"{OWN}"')
    before, after = (re.sub(r'background = "[^"]*"', f'background = "{w}"', text) for w in WATERS)
    path.write_text(before)
    while not _is_taken(stage, f"theme {OWN}"):
        stage.press("Escape")
        stage.see(lambda screen: OWN not in screen)
    painted_in(stage, WATERS[0])
    path.write_text(after)
    painted_in(stage, WATERS[1])
    stage.command(f"theme {USUAL}")
    painted_in(stage, colours_of(USUAL)["background"])


def _is_taken(stage: Stage, command: str) -> bool:
    """Type a command; whether it means something. The prompt stays open where it does not."""
    stage.do("app.palette")
    stage.see("topics, topic NAME")
    stage.type(command)
    stage.see(f": {command}")
    stage.press("Enter")
    screen = stage.see(lambda screen: "is no theme" in screen or command not in screen)
    return command not in screen


def keys(stage: Stage) -> None:
    """Keys of the saved file hold at once, and those of before when they are taken out again."""
    config = stage.around.config
    text = config.read_text()
    stage.row("topics", stage.name)
    config.write_text(text + KEYS)
    try:
        stage.see("The settings of the saved file hold")
        stage.press("F9")
        stage.see("─ New topic")
        stage.close("New topic")
    finally:
        config.write_text(text)
    stage.see(lambda screen: " n New topic" in screen.rstrip().splitlines()[-1])
    stage.do("app.create-topic")
    stage.see("─ New topic")
    stage.close("New topic")
    assert stage.name in stage.world.topics()


LOOK_ACTS = (
    Act("themes", ("app.theme",), nothing, themes),
    Act("own-theme", (), nothing, own_theme),
    Act("keys", ("app.create-topic",), topic, keys),
)
