"""How fast the message browser searches, how long it holds the loop, how soon a large record opens.

    python -m tests.bench.searching [--records 1000000]

Records of about 100 bytes in three partitions of an engine in this process, in batches of 500. The
longest pause is that of the loop on which search and engine run together.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from pathlib import Path

from console.adapters.kafka import KafkaCluster
from console.messages.filter import parse_record_filter
from console.messages.formats import Part, default_decode
from console.messages.lane import Hit
from console.messages.plan import Query, make_plan
from console.messages.rendering import render
from console.messages.scan import Scan
from console.model.names import TopicPartition
from console.port.readings import RecordReading
from engine.kernel import collector
from engine.kernel.system import SystemClock, SystemEntropy
from engine.records.builder import NewRecord, build_batch
from tests.support.running_engine import connect, create_topic, produce, running_engine
from tests.support.wire_client import WireClient

PARTITIONS = 3
BATCH_RECORDS = 500
SEARCHES = (
    "needle",
    'value contains "needle"',
    "value.n == 3",
    "value.order.total > 500",
    "",
)
LARGE_BYTES = 20 << 20


def batch(first: int) -> bytearray:
    """Records with numbers from `first` on."""
    return build_batch(
        [
            NewRecord(
                1_700_000_000_000 + number,
                b"customer-%d" % (number % 1000),
                b'{"order": {"total": %d, "note": "abcdefghijklmnopqrstuvwxyz"}, "n": %d}'
                % (number % 200, number),
            )
            for number in range(first, first + BATCH_RECORDS)
        ]
    )


async def fill(client: WireClient, records: int) -> None:
    """Write the topic."""
    await create_topic(client, "orders", PARTITIONS, retention_ms="-1")
    for first in range(0, records, BATCH_RECORDS * PARTITIONS):
        starts = (first + BATCH_RECORDS * index for index in range(PARTITIONS))
        await produce(client, "orders", *map(batch, starts))


class Pauses:
    """The longest time that the loop did not come back."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self.is_over = False

    async def watch(self) -> None:
        last_s = time.monotonic()
        while not self.is_over:
            await asyncio.sleep(0.002)
            now_s = time.monotonic()
            self.longest_s = max(self.longest_s, now_s - last_s - 0.002)
            last_s = now_s


async def search(cluster: KafkaCluster, text: str) -> str:
    """One line of the report."""
    clock = SystemClock()
    keep = parse_record_filter(text, clock.wall_ms(), decode=default_decode)
    plan = await make_plan(cluster.reads, Query("orders", range(PARTITIONS)))
    if keep is None:
        scan = Scan(cluster.records, cluster.reads, plan, clock)
    else:
        scan = Scan(cluster.records, cluster.reads, plan, clock, keep=keep, wanted=keep.wanted)
    pauses = Pauses()
    async with asyncio.TaskGroup() as group:
        group.create_task(pauses.watch())
        began_s = time.monotonic()
        progress = await scan.run(lambda _: None, limit=1 << 60)
        elapsed_s = time.monotonic() - began_s
        pauses.is_over = True
    rate = progress.total_offsets / elapsed_s
    return (
        f"{text or '(no filter)':28} {elapsed_s:6.2f} s  {rate:12,.0f} records/s  "
        f"{progress.hits:9,} hits  longest pause {1000 * pauses.longest_s:4.0f} ms"
    )


def opening() -> str:
    """How long a large record takes to be shown cut."""
    value = b'{"a": [' + b'{"x": "yyyyyyyyyyyyyyyyyyyyy"},' * (LARGE_BYTES // 31) + b"0]}"
    hit = Hit(TopicPartition("orders", 0), RecordReading(0, 0, None, value, ()))
    began_s = time.monotonic()
    shown = render(hit, Part.VALUE)
    elapsed_ms = 1000 * (time.monotonic() - began_s)
    assert shown.is_cut
    return f"{len(value) >> 20} MB of JSON opened cut in {elapsed_ms:.0f} ms"


async def measured(records: int) -> None:
    """Everything, printed as it comes."""
    with tempfile.TemporaryDirectory() as folder:
        async with running_engine(Path(folder)) as engine:
            async with connect(engine) as client:
                await fill(client, records)
            # As the program does when its start is over.
            collector.settle()
            address = str(engine.address)
            clock = SystemClock()
            async with KafkaCluster(address, clock=clock, entropy=SystemEntropy()) as cluster:
                for text in SEARCHES:
                    print(await search(cluster, text), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{opening()}; at most {peak} MB of memory")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    asyncio.run(measured(parser.parse_args().records))
