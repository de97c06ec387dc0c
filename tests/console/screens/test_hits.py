"""Copying, exporting and resending from the list of messages and from one message."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from console.forms.export import ExportForm
from console.forms.resend import ResendForm
from console.port.readings import RecordReading
from console.screens.messages import MessagesScreen
from console.screens.routes import CannotEdit
from console.widgets.confirm import ConfirmDialog
from tests.console.screens.test_messages import opened, rows_of, staged
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import STAGING
from tests.support.sample_records import TOPIC, sample_records
from tests.support.sample_snapshots import busy
from tests.support.stage import shown
from tests.support.waiting import until

SIZE = (120, 40)


@pytest.mark.parametrize("way", [(), ("enter",)])
async def test_y_copies_the_value_and_capital_y_the_message(way: tuple[str, ...]) -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, *way, "y")
        assert json.loads(app.clipboard)["order"] == "A-10479"
        await press(app, "Y")
        said = json.loads(app.clipboard)
        assert (said["partition"], said["offset"]) == (11, 39)


async def test_what_has_no_value_copies_nothing() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app)
        await press(app, "f", *"value is null", "enter", "y")
        assert app.clipboard == ""


def written(folder: Path) -> tuple[str, list[dict[str, object]]]:
    """The one file in a folder: its name, and its lines."""
    (file,) = folder.iterdir()
    return file.name, [json.loads(line) for line in file.read_text().splitlines()]


async def test_x_writes_what_is_shown_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        names = rows_of(app)
        await press(app, "x", "ctrl+s")
        form = app.screen
        assert isinstance(form, ExportForm)
        await until(lambda: not form.is_sending)
    name, lines = written(tmp_path)
    assert name == "orders.placed-20231114221320.jsonl"
    assert tuple(f"{line['partition']}:{line['offset']}" for line in lines) == names


@pytest.mark.parametrize("way", [(), ("enter",)])
async def test_capital_r_sends_the_message_once_more(way: tuple[str, ...]) -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        partitions = app.cluster.world.topics[TOPIC].partitions
        before = partitions[11].records[39]
        await press(app, *way, "R")
        assert isinstance(app.screen, ResendForm)
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        new = [each for part in partitions for at, each in part.records.items() if at >= 40]
        assert [(each.key, each.value, each.headers) for each in new] == [
            (before.key, before.value, before.headers)
        ]
        assert "publish" in [act.kind.value for act in app.journal.acts]


async def test_where_nothing_is_changed_nothing_is_resent() -> None:
    app = console(busy(), saved=STAGING)
    sample_records(app.cluster)
    async with app.run_test(size=SIZE):
        await press(app, "2", "m", "R")
        assert not isinstance(app.screen, ResendForm)


class Hand:
    """Stands for the person at the editor: what comes back is what these make of the text."""

    def __init__(self, *ways: Callable[[bytes], bytes]) -> None:
        self._ways = list(ways)
        self.seen: list[bytes] = []

    async def edited(self, content: bytes, ending: str) -> bytes:
        self.seen.append(content)
        return self._ways.pop(0)(content)


def with_hand(
    app: StagedConsole, monkeypatch: pytest.MonkeyPatch, *ways: Callable[[bytes], bytes]
) -> Hand:
    hand = Hand(*ways)
    monkeypatch.setattr(app, "edited", hand.edited)
    return hand


def newest(app: StagedConsole) -> RecordReading:
    """The record that was stored last."""
    partitions = app.cluster.world.topics[TOPIC].partitions
    (new,) = [each for part in partitions for at, each in part.records.items() if at >= 40]
    return new


@pytest.mark.parametrize("way", [(), ("enter",)])
async def test_a_whole_message_is_edited_and_published(
    way: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        before = app.cluster.world.topics[TOPIC].partitions[11].records[39]

        def change(content: bytes) -> bytes:
            lines = content.decode().splitlines()
            at = next(n for n, line in enumerate(lines) if line.startswith("key:"))
            lines[at : at + 1] = ["key: another", "header by: hand"]
            return "\n".join(lines).replace("A-10479", "A-2").encode() + b"\n"

        with_hand(app, monkeypatch, change)
        await press(app, *way, "o")
        await until(lambda: isinstance(app.screen, ResendForm))
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        new = newest(app)
        assert new.key == b"another"
        assert new.value == (before.value or b"").replace(b"A-10479", b"A-2")
        assert new.headers == (("by", b"hand"), *before.headers)
        assert [act.kind.value for act in app.journal.acts] == ["publish"]


async def test_a_text_that_was_not_touched_publishes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app)
        with_hand(app, monkeypatch, lambda content: content)
        await press(app, "o")
        await until(lambda: "Nothing was changed" in shown(app))
        assert isinstance(app.screen, MessagesScreen)


async def test_a_text_that_is_no_message_is_told_and_opened_again_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twice refused, once at once and once after it was left for a while; then it is right."""
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        hand = with_hand(
            app,
            monkeypatch,
            lambda content: b"colour: red\n" + content,
            lambda content: content.replace(b"colour: red", b"colour"),
            lambda content: content.replace(b"colour\n", b"header colour: red\n"),
        )
        await press(app, "o")
        await until(lambda: isinstance(app.screen, ConfirmDialog))
        await at_rest(app)
        assert "line 1:" in shown(app)
        assert "Edit it again?" in shown(app)
        await press(app, "y")
        await until(lambda: len(hand.seen) == 2 and isinstance(app.screen, ConfirmDialog))
        assert hand.seen[1].startswith(b"colour: red\n")
        await press(app, "n", "o")
        await until(lambda: isinstance(app.screen, ResendForm))
        assert hand.seen[2].startswith(b"colour\n")
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        assert newest(app).headers[0] == ("colour", b"red")


