"""The differences in groups are what the reference says they are, on a real Kafka as on ours."""

import tomllib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.kafka.answers.differences import TABLE
from tests.kafka.group_peers import KafkaPeer, OwnPeer
from tests.kafka.kept_group_scenes import KEPT, return_with_a_promised_id

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaPeer]:
    with KafkaPeer(tmp_path_factory.mktemp("theirs") / "cluster") as kafka:
        yield kafka


@pytest.fixture
async def ours(tmp_path: Path) -> AsyncIterator[OwnPeer]:
    async with OwnPeer(tmp_path / "data") as broker:
        yield broker


@pytest.mark.long
@pytest.mark.needs("apache-kafka")
@pytest.mark.parametrize("name", KEPT)
async def test_brokers_part_as_the_reference_says(
    name: str, theirs: KafkaPeer, ours: OwnPeer
) -> None:
    kept = KEPT[name]
    assert await kept.scene(theirs, name) == kept.theirs
    assert await kept.scene(ours, name) == kept.ours


def test_every_scene_holds_a_row_of_the_reference() -> None:
    rows = tomllib.loads(TABLE.read_text())["difference"]
    assert sorted(row["scene"] for row in rows if "scene" in row) == sorted(KEPT)


@pytest.mark.long
@pytest.mark.needs("apache-kafka")
async def test_promised_id_is_forgotten_with_its_group_as_in_kafka(
    theirs: KafkaPeer, ours: OwnPeer
) -> None:
    told = await return_with_a_promised_id(theirs, "promised")
    assert told == "UNKNOWN_MEMBER_ID"
    assert await return_with_a_promised_id(ours, "promised") == told
