"""Acts that publish many messages: all that a search finds, and all that a file has."""

from collections.abc import Callable

from confluent_kafka import Message

from tests.terminal.acts.act import Act
from tests.terminal.acts.messages import (
    COUNT,
    listed,
    number_of,
    search,
    two_topics,
)
from tests.terminal.acts.stage import Stage

FOUND = [290, 291, 292, 293]
SEARCH = 'key matches "^key-29[0-3]$"'


def carried(message: Message) -> tuple[object, ...]:
    """What of a record goes with it wherever it is published."""
    return (message.key(), message.value(), message.headers())


def publish(stage: Stage, title: str, topic: str, ready: Callable[[str], bool]) -> None:
    """Send what the form is about, once that is known; it is all there then."""
    stage.see(ready)
    stage.do("form.submit")
    stage.agree(topic)
    stage.see("4 messages published")
    stage.close(title)


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
    publish(
        stage, "Replay", again, lambda screen: "4 messages" in screen and "once more to" in screen
    )
    copies = {number_of(each): each for each in stage.world.records(again)}
    assert sorted(copies) == FOUND
    for number, copy in copies.items():
        assert carried(copy) == carried(kept[number])
        assert copy.partition() == kept[number].partition()
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
    publish(
        stage, "Import", again, lambda screen: f"published to {again}" in " ".join(screen.split())
    )
    copies = {number_of(each): each for each in stage.world.records(again)}
    assert sorted(copies) == FOUND
    assert all(carried(copy) == carried(kept[number]) for number, copy in copies.items())


BULK_ACTS = (
    Act("replay", ("messages.replay", "form.submit"), two_topics, replay),
    Act("import", ("messages.import", "messages.export"), two_topics, load),
)
