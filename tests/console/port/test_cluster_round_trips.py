"""How long brokers take to answer, whichever cluster is behind the port."""

from pathlib import Path

import pytest

from console.port.errors import ClusterError
from tests.support.cluster_stages import engine_stage, fake_stage


@pytest.mark.parametrize("kind", ["fake", "engine"])
async def test_every_broker_answers_in_some_time(kind: str, tmp_path: Path) -> None:
    on = fake_stage() if kind == "fake" else engine_stage(tmp_path / "data")
    async with on as stage:
        nodes = (await stage.reads.layout()).nodes
        answers = await stage.reads.round_trips()
        assert answers.keys() == {node.node_id for node in nodes}
        for took_s in answers.values():
            assert not isinstance(took_s, ClusterError)
            assert took_s > 0
