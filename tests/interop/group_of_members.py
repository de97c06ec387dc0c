"""A group whose members are processes of their own, and what they have told so far.

Members are librdkafka's (`tests.interop.group_member`) or the Java client's (Kafka's own
VerifiableConsumer); both tell events in the same words. One thread for each member takes its events
in; whoever waits is woken by each.
"""

import json
import math
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.peers.apache_kafka import quick_java

WAIT_S = 90.0
EVENTS_KEPT = 12

Place = tuple[str, int]
"""A topic and a partition."""


@dataclass(slots=True)
class Member:
    """One process, and what it has told: all it read, what it holds, its last events."""

    name: str
    process: subprocess.Popen[str]
    owned: set[Place] = field(default_factory=set)
    """The partitions that it holds by its own account."""
    runs: dict[Place, list[list[int]]] = field(default_factory=dict)
    """What it has read: of each partition the first offset and the end of every run."""
    began_s: dict[tuple[Place, int], float] = field(default_factory=dict)
    """When it told that a run began at an offset, by the monotonic clock."""
    times: Counter[str] = field(default_factory=Counter)
    """How often it told which event."""
    events: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))
    faults: list[str] = field(default_factory=list)
    has_ended: bool = False

    def note(self, event: dict[str, Any]) -> None:
        """Take one event in."""
        name = event["name"]
        self.events.append(event)
        self.times[name] += 1
        places = {(each["topic"], each["partition"]) for each in event.get("partitions", ())}
        match name:
            case "partitions_assigned":
                self.owned |= places
            case "partitions_revoked" | "partitions_lost":
                self.owned -= places
            case "records_consumed":
                for each in event["partitions"]:
                    self._note_read(each)
            case "shutdown_complete":
                self.owned.clear()

    def _note_read(self, read: dict[str, Any]) -> None:
        first, end = read["minOffset"], read["maxOffset"] + 1
        if read["count"] != end - first:
            self.faults.append(f"{self.name} skipped or doubled records: {read}")
        place = read["topic"], read["partition"]
        runs = self.runs.setdefault(place, [])
        if runs and runs[-1][1] == first:
            runs[-1][1] = end
        else:
            runs.append([first, end])
            self.began_s.setdefault((place, first), time.monotonic())


