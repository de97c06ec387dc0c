"""A real Apache Kafka on loopback: the judge of behaviour and the yardstick of speed.

Needs Java 17; the jars come from the folder that KAFKA_LIBS names (`libs/` of its distribution) or
are gathered once with Maven into the user cache. Nodes are KRaft broker and controller at once.

    python -m tests.peers.apache_kafka      gather the jars, print their folder, keep loaded classes

What a test starts lives for seconds, and Java compiles little of it. A benchmark starts its Kafka
with `FULL_SPEED`, and nothing that is kept.
"""

import base64
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import platformdirs
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

POM = Path(__file__).with_name("pom.xml")
ARTIFACTS = ("kafka_2.13", "kafka-tools", "kafka-streams-examples", "connect-file")
START_SECONDS_MAX = 120
FULL_SPEED = (
    *("-Xms1g", "-Xmx1g"),
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=20",
    "-XX:InitiatingHeapOccupancyPercent=35",
    "-XX:+ExplicitGCInvokesConcurrent",
)
"""As Kafka's own script starts a node that is to serve for long."""

QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData")
"""For what lives for seconds: to compile it to the utmost costs more than it brings. Without data
about its performance no other Java of the same number gets in its way and into what it prints."""


class ApacheKafkaMissing(RuntimeError):
    """Java, or both the jars and Maven, are not on this machine."""


def is_available() -> bool:
    """Whether Java and the jars of Kafka are on this machine."""
    return shutil.which("java") is not None and any(_libs().glob("kafka_2.13-*.jar"))


def _libs() -> Path:
    named = os.environ.get("KAFKA_LIBS")
    return Path(named) if named else platformdirs.user_cache_path("kconsole") / "peer-kafka-libs"


def jars() -> Path:
    """The folder of Kafka's jars, gathered with Maven on first use (a minute)."""
    libs = _libs()
    if not all(any(libs.glob(f"{artifact}-*.jar")) for artifact in ARTIFACTS):
        if shutil.which("mvn") is None:
            raise ApacheKafkaMissing("set KAFKA_LIBS to the jars of a Kafka, or install Maven")
        libs.mkdir(parents=True, exist_ok=True)
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={libs}"]
        subprocess.run(
            ["mvn", "-q", "-B", "-f", str(POM), *goal, "-DincludeScope=runtime"], check=True
        )
    return libs


def version() -> str:
    """The version of the Kafka whose jars there are."""
    (jar,) = jars().glob("kafka_2.13-*.jar")
    return jar.stem.removeprefix("kafka_2.13-")


