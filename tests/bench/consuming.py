"""Workloads of reading: catching up with a long log, and many groups that tail one topic."""

import subprocess
import time

import psutil

from tests.bench.contestants import cpu_seconds
from tests.bench.workloads import (
    Figures,
    Sizes,
    create_topic,
    delete_topic,
    produce_file,
    record_file,
)

GROUPS = 20


def catch_up(bootstrap: str, process: psutil.Process, sizes: Sizes) -> Figures:
    """W6: read a topic from its beginning to its end with kcat, from the page cache."""
    topic = create_topic(bootstrap)
    records = record_file(sizes.work, sizes.bulk_bytes)
    produce_file(bootstrap, topic, records)
    size = records.stat().st_size
    before, started = cpu_seconds(process), time.perf_counter()
    command = ["kcat", "-C", "-q", "-b", bootstrap, "-t", topic, "-o", "beginning", "-e"]
    subprocess.run(command, check=True, timeout=600, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    used = cpu_seconds(process) - before
    delete_topic(bootstrap, topic)
    return {"MB/s": size / 1e6 / seconds, "broker CPU s/GB": used / (size / 1e9)}


def tailing_groups(bootstrap: str, process: psutil.Process, sizes: Sizes) -> Figures:
    """W5: twenty groups of one member read what is written meanwhile; bytes to all of them."""
    topic = create_topic(bootstrap)
    records = record_file(sizes.work, sizes.tail_bytes)
    count = sum(1 for _ in records.open("rb"))
    stamp = time.monotonic_ns()
    readers = [
        subprocess.Popen(
            [
                *("kcat", "-b", bootstrap, "-q", "-G", f"tail-{stamp}-{number}"),
                *("-c", str(count), "-X", "auto.offset.reset=earliest", topic),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for number in range(GROUPS)
    ]
    try:
        _wait_until_stable(bootstrap, f"tail-{stamp}-")
        before, started = cpu_seconds(process), time.perf_counter()
        produce_file(bootstrap, topic, records)
        for reader in readers:
            assert reader.wait(600) == 0
        seconds = time.perf_counter() - started
        used = cpu_seconds(process) - before
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()
    delete_topic(bootstrap, topic)
    delivered = records.stat().st_size * GROUPS
    return {"MB/s": delivered / 1e6 / seconds, "broker CPU s/GB": used / (delivered / 1e9)}


def _wait_until_stable(bootstrap: str, prefix: str) -> None:
    """Wait until every group has its member, so that the start of readers is not measured."""
    from confluent_kafka import ConsumerGroupState
    from confluent_kafka.admin import AdminClient

    admin = AdminClient({"bootstrap.servers": bootstrap})
    deadline = time.monotonic() + 120
    while True:
        listed = admin.list_consumer_groups(states={ConsumerGroupState.STABLE}).result(30)
        if sum(group.group_id.startswith(prefix) for group in listed.valid) == GROUPS:
            return
        assert time.monotonic() < deadline, "the groups did not become stable"
        time.sleep(0.2)