class GroupOfMembers:
    """The members of one group, past and present. Blocking; use as a context manager."""

    def __init__(self, bootstrap: str, group_id: str, topics: Sequence[str]) -> None:
        self.group_id = group_id
        self.members: list[Member] = []
        self._bootstrap = bootstrap
        self._topics = topics
        self._changed = threading.Condition()
        self._files = tempfile.TemporaryDirectory(prefix="members-")

    def start(
        self,
        name: str,
        *,
        protocol: str = "consumer",
        instance: str = "",
        settings: Mapping[str, str] | None = None,
    ) -> Member:
        """Start a member that uses librdkafka."""
        pairs = {"client.id": name, **(settings or {})}
        command = [
            *(sys.executable, "-m", "tests.interop.group_member"),
            *(word for topic in self._topics for word in ("--topic", topic)),
            *(word for pair in pairs.items() for word in ("--set", "=".join(pair))),
            *(("--group-instance-id", instance) if instance else ()),
        ]
        return self._launch(name, command, protocol)

    def start_java(
        self, name: str, *, protocol: str = "consumer", settings: Mapping[str, str] | None = None
    ) -> Member:
        """Start a member that uses the Java client; it can read one topic."""
        (topic,) = self._topics
        pairs = {"client.id": name, **(settings or {})}
        properties = Path(self._files.name) / f"{name}.properties"
        properties.write_text("".join(f"{key}={value}\n" for key, value in pairs.items()))
        command = [
            *quick_java(),
            "org.apache.kafka.tools.VerifiableConsumer",
            *("--topic", topic, "--reset-policy", "earliest"),
            *("--command-config", str(properties)),
        ]
        return self._launch(name, command, protocol)

    def _launch(self, name: str, command: Sequence[str], protocol: str) -> Member:
        where = ("--bootstrap-server", self._bootstrap, "--group-id", self.group_id)
        with (Path(self._files.name) / f"{name}.log").open("a") as log:
            process = subprocess.Popen(
                [*command, *where, "--group-protocol", protocol],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        member = Member(name, process)
        self.members.append(member)
        threading.Thread(target=self._listen, args=(member,), daemon=True).start()
        return member

    def _listen(self, member: Member) -> None:
        assert member.process.stdout is not None
        for line in member.process.stdout:
            if not line.endswith("\n"):
                break  # The member was killed while it wrote.
            with self._changed:
                member.note(json.loads(line))
                self._changed.notify_all()
        with self._changed:
            member.has_ended = True
            member.owned.clear()
            self._changed.notify_all()

    def wait_until(self, what: str, holds: Callable[[], object]) -> None:
        """Wait until members have told what makes something true."""
        assert self.comes_true(holds), f"not within {WAIT_S:g} s: {what}\n{self.story()}"

    def comes_true(self, holds: Callable[[], object]) -> bool:
        """Wait until something is true by what members tell; False if that takes too long."""
        with self._changed:
            return bool(self._changed.wait_for(holds, WAIT_S))

    def stop(self, member: Member) -> None:
        """Let a member commit and leave."""
        self._end(member, signal.SIGTERM)

    def kill(self, member: Member) -> None:
        """End a member as `kill -9` does."""
        self._end(member, signal.SIGKILL)

    def _end(self, member: Member, number: signal.Signals) -> None:
        member.process.send_signal(number)
        member.process.wait(WAIT_S)
        self.wait_until(f"{member.name} has ended", lambda: member.has_ended)
        assert member.process.stdout is not None
        member.process.stdout.close()

    def is_shared(self, members: Sequence[Member], partitions: int) -> bool:
        """Whether these members hold all partitions, each one of them, as evenly as can be."""
        held = [member.owned for member in members]
        sizes = [len(each) for each in held]
        return sum(sizes) == len(set().union(*held)) == partitions and max(sizes) - min(sizes) <= 1

    def share(self, *members: Member, partitions: int) -> None:
        """Wait until these members hold all partitions."""
        names = ", ".join(member.name for member in members)
        what = f"{names} hold {partitions} partitions"
        self.wait_until(what, lambda: self.is_shared(members, partitions))

    def reads(self) -> Counter[tuple[str, int, int]]:
        """How often each (topic, partition, offset) was read."""
        return Counter(
            (*place, offset)
            for member in self.members
            for place, runs in member.runs.items()
            for first, end in runs
            for offset in range(first, end)
        )

    def runs(self, place: Place) -> list[list[int]]:
        """The first offset and the end of every run that a member has read of a partition."""
        return [run for member in self.members for run in member.runs.get(place, ())]

    def began_s(self, place: Place, first: int) -> float:
        """When a member first told that a run began at an offset; infinity if none did."""
        return min(
            (member.began_s.get((place, first), math.inf) for member in self.members),
            default=math.inf,
        )

    @property
    def faults(self) -> list[str]:
        """What no member may tell."""
        return [fault for member in self.members for fault in member.faults]

    def story(self) -> str:
        """The last events of every member, for whoever has to find out what happened."""
        lines: list[str] = []
        for member in self.members:
            log = Path(self._files.name) / f"{member.name}.log"
            lines += [f"{member.name}:", *(f"  {event}" for event in member.events)]
            lines += [f"  | {line}" for line in log.read_text(errors="replace").splitlines()[-8:]]
        return "\n".join(lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for member in self.members:
            if member.process.returncode is None:
                # A process that was halted does not end before it is let go on.
                member.process.send_signal(signal.SIGCONT)
                self.kill(member)
        self._files.cleanup()
