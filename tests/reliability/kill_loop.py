"""Kills a broker again and again while producers write, and verifies what it kept.

    python -m tests.reliability.kill_loop [--rounds 50] [--seed N] [--seconds BUDGET] [--keep DIR]

Idempotent and plain producers write through every death. After each restart the broker must
acknowledge again within a bound; at the end everything is read back by another client library and
judged. Prints one line a round on stderr and one JSON line with the result; a failing run keeps its
data directory and its seed.
"""

import random
import subprocess
import sys
import time
from pathlib import Path

from tests.reliability import command
from tests.reliability.evidence import read_journals
from tests.reliability.verifier import Verdict, judge, read_all
from tests.support.served import ServedBroker

PARTITIONS = 3
TOPIC = "verified"
LIVENESS_S = 30
CONFIG = '[engine]\n"log.segment.bytes" = 2097152\n'


def start_load(bootstrap: str, journal: Path, name: str, seed: int) -> subprocess.Popen[bytes]:
    """Start one producer process; it ends when its standard input is closed."""
    command = [
        *(sys.executable, "-m", "tests.reliability.load", "--bootstrap", bootstrap),
        *("--topic", TOPIC, "--partitions", str(PARTITIONS), "--name", name),
        *("--journal", str(journal), "--seed", str(seed)),
        *(["--plain"] if name.startswith("plain") else []),
    ]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)


def acknowledged_bytes(journal: Path) -> int:
    """Grows whenever a producer hears of an acknowledgement."""
    return sum(
        line.startswith("acked")
        for path in journal.glob("*.journal")
        for line in path.read_text().splitlines()
    )


def wait_for_acknowledgement(journal: Path, before: int) -> float:
    """Seconds until a producer was acknowledged anew; raises TimeoutError past the bound."""
    started = time.monotonic()
    while acknowledged_bytes(journal) <= before:
        if time.monotonic() - started > LIVENESS_S:
            raise TimeoutError(f"nothing acknowledged within {LIVENESS_S} s of the restart")
        time.sleep(0.05)
    return time.monotonic() - started


def create_topic(bootstrap: str) -> None:
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])[TOPIC].result(30)


def run(rounds: int, seed: int, seconds: float, work: Path) -> dict[str, object]:
    """Run the loop in a directory and return its result as plain values."""
    chance = random.Random(seed)
    journal = work / "journal"
    journal.mkdir(parents=True)
    broker = ServedBroker(work / "data", config=CONFIG)
    deadline = time.monotonic() + seconds
    bootstrap = broker.start()
    create_topic(bootstrap)
    loads = [
        start_load(bootstrap, journal, name, seed + number)
        for number, name in enumerate(("idempotent-a", "idempotent-b", "plain-a"))
    ]
    done, slowest = 0, 0.0
    try:
        wait_for_acknowledgement(journal, 0)
        while done < rounds and time.monotonic() < deadline:
            time.sleep(chance.uniform(0.05, 1.5))
            broker.kill()
            before = acknowledged_bytes(journal)
            broker.start()
            took = wait_for_acknowledgement(journal, before)
            slowest = max(slowest, took)
            done += 1
            print(f"round {done}: acknowledging after {took:.2f} s", file=sys.stderr)
    finally:
        for load in loads:
            load.communicate(timeout=120)
    verdict: Verdict = judge(dict(read_all(bootstrap, TOPIC, PARTITIONS)), read_journals(journal))
    code = broker.stop()
    return {
        "rounds": done,
        "seed": seed,
        "acknowledged": verdict.acknowledged,
        "read": verdict.records,
        "indeterminate": verdict.indeterminate,
        "lost": verdict.lost,
        "faults": verdict.faults,
        "slowest_restart_to_ack_s": round(slowest, 3),
        "exit_code_of_clean_stop": code,
        "clean": verdict.is_clean and code == 0 and done == rounds and verdict.acknowledged > 0,
    }


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=900)
    given = parser.parse_args()
    return command.carry_out(
        given, "kill-loop", lambda work: run(given.rounds, given.seed, given.seconds, work)
    )


if __name__ == "__main__":
    sys.exit(main())
