"""What a policy makes of a log at once, held against a log that deletes record by record."""

from hypothesis import given
from hypothesis import strategies as st

from console.model.figures import Known, Unknown
from console.model.partition_log import PartitionLog, Rolling, guessed_log, told_log
from console.model.record_times import RecordTimes
from console.model.retention import RetentionPolicy
from console.model.retention_cut import (
    NO_SIZE,
    NO_TIMES,
    Amount,
    Cut,
    cut_moment,
    cut_of,
)

NOW_MS = 10_000
segments = st.lists(
    st.tuples(st.lists(st.integers(1, 9_999), min_size=1, max_size=5), st.integers(1, 100)),
    min_size=1,
    max_size=8,
)
limits = st.integers(-1, 12_000)


def policy(age: int = -1, size: int = -1, *, is_deleted: bool = True) -> RetentionPolicy:
    return RetentionPolicy(
        is_deleted=is_deleted, is_compacted=not is_deleted, retention_ms=age, retention_bytes=size
    )


def log_of(parts: list[tuple[list[int], int]], asked_ms: int | None) -> PartitionLog:
    """A log whose segments are told, with a look-up at one moment."""
    stamps = [at for times, _ in parts for at in times]
    bases, base = [], 0
    for times, size in parts:
        bases.append((base, size))
        base += len(times)
    known = RecordTimes()
    for moment in (0, asked_ms):
        if moment is not None:
            found = next((n for n, at in enumerate(stamps) if at >= moment), -1)
            at = stamps[found] if found >= 0 else -1
            known = known.looked_up(moment, found, at, start=0, end=len(stamps))
    return told_log(0, start=0, end=len(stamps), times=known, segments=tuple(bases))


def kept_by_kafka(parts: list[tuple[list[int], int]], wanted: RetentionPolicy) -> int:
    """The log start that Kafka's own rules make, segment by segment."""
    left, start = list(parts), 0
    if wanted.retention_ms >= 0:
        while left and NOW_MS - max(left[0][0]) > wanted.retention_ms:
            start += len(left.pop(0)[0])
    if wanted.retention_bytes >= 0:
        excess = sum(size for _, size in left) - wanted.retention_bytes
        while left and excess - left[0][1] >= 0:
            times, size = left.pop(0)
            excess -= size
            start += len(times)
    return start


@given(segments, limits, st.integers(-1, 900))
def test_told_segments_are_cut_as_kafka_cuts_them(
    parts: list[tuple[list[int], int]], age: int, size: int
) -> None:
    wanted = policy(age, size)
    log = log_of(parts, cut_moment(wanted, NOW_MS))
    expected = kept_by_kafka(parts, wanted)
    assert cut_of(log, wanted, NOW_MS) == Known(Cut(expected, expected, is_exact=True), NOW_MS)


@given(segments, limits, st.integers(-1, 900), st.integers(1, 300))
def test_a_guess_says_at_least_as_much_as_can_go(
    parts: list[tuple[list[int], int]], age: int, size: int, segment_bytes: int
) -> None:
    """Whatever the real segments are: what goes by age was looked up, what by size is a share."""
    wanted = policy(age, -1)
    real = log_of(parts, cut_moment(wanted, NOW_MS))
    guess = guessed_log(
        0,
        start=0,
        end=real.end,
        size_bytes=real.size_bytes,
        times=real.times,
        rolling=Rolling(segment_bytes, 10**9),
    )
    found = cut_of(guess, wanted, NOW_MS)
    assert isinstance(found, Known)
    assert found.value.start <= found.value.start_max
    assert found.value.start_max >= kept_by_kafka(parts, wanted)
    by_size = cut_of(guess, policy(-1, size), NOW_MS)
    assert isinstance(by_size, Known)
    gone = by_size.value.gone_bytes(guess)
    assert gone is not None
    assert real.size_bytes is not None
    assert size < 0 or gone.at_most <= max(0, real.size_bytes - size) + 1


@given(segments, limits, limits)
def test_a_shorter_retention_never_keeps_more(
    parts: list[tuple[list[int], int]], one: int, other: int
) -> None:
    def start(age: int) -> int:
        wanted = policy(age)
        found = cut_of(log_of(parts, cut_moment(wanted, NOW_MS)), wanted, NOW_MS)
        assert isinstance(found, Known)
        return found.value.start

    shorter, longer = sorted(age % 20_000 for age in (one, other))
    assert start(shorter) >= start(longer) >= start(-1) == 0


def test_a_policy_that_does_not_delete_cuts_nothing() -> None:
    log = log_of([([5, 6], 10), ([7], 10)], None)
    assert cut_of(log, policy(1, 1, is_deleted=False), NOW_MS) == Known(
        Cut(0, 0, is_exact=True), NOW_MS
    )


def test_what_is_not_known_stays_unknown() -> None:
    log = guessed_log(0, start=0, end=9, size_bytes=None, times=RecordTimes(), rolling=Rolling())
    assert cut_of(log, policy(age=5), NOW_MS) == Unknown(NO_TIMES)
    assert cut_of(log, policy(size=5), NOW_MS) == Unknown(NO_SIZE)
    assert cut_of(log, policy(), NOW_MS) == Known(Cut(0, 0, is_exact=True), NOW_MS)


def test_a_reader_loses_only_what_it_has_not_read() -> None:
    log = log_of([([5], 10)] * 10, None)
    cut = Cut(6, 8, is_exact=False)
    assert cut.unread(log, 4) == Amount(2, 4, is_exact=False)
    assert cut.unread(log, 7) == Amount(0, 1, is_exact=False)
    assert cut.unread(log, 9) == Amount(0, 0, is_exact=False)
    assert cut.gone(log) == Amount(6, 8, is_exact=False)
    assert cut.gone_bytes(log) == Amount(60, 80, is_exact=False)
