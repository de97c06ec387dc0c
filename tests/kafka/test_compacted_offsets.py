"""Kafka's dump tool decodes the topic of offsets after our cleaner has been through it."""

import json
import re
from pathlib import Path
from random import Random

import pytest

from tests.kafka.tools import Broker
from tests.support.offset_churn import (
    GROUPS,
    OffsetChurn,
    Positions,
    is_cleaned,
    offset_logs,
    positions,
)
from tests.support.served import ServedBroker
from tests.support.wire_client import WireClient

pytestmark = [pytest.mark.needs("apache-kafka"), pytest.mark.timeout(300)]

CONFIG = """[engine]
"offsets.topic.num.partitions" = 1
"offsets.topic.segment.bytes" = 1048576
"log.cleaner.backoff.ms" = 1
"""
RECORD = re.compile(r"^\| offset: (\d+) .* key: (\{.*?\}) payload: (.*)$")
OFFSET_KEY = "1"


async def test_the_tool_decodes_every_position_that_is_left(tmp_path: Path) -> None:
    churn = OffsetChurn(Random(2))
    data = tmp_path / "data"
    with ServedBroker(data, config=CONFIG) as served:
        host, _, port = served.address.rpartition(":")
        async with WireClient(host, int(port)) as client:
            await churn.go_on(client)
            while not is_cleaned(data):
                assert await positions(client) == churn.known
        served.stop()
        logs = offset_logs(data)
        cleaned = logs[0].stat().st_size
        output = Broker(served.address, data).run(
            "dump-log",
            *("--files", ",".join(map(str, logs))),
            *("--deep-iteration", "--offsets-decoder"),
        )
    assert output.code == 0, output
    assert all("isvalid: true" in line for line in output.lines if "baseOffset" in line)
    assert _decoded(output.lines) == churn.known
    assert 0 < cleaned < 1_048_576 / 2


def _decoded(lines: tuple[str, ...]) -> Positions:
    """The positions that a reader of the dump ends up with."""
    known: Positions = {group: {} for group in GROUPS}
    for line in lines:
        found = RECORD.match(line)
        if found is None:
            continue
        key = json.loads(found[2])
        if key["type"] != OFFSET_KEY:
            continue
        group, partition = key["data"]["group"], key["data"]["partition"]
        if found[3].startswith("{"):
            known[group][partition] = json.loads(found[3])["data"]["offset"]
        else:
            known[group].pop(partition, None)
    return known
