"""The whole console on a feed that stands still and a cluster in memory."""

from collections.abc import Sequence
from functools import partial

from console.acts.act import ActKind, ConfigsBefore, OffsetsBefore
from console.acts.fates import Fates
from console.acts.journal import Journal
from console.acts.recorded_writes import RecordedWrites
from console.alerts.alerting import Alerting
from console.app import ConsoleApp
from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.model.names import TopicPartition
from console.model.snapshot import Snapshot
from console.port.clusters import SavedCluster
from console.port.schema_registry import SchemaSource
from console.port.source import Source
from console.screens.view import Look, View
from console.settings import Settings, TimeStyle
from console.views import VIEWS
from tests.support.bundled_themes import bundled_themes
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.sample_clusters import SampleClusters
from tests.support.still_feed import StillFeed


class KeptAudit:
    """Lines in memory, or a disk that refuses them."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.error: OSError | None = None
        self.failure: OSError | None = None

    def take(self, line: str) -> None:
        self.failure = self.error
        if self.error is None:
            self.lines.append(line)

    async def written(self) -> None:
        """They are."""


class StagedConsole(ConsoleApp):
    """The console, with what it talks to at hand."""

    def __init__(
        self,
        feed: StillFeed,
        cluster: FakeCluster,
        look: Look,
        settings: Settings,
        chosen: SampleClusters | None,
        alerting: Alerting | None = None,
        registry: SchemaSource | None = None,
        views: Sequence[View] = VIEWS,
    ) -> None:
        self.audit = KeptAudit()
        journal = Journal(self.audit, "ann", FakeClock())
        name = "prod-eu-west" if chosen is None else chosen.current.recorded_name
        writes = RecordedWrites(cluster, cluster, journal, name)
        source = Source(cluster, cluster, cluster.world.clock, registry)
        super().__init__(
            feed, cluster, writes, source, journal, views, look, settings, None, chosen, alerting
        )
        self.feed = feed
        self.cluster = cluster
        self.chosen = chosen


def sample_acts(journal: Journal) -> None:
    """A day at the console: what was done, what was refused, what can be undone."""
    before = ConfigsBefore("orders.placed", {"retention.ms": "604800000"})
    offsets = OffsetsBefore("billing", {TopicPartition("orders.placed", 0): 40})
    note = partial(journal.note, "prod-eu-west")
    note(ActKind.CREATE_TOPIC, "payments.refunded", "12 partitions, cleanup.policy = compact")
    note(ActKind.SET_CONFIGS, "orders.placed", "retention.ms = 86400000", before=before)
    journal.note_published("prod-eu-west", "payments.refunded", Fates(12_000))
    note(ActKind.SET_OFFSETS, "billing", "orders.placed-0 to 0", before=offsets)
    note(ActKind.DELETE_TOPIC, "dlq.orders", failure="this user may not delete topics")
    journal.mark_undone(journal.acts[1])


def console(
    snapshot: Snapshot | None,
    *,
    theme: str = "midnight",
    keymap: Keymap = DEFAULT_KEYMAP,
    problems: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    are_internal_shown: bool = False,
    saved: SavedCluster | None = None,
    alerting: Alerting | None = None,
    registry: SchemaSource | None = None,
    views: Sequence[View] = VIEWS,
) -> StagedConsole:
    """The console showing a snapshot, or nothing yet; on one of the saved clusters, if so said."""
    look = Look(bundled_themes(), keymap=keymap, problems=problems, notes=notes)
    settings = Settings(theme=theme, times=TimeStyle.UTC, is_internal_shown=are_internal_shown)
    cluster = FakeCluster(FakeClock())
    chosen = None if saved is None else SampleClusters(cluster, cluster, saved)
    return StagedConsole(
        StillFeed(snapshot), cluster, look, settings, chosen, alerting, registry, views
    )
