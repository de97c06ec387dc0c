"""Groups that commit again and again, forget and are deleted, and what must be known of them after.

The groups have no members, as those of programs that only store positions.
"""

from pathlib import Path
from random import Random

from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.delete_groups import DeleteGroupsRequest, DeleteGroupsResponse
from engine.protocol.messages.find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from engine.protocol.messages.offset_commit import OffsetCommitResponse
from engine.protocol.messages.offset_delete import OffsetDeleteResponse
from engine.protocol.messages.offset_fetch import OffsetFetchResponse
from tests.support import group_requests
from tests.support.running_engine import create_topic
from tests.support.wire_client import WireClient

TOPIC = "clicks"
PARTITIONS = 3
GROUPS = tuple(f"group-{number}" for number in range(8))
METADATA = "m" * 4000
"""Makes each commit large, so that few of them fill a segment."""

Positions = dict[str, dict[int, int]]
"""The committed offset of each partition, by group."""


class OffsetChurn:
    """Changes positions at random; `known` is what a broker must answer afterwards."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.known: Positions = {group: {} for group in GROUPS}
        self.commits = 0

    async def go_on(self, client: WireClient) -> None:
        """Some megabytes of commits, and a few positions and groups that are forgotten."""
        if not self.commits:
            await create_topic(client, TOPIC, PARTITIONS)
            await find_coordinators(client)
        for _ in range(3):
            await self.commit(client, 120)
            await self.forget(client)

    async def commit(self, client: WireClient, count: int) -> None:
        """So many commits, each of a group's every partition, over what was committed before."""
        for _ in range(count):
            group = self.random.choice(GROUPS)
            offset = self.random.randrange(10**9)
            positions = [(index, offset + index, -1, METADATA) for index in range(PARTITIONS)]
            request = group_requests.commit(group, {TOPIC: positions})
            response = await client.call(request, OffsetCommitResponse, 9)
            codes = [each.error_code for each in response.topics[0].partitions]
            assert codes == [ErrorCode.NONE] * PARTITIONS
            self.known[group] = {index: offset + index for index in range(PARTITIONS)}
            self.commits += 1

    async def forget(self, client: WireClient) -> None:
        """Delete one group, and one position of another."""
        first, second = self.random.sample([g for g in GROUPS if self.known[g]], 2)
        deleted = await client.call(DeleteGroupsRequest([first]), DeleteGroupsResponse, 2)
        assert deleted.results[0].error_code == ErrorCode.NONE
        self.known[first] = {}
        index = self.random.choice(sorted(self.known[second]))
        request = group_requests.delete(second, {TOPIC: [index]})
        forgotten = await client.call(request, OffsetDeleteResponse, 0)
        assert forgotten.topics[0].partitions[0].error_code == ErrorCode.NONE
        del self.known[second][index]


def offset_logs(data: Path) -> list[Path]:
    """The log files of the topic of offsets in a data directory, in order."""
    return sorted(data.glob("__consumer_offsets-*/*.log"))


def is_cleaned(data: Path) -> bool:
    """Whether all but the active segments of that topic were cleaned."""
    try:
        lines = (data / "cleaner-offset-checkpoint").read_text().splitlines()[2:]
    except FileNotFoundError:
        return False
    ends = {line.rpartition(" ")[0]: int(line.rpartition(" ")[2]) for line in lines}
    active = {
        f"__consumer_offsets {path.parent.name.rpartition('-')[2]}": int(path.stem)
        for path in offset_logs(data)
    }
    return bool(ends) and all(ends.get(name, 0) == base for name, base in active.items())


async def find_coordinators(client: WireClient) -> None:
    """Ask until the broker has loaded every group."""
    for group in GROUPS:
        code = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
        while code != ErrorCode.NONE:
            request = FindCoordinatorRequest(key_type=0, coordinator_keys=[group])
            found = await client.call(request, FindCoordinatorResponse, 4)
            assert found.coordinators[0].error_code in (0, 14, 15)
            fetched = await client.call(group_requests.fetch(group, None), OffsetFetchResponse, 8)
            code = ErrorCode(fetched.groups[0].error_code)


async def positions(client: WireClient) -> Positions:
    """What a broker knows of all groups."""
    await find_coordinators(client)
    known: Positions = {}
    for group in GROUPS:
        response = await client.call(group_requests.fetch(group, None), OffsetFetchResponse, 8)
        (answer,) = response.groups
        assert answer.error_code == ErrorCode.NONE
        known[group] = {
            each.partition_index: each.committed_offset
            for topic in answer.topics
            for each in topic.partitions
        }
    return known
