"""Workloads of many small requests: pipelined produce, offset commits, groups that join."""

import asyncio

import psutil

from tests.bench import pipelines
from tests.bench.contestants import cpu_seconds
from tests.bench.workloads import (
    Figures,
    Sizes,
    create_topic,
    delete_topic,
    find_coordinators,
    write_to_each,
)

CONNECTIONS = 10
IN_FLIGHT = 5
SECONDS = 5.0
PARTITIONS = 10
GROUPS = 1_000


def small_produce(bootstrap: str, process: psutil.Process, sizes: Sizes) -> Figures:
    """W3s: ten connections with five requests of one record in flight each."""
    topic = create_topic(bootstrap, PARTITIONS)
    write_to_each(bootstrap, topic, PARTITIONS)
    frames = pipelines.produce_frames(topic, PARTITIONS, CONNECTIONS)
    figures = _measured(bootstrap, process, frames, pipelines.check_produced)
    delete_topic(bootstrap, topic)
    return figures


def commits(bootstrap: str, process: psutil.Process, sizes: Sizes) -> Figures:
    """W8: groups that join, and offset commits."""
    topic = create_topic(bootstrap, 1)
    find_coordinators(bootstrap)
    joined_s = asyncio.run(pipelines.join_groups(bootstrap, GROUPS, CONNECTIONS))
    frames = pipelines.commit_frames(topic, CONNECTIONS)
    figures = _measured(bootstrap, process, frames, pipelines.check_committed)
    delete_topic(bootstrap, topic)
    return {f"s for {GROUPS} groups to join": joined_s} | figures


def _measured(
    bootstrap: str,
    process: psutil.Process,
    frames: list[bytes],
    check: pipelines.Check,
) -> Figures:
    before = cpu_seconds(process)
    rate, count = asyncio.run(
        pipelines.requests_per_second(bootstrap, frames, IN_FLIGHT, SECONDS, check)
    )
    used = cpu_seconds(process) - before
    return {"requests/s": rate, "broker CPU us/request": used / count * 1e6}
