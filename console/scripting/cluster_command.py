"""What the commands that talk to a cluster share: which one, how they run, how they fail.

The cluster is that of `--bootstrap` (addresses, or a name in the configuration), else the broker
that the configuration says is served here, wherever it is served in fact. A reader that goes away
(`| head`) ends a command quietly.
"""

import asyncio
import getpass
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click

from console.acts.audit_file import AuditFile
from console.acts.journal import Journal
from console.acts.recorded_writes import RecordedWrites
from console.adapters.kafka import KafkaCluster
from console.adapters.served_here import known_here, own_profile
from console.config_file import audit_path, document_in_force, engine_config_of
from console.model.text import plain
from console.port.cluster import Reads, Writes
from console.port.errors import ClusterError, Unreachable
from console.port.source import Source
from console.profiles import Profile
from console.saved_clusters import held_as_saved, own_registry, profile_of
from console.scripting.agreement import Permit, any_cluster
from console.scripting.table import Place, Wish
from console.scripting.waiting import Waiting
from console.version import version
from engine.client.settings import ClientSettings
from engine.config.load import ConfigError, Document
from engine.kernel import collector
from engine.kernel.system import SystemClock, SystemEntropy

CommandT = TypeVar("CommandT", bound=Callable[..., None])


def run_on_cluster(
    bootstrap: str | None,
    config: Path | None,
    body: Callable[[KafkaCluster], Awaitable[None]],
) -> bool:
    """Run `body` on the cluster that is meant, and say whether what it printed had a reader.

    Raises ClusterError, ConfigError.
    """

    async def on_cluster(cluster: KafkaCluster, _document: Document, _profile: Profile) -> None:
        await body(cluster)

    return _run(bootstrap, config, on_cluster, any_cluster)


def run_change(
    bootstrap: str | None,
    config: Path | None,
    body: Callable[[Writes, Reads], Awaitable[None]],
    *,
    permit: Permit,
    waiting: Waiting,
    is_told: bool = False,
) -> None:
    """Run `body` with the ways to change and read the cluster that is meant, as `run_on_cluster`.

    `permit` says first whether it may, `waiting` learns whom it waits for; `is_told`: which cluster
    is meant was told already. Each change is written to the audit file, as those from the screens
    are; where that cannot be done, it is said at the end.
    """

    async def on_cluster(cluster: KafkaCluster, _document: Document, profile: Profile) -> None:
        waiting.whom = profile.bootstrap
        run = SystemEntropy().uuid_bytes().hex()
        journal = Journal(AuditFile(audit_path()), getpass.getuser(), SystemClock(), run)
        try:
            writes = RecordedWrites(cluster.writes, cluster.reads, journal, profile.title)
            await body(writes, cluster.reads)
        except Unreachable as error:
            raise cluster.link.advised(error) from error
        finally:
            journal.end_publishing()
            await journal.written()
            if journal.problem:
                click.echo(f"kconsole: {plain(journal.problem)}", err=True)

    _run(bootstrap, config, on_cluster, permit, waiting.note, is_told=is_told)


def run_at(
    bootstrap: str | None,
    config: Path | None,
    names: frozenset[str],
    wish: Wish,
    body: Callable[[Place], Awaitable[None]],
) -> None:
    """Run `body` at the place from which tables are read; otherwise as `run_on_cluster`."""

    async def at_place(cluster: KafkaCluster, document: Document, _profile: Profile) -> None:
        source = Source(cluster.records, cluster.reads, SystemClock())
        await body(Place(cluster.reads, source, document, names, wish))

    _run(bootstrap, config, at_place, any_cluster)


def _run(
    bootstrap: str | None,
    config: Path | None,
    body: Callable[[KafkaCluster, Document, Profile], Awaitable[None]],
    permit: Permit,
    retrying: Callable[[ClusterError], None] = lambda _: None,
    *,
    is_told: bool = False,
) -> bool:
    """Whether what was printed had a reader to its end."""

    async def on_cluster(document: Document, profile: Profile) -> None:
        async with KafkaCluster(
            profile.bootstrap,
            clock=SystemClock(),
            entropy=SystemEntropy(),
            settings=ClientSettings(security=profile.security, software_version=version()),
            is_read_only=profile.is_read_only,
            registry=profile.registry,
            metrics=profile.metrics,
            engine_version=profile.engine_version,
            advice=profile.advice,
            retrying=retrying,
        ) as cluster:
            await body(cluster, document, profile)

    try:
        document = document_in_force(config)
        profile = _profile(bootstrap, document)
        if profile.note and not is_told:
            click.echo(f"kconsole: {profile.note}", err=True)
        permit(profile)
        # What a command reads is no garbage before it is printed, or the next reading takes over.
        collector.rest()
        asyncio.run(on_cluster(document, profile))
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered has nowhere to go; the interpreter would try once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def _profile(bootstrap: str | None, document: Document) -> Profile:
    if bootstrap is not None:
        profile = profile_of(document, bootstrap)
        try:
            own = engine_config_of(document, data=None, listen=None)
        except ConfigError:
            return profile  # What is wrong with our own broker is no matter for others.
        return known_here(profile, own.data)
    own = engine_config_of(document, data=None, listen=None)
    registry, problems = own_registry(document)
    if problems:
        raise ConfigError(problems)
    return held_as_saved(document, replace(own_profile(own), registry=registry))
