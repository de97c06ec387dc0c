"""What is kept of answers, and what is not."""

from console.model.figures import Known, Unknown
from console.model.names import TopicPartition
from console.model.partition import NOT_READ
from console.port.errors import Unreachable
from console.sampling.collected import Collected, figures


def test_the_configuration_of_a_closed_topic_is_forgotten() -> None:
    found = Collected(full_configs={"orders": (), "payments": ()})
    found.forget_closed({"orders", "nowhere"})
    assert found.full_configs == {"orders": ()}


def test_equal_figures_of_an_answer_are_one_object_and_what_is_missing_is_not_read() -> None:
    """Of thirty thousand partitions most are alike: what is kept of them is kept once."""
    first, second, third, gone = (TopicPartition("orders", number) for number in range(4))
    answer = {first: 5_000, second: int("5000"), third: Unreachable("broker down")}
    found = figures(answer, [first, second, third, gone], 9)
    assert found == {
        first: Known(5_000, 9),
        second: Known(5_000, 9),
        third: Unknown("broker down"),
        gone: NOT_READ,
    }
    assert found[first] is found[second]