async def test_a_text_that_was_not_published_is_opened_again_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app)
        hand = with_hand(
            app,
            monkeypatch,
            lambda content: content.replace(b"A-10479", b"A-2"),
            lambda content: content,
            lambda content: content,
        )
        await press(app, "o")
        await until(lambda: isinstance(app.screen, ResendForm))
        await press(app, "escape")
        assert "o opens the text again as it is" in shown(app)
        await press(app, "o")
        await until(lambda: isinstance(app.screen, ResendForm))
        assert b"A-2" in hand.seen[1]
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        await press(app, "escape", "o")
        await until(lambda: len(hand.seen) == 3)
        assert b"A-10479" in hand.seen[2]


@pytest.mark.parametrize(("answer", "form"), [("n", ResendForm), ("y", ConfirmDialog)])
async def test_json_that_is_none_any_more_is_offered_only_when_that_is_meant(
    answer: str, form: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        hand = with_hand(
            app,
            monkeypatch,
            lambda content: content.rstrip().removesuffix(b"}"),
            lambda content: content,
        )
        await press(app, "o")
        await until(lambda: isinstance(app.screen, ConfirmDialog))
        await at_rest(app)
        assert "The value was JSON before and is not any more" in " ".join(shown(app).split())
        await press(app, answer)
        await until(lambda: len(hand.seen) == 1 + (answer == "y") and isinstance(app.screen, form))


async def test_an_editor_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(content: bytes) -> bytes:
        raise CannotEdit("vi ended with code 1: nothing was taken over")

    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app)
        with_hand(app, monkeypatch, fail)
        await press(app, "o")
        await until(lambda: "nothing was taken over" in shown(app))
        assert isinstance(app.screen, MessagesScreen)


async def test_where_nothing_is_changed_a_message_is_only_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = console(busy(), saved=STAGING)
    sample_records(app.cluster)
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app)
        with_hand(app, monkeypatch, lambda content: content + b"more")
        await press(app, "o")
        await until(lambda: "read only" in shown(app))
        assert isinstance(app.screen, MessagesScreen)
