"""W4: how long a record takes from the moment at which it should be sent to its reader.

    python -m tests.bench.end_to_end BOOTSTRAP TOPIC COUNT

Open loop: the moments of sending are fixed beforehand and stand in the records, so that a broker
that stops for a while is charged with all who had to wait, and not with one. The reader is a
process of its own, the command above: it prints when it can read, and at the end the nanoseconds
that each record took. Both processes read the same monotonic clock.
"""

import json
import statistics
import subprocess
import sys
import time

import psutil

from tests.bench.contestants import cpu_seconds
from tests.bench.workloads import Figures, Sizes, create_topic, delete_topic, write_to_each

PARTITIONS = 6
RATE = 10_000
"""Records a second."""
TICK_S = 0.001
SECONDS = 15
WARM_UP_SECONDS = 3
BODY = b"x" * 92
"""With the moment of sending before it 100 bytes."""


def end_to_end(bootstrap: str, process: psutil.Process, sizes: Sizes) -> Figures:
    """Ten thousand records a second of 100 bytes, acks=all, with librdkafka at both ends."""
    topic = create_topic(bootstrap, PARTITIONS)
    write_to_each(bootstrap, topic, PARTITIONS)
    count = RATE * (WARM_UP_SECONDS + SECONDS)
    command = [sys.executable, "-m", "tests.bench.end_to_end", bootstrap, topic, str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        before = cpu_seconds(process)
        late_ns = _send(bootstrap, topic, count)
        taken = json.loads(reader.stdout.readline())
        used = cpu_seconds(process) - before
    assert reader.returncode == 0
    delete_topic(bootstrap, topic)
    cuts = statistics.quantiles(taken[RATE * WARM_UP_SECONDS :], n=1000)
    return {
        "p50 us": cuts[499] / 1000,
        "p99 us": cuts[989] / 1000,
        "p99.9 us": cuts[998] / 1000,
        "broker CPU us/record": used / count * 1e6,
        "sent late us": late_ns / 1000,
    }


def _send(bootstrap: str, topic: str, count: int) -> float:
    """Send so many at their moments; by how much the sender itself was late in the median, ns."""
    from confluent_kafka import Producer

    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "acks": "all",
            "linger.ms": 0,
            "queue.buffering.max.messages": count,
        }
    )
    each_ns = 1_000_000_000 // RATE
    start = time.monotonic_ns() + 100_000_000
    late: list[int] = []
    sent = 0
    while sent < count:
        due = start + sent * each_ns
        wait_s = (due - time.monotonic_ns()) / 1e9
        if wait_s > 0:
            time.sleep(max(wait_s, TICK_S))
        now = time.monotonic_ns()
        while sent < count and (due := start + sent * each_ns) <= now:
            body = due.to_bytes(8, "big") + BODY
            producer.produce(topic, body, partition=sent % PARTITIONS)
            late.append(now - due)
            sent += 1
        producer.poll(0)
    assert producer.flush(60) == 0
    return statistics.median(late)


def read(bootstrap: str, topic: str, count: int) -> None:
    """Read so many records from the ends of all partitions and print what each took."""
    from confluent_kafka import OFFSET_END, Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": f"of-{topic}"})
    ends = []
    for number in range(PARTITIONS):
        _, end = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=60)
        ends.append(TopicPartition(topic, number, end if end >= 0 else OFFSET_END))
    consumer.assign(ends)
    consumer.poll(0.5)
    print("reading", flush=True)
    taken: list[int] = []
    while len(taken) < count:
        message = consumer.poll(60)
        assert message is not None, f"{len(taken)} of {count} records came"
        assert message.error() is None, message.error()
        taken.append(time.monotonic_ns() - int.from_bytes(message.value()[:8], "big"))
    print(json.dumps(taken), flush=True)
    consumer.close()


if __name__ == "__main__":
    read(sys.argv[1], sys.argv[2], int(sys.argv[3]))
