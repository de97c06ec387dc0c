"""One broker process under load, whose power is cut again and again, and what the verifier says.

The process is killed, and its data directory becomes what its recorded disk might hold after a
power cut at that moment; the next process starts on that. Two idempotent producers, a consumer, a
group and topics that come and go have been told things by then; all of it is judged at the end.
"""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from tests.reliability import load
from tests.reliability.evidence import read_journals
from tests.reliability.planted import COMMITS_KEPT, VERIFIED, program
from tests.reliability.recorded_disk import image_of, put_image
from tests.reliability.verifier import (
    Verdict,
    find_times,
    judge,
    judge_again,
    judge_times,
    read_stamped,
    values_of,
)
from tests.reliability.witnesses import (
    QUICK,
    Changer,
    Committer,
    Follower,
    find_commits,
    find_topics,
    judge_commits,
    judge_seen,
    judge_topics,
)
from tests.support.served import ServedBroker

PARTITIONS = 3
PRODUCERS = ("idempotent-a", "idempotent-b")
RATE = 300
"""Records per second of each producer."""
SYNC_DELAY_MS = 40
"""What a sync takes more: so that something is always on its way to the disk."""
LIVENESS_S = 20
FLUSH_S = 10
READ_TIMEOUT_MS = 3000
COMMITS_MIN = 2 * COMMITS_KEPT
"""Of the last process: a bug that loses commits keeps the first few."""
GROUP = "committer"
CONFIG = '[engine]\n"offsets.topic.num.partitions" = 3\n'
TOPIC_CONFIG = {"internal.segment.bytes": "65536"}
INDEXES = ("*.index", "*.timeindex")


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one broker."""

    cuts: int
    verdict: Verdict

    @property
    def is_clean(self) -> bool:
        return self.verdict.is_clean and self.verdict.acknowledged > 0


class CutBroker:
    """A broker, with or without a bug, whose power can be cut."""

    def __init__(self, work: Path, bug: str, random: Random) -> None:
        work = work.resolve()
        self.data = work / "data"
        self.served = ServedBroker(self.data, config=CONFIG)
        self._bug = bug
        self._random = random
        self._record = work / "disk.jsonl"

    def start(self) -> str:
        """Start the process on what the directory holds; its address."""
        self._record.unlink(missing_ok=True)
        self.served.program = program(
            bug=self._bug, record=self._record, sync_delay_ms=SYNC_DELAY_MS
        )
        return self.served.start()

    def cut_power(self) -> None:
        """End the process and leave what the disk may hold."""
        self.served.kill()
        put_image(image_of(self._record, self._random), self.data)

    def lose_indexes(self) -> None:
        """Remove what can be made again from the logs."""
        for pattern in INDEXES:
            for path in self.data.glob(f"{VERIFIED}-*/{pattern}"):
                path.unlink()


def _produce(producer: load.Load, stopped: threading.Event) -> None:
    """One that is told that all is lost gives up, which its silence tells."""
    with suppress(KafkaException):
        producer.run(stopped)


@contextmanager
def loads(bootstrap: str, journal: Path, seed: int) -> Iterator[list[threading.Thread]]:
    """Producers in threads of this process."""
    stopped = threading.Event()
    threads = []
    for number, name in enumerate(PRODUCERS):
        words = [
            *("--bootstrap", bootstrap, "--topic", VERIFIED, "--partitions", str(PARTITIONS)),
            *("--name", name, "--journal", str(journal), "--seed", str(seed + number)),
            *("--rate", str(RATE), "--flush", str(FLUSH_S)),
        ]
        producer = load.Load(load.parser().parse_args(words))
        threads.append(threading.Thread(target=_produce, args=(producer, stopped), daemon=True))
    for thread in threads:
        thread.start()
    try:
        yield threads
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def run_trial(work: Path, *, bug: str, seed: int, cuts: int) -> Trial:
    """Cut the power so often and judge. The directory is left as it is."""
    random = Random(seed)
    shutil.rmtree(work, ignore_errors=True)
    journal = work / "journal"
    journal.mkdir(parents=True)
    broker = CutBroker(work, bug, random)
    bootstrap = broker.start()
    admin = AdminClient({**QUICK, "bootstrap.servers": bootstrap})
    wanted = NewTopic(VERIFIED, PARTITIONS, 1, config=TOPIC_CONFIG)
    admin.create_topics([wanted])[VERIFIED].result(30)
    changer = Changer(bootstrap)
    committer = Committer(bootstrap, VERIFIED, PARTITIONS, GROUP)
    follower = Follower(bootstrap, VERIFIED, PARTITIONS)
    witnesses = changer, committer, follower
    verdict = Verdict()
    done = 0
    with loads(bootstrap, journal, seed) as producers:
        for witness in witnesses:
            witness.start()
        try:
            for _ in range(cuts):
                _wait_for_acknowledgement(journal, producers)
                time.sleep(random.uniform(0.2, 0.7))
                broker.cut_power()
                broker.start()
                done += 1
            _wait_for_acknowledgement(journal, producers)
            _wait_for_commits(committer)
        except (AssertionError, TimeoutError) as error:
            verdict.fault(str(error))
        for witness in witnesses:
            witness.stop()
    try:
        _judge(broker, journal, witnesses, random, verdict)
    except (AssertionError, KafkaError) as error:
        verdict.fault(f"cannot be read: {error!r}")
    if broker.served.process is not None:
        broker.served.kill()
    return Trial(done, verdict)


def _wait_for_acknowledgement(journal: Path, producers: list[threading.Thread]) -> None:
    """Wait until every producer has heard something new. Raises TimeoutError."""
    paths = [journal / f"{name}.journal" for name in PRODUCERS]
    before = [_acknowledged(path) for path in paths]
    deadline = time.monotonic() + LIVENESS_S
    while any(_acknowledged(path) <= count for path, count in zip(paths, before, strict=True)):
        if not all(each.is_alive() for each in producers):
            raise TimeoutError("a producer has given up")
        if time.monotonic() > deadline:
            raise TimeoutError(f"a producer heard of nothing within {LIVENESS_S} s")
        time.sleep(0.02)


def _wait_for_commits(committer: Committer) -> None:
    """Wait until the last process has been committed to, often enough. Raises TimeoutError."""
    wanted = max(committer.committed.values(), default=0) + COMMITS_MIN
    deadline = time.monotonic() + LIVENESS_S
    while max(committer.committed.values(), default=0) < wanted:
        if time.monotonic() > deadline:
            raise TimeoutError(f"a group has not committed {COMMITS_MIN} times in {LIVENESS_S} s")
        time.sleep(0.02)


def _acknowledged(path: Path) -> int:
    return path.read_text().count("acked") if path.exists() else 0


def _judge(
    broker: CutBroker,
    journal: Path,
    witnesses: tuple[Changer, Committer, Follower],
    random: Random,
    verdict: Verdict,
) -> None:
    """Cut once more, then hold what there is against what was told."""
    changer, committer, follower = witnesses
    if broker.served.process is not None:
        broker.cut_power()
    bootstrap = broker.start()
    records = read_stamped(bootstrap, VERIFIED, PARTITIONS, READ_TIMEOUT_MS)
    verdict.add(judge(dict(values_of(records)), read_journals(journal)))
    judge_seen(follower.seen, records, verdict)
    positions = find_commits(bootstrap, committer.group, VERIFIED, PARTITIONS)
    judge_commits(committer.committed, positions, verdict)
    judge_topics(changer, find_topics(bootstrap), verdict)
    judge_times(find_times(bootstrap, VERIFIED, records, random), records, verdict)
    code = broker.served.stop()
    if code:
        verdict.fault(f"a clean stop ended with {code}")
    broker.lose_indexes()
    again = read_stamped(broker.start(), VERIFIED, PARTITIONS, READ_TIMEOUT_MS)
    judge_again(records, again, verdict)
