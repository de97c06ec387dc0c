"""Kafka Connect on our broker: two workers, one of which dies, and offsets changed by hand."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from tests.kafka.java_program import JavaProgram, eventually
from tests.peers.apache_kafka import free_ports
from tests.support.served import ServedBroker

pytestmark = [
    pytest.mark.needs("apache-kafka"),
    pytest.mark.timeout(600),
    pytest.mark.long,
]

WORKER = "org.apache.kafka.connect.cli.ConnectDistributed"
FILES = "org.apache.kafka.connect.file.FileStream"
TOPIC = "lines"
TOPICS_OF_CONNECT = {"connect-configs": 1, "connect-offsets": 5, "connect-status": 3}
UNSETTLED = (404, 409, 500, 503)
"""What a worker answers that has not yet found its place among the others."""

SETTINGS = """
bootstrap.servers={address}
listeners=http://127.0.0.1:{port}
group.id=workers
config.storage.topic=connect-configs
config.storage.replication.factor=1
offset.storage.topic=connect-offsets
offset.storage.partitions=5
offset.storage.replication.factor=1
status.storage.topic=connect-status
status.storage.partitions=3
status.storage.replication.factor=1
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.storage.StringConverter
plugin.discovery=service_load
offset.flush.interval.ms=100
session.timeout.ms=6000
heartbeat.interval.ms=300
scheduled.rebalance.max.delay.ms=0
consumer.session.timeout.ms=6000
consumer.heartbeat.interval.ms=300
"""


class Worker:
    """One worker and its REST interface."""

    def __init__(self, address: str, properties: Path) -> None:
        (self.port,) = free_ports(1)
        properties.write_text(SETTINGS.format(address=address, port=self.port))
        self.program = JavaProgram(WORKER, properties)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """What the worker answers; None as long as it cannot, while the workers agree."""
        text = None if body is None else json.dumps(body).encode()
        head = {"Content-Type": "application/json"}
        where = f"http://127.0.0.1:{self.port}/connectors{path}"
        request = Request(where, text, head, method=method)
        try:
            with urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or "true")
        except HTTPError as error:
            if error.code not in UNSETTLED:
                raise
            return None
        except (URLError, HTTPException, OSError):
            return None

    def runs(self, connector: str) -> bool:
        """Whether a connector's task runs."""
        status = self.ask("GET", f"/{connector}/status")
        return bool(status) and [task["state"] for task in status["tasks"]] == ["RUNNING"]

    def place_of(self, connector: str) -> str:
        """The worker that a connector's task runs on."""
        place: str = self.ask("GET", f"/{connector}/status")["tasks"][0]["worker_id"]
        return place


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with ServedBroker(tmp_path / "data") as broker:
        yield broker.address


def test_lines_of_a_file_reach_another_though_a_worker_dies(address: str, tmp_path: Path) -> None:
    source, sink = tmp_path / "source.txt", tmp_path / "sink.txt"
    reader = {"connector.class": f"{FILES}SourceConnector", "file": str(source), "topic": TOPIC}
    writer = {"connector.class": f"{FILES}SinkConnector", "file": str(sink), "topics": TOPIC}

    def write(first: int, end: int) -> None:
        with source.open("a") as lines:
            lines.writelines(f"line {number}\n" for number in range(first, end))

    def arrived() -> list[str]:
        return sink.read_text().splitlines() if sink.exists() else []

    def has(end: int) -> Callable[[], bool]:
        return lambda: {f"line {number}" for number in range(end)} == set(arrived())

    with ExitStack() as running:
        workers = [Worker(address, tmp_path / f"{name}.properties") for name in ("a", "b")]
        for worker in workers:
            running.enter_context(worker.program)
        one = workers[0]
        write(0, 500)
        for name, config in (("reader", reader), ("writer", writer)):
            eventually(
                "a worker serves", lambda n=name, c=config: one.ask("PUT", f"/{n}/config", c)
            )
            eventually("its task runs", lambda n=name: one.runs(n))
        eventually("lines arrive", has(500))
        assert len(arrived()) == 500

        dying = one.place_of("reader")
        (dead,) = [worker for worker in workers if dying.endswith(str(worker.port))]
        (left,) = [worker for worker in workers if worker is not dead]
        dead.program.kill()
        write(500, 800)
        eventually("the worker that is left goes on", has(800))

        for name in ("reader", "writer"):
            left.ask("PUT", f"/{name}/stop")
            gone = lambda n=name: left.ask("GET", f"/{n}/status")["tasks"] == []  # noqa: E731
            eventually("it stops", gone)
        count = len(arrived())
        place = {"kafka_topic": TOPIC, "kafka_partition": 0}
        change = {"offsets": [{"partition": place, "offset": {"kafka_offset": 700}}]}
        assert left.ask("PATCH", "/writer/offsets", change)
        told = left.ask("GET", "/writer/offsets")
        assert told == {"offsets": [{"partition": place, "offset": {"kafka_offset": 700}}]}
        left.ask("PUT", "/writer/resume")
        eventually("it writes again from there", lambda: len(arrived()) > count)
        assert left.ask("DELETE", "/reader/offsets")
        assert left.ask("GET", "/reader/offsets") == {"offsets": []}

    admin = AdminClient({"bootstrap.servers": address})
    made = {
        name: len(topic.partitions) for name, topic in admin.list_topics(timeout=30).topics.items()
    }
    assert made.items() >= TOPICS_OF_CONNECT.items()
    for name in TOPICS_OF_CONNECT:
        (described,) = admin.describe_configs([ConfigResource(ResourceType.TOPIC, name)]).values()
        assert described.result()["cleanup.policy"].value == "compact"
