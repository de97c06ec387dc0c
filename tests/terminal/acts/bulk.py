"""Acts that publish many messages: all that a search finds, and all that a file has."""

import json
import re
from collections.abc import Callable

from confluent_kafka import Message

from tests.terminal.acts.act import Act
from tests.terminal.acts.messages import (
    COUNT,
    listed,
    messages,
    number_of,
    search,
    two_topics,
)
from tests.terminal.acts.stage import Stage, words
from tests.terminal.acts.topics import leader

FOUND = [290, 291, 292, 293]
_OVER = re.compile(r"[●▲■] (\d+) messages? published")
"""What a form says once it is over."""
SEARCH = 'key matches "^key-29[0-3]$"'


def carried(message: Message) -> tuple[object, ...]:
    """What of a record goes with it wherever it is published."""
    return (message.key(), message.value(), message.headers())


def publish(stage: Stage, title: str, topic: str, ready: Callable[[str], bool]) -> int:
    """Send what the form is about, once that is known, and again if not all of it went; how many
    records the form says it has published."""
    stage.see(ready)
    all_sent = f"● {len(FOUND)} messages published"
    stage.strike()
    stage.do("form.submit")
    stage.agree(topic)
    screen = stage.see(lambda screen: _OVER.search(screen) is not None)
    found = _OVER.search(screen)
    assert found is not None
    said = int(found[1])
    if all_sent not in screen:
        # Where somebody has died. Both topics can be read once others lead them, and written.
        assert len(stage.world.records(topic)) == said, screen
        assert len(stage.world.records(stage.name)) == COUNT
        stage.do("form.submit")
        stage.agree(topic)
        stage.see(all_sent)
        said += len(FOUND)
    stage.close(title)
    return said


def replay(stage: Stage) -> None:
    """What a search finds stands in another topic as well, in the same partitions."""
    listed(stage)
    search(stage, SEARCH)
    again = f"{stage.name}-again"
    kept = {number_of(each): each for each in stage.world.records(stage.name)}
    stage.do("messages.replay")
    stage.see("─ Replay")
    stage.type(again)
    stage.press("Tab", "Tab")
    stage.type("same")
    said = publish(
        stage, "Replay", again, lambda screen: f"once more to {again}, the same" in words(screen)
    )
    copies = stage.world.records(again)
    assert sorted({number_of(each) for each in copies}) == FOUND
    assert len(copies) == said
    for copy in copies:
        original = kept[number_of(copy)]
        assert carried(copy) == carried(original)
        assert copy.partition() == original.partition()
    assert len(stage.world.records(stage.name)) == COUNT


def load(stage: Stage) -> None:
    """What was exported to a file comes back from it."""
    listed(stage)
    search(stage, SEARCH)
    kept = {number_of(each): each for each in stage.world.records(stage.name)}
    path, again = stage.folder / f"{stage.name}.jsonl", f"{stage.name}-again"
    stage.do("messages.export")
    stage.see("Export 4 messages")
    stage.fill(str(path))
    stage.do("form.submit")
    stage.see("4 in ")
    stage.close("Export")
    stage.do("messages.import")
    stage.see("─ Import")
    stage.type(str(path))
    stage.press("Tab", "Tab")
    stage.fill(again)
    said = publish(stage, "Import", again, lambda screen: f"published to {again}" in words(screen))
    copies = {number_of(each): each for each in stage.world.records(again)}
    assert sorted(copies) == FOUND
    assert said == len(FOUND)
    assert all(carried(copy) == carried(kept[number]) for number, copy in copies.items())


def export_all(stage: Stage) -> None:
    """The file has what a search finds in all of the topic, not only what the list has read."""
    listed(stage)
    stage.do("messages.search")
    stage.fill("value.n < 290")
    stage.press("Enter")
    stage.see(lambda screen: "find value.n < 290" in screen and "goes on" in screen)
    kept = {number_of(each): each for each in stage.world.records(stage.name)}
    path = stage.folder / f"{stage.name}-all.jsonl"
    stage.do("messages.export-found")
    stage.see("290 messages of")
    stage.fill(str(path))
    stage.do("form.submit")
    stage.see("290 in ")
    stage.close("Export all")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [json.loads(line["value"])["n"] for line in lines] == list(range(290))
    assert [line["offset"] for line in lines] == [kept[number].offset() for number in range(290)]


BULK_ACTS = (
    Act("export-all", ("messages.export-found", "form.submit"), messages, export_all),
    Act("replay", ("messages.replay", "form.submit"), two_topics, replay, victim=leader),
    Act("import", ("messages.import", "messages.export"), two_topics, load),
)
