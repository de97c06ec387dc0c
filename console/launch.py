"""Opens the console: settings, look, cluster, sampler and application put together.

Everything that the application needs is built here and handed in; nothing else builds it. What the
first frame does not need is loaded when it is used. The broker of one's own is a child process that
ends with the console, however that ends.
"""

import asyncio
import getpass
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from console.acts.audit_file import AuditFile
from console.acts.journal import Journal
from console.ahead import load_ahead
from console.alerts.alerting import Alerting
from console.app import ConsoleApp
from console.asked_to_end import leaving_when_asked
from console.cluster_ways import offered, own_name, own_way, profile_way
from console.config_file import audit_path, user_config_path, user_state_path
from console.editor_app import editor_of
from console.look import look_of
from console.memory import Memory
from console.model.care import USUAL, Care
from console.model.text import plain
from console.port.cluster import Reads, Writes
from console.port.schema_registry import RegistryAddress
from console.profiles import Profile, profiles_of
from console.sampling.switchboard import Switchboard, Way
from console.saved_alerts import alerts_of
from console.saved_clusters import OUTSIDE, own_care, own_registry, profile_of
from console.screens.view import Look, Refused, Saved, SavedLooks, View
from console.settings import Settings
from console.state_file import NotOurs, StateFile
from console.terminal_driver import lenient
from console.version import version
from console.views import DEMO_AT, VIEWS
from engine.client.settings import ClientSettings
from engine.config.engine_config import EngineConfig
from engine.config.load import Document
from engine.config.reload import ConfigNews
from engine.kernel import collector
from engine.kernel.system import SystemClock, SystemEntropy, environment
from engine.kernel.tasks import Tasks

if TYPE_CHECKING:
    from console.adapters.embedded import EmbeddedCluster
    from console.tour.bookmark import Bookmark
    from engine.child import ChildLauncher
    from engine.client.kafka import KafkaClient

NewsSource = Callable[[], AsyncGenerator[ConfigNews, None]]

_CLOCK = SystemClock()
_ENTROPY = SystemEntropy()
_DEMO_SEED = 1
_EXIT_FAILED = 1
_LOG_NAME = "engine.log"
_BOOKMARK_NAME = "tour"
_STATE_NAME = "console.json"
_LOG_BYTES_MAX = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Face:
    """How the console looks and behaves, and what tells of another wish."""

    settings: Settings
    look: Look
    saved: SavedLooks
    profiles: tuple[Profile, ...]
    journal: Journal
    alerting: Alerting
    memory: Memory
    has_theme: bool
    """Whether the theme was given by a flag, which wins over those of clusters."""
    registry: RegistryAddress | None = None
    """Where the schemas of our own broker's records are."""
    own_care: Care = USUAL
    """How careful the file is with our own broker's address."""

    def ways(self, first: Way, profiles: Iterable[Profile]) -> list[Way]:
        """The ways to a cluster and to those of a file, whose word on it is newer."""
        named = [
            profile_way(
                replace(each, theme="") if self.has_theme else each, self.settings, self.recorded
            )
            for each in profiles
        ]
        return offered(first, named)

    def recorded(self, writes: Writes, reads: Reads, name: str) -> Writes:
        """The way to change a cluster that tells the journal of every change."""
        from console.acts.recorded_writes import RecordedWrites

        return RecordedWrites(writes, reads, self.journal, name)


