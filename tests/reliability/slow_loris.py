"""Lets a thousand clients take for ever over what they send, and tells what they get for it.

    python -m tests.reliability.slow_loris [--connections 1000] [--pressed-seconds 120]
        [--rate RECORDS_PER_S] [--seed N] [--keep DIR] [--raw FILE]

A quarter each of the connections send a byte a second of a request's header; of the largest request
there is, 100 MB, after they have been answered once; of the largest that a stranger may send; or
ask for records, never read an answer, and are silent. Whoever is closed comes again. Beside them
come frames whose length is -1, 0 and 2,147,483,647, the hello of a TLS client and a request of
HTTP, as long as the others are there.

A frame is closed by its deadline (`engine/server/staleness.py`), who never reads by
`connections.max.idle.ms`, 30 s here, and a wrong length at once, with a line in the log. Memory
stays within a bound, descriptors come back, nothing that was acknowledged is lost, and an innocent
client, whose records are large by turns, is answered throughout; how soon, with and without them,
is told. Prints one JSON line; a failing run keeps its data directory and its seed.
"""

import socket
import struct
import sys
import time
from collections import Counter
from pathlib import Path

from tests.reliability import command
from tests.reliability.overload import PARTITIONS, WIDE, furnish
from tests.reliability.scene import Scene, running
from tests.reliability.siege import LOADS, Siege, Tallies
from tests.reliability.verifier import Verdict
from tests.reliability.witnesses import Witness
from tests.support.served import ServedBroker

MEMORY_BYTES_MAX = 192 << 20
LASTS_S_MAX = 60.0
"""When the slowest of them must have been closed: 30 s, a sweep, and a machine that others use."""
IDLE_MS = 30_000
ANSWER_S = 20
PAUSE_S = 0.2
KINDS = ("header", "body", "stranger", "unread")
WRONG_FRAMES = {
    "a length of -1": struct.pack(">i", -1),
    "a length of 0": struct.pack(">i", 0),
    "a length of 2,147,483,647": struct.pack(">i", 2**31 - 1),
    "a TLS hello": bytes.fromhex("1603010200010001fc0303"),
    "an HTTP request": b"GET / HTTP/1.1\r\nHost: broker\r\n\r\n",
}
CONFIG = f"""[engine]
"offsets.topic.num.partitions" = 2
"connections.max.idle.ms" = {IDLE_MS}
"log.retention.check.interval.ms" = 200
"log.segment.delete.delay.ms" = 100
"""


class Stranger(Witness):
    """Sends what is no request, again and again, and must be hung up on."""

    def __init__(self, address: str) -> None:
        super().__init__()
        host, _, port = address.rpartition(":")
        self._place = host, int(port)
        self.closed: Counter[str] = Counter()
        self.faults: list[str] = []

    def step(self) -> None:
        for what, data in WRONG_FRAMES.items():
            self._send(what, data)
        time.sleep(PAUSE_S)

    def _send(self, what: str, data: bytes) -> None:
        try:
            connection = socket.create_connection(self._place, ANSWER_S)
        except OSError as error:
            self.faults.append(f"{what} found nobody to be sent to: {error}")
            return
        with connection:
            try:
                connection.sendall(data)
                answer = connection.recv(1)
            except ConnectionError:
                answer = b""
            except TimeoutError:
                self.faults.append(f"{what} was not closed within {ANSWER_S} s")
                return
        if answer:
            self.faults.append(f"{what} was answered")
        else:
            self.closed[what] += 1

    def judge(self, verdict: Verdict, log: str) -> None:
        """All of them were closed, and the log says so."""
        for fault in self.faults:
            verdict.fault(fault)
        for what in WRONG_FRAMES:
            if not self.closed[what]:
                verdict.fault(f"{what} was never closed")
        if "connection_closed" not in log:
            verdict.fault("the log does not tell of closed connections")


def judge_deadlines(tallies: Tallies, pressed_seconds: float, verdict: Verdict) -> None:
    """None of those who send slowly stayed, if they had the time to be late at all."""
    for kind, tally in tallies.items():
        if tally["lasted_s_max"] > LASTS_S_MAX:
            verdict.fault(f"{kind}: a connection was there for {tally['lasted_s_max']} s")
        if pressed_seconds > LASTS_S_MAX and not tally["closed"]:
            verdict.fault(f"{kind}: none was closed")


def run(
    connections: int, seed: int, pressed_seconds: float, work: Path, *, rate: int = 600
) -> dict[str, object]:
    """Let so many come for so long and judge; the result as plain values."""
    broker = ServedBroker(work / "data", config=CONFIG)
    guests = dict.fromkeys(KINDS, connections // len(KINDS))
    with running(broker):
        scene = Scene(broker, work, seed=seed, rate=rate, loads=LOADS)
        furnish(scene)
        siege = Siege(scene, WIDE, PARTITIONS)
        stranger = Stranger(broker.address)
        with scene.at_work():
            calm_s = min(10, pressed_seconds)
            siege.hold(guests, calm_s, pressed_seconds, beside=[stranger])
        verdict = scene.judge()
    siege.judge(verdict, MEMORY_BYTES_MAX)
    stranger.judge(verdict, broker.log.read_text(errors="replace"))
    judge_deadlines(siege.tallies, pressed_seconds, verdict)
    return {
        "connections": connections,
        "pressed_seconds": pressed_seconds,
        "seed": seed,
        "wrong_frames_closed": dict(stranger.closed),
        "longest_s": {kind: tally["lasted_s_max"] for kind, tally in siege.tallies.items()},
        "resident_bytes_allowed": MEMORY_BYTES_MAX,
        **siege.told(),
        **scene.told(),
    }


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--pressed-seconds", type=float, default=120)
    parser.add_argument("--rate", type=int, default=600)
    given = parser.parse_args()
    return command.carry_out(
        given,
        "slow-loris",
        lambda work: run(
            given.connections, given.seed, given.pressed_seconds, work, rate=given.rate
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
