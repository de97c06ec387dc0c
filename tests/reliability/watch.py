"""Watches whom a trouble must not reach: members of groups, who asks for little, the memory."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from confluent_kafka import Consumer, KafkaException
from confluent_kafka.admin import AdminClient

from tests.reliability.scene import VERIFIED
from tests.reliability.verifier import Verdict
from tests.reliability.vitals import Sampler
from tests.reliability.witnesses import PAUSE_S, QUICK, REQUEST_S, Witness, percentile
from tests.support.served import ServedBroker

SESSION_MS = 6000
PROTOCOLS = ("classic", "consumer")
MEMBERS = f"""
"group.consumer.min.session.timeout.ms" = {SESSION_MS}
"group.consumer.session.timeout.ms" = {SESSION_MS}
"group.consumer.min.heartbeat.interval.ms" = 1000
"group.consumer.heartbeat.interval.ms" = 1000
"""
"""What the broker tells the members of newer groups."""
CLASSIC = {"session.timeout.ms": SESSION_MS, "heartbeat.interval.ms": 1000}


class SteadyMember(Witness):
    """A consumer alone in its group, which polls and commits, and notes when it is thrown out."""

    def __init__(self, bootstrap: str, topic: str, protocol: str) -> None:
        super().__init__()
        self.assigned = 0
        self.thrown_out = 0
        """How often what it had was taken from it."""
        self.protocol = protocol
        self._is_leaving = False
        self._consumer = Consumer(
            {
                **QUICK,
                **(CLASSIC if protocol == "classic" else {}),
                "bootstrap.servers": bootstrap,
                "group.id": f"steady-{protocol}",
                "group.protocol": protocol,
                "auto.offset.reset": "earliest",
            }
        )
        self._consumer.subscribe(
            [topic], on_assign=self._gain, on_revoke=self._lose, on_lost=self._lose
        )

    def _gain(self, *_: Any) -> None:
        self.assigned += 1

    def _lose(self, *_: Any) -> None:
        self.thrown_out += not self._is_leaving

    def step(self) -> None:
        self._consumer.consume(500, PAUSE_S)

    def stop(self) -> None:
        super().stop()
        self._is_leaving = True
        self._consumer.close()

    def judge(self, verdict: Verdict) -> None:
        """It came in and stayed."""
        name = f"the member of a {self.protocol} group"
        if not self.assigned:
            verdict.fault(f"{name} never came in")
        if self.thrown_out:
            verdict.fault(f"{name} was thrown out {self.thrown_out} times")


class Asker(Witness):
    """Asks for metadata again and again."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        super().__init__()
        self.took_ms: list[float] = []
        self._topic = topic
        self._admin = AdminClient({**QUICK, "bootstrap.servers": bootstrap})

    def step(self) -> None:
        time.sleep(PAUSE_S)
        begun = time.monotonic()
        try:
            self._admin.list_topics(self._topic, REQUEST_S)
        except KafkaException:
            if not self._stopped.is_set():
                self.took_ms.append(REQUEST_S * 1000)
            raise
        self.took_ms.append((time.monotonic() - begun) * 1000)

    def percentile_ms(self, share: float) -> float:
        """What so large a share of the answers took at most; no number without any."""
        return percentile(self.took_ms, share) if self.took_ms else float("nan")


class Watch:
    """A member of a group of each protocol, somebody who asks, and the memory of the broker."""

    def __init__(self, broker: ServedBroker) -> None:
        bootstrap = broker.address
        self._members = [SteadyMember(bootstrap, VERIFIED, protocol) for protocol in PROTOCOLS]
        self._asker = Asker(bootstrap, VERIFIED)
        self._sampler = Sampler(broker.pid)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Watch as long as the body lasts. Once."""
        witnesses = [*self._members, self._asker]
        for witness in witnesses:
            witness.start()
        try:
            yield
        finally:
            for witness in witnesses:
                witness.stop()
            self._sampler.stop()

    @property
    def memory_bytes_max(self) -> int:
        """The most that the broker had for itself."""
        return max((each.memory_bytes for each in self._sampler.samples), default=0)

    def judge(self, verdict: Verdict, answer_ms_max: float, memory_bytes_max: int) -> None:
        """What was reached all the same. `answer_ms_max` is what 99 of 100 answers may take."""
        for member in self._members:
            member.judge(verdict)
        p99_ms = self._asker.percentile_ms(0.99)
        if not p99_ms <= answer_ms_max:
            verdict.fault(f"99 of 100 answers about metadata took up to {p99_ms:.0f} ms")
        if not 0 < self.memory_bytes_max <= memory_bytes_max:
            verdict.fault(f"the broker took {self.memory_bytes_max} bytes of memory")

    def told(self) -> dict[str, object]:
        """The figures, for a result."""
        shares = {"answer_ms_p50": 0.5, "answer_ms_p99": 0.99} if self._asker.took_ms else {}
        return {
            "answers": len(self._asker.took_ms),
            **{name: round(self._asker.percentile_ms(share), 1) for name, share in shares.items()},
            "memory_bytes_max": self.memory_bytes_max,
        }
