"""The verifier catches every kind of fault that it is there for."""

from pathlib import Path

from tests.reliability.evidence import Acknowledged, Evidence, make_value, read_journals
from tests.reliability.verifier import Stamped, Verdict, judge, judge_again, judge_times

Log = list[tuple[int, bytes]]


def value(sequence: int) -> bytes:
    return make_value("p", sequence, b"body %d" % sequence)


def journal(count: int) -> Acknowledged:
    acked = Acknowledged(sent={"p": count - 1})
    for number in range(count):
        acked.note(0, number, Evidence("p", number))
    return acked


def verdict_of(log: Log, acked: Acknowledged | None = None) -> Verdict:
    return judge({0: log}, acked or journal(4))


def good_log() -> Log:
    return [(n, value(n)) for n in range(4)]


def test_what_was_acknowledged_and_is_there_is_clean() -> None:
    verdict = verdict_of(good_log())
    assert verdict.is_clean
    assert (verdict.records, verdict.acknowledged) == (4, 4)


def test_sent_but_not_acknowledged_may_be_there() -> None:
    verdict = verdict_of(good_log(), Acknowledged(sent={"p": 3}))
    assert verdict.is_clean
    assert verdict.indeterminate == 4


def test_missing_record_at_the_end_is_lost() -> None:
    assert verdict_of(good_log()[:-1]).lost == 1


def test_missing_record_in_the_middle_is_lost() -> None:
    log = good_log()
    del log[1]
    assert verdict_of(log).lost == 1


def test_record_at_another_offset_is_a_fault() -> None:
    assert not verdict_of([(n + 1, value(n)) for n in range(4)]).is_clean


def test_swapped_records_are_a_fault() -> None:
    swapped = [(0, value(1)), (1, value(0)), (2, value(2)), (3, value(3))]
    assert "holds" in " ".join(verdict_of(swapped).faults)


def test_record_that_stands_twice_is_a_fault() -> None:
    verdict = verdict_of([*good_log(), (4, value(3))])
    assert "twice" in verdict.faults[0]


def late_log() -> Log:
    """The second record stands behind the last."""
    return [(0, value(0)), (1, value(2)), (2, value(3)), (3, value(1))]


def given_up(*, plain: bool) -> Acknowledged:
    """All was acknowledged where it stands in `late_log`, but for the second record."""
    acked = Acknowledged(sent={"p": 3}, plain={"p"} if plain else set())
    for offset, sequence in enumerate((0, 2, 3)):
        acked.note(0, offset, Evidence("p", sequence))
    return acked


def test_what_a_plain_producer_gave_up_may_come_later() -> None:
    assert verdict_of(late_log(), given_up(plain=True)).is_clean
    assert "stands behind" in verdict_of(late_log(), given_up(plain=False)).faults[0]


def test_what_a_plain_producer_heard_of_stands_in_its_order() -> None:
    acked = given_up(plain=True)
    acked.note(0, 3, Evidence("p", 1))
    assert "stands behind" in verdict_of(late_log(), acked).faults[0]


def test_what_a_plain_producer_gave_up_stands_there_once() -> None:
    log = [*late_log(), (4, value(1))]
    assert "twice" in verdict_of(log, given_up(plain=True)).faults[0]
    log = [*late_log()[:3], (3, value(2))]
    assert "twice" in verdict_of(log, given_up(plain=True)).faults[0]


def test_a_journal_tells_that_its_producer_is_plain(tmp_path: Path) -> None:
    (tmp_path / "a.journal").write_text("plain\nacked 0 0 0\nsent 3\n")
    (tmp_path / "b.journal").write_text("acked 0 1 0\nsent 0\n")
    found = read_journals(tmp_path)
    assert found.plain == {"a"}
    assert found.sent == {"a": 3, "b": 0}
    assert found.at == {(0, 0): Evidence("a", 0), (0, 1): Evidence("b", 0)}


def test_changed_byte_is_a_fault() -> None:
    log = good_log()
    log[2] = (2, log[2][1][:-1] + b"?")
    assert "not what was sent" in verdict_of(log).faults[0]


def test_record_that_nobody_sent_is_a_fault() -> None:
    verdict = verdict_of([*good_log(), (4, value(4))])
    assert "never sent" in verdict.faults[0]


def test_offset_acknowledged_for_two_records_is_a_fault() -> None:
    acked = journal(4)
    acked.note(0, 1, Evidence("p", 3))
    assert "acked for" in verdict_of(good_log(), acked).faults[0]


def test_offsets_that_fall_are_a_fault() -> None:
    log = good_log()
    log[2], log[3] = log[3], log[2]
    assert "read after" in " ".join(verdict_of(log).faults)


def test_offsets_that_nothing_stands_at_are_a_fault() -> None:
    log = [*good_log()[:2], (3, value(2)), (4, value(3))]
    assert "nothing stands between 1 and it" in " ".join(verdict_of(log).faults)


def reading(*timestamps: int) -> dict[int, list[Stamped]]:
    return {0: [Stamped(n, value(n), stamp) for n, stamp in enumerate(timestamps)]}


def test_a_second_reading_must_give_the_same() -> None:
    verdict = Verdict()
    judge_again(reading(5, 6), reading(5, 6), verdict)
    assert verdict.is_clean
    judge_again(reading(5, 6), reading(5, 7), verdict)
    judge_again(reading(5, 6), reading(5), verdict)
    assert ["then" in fault for fault in verdict.faults] == [True, True]


def test_a_time_is_found_at_the_first_record_that_is_not_older() -> None:
    verdict = Verdict()
    judge_times({(0, 6): 1, (0, 7): 1}, reading(5, 7, 6), verdict)
    assert verdict.is_clean
    judge_times({(0, 6): 2}, reading(5, 7, 6), verdict)
    assert verdict.faults == ["0: time 6 is at 1, found at 2"]
