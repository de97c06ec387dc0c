"""What a broker sets once in the life of its metadata."""

from pathlib import Path

from engine.broker.broker_settings import ALL_BROKERS
from engine.broker.config_changes import MIN_IN_SYNC
from engine.config.effective import ConfigSource, describe_topic
from tests.support.topic_broker import topic_broker


async def test_in_sync_replicas_are_set_for_all_brokers_once(tmp_path: Path) -> None:
    async with topic_broker(tmp_path / "a", others={MIN_IN_SYNC: 2}) as broker:
        await broker.metadata.set_in_sync()
        before = broker.metadata.log.end_offset
        await broker.metadata.set_in_sync()

        assert broker.metadata.log.end_offset == before
        settings = broker.metadata.settings
        assert settings.of(ALL_BROKERS) == {MIN_IN_SYNC: "2"}
        (described,) = describe_topic({}, settings.configs, {MIN_IN_SYNC})
        assert described.source is ConfigSource.DYNAMIC_DEFAULT_BROKER