def open_console(
    document: Document,
    engine: EngineConfig,
    news: NewsSource,
    looks: SavedLooks,
    *,
    bootstrap: str | None,
    theme: str | None,
    demo_folder: Path | None,
) -> int:
    """Run the console until it is left; the exit code.

    On the cluster at `bootstrap` (addresses, or the name of a cluster of the file), or on a broker
    of its own with the configuration `engine`; with the payments workflow in `demo_folder` if there
    is one. `news` tells when the configuration file has changed, `looks` what it says about the
    console then. Raises ConfigError.
    """
    settings, look = look_of(document, theme)
    profile = None if bootstrap is None else _asked_for(document, bootstrap, engine)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        sys.stderr.write("kconsole: the console needs a terminal; `kconsole serve` does not\n")
        return _EXIT_FAILED
    profiles, problems = profiles_of(document, OUTSIDE)
    rules, wrong_rules = alerts_of(document)
    registry, wrong_registry = own_registry(document)
    problems += wrong_registry
    look = replace(look, problems=(*look.problems, *map(str, (*problems, *wrong_rules))))
    run = _ENTROPY.uuid_bytes().hex()
    journal = Journal(AuditFile(audit_path()), getpass.getuser(), _CLOCK, run)
    own = own_name(profiles)
    memory, forgets = _remembered({own: f"{own} {engine.data_dir}"} if profile is None else {})
    care, note = own_care(document, engine.listen) if profile is None else (USUAL, profile.note)
    notes = [note] if note else []
    look = replace(look, notes=(*forgets, *notes))
    face = _Face(
        settings,
        look,
        looks,
        _known(profiles.values(), engine),
        journal,
        Alerting(rules, environment(), document.file or str(user_config_path())),
        memory,
        has_theme=theme is not None,
        registry=registry,
        own_care=care,
    )
    if profile is not None:
        return asyncio.run(_on_cluster(profile, face))
    try:
        log = _engine_log(engine)
    except OSError as error:
        from engine.failures import failure_of

        failure = failure_of(error, engine.data)
        sys.stderr.write(f"kconsole: {failure.message}\n")
        return failure.exit_code
    face = replace(face, look=replace(look, notes=(*look.notes, *_exposed(engine))))
    broker = _OwnBroker(engine, log)
    if demo_folder is not None:
        work = _demo(broker.cluster, demo_folder, face)
    else:
        work = _on_own_broker(broker.cluster, face)
    return asyncio.run(broker.follow(news(), work))


def _asked_for(document: Document, bootstrap: str, engine: EngineConfig) -> Profile:
    """The cluster of `--bootstrap`, with what is known of it if it serves our own data."""
    from console.adapters.served_here import known_here

    return known_here(profile_of(document, bootstrap), engine.data)


def _known(profiles: Iterable[Profile], engine: EngineConfig) -> tuple[Profile, ...]:
    """Saved clusters, with what is known of the one that serves our own data."""
    from console.adapters.served_here import known_here

    return tuple(known_here(each, engine.data) for each in profiles)


def _remembered(aliases: Mapping[str, str]) -> tuple[Memory, list[str]]:
    """What was remembered, and why nothing will be if that is so."""
    store = StateFile(user_state_path() / _STATE_NAME)
    try:
        return Memory(store.read(), store, aliases), []
    except (OSError, NotOurs) as error:
        return Memory(), [f"what lists look like is not remembered: {plain(str(error))}"]


def _exposed(engine: EngineConfig) -> list[str]:
    return [
        f"{each.address} can be reached from other machines and clients need no authentication: "
        "whoever reaches it can read, change and delete everything"
        for each in engine.all_listeners
        if not each.address.is_loopback
    ]


async def _on_cluster(profile: Profile, face: _Face) -> int:
    return await _run(profile_way(profile, face.settings, face.recorded), VIEWS, face)


async def _on_own_broker(cluster: "EmbeddedCluster", face: _Face) -> int:
    async with cluster:
        return await _watch(cluster, VIEWS, face)


async def _demo(cluster: "EmbeddedCluster", folder: Path, face: _Face) -> int:
    from console.demo.screen import DemoScreen
    from console.demo.tour import TOUR
    from console.demo.workflow import Workflow
    from console.tour.bookmark import Bookmark

    failures: list[str] = []
    tasks = Tasks(lambda name, error: failures.append(f"{name}: {error}"))
    async with cluster:
        address = await cluster.served()
        if address is None:
            return await _watch(cluster, VIEWS, face)
        workflow = Workflow(address, folder, _DEMO_SEED, tasks)
        try:
            await workflow.start()
            demo = View("demo", "Demo", lambda host: DemoScreen(host, workflow))
            views = (*VIEWS[:DEMO_AT], demo, *VIEWS[DEMO_AT:])
            bookmark = Bookmark(folder / _BOOKMARK_NAME, TOUR)
            return await _watch(cluster, views, face, bookmark)
        finally:
            await workflow.close()
            await tasks.close()
            sys.stderr.writelines(f"kconsole: {failure}\n" for failure in failures)


def _machine_bytes() -> int:
    # Not needed for the first frame, and loading it takes as long as a tenth of the start.
    import psutil

    return int(psutil.virtual_memory().total)


def _engine_log(engine: EngineConfig) -> Path:
    """The file that our broker logs to, ready to be written. Raises OSError."""
    engine.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = engine.data_dir / _LOG_NAME
    if log.exists() and log.stat().st_size > _LOG_BYTES_MAX:
        log.replace(log.with_suffix(".log.1"))
    log.open("ab").close()
    return log


