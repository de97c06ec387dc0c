"""What the next process of our broker is started with."""

from console.adapters.own_config import OwnConfig
from engine.config.broker_keys import with_values
from engine.config.engine_config import EngineConfig
from engine.config.load import ConfigError
from engine.config.reload import Wanted

STARTED = with_values(EngineConfig(), {"data": "/here", "num.partitions": 2})


def test_a_process_is_told_what_was_set_and_serves_metrics() -> None:
    assert OwnConfig(STARTED).texts_for("127.0.0.1:9092") == {
        "data": "/here",
        "listen": "127.0.0.1:9092",
        "metrics.listen": "127.0.0.1:0",
        "num.partitions": "2",
    }
    named = with_values(STARTED, {"metrics.listen": "127.0.0.1:9404"})
    assert OwnConfig(named).texts_for("h:1")["metrics.listen"] == "127.0.0.1:9404"


def test_the_next_process_has_what_the_last_could_take_over_and_no_more() -> None:
    config = OwnConfig(STARTED)
    wanted = with_values(
        EngineConfig(), {"data": "/there", "durability": "os", "num.partitions": 5}
    )
    config.take(Wanted(wanted, ["data", "durability"]))
    texts = config.texts_for("h:1")
    assert (texts["data"], texts["num.partitions"]) == ("/here", "5")
    assert "durability" not in texts
    config.take(ConfigError([]))
    assert config.texts_for("h:1") == texts
