"""`kconsole report`: one picture of everything that the screens show, as a page in a file.

Rates need two readings, so the cluster is looked at for some seconds.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from console.model.section import Loading, content
from console.model.snapshot import Snapshot
from console.port.clock import Clock
from console.port.cluster import Watched
from console.port.errors import Unreachable
from console.sampling.needs import Needs, View
from console.sampling.sampler import Sampler
from console.scripting.report_page import Scope, page

CONNECT_TRIES = 3
TOPICS_MAX = 500
"""Topics whose partitions and configs are read; the page says when there are more."""


async def whole_picture(
    cluster: Watched,
    clock: Clock,
    name: str,
    *,
    watch_s: float,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> tuple[Snapshot, Scope]:
    """Everything, read until rates and ages are known. Raises ClusterError."""
    sampler = Sampler(cluster, clock, name=name)
    views = frozenset(View)
    sampler.need(Needs(views))
    for _ in range(CONNECT_TRIES):
        snapshot = await sampler.tick()
        if not isinstance(snapshot.topics, Loading):
            break
        sampler.refresh()
    if isinstance(snapshot.topics, Loading):
        raise Unreachable(snapshot.topics.problem or "no answer came")
    names = sorted(topic.name for topic in content(snapshot.topics) or ())
    chosen = frozenset(names[:TOPICS_MAX])
    for waits in (False, True, False):
        # What groups read is known after the first of these, its age after the last.
        groups = frozenset(group.name for group in content(snapshot.groups) or ())
        sampler.need(Needs(views, topics=chosen, groups=groups))
        sampler.refresh()
        if waits and watch_s:
            await pause(watch_s)
        snapshot = await sampler.tick()
    return snapshot, Scope(chosen, len(names))


def write_page(path: Path, snapshot: Snapshot, scope: Scope, version: str) -> None:
    """Put the page in the place of the file, whole or not at all. Blocks. Raises OSError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_text(page(snapshot, scope, version), encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