class _OwnBroker:
    """Our broker and the configuration of its processes, which changes with the file."""

    def __init__(self, engine: EngineConfig, log: Path) -> None:
        from console.adapters.embedded import EmbeddedCluster
        from console.adapters.own_config import OwnConfig
        from console.adapters.served_here import owner_here

        self._config = OwnConfig(engine)
        self._log = log
        self.cluster = EmbeddedCluster(
            engine.listen,
            launcher_for=self._launcher_for,
            owner=partial(owner_here, engine.data),
            client_of=_client_of,
            clock=_CLOCK,
            machine_bytes=_machine_bytes,
            engine_version=version(),
        )

    async def follow(self, news: AsyncGenerator[ConfigNews, None], work: Awaitable[int]) -> int:
        """Do some work, and let the broker follow its configuration meanwhile."""
        tasks = Tasks(_tell_unwatched)
        tasks.spawn(self._follow(news), name="configuration")
        try:
            return await work
        finally:
            await tasks.close()

    async def _follow(self, news: AsyncGenerator[ConfigNews, None]) -> None:
        async with aclosing(news):
            async for each in news:
                self._config.take(each)
                self.cluster.take(each)

    def _launcher_for(self, listen: str) -> "ChildLauncher":
        from engine.child import ChildLauncher

        return ChildLauncher(self._config.texts_for(listen), self._log)


def _client_of(address: str) -> "KafkaClient":
    """A client of our broker, loaded if it is the first."""
    from engine.client.kafka import KafkaClient

    settings = ClientSettings(software_version=version())
    return KafkaClient.of(address, clock=_CLOCK, entropy=_ENTROPY, settings=settings)


def _tell_unwatched(_name: str, error: BaseException) -> None:
    sys.stderr.write(f"kconsole: the configuration file is not watched any more: {error}\n")


async def _watch(
    cluster: "EmbeddedCluster",
    views: Sequence[View],
    face: _Face,
    bookmark: "Bookmark | None" = None,
) -> int:
    """The console on our own broker, with the tour of it if a bookmark of that is given."""
    name = own_name({each.name for each in face.profiles})

    def own(care: Care) -> Way:
        named = replace(care, cluster=name)
        return own_way(cluster, named, face.settings, face.recorded, face.registry)

    return await _run(own(face.own_care), views, face, bookmark, own)


async def _run(
    first: Way,
    views: Sequence[View],
    face: _Face,
    bookmark: "Bookmark | None" = None,
    own: Callable[[Care], Way] | None = None,
) -> int:
    """The console on the first cluster; those of the file can be put in its place.

    Where the first is our own broker, `own` makes the way to it that is as careful as a file says.
    """
    clusters = Switchboard(
        face.ways(first, face.profiles),
        _CLOCK,
        first=first.saved.name,
        interval_s=face.settings.interval_s,
    )

    async def looks() -> AsyncGenerator[Saved | Refused, None]:
        async with aclosing(face.saved()) as news:
            async for each in news:
                if isinstance(each, Saved):
                    again = first if own is None else own(each.own_care)
                    clusters.offer(face.ways(again, each.profiles))
                yield each

    journal = face.journal
    app = ConsoleApp(
        clusters,
        None,
        None,
        None,
        journal,
        views,
        face.look,
        face.settings,
        looks,
        clusters,
        face.alerting,
    )
    app.driver_class = lenient(app.driver_class)
    app.editor = editor_of(environment())
    if bookmark is not None:
        from console.tour.course import Course

        app.bookmark, app.course = bookmark, Course(bookmark.tour, bookmark.read())
    app.memory = face.memory
    app.draws_first = True
    collector.spare()
    failures: list[str] = []
    tasks = Tasks(lambda name, error: failures.append(f"kconsole: {name}: {error}\n"))

    async def prepare() -> None:
        await clusters.answered()
        await load_ahead()
        collector.spare()

    tasks.spawn(prepare(), name="loading ahead")
    try:
        with leaving_when_asked(lambda code: app.exit(return_code=code)):
            await app.run_async()
    finally:
        await tasks.close()
        journal.end_publishing()
        await journal.written()
        await asyncio.to_thread(face.memory.save_now)
    sys.stderr.writelines([*failures, app.fault_report])
    return app.return_code or 0
