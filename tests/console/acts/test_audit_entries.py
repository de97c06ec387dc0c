"""The audit file is read as far as it can be read, whatever stands in it."""

import json
from pathlib import Path

from console.acts.act import ActKind, OffsetsBefore
from console.acts.audit_entries import UNREADABLE, audit_entries, entries_of
from console.acts.audit_file import AuditFile
from console.acts.fates import Fates
from console.acts.journal import Journal
from console.model.names import TopicPartition
from tests.support.clock import FakeClock


async def test_what_the_journal_writes_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    journal = Journal(AuditFile(path), "ann", FakeClock())
    journal.note("prod", ActKind.CREATE_TOPIC, "orders", "12 partitions")
    journal.note("prod", ActKind.DELETE_TOPIC, "old", failure="not allowed")
    await journal.written()

    first, second = audit_entries(path, 10)

    assert (first.user, first.cluster, first.act) == ("ann", "prod", "create topic")
    assert (first.subject, first.what, first.failure) == ("orders", "12 partitions", "")
    assert (second.subject, second.failure) == ("old", "not allowed")
    assert audit_entries(path, 1) == (second,)


async def test_an_act_on_very_many_partitions_is_read_back(tmp_path: Path) -> None:
    """What is there before is a part of its line, which is as long as the group is wide."""
    path = tmp_path / "audit.jsonl"
    journal = Journal(AuditFile(path), "ann", FakeClock())
    offsets = {TopicPartition("t" * 200, number): number for number in range(5_000)}
    what = ", ".join(f"{key} to 0" for key in offsets)
    before = OffsetsBefore("billing", offsets)
    journal.note("prod", ActKind.SET_OFFSETS, "billing", what, before=before)
    await journal.written()

    assert path.stat().st_size > 2_000_000
    (entry,) = audit_entries(path, 10)
    assert (entry.act, entry.subject, entry.what) == ("set offsets", "billing", what)
    assert len(json.loads(path.read_text())["before"]) == len(offsets)


async def test_publishing_is_one_entry_with_its_sum(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    journal = Journal(AuditFile(path), "ann", FakeClock())
    journal.note_published("prod", "orders", Fates(2))
    journal.note_published("prod", "orders", Fates(3))
    journal.note("prod", ActKind.DELETE_TOPIC, "old")
    await journal.written()

    assert [each.what for each in audit_entries(path, 10)] == ["5 messages", ""]


async def test_publishing_of_two_consoles_to_one_topic_keeps_each_its_sum(tmp_path: Path) -> None:
    """Method: the second begins while the first publishes; the first ends first."""
    path = tmp_path / "audit.jsonl"
    first = Journal(AuditFile(path), "ann", FakeClock(), "a")
    second = Journal(AuditFile(path), "bob", FakeClock(), "b")
    for count in (1, 10):
        first.note_published("prod", "orders", Fates(count))
        await first.written()
        second.note_published("prod", "orders", Fates(100 * count))
        await second.written()
    for journal in (first, second):
        journal.end_publishing()
        await journal.written()

    found = [(each.user, each.what) for each in audit_entries(path, 10)]
    assert found == [("ann", "11 messages"), ("bob", "1,100 messages")]


def test_sums_that_have_no_id_are_those_of_the_last_that_began() -> None:
    """As consoles wrote them that gave none."""
    lines = [
        json.dumps({"act": "publish", "subject": "orders", "what": what, "ended": what == "9"})
        for what in ("1", "2", "9")
    ]
    assert [each.what for each in entries_of(lines, 10)] == ["1", "9"]


def test_a_line_that_is_no_act_is_told_and_hides_nothing() -> None:
    good = json.dumps({"act": "create topic", "subject": "\x1b[2J", "what": 7, "before": {}})

    found = entries_of(["{", "[1]\n", "\n", good, "[" * 100_000, "x" * 2_000_000], 10)

    assert [each.act for each in found] == [UNREADABLE] * 2 + ["create topic"] + [UNREADABLE] * 2
    assert found[1].failure == "line 2 is no act"
    assert (found[2].subject, found[2].what) == ("\x1b[2J", "")


def test_a_file_that_is_not_there_has_no_entries(tmp_path: Path) -> None:
    assert audit_entries(tmp_path / "none", 10) == ()
