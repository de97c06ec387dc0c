"""The topic of offsets in a running broker: compacted by the cleaner, right after every start."""

import shutil
from pathlib import Path
from random import Random

from engine import Engine
from tests.support.offset_churn import (
    METADATA,
    PARTITIONS,
    OffsetChurn,
    is_cleaned,
    offset_logs,
    positions,
)
from tests.support.running_engine import connect, running_engine
from tests.support.waiting import until

SETTINGS = {
    "offsets_topic_num_partitions": 1,
    "offsets_topic_segment_bytes": 1 << 20,
    "log_cleaner_backoff_ms": 1,
}


async def churned(engine: Engine, churn: OffsetChurn) -> None:
    async with connect(engine) as client:
        await churn.go_on(client)
        assert await positions(client) == churn.known


async def known(engine: Engine) -> dict[str, dict[int, int]]:
    async with connect(engine) as client:
        return await positions(client)


async def test_it_is_compacted_and_groups_are_right_after_an_end_and_a_death(
    tmp_path: Path,
) -> None:
    churn = OffsetChurn(Random(1))
    data, copy = tmp_path / "data", tmp_path / "copy"
    async with running_engine(data, **SETTINGS) as engine:
        await churned(engine, churn)
        await until(lambda: is_cleaned(data))
        assert await known(engine) == churn.known
        written_bytes = churn.commits * PARTITIONS * len(METADATA)
        assert sum(path.stat().st_size for path in offset_logs(data)) < written_bytes / 2
        shutil.copytree(data, copy)
    async with running_engine(data, **SETTINGS) as engine:
        assert await known(engine) == churn.known
    async with running_engine(copy, **SETTINGS) as engine:
        assert await known(engine) == churn.known
        await churned(engine, churn)
        await until(lambda: is_cleaned(copy))
    async with running_engine(copy, **SETTINGS) as engine:
        assert await known(engine) == churn.known
