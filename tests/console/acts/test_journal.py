"""The journal remembers a bounded number of acts and loses none of them from the file."""

import json
from pathlib import Path

import pytest

from console.acts import journal as module
from console.acts.act import ActKind, ConfigsBefore
from console.acts.audit_file import AuditFile
from console.acts.fates import Fates
from console.acts.journal import ACTS_MAX, PUBLISH_GAP_S, PUBLISHING_MAX, Journal
from tests.support.clock import FakeClock
from tests.support.console_stage import KeptAudit


@pytest.fixture
def audit() -> KeptAudit:
    return KeptAudit()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def journal(audit: KeptAudit, clock: FakeClock) -> Journal:
    return Journal(audit, "ann", clock)


def test_memory_is_bounded_and_the_file_is_not(journal: Journal, audit: KeptAudit) -> None:
    for number in range(ACTS_MAX + 5):
        journal.note("prod", ActKind.DELETE_TOPIC, f"t{number}")
    assert len(journal.acts) == ACTS_MAX
    assert journal.acts[-1].number == len(audit.lines) == ACTS_MAX + 5


def test_publishing_is_one_act_however_many_batches(
    journal: Journal, audit: KeptAudit, clock: FakeClock
) -> None:
    for _ in range(5):
        journal.note_published("prod", "orders", Fates(500))
        clock.advance(PUBLISH_GAP_S / 2)
    assert [act.what for act in journal.acts] == ["2,500 messages"]
    journal.end_publishing()
    assert [json.loads(line)["what"] for line in audit.lines] == ["500 messages", "2,500 messages"]
    assert json.loads(audit.lines[-1])["ended"] is True


def test_publishing_after_a_rest_or_elsewhere_is_another_act(
    journal: Journal, clock: FakeClock
) -> None:
    journal.note_published("prod", "orders", Fates(1))
    journal.note_published("prod", "payments", Fates(1))
    clock.advance(PUBLISH_GAP_S + 1)
    journal.note_published("prod", "payments", Fates(1))
    subjects = [(act.subject, act.what) for act in journal.acts]
    assert subjects == [
        ("orders", "1 message"),
        ("payments", "1 message"),
        ("payments", "1 message"),
    ]


def test_publishing_to_several_topics_in_turn_is_one_act_for_each(
    journal: Journal, audit: KeptAudit
) -> None:
    for _ in range(3):
        journal.note_published("prod", "orders", Fates(10))
        journal.note_published("prod", "payments", Fates(1))
    assert [(act.subject, act.what) for act in journal.acts] == [
        ("orders", "30 messages"),
        ("payments", "3 messages"),
    ]
    journal.end_publishing()
    ended = [json.loads(line) for line in audit.lines if "ended" in line]
    assert [(line["subject"], line["what"]) for line in ended] == [
        ("orders", "30 messages"),
        ("payments", "3 messages"),
    ]


def test_topics_that_are_published_to_at_a_time_are_bounded_and_every_sum_is_written(
    journal: Journal, audit: KeptAudit
) -> None:
    for number in range(PUBLISHING_MAX + 1):
        for _ in range(2):
            journal.note_published("prod", f"t{number}", Fates(1))
    sums = [json.loads(line)["subject"] for line in audit.lines if "ended" in line]
    assert sums == ["t0"]
    journal.end_publishing()
    sums = [json.loads(line)["what"] for line in audit.lines if "ended" in line]
    assert sums == ["2 messages"] * (PUBLISHING_MAX + 1)


def test_an_act_that_is_forgotten_while_it_is_under_way_keeps_its_sum(
    journal: Journal, audit: KeptAudit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ACTS_MAX", 1)
    journal.note_published("prod", "orders", Fates(1))
    journal.note_published("prod", "payments", Fates(1))
    journal.note_published("prod", "orders", Fates(4))
    assert [(act.subject, act.what) for act in journal.acts] == [("payments", "1 message")]
    journal.end_publishing()
    assert [json.loads(line)["what"] for line in audit.lines[-2:]] == ["5 messages", "1 message"]


def test_failure_of_one_batch_stays_with_the_act(journal: Journal) -> None:
    journal.note_published("prod", "orders", Fates(refused=2, refusal="the disk is full"))
    journal.note_published("prod", "orders", Fates(5))
    assert [(act.what, act.failure) for act in journal.acts] == [
        ("5 messages", "2 of 7 refused: the disk is full")
    ]


def test_failures_of_several_batches_are_all_counted(journal: Journal, audit: KeptAudit) -> None:
    """A broker that goes away leaves one batch in doubt and refuses those behind it."""
    journal.note_published("prod", "orders", Fates(5_000))
    lost = Fates(stored=1_000, perhaps_stored=4_000, doubt="the connection was lost")
    journal.note_published("prod", "orders", lost)
    for reason in ("nobody listens", "still nobody listens"):
        journal.note_published("prod", "orders", Fates(refused=700, refusal=reason))
    journal.end_publishing()
    told = (
        "1,400 of 11,400 refused: nobody listens; "
        "4,000 of 11,400 perhaps stored: the connection was lost"
    )
    assert [(act.what, act.failure) for act in journal.acts] == [("6,000 messages", told)]
    assert json.loads(audit.lines[-1])["failure"] == told


def test_newest_act_that_can_be_undone_is_found(journal: Journal) -> None:
    before = ConfigsBefore("orders", {"retention.ms": None})
    journal.note("prod", ActKind.SET_CONFIGS, "orders", before=before)
    journal.note("prod", ActKind.DELETE_TOPIC, "gone")
    assert journal.last_undoable is journal.acts[0]
    journal.mark_undone(journal.acts[0])
    assert journal.last_undoable is None


def test_what_was_put_back_is_no_change_to_put_back_next(journal: Journal) -> None:
    before = ConfigsBefore("orders", {"retention.ms": None})
    for topic in ("orders", "payments"):
        journal.note("prod", ActKind.SET_CONFIGS, topic, before=before)
    first, second = journal.acts
    with journal.putting_back(second):
        journal.note("prod", ActKind.SET_CONFIGS, "payments", before=before)
    journal.mark_undone(second)
    assert journal.last_undoable is first
    assert journal.acts[-1].can_be_undone
    journal.note("prod", ActKind.SET_CONFIGS, "payments", before=before)
    assert journal.last_undoable is journal.acts[-1]


def test_file_that_cannot_be_written_is_told_until_it_can(
    journal: Journal, audit: KeptAudit
) -> None:
    audit.error = OSError(28, "No space left on device")
    journal.note("prod", ActKind.DELETE_TOPIC, "a")
    assert "No space left on device" in journal.problem
    audit.error = None
    journal.note("prod", ActKind.DELETE_TOPIC, "b")
    assert journal.problem == ""
    assert len(journal.acts) == 2


def test_every_change_is_announced(journal: Journal) -> None:
    told: list[int] = []
    journal.on_change = lambda: told.append(len(journal.acts))
    journal.note("prod", ActKind.DELETE_TOPIC, "a")
    journal.note_published("prod", "b", Fates(1))
    journal.note_published("prod", "b", Fates(1))
    assert told == [1, 2, 2]


async def test_a_file_that_turns_out_not_to_be_writable_is_announced(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    journal = Journal(AuditFile(tmp_path / "file" / "audit.jsonl"), "ann", FakeClock())
    told: list[str] = []
    journal.on_change = lambda: told.append(journal.problem)
    journal.note("prod", ActKind.DELETE_TOPIC, "a")
    await journal.written()
    assert told[0] == ""
    assert told[1].startswith("the audit file cannot be written: ")
    await journal.written()
    assert len(told) == 2
