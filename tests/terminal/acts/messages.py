"""Acts on messages: read both ways, sought, found, followed, shown, copied, written, sent again."""

import csv
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from confluent_kafka import Message

from tests.terminal.acts.act import Act, Prepare
from tests.terminal.acts.stage import Stage, is_partly, is_refused, number_at_cursor, numbers
from tests.terminal.acts.topics import leader
from tests.terminal.acts.world import PARTITIONS, World, Written

COUNT = 300
OLD = 200
"""So many records are two hours old, the others of the last minutes."""

HORSES_EDITOR = '#!/bin/sh\nsed -i s/zebra/horse/ "$1"\n'
"""The editor of the console in these tests: all it knows is to put a horse for a zebra."""

FILTERS: tuple[tuple[str, Callable[[int], bool]], ...] = (
    ("zebra", lambda n: n == 17),
    ("!kind", lambda n: n == 5),
    ("~zbra", lambda n: n == 17),
    ("/zeb.a/", lambda n: n == 17),
    ('value.n > 294 and key contains "7"', lambda n: n == 297),
    ('header.trace == "t-100" or value.n == 1', lambda n: n in (1, 100)),
    ("partition == 2 and offset >= 98", lambda n: n in (296, 299)),
    ('time > "-1h" and value.n < 203', lambda n: OLD <= n < 203),
    ('value.tags[*].name in ("a", "b")', lambda n: n == 33),
    ("not value.kind exists", lambda n: n == 5),
    ("size(value) > 1000", lambda n: n == 88),
    ('key matches "^key-29[0-3]$"', lambda n: 290 <= n <= 293),
    ('value.animal starts "ze" and value.kind != "even"', lambda n: n == 17),
)
"""A filter of each kind, and which of the records pass it."""


def _value(number: int) -> bytes:
    said: dict[str, object] = {"n": number}
    if number != 5:
        said["kind"] = "even" if number % 2 == 0 else "odd"
    if number == 17:
        said["animal"] = "zebra"
    if number == 33:
        said["tags"] = [{"name": "c"}, {"name": "b"}]
    if number == 88:
        said["padding"] = "-" * 1500
    return json.dumps(said, separators=(",", ":")).encode()


def numbered(number: int, timestamp_ms: int = 0) -> Written:
    """The record of this number."""
    headers = (("trace", b"t-%d" % number),)
    key = b"key-%03d" % number
    return Written(number % PARTITIONS, _value(number), key, headers, timestamp_ms)


def messages(world: World, name: str) -> None:
    """Numbered records: the newest has the highest number."""
    world.create(name)
    now_ms = int(time.time() * 1000)
    for first, last, age_s in ((0, OLD, 7200), (OLD, COUNT, 600)):
        begin_ms = now_ms - 1000 * age_s
        ages = ((number, begin_ms + 1000 * (number - first)) for number in range(first, last))
        world.write(name, [numbered(number, at_ms) for number, at_ms in ages])


def number_of(message: Message) -> int:
    """The number of a record that was read back."""
    number: int = json.loads(message.value() or b"")["n"]
    return number


def listed(stage: Stage) -> None:
    """Have the messages open, newest first."""
    stage.open("messages", stage.name)
    stage.see(lambda screen: numbers(screen)[:3] == [COUNT - 1, COUNT - 2, COUNT - 3])


def page(stage: Stage) -> None:
    """Every message comes by paging down, in order, and what is new by paging up."""
    listed(stage)
    stage.see("100 messages")
    stage.strike()
    for held in (200, 300):
        stage.do("table.last", "table.last")
        stage.insist(
            lambda: stage.do("messages.more"),
            lambda screen, held=held: f"{held} messages" in screen and not is_partly(screen),
            is_partly,
        )
    stage.do("table.last")
    screen = stage.see(lambda screen: number_at_cursor(screen) == 0)
    shown = numbers(screen)
    assert shown == sorted(shown, reverse=True)
    stage.see("the oldest message is reached")
    stage.do("table.first")
    stage.see(lambda screen: number_at_cursor(screen) == COUNT - 1)
    stage.world.write(stage.name, [numbered(COUNT)])
    stage.do("table.up")
    stage.see(lambda screen: numbers(screen)[:1] == [COUNT])
    assert len(stage.world.records(stage.name)) == COUNT + 1


def go_to(stage: Stage, place: str, number: int) -> None:
    """Say a place and come to the message of this number."""
    stage.do("messages.seek")
    stage.fill(place)
    stage.press("Enter")
    stage.insist(
        lambda: stage.do("messages.reload"),
        lambda screen: f" · at {place}" in screen and number_at_cursor(screen) == number,
        is_partly,
    )


