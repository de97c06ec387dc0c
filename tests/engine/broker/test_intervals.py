"""Pauses of background work that follow the configuration."""

import asyncio

from engine.broker.broker_settings import BrokerSettings
from engine.broker.intervals import Intervals
from engine.config.engine_config import EngineConfig


def backoff_s(values: EngineConfig) -> float:
    return values.log_cleaner_backoff_ms / 1000


async def test_a_pause_ends_after_its_time() -> None:
    settings = BrokerSettings(EngineConfig(log_cleaner_backoff_ms=20))
    pause = asyncio.ensure_future(Intervals(settings).passed(backoff_s))
    await asyncio.sleep(0)
    assert not pause.done()
    await pause


async def test_a_pause_that_is_made_shorter_ends_sooner() -> None:
    settings = BrokerSettings(EngineConfig(log_cleaner_backoff_ms=3_600_000))
    intervals = Intervals(settings)
    pauses = [asyncio.ensure_future(intervals.passed(backoff_s)) for _ in range(2)]
    await asyncio.sleep(0)
    settings.reload(EngineConfig(log_cleaner_backoff_ms=3_599_999))
    await asyncio.sleep(0)
    assert not any(pause.done() for pause in pauses)
    settings.reload(EngineConfig(log_cleaner_backoff_ms=0))
    await asyncio.gather(*pauses)
