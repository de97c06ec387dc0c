"""What is not known is None, never a figure that looks well."""

from console.screens.visits import Place
from console.tour.sight import Sight
from tests.support.sample_demo import demo_snapshot
from tests.support.sample_snapshots import loading


def test_figures_of_the_newest_snapshot() -> None:
    sight = Sight(Place("demo"), (), demo_snapshot(lags={"mailer": 7}, crews={"mailer": 0}))
    assert (sight.is_connected, sight.lag("mailer"), sight.members("mailer")) == (True, 7, 0)
    topic = sight.topic("payments")
    assert topic is not None
    assert topic.partition_count == 6


def test_nothing_is_known_before_the_first_answer() -> None:
    for snapshot in (None, loading()):
        sight = Sight(Place("demo"), (), snapshot)
        assert not sight.is_connected
        assert sight.topics is None
        assert sight.topic("payments") is None
        assert sight.lag("mailer") is None
        assert sight.members("mailer") is None
