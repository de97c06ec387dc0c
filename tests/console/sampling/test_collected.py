"""What is kept of answers, and what is not."""

from console.sampling.collected import Collected


def test_the_configuration_of_a_closed_topic_is_forgotten() -> None:
    found = Collected(full_configs={"orders": (), "payments": ()})
    found.forget_closed({"orders", "nowhere"})
    assert found.full_configs == {"orders": ()}
