"""The topic of offsets in a running broker: compacted by the cleaner, right after every start."""

import shutil
from pathlib import Path
from random import Random

from engine import Engine
from tests.support.offset_churn import METADATA, PARTITIONS, OffsetChurn, positions
from tests.support.running_engine import connect, running_engine
from tests.support.waiting import until

SETTINGS = {
    "offsets_topic_num_partitions": 1,
    "offsets_topic_segment_bytes": 1 << 20,
    "log_cleaner_backoff_ms": 1,
}


def logs(data: Path) -> list[Path]:
    return sorted(data.glob("__consumer_offsets-*/*.log"))


def is_cleaned(data: Path) -> bool:
    """Whether all but the active segments of the topic were cleaned."""
    try:
        lines = (data / "cleaner-offset-checkpoint").read_text().splitlines()[2:]
    except FileNotFoundError:
        return False
    ends = {line.rpartition(" ")[0]: int(line.rpartition(" ")[2]) for line in lines}
    active = {
        f"__consumer_offsets {path.parent.name.rpartition('-')[2]}": int(path.stem)
        for path in logs(data)
    }
    return bool(ends) and all(ends.get(name, 0) == base for name, base in active.items())


async def churned(engine: Engine, churn: OffsetChurn) -> None:
    async with connect(engine) as client:
        if not churn.commits:
            await churn.begin(client)
        for _ in range(3):
            await churn.commit(client, 120)
            await churn.forget(client)
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
        assert sum(path.stat().st_size for path in logs(data)) < written_bytes / 2
        shutil.copytree(data, copy)
    async with running_engine(data, **SETTINGS) as engine:
        assert await known(engine) == churn.known
    async with running_engine(copy, **SETTINGS) as engine:
        assert await known(engine) == churn.known
        await churned(engine, churn)
        await until(lambda: is_cleaned(copy))
    async with running_engine(copy, **SETTINGS) as engine:
        assert await known(engine) == churn.known