def seek(stage: Stage) -> None:
    """Each way to say a place leads to the message that is there, and on from it both ways."""
    listed(stage)
    go_to(stage, "-1h", OLD)
    stage.strike()
    go_to(stage, "p1:40", 40 * PARTITIONS + 1)
    go_to(stage, "end-5", COUNT - 5 * PARTITIONS)
    go_to(stage, "90", 90 * PARTITIONS)
    go_to(stage, "p0:99, p2:end-3", 97 * PARTITIONS + 2)
    go_to(stage, "p2:50, end", 50 * PARTITIONS + 2)
    go_to(stage, "beginning", 0)
    go_to(stage, "end-60", COUNT - 60 * PARTITIONS)
    stage.see("200 messages")
    stage.do("table.first", "table.up")
    stage.see("280 messages")
    stage.do("table.last", "table.last")
    stage.see("300 messages")


def search(stage: Stage, text: str) -> str:
    """Have a filter search to the end; what is found then."""
    stage.do("messages.search")
    stage.fill(text)
    stage.press("Enter")
    return stage.insist(
        lambda: stage.do("messages.reload"),
        lambda screen: f" · find {text[:30]}" in screen and "all searched" in screen,
        is_partly,
    )


def find(stage: Stage) -> None:
    """Each kind of filter finds what it says, and nothing else."""
    listed(stage)
    for text, passes in FILTERS:
        expected = [number for number in reversed(range(COUNT)) if passes(number)]
        screen = search(stage, text)
        assert numbers(screen) == expected, f"{text}\n{screen}"
        stage.strike()


def tail(stage: Stage) -> None:
    """What is written shows at once, while paused not, and then all of it."""
    listed(stage)
    stage.do("messages.tail")
    stage.see("● live")
    now_ms = int(time.time() * 1000)
    stage.world.write(stage.name, [numbered(1000 + each, now_ms + each) for each in range(3)])
    stage.see(lambda screen: numbers(screen)[:3] == [1002, 1001, 1000])
    stage.strike()
    stage.do("messages.tail")
    stage.see("paused")
    stage.world.write(stage.name, [numbered(1000 + each, now_ms + each) for each in range(3, 9)])
    stage.find(COUNT + 9, lambda: len(stage.world.records(stage.name)))
    assert numbers(stage.see("paused"))[0] == 1002
    stage.do("messages.tail")
    stage.see(lambda screen: numbers(screen)[:6] == list(range(1008, 1002, -1)))
    stage.leave("● live")


def export(stage: Stage) -> None:
    """Files hold what another client reads."""
    listed(stage)
    search(stage, 'key matches "^key-29[0-3]$"')
    kept = {number_of(each): each for each in stage.world.records(stage.name)}
    for ending, read in (("jsonl", _json_lines), ("csv", _csv_lines)):
        path = stage.folder / f"{stage.name}.{ending}"
        stage.do("messages.export")
        stage.see("Export 4 messages")
        stage.fill(str(path))
        stage.do("form.submit")
        stage.see("4 in ")
        stage.close("Export")
        assert read(path) == [_told(kept[number]) for number in (293, 292, 291, 290)]


def _told(message: Message) -> tuple[object, ...]:
    """What of a record stands in a file."""
    headers = [{"name": name, "value": value.decode()} for name, value in message.headers() or ()]
    key, value = (message.key() or b"").decode(), (message.value() or b"").decode()
    at_ms = message.timestamp()[1]
    return (message.topic(), message.partition(), message.offset(), at_ms, key, value, headers)


def _json_lines(path: Path) -> list[tuple[object, ...]]:
    return [tuple(json.loads(line).values()) for line in path.read_text().splitlines()]


def _csv_lines(path: Path) -> list[tuple[object, ...]]:
    with path.open(newline="") as file:
        _, *rows = csv.reader(file)
    return [
        (topic, int(partition), int(offset), int(at), key, value, json.loads(headers))
        for topic, partition, offset, at, key, value, headers in rows
    ]


def only_zebra(stage: Stage) -> Message:
    """Have the list at the one zebra; it, as another client reads it."""
    listed(stage)
    search(stage, "zebra")
    stage.see(lambda screen: number_at_cursor(screen) == 17)
    (found,) = [each for each in stage.world.records(stage.name) if number_of(each) == 17]
    return found


def send_again(stage: Stage, topic: str, expected: Message, value: bytes) -> None:
    """Send what the form holds; the newest record of the topic is like another then."""
    count = len(stage.world.records(topic))
    stage.strike()

    def send() -> None:
        stage.do("form.submit")
        stage.agree(topic)

    send()
    stage.insist(send, lambda screen: "landed in partition" in screen, is_refused)
    kept = stage.world.records(topic)
    assert len(kept) == count + 1
    newest = max(kept, key=lambda each: (each.timestamp()[1], each.offset()))
    assert newest.value() == value
    assert newest.key() == expected.key()
    assert newest.headers() == expected.headers()
    stage.close("Resend")


