"""The tables of this console: saved clusters, rules of alerts, what holds, and the journal."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from console.acts.audit_entries import Entry, audit_entries
from console.alerts.rules import ToldRule
from console.cluster_ways import profile_way
from console.config_file import audit_path
from console.model.alerts import Alert, AlertBook
from console.model.text import plain
from console.port.clusters import SavedCluster, Trial
from console.port.errors import ClusterError
from console.profiles import profiles_of
from console.sampling.needs import View
from console.sampling.switchboard import Way
from console.saved_alerts import alerts_of
from console.saved_clusters import OUTSIDE
from console.scripting.fields import (
    flag,
    moment,
    names,
    number,
    seconds,
    text,
    written_moment,
)
from console.scripting.parts import GROUPS_NAMED
from console.scripting.reading import SnapshotReader, refuse_missing, told
from console.scripting.table import Asked, Follow, Named, Place, Read, Reading, Table
from console.settings import Settings

JOURNAL_ENTRIES = 1_000

ValueT = TypeVar("ValueT")

ClusterRow = tuple[SavedCluster, Trial | None]
"""A cluster of the configuration, and what came of trying it; None if it was not tried."""


def _clusters(place: Place) -> Read[ClusterRow]:
    async def read() -> Reading[ClusterRow]:
        found, problems = profiles_of(place.document, OUTSIDE)
        refuse_missing("CLUSTER", place.names - found.keys())
        chosen = [each for name, each in found.items() if not place.names or name in place.names]
        ways = [profile_way(each, Settings(), lambda writes, *_: writes) for each in chosen]
        trials = await _tried(ways) if place.wish.is_tried else [None] * len(ways)
        rows = tuple((way.saved, trial) for way, trial in zip(ways, trials, strict=True))
        return Reading(rows, plain("; ".join(map(str, problems))))

    return read


async def _tried(ways: list[Way]) -> list[Trial | None]:
    """What comes of trying all of them at the same time."""

    async def try_one(way: Way) -> Trial:
        return await way.tried()

    async with asyncio.TaskGroup() as tasks:
        trials = [tasks.create_task(try_one(way)) for way in ways]
    return [trial.result() for trial in trials]


def _rules(place: Place) -> Read[ToldRule]:
    async def read() -> Reading[ToldRule]:
        rules, problems = alerts_of(place.document)
        refuse_missing("RULE", place.names - {each.rule.name for each in rules})
        return Reading(rules, plain("; ".join(map(str, problems))))

    return read


def _alerts(place: Place) -> Read[Alert]:
    """What holds, judged from reading to reading as a console does."""
    rules, problems = alerts_of(place.document)
    book = AlertBook([each.rule for each in rules])
    reader = SnapshotReader(place, frozenset({View.GROUPS}), Follow.NAMED)

    async def read() -> Reading[Alert]:
        snapshot, section = await reader.read(lambda picture: picture.groups)
        groups, remark = told(section)
        refuse_missing("GROUP", place.names - {group.name for group in groups})
        if not remark:
            book.observe(groups, snapshot.at_ms)
        remarks = (remark, plain("; ".join(map(str, problems))))
        return Reading(book.alerts, "; ".join(filter(None, remarks)))

    return read


def _journal(place: Place) -> Read[Entry]:
    path, count = audit_path(), place.wish.count or JOURNAL_ENTRIES

    async def read() -> Reading[Entry]:
        try:
            entries = await asyncio.to_thread(audit_entries, path, count)
        except OSError as error:
            raise ClusterError(f"{path} cannot be read: {error.strerror}") from error
        return Reading(entries[::-1])

    return read


def _of_trial(get: Callable[[Trial], ValueT]) -> Callable[[ClusterRow], ValueT | None]:
    """What trying told; None while a cluster was not tried or cannot be had."""

    def of_row(row: ClusterRow) -> ValueT | None:
        trial = row[1]
        return None if trial is None or trial.failure else get(trial)

    return of_row


def _state(row: ClusterRow) -> str | None:
    _, trial = row
    if trial is None:
        return None
    return "cannot be had" if trial.failure else "answers"


CLUSTERS: Table[ClusterRow] = Table(
    "clusters",
    "The clusters of the configuration: address, protection, care; with --try, what works there.",
    Named("CLUSTER"),
    Asked(_clusters),
    (
        text("cluster", lambda row: row[0].name),
        text("address", lambda row: row[0].address),
        text("protection", lambda row: row[0].protection),
        flag("production", lambda row: row[0].care.is_production),
        flag("read_only", lambda row: row[0].care.is_read_only),
        text("theme", lambda row: row[0].theme or None),
        text("state", _state),
        text("failure", lambda row: row[1].failure or None if row[1] else None),
        number("answered_ms", _of_trial(lambda trial: trial.answered_ms)),
        number("brokers", _of_trial(lambda trial: trial.brokers)),
        text("version", _of_trial(lambda trial: trial.offered.version or None)),
        names("lacks", _of_trial(lambda trial: sorted(trial.offered.lacking))),
        names("may", _of_trial(lambda trial: trial.rights)),
        names(
            "may_not", _of_trial(lambda trial: trial.missing if trial.rights is not None else None)
        ),
    ),
    lambda row: row[0].name,
    more="From `state` on the columns are null unless --try is given.",
    empty="the configuration names no cluster",
    options=("tries",),
)
RULES: Table[ToldRule] = Table(
    "rules",
    "The rules of alerts: which groups they are about, when they hold, how you hear of them.",
    Named("RULE"),
    Asked(_rules),
    (
        text("rule", lambda each: each.rule.name),
        text("groups", lambda each: each.rule.groups),
        number("lag_over", lambda each: each.rule.lag_over),
        seconds("age_over_s", lambda each: each.rule.age_over_s),
        text("verdict", lambda each: each.rule.verdict.value if each.rule.verdict else None),
        seconds("for_s", lambda each: each.rule.for_s),
        flag("muted", lambda each: each.rule.is_muted),
        text("told_by", lambda each: each.telling.words),
    ),
    lambda each: each.rule.name,
    empty="the configuration has no rule",
)
ALERTS: Table[Alert] = Table(
    "alerts",
    "The groups for which a rule of alerts holds, and by what.",
    GROUPS_NAMED,
    Asked(_alerts),
    (
        text("group", lambda alert: alert.group),
        text("rule", lambda alert: alert.rule.name),
        text("state", lambda alert: alert.phase.value),
        flag("muted", lambda alert: alert.rule.is_muted),
        moment("since", lambda alert: alert.since_ms),
        text("reason", lambda alert: alert.reason),
        number("lag", lambda alert: alert.lag),
        seconds("age_s", lambda alert: alert.age_s),
        text("verdict", lambda alert: alert.verdict.value),
    ),
    lambda alert: alert.group,
    more="A rule with `for` is waiting until it held for so long while this command watched. "
    "Nobody is notified.",
    empty="no rule holds",
)
JOURNAL: Table[Entry] = Table(
    "journal",
    "What consoles of this user changed, the newest first.",
    Named("SUBJECT"),
    Asked(_journal),
    (
        written_moment("at", lambda entry: entry.at),
        text("user", lambda entry: entry.user),
        text("cluster", lambda entry: entry.cluster),
        text("act", lambda entry: entry.act),
        text("subject", lambda entry: entry.subject),
        text("what", lambda entry: entry.what),
        text("failure", lambda entry: entry.failure or None),
    ),
    lambda entry: entry.subject,
    options=("count",),
    grows=True,
)
