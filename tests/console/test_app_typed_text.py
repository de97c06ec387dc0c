"""Every line that is typed in receives every key that can be typed, whatever else the key does."""

import string

import pytest
from textual.widgets import Input

from console.keys.keymap import load_keymap
from tests.support.console_stage import console
from tests.support.hand import at_rest, press, send_key
from tests.support.sample_logs import logs_read, sample_logs
from tests.support.sample_records import sample_records
from tests.support.sample_snapshots import busy

SIZE = (120, 40)
TYPED = string.digits + string.ascii_letters + string.punctuation + " "
LINES = {
    "filter": ("2", "/"),
    "prompt": (":",),
    "name": ("2", "D"),
    "create-topic": ("n",),
    "publish": ("2", "p"),
    "reset": ("3", "R"),
    "export-positions": ("3", "x"),
    "add-partitions": ("2", "A"),
    "config": ("2", "e", "enter"),
    "what-if": ("4", "w"),
    "find": ("2", "m", "f"),
    "seek": ("2", "m", "@"),
}


@pytest.mark.parametrize(
    ("preset", "keys"),
    [
        *(("plain", keys) for keys in LINES.values()),
        *((preset, LINES[line]) for preset in ("k9s", "vim") for line in ("filter", "name")),
    ],
)
async def test_what_is_typed_stands_in_the_line(preset: str, keys: tuple[str, ...]) -> None:
    keymap, problems = load_keymap(preset, {})
    assert not problems
    app = console(busy(), keymap=keymap)
    sample_records(app.cluster)
    sample_logs(app.cluster)
    async with app.run_test(size=SIZE):
        await press(app, *keys)
        await logs_read(app)
        line, screen = app.focused, app.screen
        assert isinstance(line, Input)
        line.value = ""
        for key in TYPED:
            send_key(app, key)
        await at_rest(app)
        assert line.value == TYPED
        assert app.screen is screen
        assert line.has_focus
