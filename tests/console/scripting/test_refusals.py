"""What is told of partitions that refused their part of a change."""

from console.model.names import TopicPartition
from console.port.errors import Refused, TimedOut
from console.scripting.refusals import refusal_lines, refusals_in

ZERO, TWO, TEN = (TopicPartition("orders", number) for number in (0, 2, 10))


def test_all_partitions_are_named_with_their_reasons() -> None:
    answers = {TEN: TimedOut("no answer"), ZERO: None, TWO: Refused("no \x1b right")}
    refused = refusals_in(answers)

    assert list(refused) == [TEN, TWO]
    lines = ["orders-2: no ␛ right", "orders-10: no answer; it may have been done"]
    assert refusal_lines(refused).splitlines() == lines


def test_one_reason_is_said_once() -> None:
    refused = refusals_in({TEN: Refused("no right"), TWO: Refused("no right")})

    assert refusal_lines(refused) == "orders-2, orders-10: no right"


def test_where_none_refused_there_is_nothing_to_tell() -> None:
    assert refusal_lines(refusals_in({ZERO: None, TWO: 5})) == ""
