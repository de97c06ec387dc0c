"""Acts on what is in messages: formats that are told, large records, searches stopped and gone on
with, and files that kcat agrees with."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgpack
from pyarrow import parquet

from tests.support.schema_registries import framed, order
from tests.terminal.acts import kcat
from tests.terminal.acts.act import Act
from tests.terminal.acts.groups import HERE, group, reader_of
from tests.terminal.acts.messages import COUNT, listed, search
from tests.terminal.acts.messages import messages as numbered_messages
from tests.terminal.acts.stage import Stage, is_partly, numbers
from tests.terminal.acts.surroundings import SCHEMA
from tests.terminal.acts.topics import leader
from tests.terminal.acts.world import PARTITIONS, World, Written

HUGE_BYTES = 20_000_000
HUGE_HEAD = b'{"kind": "huge", "padding": "'

MANY = 600_000
"""So many that a search through all of them takes seconds."""

FORMATS: tuple[tuple[bytes, str, str, str], ...] = (
    (b"\x00\xff\xfe", "00 ff fe", "hex", "bytes"),
    (b'{"city":"Oslo"}', '"city": "Oslo"', "JSON", "JSON"),
    (b"plain words", "plain words", "text", "text"),
    (msgpack.packb({"city": "Rome"}), '"city": "Rome"', "JSON", "MessagePack"),
    (framed(SCHEMA, order(14, "Bern")), '"city": "Bern"', "JSON", f"Avro, schema {SCHEMA}"),
)
"""Contents from the oldest on: what of each is shown, in which view, and what it is called.

Bytes come last: who has turned to a hex view has it of the next record as well.
"""


def formats_of_each(world: World, name: str) -> None:
    """A record of each format, one after the other."""
    world.create(name, partitions=1)
    world.write(name, [Written(0, content) for content, *_ in FORMATS])


def formats(stage: Stage) -> None:
    """Each is told by itself and shown as what it is; the bytes are those that kcat reads."""
    stage.open("messages", stage.name)
    stage.see('"city": "Bern"')
    stage.do("table.first", "table.open")
    for number, (_, shown, view, kind) in enumerate(reversed(FORMATS)):
        if number:
            stage.do("record.next")
        stage.see(
            lambda screen, shown=shown, view=view, kind=kind: (
                shown in screen and f"▌{view}" in screen and kind in screen
            )
        )
    sizes = kcat.sizes(stage.world.address, stage.name)
    assert sizes == sorted(len(content) for content, *_ in FORMATS)


def offsets(stage: Stage) -> None:
    """What a group has committed is read where the cluster keeps it."""
    readers = reader_of(stage.name)
    stage.command("messages __consumer_offsets")
    stage.see("› __consumer_offsets")
    screen = search(stage, f'key.group == "{readers}"')
    assert "Nothing passes" not in screen, screen
    stage.do("table.open")
    stage.see(lambda screen: "group record" in screen and f'"offset": {HERE[0]}' in screen)
    assert dict(stage.world.positions(readers, stage.name)) == dict(enumerate(HERE))


def one_huge(world: World, name: str) -> None:
    """A record of twenty million bytes, and a small one before it."""
    world.create(name, partitions=1, max_message_bytes=str(HUGE_BYTES + 1_000_000))
    padding = b"-" * (HUGE_BYTES - len(HUGE_HEAD) - 2)
    world.write(name, [Written(0, b'{"kind": "small"}'), Written(0, HUGE_HEAD + padding + b'"}')])


def huge(stage: Stage) -> None:
    """It is listed, opens cut, and full when that is asked for."""
    stage.open("messages", stage.name)
    stage.see(lambda screen: '"kind": "small"' in screen and '"kind": "huge"' in screen)
    stage.do("table.first", "table.open")
    screen = stage.see(lambda screen: "the first " in screen and '"kind": "huge"' in screen)
    assert "20.0 MB" in screen, screen
    stage.do("record.full")
    stage.see(lambda screen: "the first " not in screen and '"kind": "huge"' in screen)
    assert kcat.sizes(stage.world.address, stage.name) == [len(b'{"kind": "small"}'), HUGE_BYTES]


def a_great_many(world: World, name: str) -> None:
    """So many records that reading them all takes a while."""
    world.create(name)

    def records() -> Iterator[Written]:
        for number in range(MANY):
            yield Written(number % PARTITIONS, b'{"n":%d}' % number, b"key-%06d" % number)

    world.write(name, records())


def stopped(stage: Stage) -> None:
    """A search says how far it is, is stopped at once, goes on, and ends at the true end."""
    stage.open("messages", stage.name)
    stage.see("100 messages")
    stage.do("messages.search")
    stage.fill("value.n == -1")
    stage.press("Enter")
    stage.see(lambda screen: f" of {MANY:,} searched" in screen and "/s" in screen)
    stage.do("app.back")
    screen = stage.see("stopped · ")
    assert f"{MANY:,} of {MANY:,}" not in screen, screen
    stage.strike()
    stage.do("messages.more")
    stage.insist(
        lambda: stage.do("messages.reload"),
        lambda screen: "all searched" in screen and f"{MANY:,} of {MANY:,} searched" in screen,
        lambda screen: "all but " in screen or is_partly(screen),
    )
    share = MANY // PARTITIONS
    screen = search(stage, "partition == 1 and offset < 3")
    assert numbers(screen) == [7, 4, 1], screen
    assert f" of {MANY:,} searched" not in screen, screen
    screen = search(stage, f'key == "key-{share:06d}"')
    assert numbers(screen) == [share], screen


def to_file(stage: Stage) -> None:
    """What a file of lines and one of Parquet hold is what kcat prints."""
    listed(stage)
    stage.see("100 messages")
    newest = [
        (each.partition, each.offset, each.key, each.value)
        for each in kcat.read(stage.world.address, stage.name)
        if json.loads(each.value or "")["n"] >= COUNT - 100
    ]
    assert len(newest) == 100
    for ending, rows_of in (("jsonl", _of_lines), ("parquet", _of_parquet)):
        path = stage.folder / f"{stage.name}.{ending}"
        stage.do("messages.export")
        stage.see("Export 100 messages")
        stage.fill(str(path))
        stage.do("form.submit")
        stage.see("100 in ")
        stage.close("Export")
        assert sorted(rows_of(path)) == newest


def _of_lines(path: Path) -> list[tuple[object, ...]]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [(each["partition"], each["offset"], each["key"], each["value"]) for each in lines]


def _of_parquet(path: Path) -> list[tuple[object, ...]]:
    rows = parquet.read_table(path).to_pylist()
    return [
        (each["partition"], each["offset"], each["key"].decode(), each["value"].decode())
        for each in rows
    ]


CONTENT_ACTS = (
    Act("formats", ("record.next",), formats_of_each, formats, reads_with="kcat"),
    Act("offsets", ("messages.search",), group, offsets),
    Act("huge", ("record.full",), one_huge, huge, reads_with="kcat"),
    Act("stop", ("messages.search", "messages.more"), a_great_many, stopped, victim=leader),
    Act("file", ("messages.export",), numbered_messages, to_file, reads_with="kcat"),
)
