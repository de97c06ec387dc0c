"""The alerts of one console: its rules at work on the pictures of the cluster, and their telling.

Belongs to one event loop. At most `TELLINGS_MAX` programs and posts run at once, and no more than
`WAITING_MAX` wait for their turn: what comes beyond that is not told outside, and said so.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from console.alerts.rules import Telling, ToldRule
from console.alerts.telling import Facts, NotTold, facts_of, post, run_command
from console.model.alerts import AlertBook, Turn, findings_of
from console.model.health import Finding, Health
from console.model.section import Ready, content, map_section
from console.model.snapshot import Snapshot

TELLINGS_MAX = 4
WAITING_MAX = 100


@dataclass(frozen=True, slots=True)
class Told:
    """One attempt to tell of an alert: `way` says how, `failure` why it did not work, if so."""

    turn: Turn
    cluster: str
    way: str
    failure: str = ""


class Alerting:
    """Rules, where they stand, and how the last telling of each went."""

    def __init__(
        self,
        rules: Sequence[ToldRule] = (),
        environment: Mapping[str, str] | None = None,
        file: str = "",
    ) -> None:
        """`environment` is what programs get beside the facts, `file` where rules are written."""
        self.file = file
        self.book = AlertBook([each.rule for each in rules])
        self.tellings: Mapping[str, Telling] = {each.rule.name: each.telling for each in rules}
        self.last: dict[str, Told] = {}
        self._environment = dict(environment or {})
        self._slots = asyncio.Semaphore(TELLINGS_MAX)
        self._waiting = 0
        self._cluster = ""

    @property
    def has_rules(self) -> bool:
        return bool(self.book.rules)

    def take(self, rules: Sequence[ToldRule], now_ms: int) -> tuple[Turn, ...]:
        """Put other rules in the place of those there are; what has to be told, in the old way."""
        turns = self.book.take([each.rule for each in rules], now_ms)
        self.tellings = {each.rule.name: each.telling for each in rules}
        self.last = {name: told for name, told in self.last.items() if name in self.tellings}
        return turns

    def observe(self, snapshot: Snapshot) -> tuple[Turn, ...]:
        """Judge a picture; what has to be told. Groups that are not fresh are not judged: those
        of a failed reading, or of before a pause."""
        turns: tuple[Turn, ...] = ()
        if self._cluster != snapshot.cluster_name:
            turns = self.book.leave(snapshot.at_ms)
            self._cluster = snapshot.cluster_name
        groups = snapshot.groups
        if isinstance(groups, Ready) and not snapshot.is_paused:
            turns += self.book.observe(groups.value, snapshot.at_ms)
        return turns

    def told_in(self, snapshot: Snapshot) -> Snapshot:
        """The picture with the alerts that fire among what is wrong."""
        found = findings_of(self.book.firing)
        if not found:
            return snapshot

        def worsened(health: Health) -> Health:
            findings = sorted((*health.findings, *found), key=_worst_first)
            return replace(health, findings=tuple(findings))

        return replace(snapshot, health=map_section(snapshot.health, worsened))

    def wanted(self, snapshot: Snapshot | None) -> frozenset[str]:
        """The groups that have to be followed for the rules' sake."""
        groups = (content(snapshot.groups) if snapshot is not None else None) or ()
        return self.book.wanted(group.name for group in groups)

    async def tell(
        self, turn: Turn, cluster: str, telling: Telling | None = None
    ) -> tuple[Told, ...]:
        """Tell of an alert by every way of its rule, or by those of `telling`; never raises
        NotTold."""
        telling = telling or self.tellings[turn.alert.rule.name]
        facts = facts_of(turn, cluster)
        told = []
        for way, work in self._ways(telling, facts):
            failure = await self._tried(work)
            told.append(Told(turn, cluster, way, failure))
            self.last[turn.alert.rule.name] = told[-1]
        return tuple(told)

    def _ways(self, telling: Telling, facts: Facts) -> Iterator[tuple[str, "_Work"]]:
        if telling.command:
            name = telling.command[0]
            yield f"run {name}", _Work(telling, facts, self._environment, is_command=True)
        if telling.web_hook:
            yield "post to the web hook", _Work(telling, facts, {}, is_command=False)

    async def _tried(self, work: "_Work") -> str:
        """Why it failed, or nothing."""
        if self._waiting >= WAITING_MAX:
            return f"{WAITING_MAX} alerts already wait to be sent"
        self._waiting += 1
        try:
            async with self._slots:
                await work.do()
        except NotTold as error:
            return str(error)
        finally:
            self._waiting -= 1
        return ""


@dataclass(frozen=True, slots=True)
class _Work:
    telling: Telling
    facts: Facts
    environment: Mapping[str, str]
    is_command: bool

    async def do(self) -> None:
        """Raises NotTold."""
        telling = self.telling
        if self.is_command:
            await run_command(telling.command, self.facts, self.environment, telling.timeout_s)
        else:
            await post(telling.web_hook, self.facts, telling.timeout_s)


def _worst_first(finding: Finding) -> tuple[int, int]:
    return -finding.severity, finding.since_ms
