"""Opens thousands of connections that nobody uses, and tells what they cost and whom.

    python -m tests.reliability.idle_connections [--connections 15000] [--watch-seconds 20]
        [--rate RECORDS_PER_S] [--seed N] [--keep DIR] [--raw FILE]

Each has asked for the versions of the APIs once, as every client does, and is silent from then on.
Producers and bystanders work beside them. The broker's own memory may grow by so much for each and
no more, it may use next to no processor for them, everybody else must be acknowledged as before,
and nothing that was acknowledged may be lost. Prints one JSON line; a failing run keeps its data
directory and its seed.
"""

import selectors
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import psutil

from tests.reliability import command
from tests.reliability.scene import Scene, running
from tests.reliability.vitals import anonymous_bytes
from tests.support.served import ServedBroker

AT_ONCE = 50
ANSWER_S = 60
BYTES_EACH_MAX = 7_000
"""Memory of the broker for one of them: 15,000 take 100 MB."""
CPU_SHARE_MAX = 0.05
"""Of one core, that all of them may cost while nobody else is there."""
ASKED = bytes.fromhex("00000010001200000000000100066e6f626f6479")
"""ApiVersions in its version 0, from a client called nobody."""
CONFIG = '[engine]\n"offsets.topic.num.partitions" = 3\n'


def connect(stack: ExitStack, address: str, count: int) -> list[socket.socket]:
    """So many connections, each of which has been answered once. Raises OSError."""
    host, _, port = address.rpartition(":")
    there: list[socket.socket] = []
    while len(there) < count:
        group = []
        for _ in range(min(AT_ONCE, count - len(there))):
            each = stack.enter_context(socket.create_connection((host, int(port)), ANSWER_S))
            each.sendall(ASKED)
            group.append(each)
        for each in group:
            head = each.recv(4, socket.MSG_WAITALL)
            size = int.from_bytes(head, "big")
            assert len(each.recv(size, socket.MSG_WAITALL)) == size > 0
        there += group
    return there


def closed_of(there: list[socket.socket]) -> int:
    """How many the broker has closed: of the others nothing can be read."""
    with selectors.DefaultSelector() as selector:
        for each in there:
            selector.register(each, selectors.EVENT_READ)
        return len(selector.select(0))


def own_bytes(pid: int) -> int:
    """The memory that belongs to a process alone."""
    return anonymous_bytes(Path(f"/proc/{pid}/smaps_rollup").read_text())


def cpu_share(pid: int, seconds: float) -> float:
    """What part of one core a process uses for so long."""
    process = psutil.Process(pid)
    before, begun = sum(process.cpu_times()[:2]), time.monotonic()
    time.sleep(seconds)
    return (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - begun)


def run(
    connections: int, seed: int, watch_seconds: float, work: Path, *, rate: int = 600
) -> dict[str, object]:
    """Open so many and judge; the result as plain values."""
    broker = ServedBroker(work / "data", config=CONFIG)
    faults: list[str] = []
    with running(broker), ExitStack() as stack:
        before_bytes = own_bytes(broker.pid)
        idle_share = cpu_share(broker.pid, watch_seconds)
        there = connect(stack, broker.address, connections)
        bytes_each = (own_bytes(broker.pid) - before_bytes) / connections
        share = cpu_share(broker.pid, watch_seconds) - idle_share
        if bytes_each > BYTES_EACH_MAX:
            faults.append(f"each connection costs {bytes_each:.0f} bytes")
        if share > CPU_SHARE_MAX:
            faults.append(f"{share:.1%} of a core for connections that are idle")
        scene = Scene(broker, work, seed=seed, rate=rate)
        with scene.at_work():
            time.sleep(watch_seconds)
            scene.heard()
        if closed := closed_of(there):
            faults.append(f"{closed} of them are closed")
        verdict = scene.judge()
    for fault in faults:
        verdict.fault(fault)
    return {
        "connections": connections,
        "seed": seed,
        "bytes_each": round(bytes_each),
        "cpu_share_of_a_core": round(share, 4),
        **scene.told(),
    }


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--connections", type=int, default=15_000)
    parser.add_argument("--watch-seconds", type=float, default=20)
    parser.add_argument("--rate", type=int, default=600)
    given = parser.parse_args()
    return command.carry_out(
        given,
        "idle-connections",
        lambda work: run(given.connections, given.seed, given.watch_seconds, work, rate=given.rate),
    )


if __name__ == "__main__":
    sys.exit(main())
