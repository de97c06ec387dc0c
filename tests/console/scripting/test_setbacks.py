"""What is told of partitions that cannot be read, and when they are asked again."""

import pytest

from console.model.names import TopicPartition
from console.port.errors import Failed, TimedOut
from console.scripting.setbacks import PATIENCE_S, RETRY_S, TRIES_MAX, Setbacks
from tests.support.clock import FakeClock

KEYS = [TopicPartition("orders", number) for number in range(5)]
POSITIONS = dict.fromkeys(KEYS, 1_000)


def test_one_that_failed_rests_while_the_others_are_read() -> None:
    clock = FakeClock()
    setbacks = Setbacks(clock.monotonic_s, gives_up=False)
    setbacks.met({KEYS[0]: TimedOut("no answer")}, POSITIONS)

    assert list(setbacks.ready(POSITIONS)) == KEYS[1:]
    assert setbacks.rest_s(KEYS[:1]) == RETRY_S
    clock.advance(RETRY_S)
    assert list(setbacks.ready(POSITIONS)) == KEYS


def test_many_of_one_reason_are_one_line_and_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    setbacks = Setbacks(FakeClock().monotonic_s, gives_up=False)
    for _ in range(3):
        setbacks.met(dict.fromkeys(KEYS, TimedOut("no answer")), POSITIONS)

    places = ", ".join(f"orders-{number} at offset 1,000" for number in range(3))
    assert capsys.readouterr().err == (
        f"kconsole: cannot read {places} and 2 more: no answer; trying again\n"
    )


@pytest.mark.parametrize("gives_up", [True, False])
def test_only_tries_in_a_row_count_and_only_up_to_an_end(gives_up: bool) -> None:
    setbacks = Setbacks(FakeClock().monotonic_s, gives_up=gives_up)
    trouble = {KEYS[0]: Failed("KAFKA_STORAGE_ERROR", "damaged")}
    for _ in range(TRIES_MAX - 1):
        setbacks.met(trouble, POSITIONS)
    setbacks.over(KEYS, POSITIONS)
    for _ in range(TRIES_MAX - 1):
        setbacks.met(trouble, POSITIONS)
    assert not setbacks.given_up
    setbacks.met(trouble, POSITIONS)
    assert list(setbacks.given_up) == (KEYS[:1] if gives_up else [])


def test_what_passes_such_as_a_broker_that_is_started_again_is_given_time() -> None:
    clock = FakeClock()
    setbacks = Setbacks(clock.monotonic_s, gives_up=True)
    trouble = {KEYS[0]: TimedOut("no answer")}
    for _ in range(3 * TRIES_MAX):
        setbacks.met(trouble, POSITIONS)
    clock.advance(PATIENCE_S - RETRY_S)
    setbacks.met(trouble, POSITIONS)
    assert not setbacks.given_up
    clock.advance(RETRY_S)
    setbacks.met(trouble, POSITIONS)
    assert setbacks.given_up == {
        KEYS[0]: "cannot read orders-0 at offset 1,000, tried for 60 s: no answer"
    }