def edit(stage: Stage, scope: str) -> None:
    """What comes back from the editor is sent, with key and headers as they were."""
    zebra = only_zebra(stage)
    if scope == "record":
        stage.do("table.open")
        stage.see("▌JSON")
    stage.do(f"{scope}.edit")
    stage.see("─ Resend")
    horse = (zebra.value() or b"").replace(b"zebra", b"horse")
    send_again(stage, stage.name, zebra, horse)


def resend(stage: Stage, scope: str) -> None:
    """The same record once more, elsewhere."""
    zebra, elsewhere = only_zebra(stage), f"{stage.name}-again"
    if scope == "record":
        stage.do("table.open")
        stage.see("▌JSON")
    stage.do(f"{scope}.resend")
    stage.see("─ Resend")
    stage.fill(elsewhere)
    send_again(stage, elsewhere, zebra, zebra.value() or b"")


def two_topics(world: World, name: str) -> None:
    """Numbered records, and a topic without any."""
    messages(world, name)
    world.create(f"{name}-again")


def look(stage: Stage) -> None:
    """Every view of one message, its neighbours, and what is copied of it."""
    zebra = only_zebra(stage)
    value = (zebra.value() or b"").decode()
    stage.do("table.copy")
    stage.find(value, stage.terminal.copied)
    stage.do("messages.copy-record")
    stage.find(zebra.offset(), lambda: _copied_offset(stage))
    stage.do("table.open")
    stage.see(lambda screen: "▌JSON" in screen and '"animal": "zebra"' in screen)
    for view, shown in (("text", value), ("hex", "7b 22 6e 22"), ("headers", "trace: t-17")):
        stage.do("record.next-view")
        stage.see(lambda screen, view=view, shown=shown: f"▌{view}" in screen and shown in screen)
    stage.do("record.next-view")
    stage.see(lambda screen: "▌key" in screen and "key-017" in screen)
    stage.do("record.last-view", "record.last-view")
    stage.see("▌hex")
    stage.do("record.copy-record")
    stage.find(zebra.offset(), lambda: _copied_offset(stage))
    stage.do("record.copy")
    stage.find(value, stage.terminal.copied)


def _copied_offset(stage: Stage) -> object:
    try:
        said = json.loads(stage.terminal.copied())
    except ValueError:
        return None
    return said.get("offset")


def turn(stage: Stage) -> None:
    """From one message to its neighbours in the list."""
    listed(stage)
    stage.do("table.open")
    stage.see(f"key-{COUNT - 1}")
    stage.do("record.next")
    stage.see(f"key-{COUNT - 2}")
    stage.do("record.previous")
    stage.see(f"key-{COUNT - 1}")


def publish(stage: Stage) -> None:
    """A message with a key, a value and a header, then ten with numbers."""
    name = stage.name
    stage.open("topic", name)
    stage.do("app.publish")
    stage.see("─ Publish")
    stage.type('{"total": 12.5}')
    stage.press("BTab")
    stage.type("customer-7")
    stage.press("Tab", "Tab", "Tab")
    stage.type("trace=a-1, empty")
    stage.strike()
    stage.do("form.submit")
    stage.see("landed in partition")
    (kept,) = stage.world.records(name)
    assert (kept.key(), kept.value()) == (b"customer-7", b'{"total": 12.5}')
    assert kept.headers() == [("trace", b"a-1"), ("empty", None)]
    stage.press("Tab")
    stage.fill("10")
    stage.do("form.submit")
    stage.see("10 of 10 landed")
    assert len(stage.world.records(name)) == 11
    stage.close("Publish")


def without_records(world: World, name: str) -> None:
    """A topic without records."""
    world.create(name)


def _of_both(
    verb: str,
    perform: Callable[[Stage, str], None],
    prepare: Prepare,
    victim: Callable[[World, str], int] | None = None,
) -> list[Act]:
    """An act from the list, and from the message itself."""
    return [
        Act(
            f"{verb}-{scope}",
            (f"{scope}.{verb}", "messages.search", "form.submit"),
            prepare,
            partial(perform, scope=scope),
            victim=victim if scope == "messages" else None,
        )
        for scope in ("messages", "record")
    ]


_LOOKING = (
    *("table.copy", "messages.copy-record", "record.next-view", "record.last-view"),
    *("record.copy", "record.copy-record"),
)

MESSAGE_ACTS = (
    Act("page", ("table.last", "table.up"), messages, page, victim=leader),
    Act("seek", ("messages.seek",), messages, seek, victim=leader),
    Act("find", ("messages.search",), messages, find, victim=leader),
    Act("tail", ("messages.tail", "app.back"), messages, tail, victim=leader),
    Act("export", ("messages.export", "form.submit"), messages, export),
    *_of_both("edit", edit, messages),
    *_of_both("resend", resend, two_topics, leader),
    Act("look", _LOOKING, messages, look),
    Act("turn", ("record.next", "record.previous"), messages, turn),
    Act("publish", ("app.publish", "form.submit"), without_records, publish, victim=leader),
)
