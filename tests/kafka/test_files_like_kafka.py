"""Files of our storage, read by a tool of the real Kafka: it finds what was written, no fault."""

import re
from pathlib import Path

import pytest

from engine.records.compression import Compression
from engine.records.control import ControlType, EndMarker, build_end_marker
from engine.storage.batch_walk import walk_verified
from engine.storage.log_config import LogConfig
from engine.storage.partition_log import Origin, PartitionLog
from engine.storage.posix import PosixFileSystem
from tests.peers import apache_kafka
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.logs import ORDERS, ORDERS_ID, append, commit, open_directory
from tests.support.running_engine import batch

pytestmark = pytest.mark.needs("apache-kafka")

CONFIG = LogConfig(segment_bytes=2000, index_interval_bytes=200)
DUMP_TOOL = "org.apache.kafka.tools.DumpLogSegments"
PRODUCER = 77


def dump(*paths: Path) -> str:
    """What Kafka's DumpLogSegments says of some files."""
    files = ",".join(str(path) for path in paths)
    done = apache_kafka.tool(DUMP_TOOL, "--deep-iteration", "--files", files)
    assert done.returncode == 0, done.stderr
    told = done.stdout + done.stderr
    for complaint in ("mismatch", "out of order", "isvalid: false"):
        assert complaint not in told.lower(), told
    # The tool takes the first offset of a later segment for a gap behind -1.
    assert set(re.findall(r"^ *(-?\d+) is followed by", told, re.MULTILINE)) <= {"-1"}, told
    return done.stdout


def numbers(text: str, *names: str) -> list[tuple[int, ...]]:
    """The numbers behind some names, line by line."""
    pattern = " ".join(rf"{name}: (-?\d+)" for name in names)
    return [tuple(map(int, found)) for found in re.findall(rf"^{pattern}$", text, re.MULTILINE)]


def write_some(log: PartitionLog) -> None:
    """Three segments with every kind of batch: epochs, codecs, a producer, a transaction."""
    for at in range(30):
        values = [f"{at}.{each}" for each in range(at % 3 + 1)]
        commit(log, *values, timestamp_ms=FAKE_EPOCH_MS + at * 7, epoch=1 + at // 12)
    for sequence in range(6):
        append(log, f"p{sequence}", producer=(PRODUCER, 2, sequence), epoch=5)
    for codec in Compression:
        log.append(batch(b"x" * 100, b"y" * 100, compression=codec), leader_epoch=5)
    transaction = batch(
        b"t", is_transactional=True, producer_id=PRODUCER, producer_epoch=2, base_sequence=6
    )
    log.append(transaction, leader_epoch=5, origin=Origin.COORDINATOR)
    marker = build_end_marker(
        EndMarker(ControlType.COMMIT, 9),
        timestamp_ms=FAKE_EPOCH_MS,
        producer_id=PRODUCER,
        producer_epoch=2,
    )
    log.append(marker, leader_epoch=5, origin=Origin.COORDINATOR)
    commit(log, "last", timestamp_ms=FAKE_EPOCH_MS + 5000, epoch=5)


@pytest.fixture
def partition(tmp_path: Path) -> Path:
    """The directory of a partition that was saved in order."""
    directory = open_directory(PosixFileSystem(), FakeClock(), str(tmp_path))
    directory.create_partitions([ORDERS], ORDERS_ID)
    write_some(directory.open_partition(ORDERS, ORDERS_ID, CONFIG))
    assert directory.close()
    return tmp_path / str(ORDERS)


def test_kafka_finds_every_batch_where_we_wrote_it_and_valid(partition: Path) -> None:
    for path in sorted(partition.glob("*.log")):
        text = dump(path)
        file = PosixFileSystem().open(str(path))
        ours = [
            (each.header.base_offset, each.header.last_offset, each.position, each.header.crc)
            for each in walk_verified(file, 0, file.size())
        ]
        theirs = re.findall(
            r"^baseOffset: (\d+) lastOffset: (\d+) .* position: (\d+) .* crc: (\d+) isvalid: true$",
            text,
            re.MULTILINE,
        )
        assert [tuple(map(int, each)) for each in theirs] == ours
    assert "endTxnMarker: COMMIT coordinatorEpoch: 9" in text


def test_kafka_finds_our_indexes_and_no_mismatch_with_the_log(partition: Path) -> None:
    """The tool holds each entry against the log beside it and prints those that disagree."""
    for path in sorted(partition.glob("*.log")):
        text = dump(path.with_suffix(".index"), path.with_suffix(".timeindex"))
        content = path.with_suffix(".index").read_bytes()
        entries = [
            (int.from_bytes(content[at : at + 4], "big"), int.from_bytes(content[at + 4 : at + 8]))
            for at in range(0, len(content), 8)
        ]
        base_offset = int(path.stem)
        found = numbers(text, "offset", "position")
        assert found == [(base_offset + relative, position) for relative, position in entries]
        assert len(found) > 2
        assert numbers(text, "timestamp", "offset")


def test_kafka_finds_our_producers(partition: Path) -> None:
    (path,) = partition.glob("*.snapshot")
    lines = [line for line in dump(path).splitlines() if line.startswith("producerId")]
    assert len(lines) == 5
    assert all(f"producerId: {PRODUCER} producerEpoch: 2 coordinatorEpoch: 9" in e for e in lines)
    assert [re.findall(r"lastSequence: (\d+)", line) for line in lines] == [
        [str(sequence)] for sequence in range(2, 7)
    ]
