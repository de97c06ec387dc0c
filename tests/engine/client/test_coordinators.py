"""Who coordinates a group: asked for once, remembered, and forgotten when there are too many."""

import pytest

from engine.client import coordinators
from engine.client.coordinators import Coordinators
from engine.protocol.messages.find_coordinator import FindCoordinatorRequest
from tests.support.scripted_cluster import ScriptedCluster


async def test_places_are_told_though_they_are_forgotten_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(coordinators, "_REMEMBERED_MAX", 2)
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        cluster.coordinators = dict.fromkeys("abc", 1)
        under_test = Coordinators(client.cluster)
        await under_test.locate(["a", "b"], refresh=False)

        places = await under_test.locate(["a", "b", "c"], refresh=False)

        assert places == {"a": 1, "b": 1, "c": 1}
        requests = cluster.nodes[1].requests(FindCoordinatorRequest)
        assert [request.coordinator_keys for request in requests] == [["a", "b"], ["c"]]