def tool(main_class: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of Kafka's command-line tools by its class and wait for it."""
    command = [*quick_java(), main_class, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS_MAX)


def class_path() -> str:
    """All jars of Kafka."""
    return f"{jars()}/*"


def quick_java() -> list[str]:
    """How a program of Kafka is started that lives for seconds, up to its class."""
    return ["java", "-Xmx256m", *_quickest(), "-cp", class_path()]


def _quickest() -> list[str]:
    """Options of Java for what lives for seconds; without its own words on what is kept."""
    return [*QUICK, "-Xlog:disable", f"-XX:SharedArchiveFile={_classes_kept()}"]


def _classes_kept() -> Path:
    """Where the loaded classes of a node are kept, for one Kafka and one Java.

    A Java that begins with them starts in half the time, and there are hundreds in one run of all
    tests. They are there once `keep_classes` was called; nothing depends on them.
    """
    java = Path(shutil.which("java") or "java").resolve().parent.parent.name
    return platformdirs.user_cache_path("kconsole") / f"peer-kafka-{version()}-{java}.jsa"


def keep_classes() -> None:
    """Have a node start and end, and keep the classes it had loaded, unless they are kept."""
    kept = _classes_kept()
    if kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as made:
        archive = Path(made) / kept.name
        keeping = ("-Xlog:disable", f"-XX:ArchiveClassesAtExit={archive}")
        with ApacheKafka(Path(made) / "cluster", java=("-Xmx1g", *QUICK, *keeping)) as kafka:
            kafka.end(1, signal.SIGTERM)
        if archive.exists():  # There are Javas that cannot keep classes.
            archive.replace(kept)


def free_ports(count: int) -> list[int]:
    """Ports of loopback that are free at this moment."""
    holders = [socket.socket() for _ in range(count)]
    try:
        for holder in holders:
            holder.bind(("127.0.0.1", 0))
        return [holder.getsockname()[1] for holder in holders]
    finally:
        for holder in holders:
            holder.close()


class ApacheKafka:
    """A cluster of one or more nodes in a directory. Blocking; use as a context manager."""

    def __init__(
        self,
        directory: Path,
        *,
        nodes: int = 1,
        settings: Mapping[str, str] | None = None,
        listeners: Mapping[str, str] | None = None,
        scram: Sequence[str] = (),
        java: Sequence[str] | None = None,
    ) -> None:
        """`listeners` come beside the open one, each with its protocol, of which every node has a
        port of its own; `scram` are users as `--add-scram` of Kafka's storage tool takes them;
        `java` are the options of Java, those of what lives for seconds unless told otherwise."""
        self.directory = directory
        self._settings = dict(settings or {})
        self._listeners = dict(listeners or {})
        self._scram = tuple(scram)
        self._java = ("-Xmx1g", *_quickest()) if java is None else tuple(java)
        ports = free_ports((2 + len(self._listeners)) * nodes)
        self.ports = ports[:nodes]
        self._controllers = ports[nodes : 2 * nodes]
        more = iter(ports[2 * nodes :])
        self.listener_ports = {name: [next(more) for _ in range(nodes)] for name in listeners or ()}
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def bootstrap(self) -> str:
        """The addresses of all nodes."""
        return ",".join(f"127.0.0.1:{port}" for port in self.ports)

    def format(self) -> None:
        """Write every node's properties and format its storage, all at once."""
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        formatting: list[subprocess.Popen[bytes]] = []
        for node in range(1, len(self.ports) + 1):
            home = self.directory / f"node-{node}"
            home.mkdir(parents=True)
            properties = home / "server.properties"
            lines = [f"{key}={value}\n" for key, value in self._properties(node, home).items()]
            properties.write_text("".join(lines))
            users = [word for user in self._scram for word in ("--add-scram", user)]
            how = ("format", f"--cluster-id={cluster}", "-c", str(properties), *users)
            command = [*quick_java(), "kafka.tools.StorageTool", *how]
            with (home / "log").open("ab") as log:
                formatting.append(subprocess.Popen(command, stdout=log, stderr=log))
        codes = [process.wait(START_SECONDS_MAX) for process in formatting]
        assert not any(codes), f"a node cannot be formatted; see {self.directory}"

    def _properties(self, node: int, home: Path) -> dict[str, str]:
        nodes = len(self.ports)
        factor, in_sync = str(min(3, nodes)), str(max(1, min(3, nodes) - 1))
        voters = [f"{n}@127.0.0.1:{port}" for n, port in enumerate(self._controllers, 1)]
        port, controller = self.ports[node - 1], self._controllers[node - 1]
        clients = [("PLAINTEXT", port)]
        clients += [(name, ports[node - 1]) for name, ports in self.listener_ports.items()]
        served = [f"{name}://127.0.0.1:{number}" for name, number in clients]
        protocols = {"CONTROLLER": "PLAINTEXT", "PLAINTEXT": "PLAINTEXT", **self._listeners}
        return {
            "process.roles": "broker,controller",
            "node.id": str(node),
            "controller.quorum.voters": ",".join(voters),
            "listeners": ",".join([*served, f"CONTROLLER://127.0.0.1:{controller}"]),
            "advertised.listeners": ",".join(served),
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": ",".join(map(":".join, protocols.items())),
            "log.dirs": str(home / "data"),
            "offsets.topic.replication.factor": factor,
            "transaction.state.log.replication.factor": factor,
            "transaction.state.log.min.isr": in_sync,
            "share.coordinator.state.topic.replication.factor": factor,
            "share.coordinator.state.topic.min.isr": in_sync,
            "group.initial.rebalance.delay.ms": "0",
            **self._settings,
        }

    def options(self) -> list[str]:
        """The options of Java that name the classes of a node."""
        return ["-cp", class_path()]

    def launch(self, node: int = 1) -> subprocess.Popen[bytes]:
        """Start one node's process without waiting for it."""
        home = self.directory / f"node-{node}"
        main = (*self.options(), "kafka.Kafka", str(home / "server.properties"))
        with (home / "log").open("ab") as log:
            process = subprocess.Popen(
                ["java", *self._java, *main],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self.processes[node] = process
        return process

    def wait(self) -> None:
        """Wait until every running node takes requests and knows the others."""
        deadline = time.monotonic() + START_SECONDS_MAX
        for node in self.processes:
            while not self._knows_all(f"127.0.0.1:{self.ports[node - 1]}"):
                assert time.monotonic() < deadline, f"Kafka does not answer; see {self.directory}"

    def _knows_all(self, address: str) -> bool:
        """Whether a node answers within a second and knows every running one."""
        asking = AdminClient({"bootstrap.servers": address, "log_level": 0})
        try:
            return len(asking.list_topics(timeout=1).brokers) >= len(self.processes)
        except KafkaException:
            return False

    def end(self, node: int, number: signal.Signals) -> None:
        """Send a signal to one node and wait until it has ended."""
        process = self.processes.pop(node)
        process.send_signal(number)
        process.wait(START_SECONDS_MAX)

    def __enter__(self) -> Self:
        self.format()
        for node in range(1, len(self.ports) + 1):
            self.launch(node)
        self.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for node in list(self.processes):
            self.end(node, signal.SIGKILL)
        shutil.rmtree(self.directory, ignore_errors=True)


if __name__ == "__main__":
    print(jars())
    keep_classes()
