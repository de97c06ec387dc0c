"""What is grown and what it then costs, each a function of a running broker and one point.

A point is how many partitions, connections or groups there are beside the load, or how large each
record is. The load is the same at every point of a curve and on every broker.
"""

import asyncio
import random
import resource
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from tests.bench import pipelines, workloads
from tests.bench.contestants import cpu_seconds
from tests.bench.small_requests import CONNECTIONS, IN_FLIGHT, PARTITIONS
from tests.bench.workloads import Figures
from tests.reliability.idle_connections import connect

SECONDS = 3.0
RECORDS_MAX = 2_000_000
BULK_BYTES = 256_000_000
BLOCK_BYTES = 1 << 20
SESSION_TIMEOUT_MS = 1_800_000
DESCRIPTORS_BESIDE = 1_000


def small_requests(bootstrap: str, process: psutil.Process) -> Figures:
    """Ten connections with five requests of one record in flight each, to one topic."""
    topic = workloads.create_topic(bootstrap, PARTITIONS)
    workloads.write_to_each(bootstrap, topic, PARTITIONS)
    frames = pipelines.produce_frames(topic, PARTITIONS, CONNECTIONS)
    figures = _answered(bootstrap, process, frames, pipelines.check_produced)
    workloads.delete_topic(bootstrap, topic)
    return figures


def _answered(
    bootstrap: str, process: psutil.Process, frames: Sequence[bytes], check: pipelines.Check
) -> Figures:
    before = cpu_seconds(process)
    rate, count = asyncio.run(
        pipelines.requests_per_second(bootstrap, frames, IN_FLIGHT, SECONDS, check)
    )
    used = cpu_seconds(process) - before
    return {
        "broker CPU us/request": used / count * 1e6,
        "requests/s": rate,
        "resident MB": process.memory_info().rss / 1e6,
    }


def add_partitions(bootstrap: str, there: int, wanted: int) -> None:
    """Create topics of at most a hundred partitions until there are as many as wanted."""
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": bootstrap})
    while there < wanted:
        some: list[NewTopic] = []
        while there < wanted and len(some) < workloads.TOPICS_PER_REQUEST:
            count = min(100, wanted - there)
            some.append(NewTopic(f"grown-{there}", count, 1))
            there += count
        for created in admin.create_topics(some, request_timeout=600).values():
            created.result(600)


def add_groups(bootstrap: str, there: int, wanted: int) -> None:
    """Have groups of one member each join until there are as many as wanted.

    Their members are silent from then on, and live until their sessions end.
    """
    asyncio.run(
        pipelines.join_groups(
            bootstrap, wanted - there, CONNECTIONS, session_timeout_ms=SESSION_TIMEOUT_MS
        )
    )


def commits(bootstrap: str, process: psutil.Process, groups: int, work: Path) -> Figures:
    """Offset commits of ten further groups, over ten connections."""
    topic = workloads.create_topic(bootstrap, 1)
    workloads.find_coordinators(bootstrap)
    frames = pipelines.commit_frames(topic, CONNECTIONS)
    figures = _answered(bootstrap, process, frames, pipelines.check_committed)
    workloads.delete_topic(bootstrap, topic)
    return figures


def beside_partitions(
    bootstrap: str, process: psutil.Process, partitions: int, work: Path
) -> Figures:
    """Small requests to a broker that holds so many partitions."""
    return small_requests(bootstrap, process)


def beside_connections(
    bootstrap: str, process: psutil.Process, connections: int, work: Path
) -> Figures:
    """Small requests to a broker that as many silent clients are connected to."""
    before = process.memory_info().rss
    with _idle(bootstrap, connections) as there:
        grown = process.memory_info().rss - before
        figures = small_requests(bootstrap, process)
        assert not _closed(there), "the broker closed connections"
    return figures | {"KB per connection": grown / connections / 1000}


@contextmanager
def _idle(bootstrap: str, count: int) -> Iterator[Sequence[socket.socket]]:
    """So many connections that were answered once; the process may hold as many descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (min(hard, max(soft, count + DESCRIPTORS_BESIDE)), hard)
    )
    with ExitStack() as stack:
        yield connect(stack, bootstrap, count)


def _closed(there: Sequence[socket.socket]) -> bool:
    with selectors.DefaultSelector() as selector:
        for each in there:
            selector.register(each, selectors.EVENT_READ)
        return bool(selector.select(0))


def of_size(bootstrap: str, process: psutil.Process, record_bytes: int, work: Path) -> Figures:
    """Records of one size from kcat, six partitions, acks=all."""
    records = _records(work, record_bytes)
    size = records.stat().st_size
    topic = workloads.create_topic(bootstrap, config={"max.message.bytes": "20000000"})
    before, started = cpu_seconds(process), time.perf_counter()
    workloads.produce_file(bootstrap, topic, records, "-X", "message.max.bytes=20000000")
    seconds = time.perf_counter() - started
    used = cpu_seconds(process) - before
    workloads.delete_topic(bootstrap, topic)
    return {
        "broker CPU s/GB": used / (size / 1e9),
        "MB/s": size / 1e6 / seconds,
        "broker CPU us/record": used / (size / record_bytes) * 1e6,
    }


def _records(work: Path, record_bytes: int) -> Path:
    """A file of random printable lines of one size, made once for all rounds."""
    path = work / f"of-{record_bytes}"
    if path.exists():
        return path
    size = min(BULK_BYTES, RECORDS_MAX * record_bytes)
    chance = random.Random(record_bytes)
    printable = bytes(range(33, 127)) * 3
    block = b"".join(
        bytes(chance.choices(printable, k=record_bytes - 1)) + b"\n"
        for _ in range(max(1, BLOCK_BYTES // record_bytes))
    )
    with path.open("wb") as file:
        for _ in range(max(1, size // len(block))):
            file.write(block)
    return path
