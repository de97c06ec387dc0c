"""Makes snapshots from what was collected and followed. Sections that did not change are kept.

What is made for every topic is made in turns, between which the event loop runs.
"""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from console.model.cluster import ClusterState, Connection, Totals
from console.model.diagnosis import Subject, diagnose
from console.model.events import Event
from console.model.figures import Figure
from console.model.group import Group
from console.model.health import Health
from console.model.names import TopicPartition
from console.model.partition import NOT_READ, Partition
from console.model.retention import GroupAtRisk, RetentionPolicy, TopicRetention
from console.model.section import LOADING, Loading, Ready, Refused, Section, Stale, content
from console.model.snapshot import Snapshot
from console.model.topic import Topic, TopicDetail
from console.port.readings import LayoutReading, TopicReading
from console.sampling.broker_rates import BrokerRates
from console.sampling.changes import (
    connection_changes,
    disk_changes,
    group_changes,
    layout_changes,
    policy_changes,
    with_news,
)
from console.sampling.cluster_rows import cluster_state
from console.sampling.collected import Collected, with_value
from console.sampling.derived import (
    Copies,
    copies_of,
    partition_sizes,
    policies_of,
    topic_readers,
)
from console.sampling.engine_readings import EngineReadings
from console.sampling.engine_section import engine_section
from console.sampling.follower import GroupFollower
from console.sampling.group_list import GroupList
from console.sampling.membership import rebalancing_since
from console.sampling.needs import Needs, View
from console.sampling.opened import (
    absent_topic,
    broker_configs_of,
    configs_of,
    lag_group_of,
    producers_of,
)
from console.sampling.retention_list import RetentionList
from console.sampling.retention_rows import groups_at_risk, retention_of
from console.sampling.topic_list import TopicList
from console.sampling.topic_rows import TopicFacts
from console.sampling.totals import TotalsKeeper
from console.sampling.turns import in_turns
from console.sampling.vitals import Vitals


class Builder:
    """Keeps what the last snapshot was made of."""

    def __init__(
        self,
        collected: Collected,
        follower: GroupFollower,
        vitals: Vitals,
        readings: EngineReadings,
    ) -> None:
        self._collected = collected
        self._follower = follower
        self._vitals = vitals
        self._readings = readings
        self._topic_list = TopicList(collected)
        self._broker_rates = BrokerRates()
        self._group_list = GroupList(collected, follower)
        self._retention_list = RetentionList(collected)
        self._totals = TotalsKeeper()
        self._totals_ms = 0
        self._last_totals: Section[Totals] = LOADING
        self._last: Snapshot | None = None
        self._layout: LayoutReading | None = None
        self._sizes: dict[TopicPartition, Figure[int]] = {}
        self._sizes_of: tuple[object, object] = (None, None)
        self._copies = Copies(Counter(), Counter())
        self._copies_of: LayoutReading | None = None
        self._policies: dict[str, Figure[RetentionPolicy]] = {}
        self._policies_ms = 0
        self._since: dict[tuple[str, str], int] = {}
        self._events: tuple[Event, ...] = ()
        self._rebalancing: dict[str, int] = {}

    async def observe_ends(
        self,
        at_ms: int,
        layout: LayoutReading,
        asked: AbstractSet[TopicPartition],
        needs: Needs,
        *,
        is_all: bool,
    ) -> None:
        """Take in one round of end offsets, that of the partitions `asked`, and how fast topics and
        brokers grow with it; brokers only with a round of all partitions."""
        found, rows = self._collected, self._topic_list.rows
        rows.keep_only(layout, needs.topics)
        async for topics in in_turns(layout.topics):
            rows.observe(at_ms, topics, found, asked)
            if is_all:
                self._broker_rates.take_in(topics, found.ends, asked, rows.record_bytes)
        if is_all:
            self._broker_rates.end_round(at_ms)
        found.figures_read += 1
        for topic in layout.topics:
            if topic.name in needs.topics:
                rows.observe_partitions(at_ms, topic, found, asked)

    def forget(self) -> None:
        """Begin rates and histories anew."""
        self._topic_list = TopicList(self._collected)
        self._broker_rates = BrokerRates()
        self._totals = TotalsKeeper()

    async def build(
        self,
        needs: Needs,
        connection: Connection,
        *,
        now_ms: int,
        cluster_name: str,
        interval_s: float,
        is_paused: bool,
    ) -> Snapshot:
        """The snapshot of this moment."""
        found = self._collected
        layout = found.topics()
        await self._refresh_sizes(layout)
        await self._refresh_policies(now_ms)
        groups = self._groups(now_ms)
        known_groups = content(groups) or ()
        topics = await self._topics(layout, known_groups)
        known_topics = content(topics) or ()
        cluster = self._cluster(layout)
        risks = groups_at_risk(known_groups)
        retention = await self._retention(needs, known_topics, risks)
        totals = self._totals_section(topics, groups, now_ms)
        health = self._health(
            Subject(
                connection=connection,
                cluster=content(cluster),
                topics=known_topics,
                groups=known_groups,
                retention=[
                    retention_of(topic, found.oldest, self._policy(topic.name), risks[topic.name])
                    for topic in (known_topics if risks else ())
                    if topic.name in risks
                ],
                vitals=self._vitals.latest,
            ),
            cluster,
            now_ms,
        )
        self._note_changes(connection, layout, known_groups, content(cluster), now_ms)
        self._last = Snapshot(
            sequence=self._last.sequence + 1 if self._last else 0,
            at_ms=now_ms,
            cluster_name=cluster_name,
            connection=connection,
            interval_s=interval_s,
            is_paused=is_paused,
            cluster=cluster,
            totals=totals,
            topics=topics,
            groups=groups,
            retention=retention,
            health=health,
            engine=engine_section(self._collected, self._readings)
            if View.ENGINE in needs.views
            else LOADING,
            topic_details=self._details(needs, layout, known_topics, known_groups, risks),
            broker_configs={}
            if needs.broker is None
            else {needs.broker: broker_configs_of(found, needs.broker)},
            events=self._events,
        )
        return self._last

    async def _refresh_sizes(self, layout: LayoutReading | None) -> None:
        directories = self._collected.directories
        if layout is None or not isinstance(directories, Ready | Stale):
            return
        of_layout, of_directories = self._sizes_of
        if of_layout is not layout or of_directories is not directories.value:
            sizes: dict[TopicPartition, Figure[int]] = {}
            async for topics in in_turns(layout.topics):
                sizes |= partition_sizes(topics, directories.value, directories.at_ms)
            self._sizes, self._sizes_of = sizes, (layout, directories.value)

    async def _refresh_policies(self, now_ms: int) -> None:
        policies = self._collected.policies
        if not isinstance(policies, Ready | Stale) or policies.at_ms == self._policies_ms:
            return
        before, self._policies_ms = self._policies, policies.at_ms
        found: dict[str, Figure[RetentionPolicy]] = {}
        async for configs in in_turns(self._collected.configs.items()):
            found |= policies_of(dict(configs), policies.at_ms)
        self._policies = found
        self._events = with_news(self._events, policy_changes(before, self._policies, now_ms))

    def _policy(self, topic: str) -> Figure[RetentionPolicy]:
        return self._policies.get(topic, NOT_READ)

    def _groups(self, now_ms: int) -> Section[tuple[Group, ...]]:
        found = self._collected
        rows = self._group_list.groups(now_ms, self._policies, self._sizes)
        face = found.groups
        if isinstance(face, Ready) and isinstance(found.offsets, Stale):
            # Who is in a group may be fresh; how far behind it is, is not.
            return with_value(found.offsets, rows)
        return with_value(face, rows)

    async def _topics(
        self, layout: LayoutReading | None, groups: tuple[Group, ...]
    ) -> Section[tuple[Topic, ...]]:
        if layout is None:
            return with_value(self._collected.layout, ())
        facts = TopicFacts(topic_readers(groups), self._policies, self._sizes)
        return with_value(self._collected.layout, await self._topic_list.topics(layout, facts))

    def _cluster(self, layout: LayoutReading | None) -> Section[ClusterState]:
        section = self._collected.layout
        if layout is None:
            return section if isinstance(section, Loading | Refused) else LOADING
        if layout is not self._copies_of:
            self._copies, self._copies_of = copies_of(layout.topics), layout
        state = cluster_state(
            layout,
            self._copies,
            self._broker_rates,
            self._collected,
            self._vitals.latest,
            self._vitals.machine_bytes,
        )
        return with_value(section, state)

    async def _retention(
        self,
        needs: Needs,
        topics: tuple[Topic, ...],
        risks: Mapping[str, tuple[GroupAtRisk, ...]],
    ) -> Section[tuple[TopicRetention, ...]]:
        policies = self._collected.policies
        if View.RETENTION not in needs.views or isinstance(policies, Loading | Refused):
            self._retention_list.forget()
            return policies if isinstance(policies, Loading | Refused) else LOADING
        return with_value(policies, await self._retention_list.rows(topics, self._policies, risks))

    def _totals_section(
        self,
        topics: Section[tuple[Topic, ...]],
        groups: Section[tuple[Group, ...]],
        now_ms: int,
    ) -> Section[Totals]:
        """Totals move on with each round that read every end; in between they stay."""
        rows = content(topics)
        if rows is None:
            return topics if isinstance(topics, Loading | Refused) else LOADING
        offsets = self._collected.offsets
        read_ms = self._collected.all_ends_ms
        before = content(self._last_totals)
        if before is not None and read_ms == self._totals_ms and read_ms:
            totals = before
        else:
            is_lag_read = isinstance(offsets, Ready | Stale) and content(groups) is not None
            totals = self._totals.totals(now_ms, rows, content(groups), is_lag_read=is_lag_read)
            self._totals_ms = read_ms
        layout = self._collected.layout
        face: Section[object] = offsets if isinstance(offsets, Stale) else layout
        self._last_totals = with_value(face, totals)
        return self._last_totals

    def _health(
        self, subject: Subject, cluster: Section[ClusterState], now_ms: int
    ) -> Section[Health]:
        findings = diagnose(subject, self._since, now_ms)
        self._since = {(each.code, each.subject): each.since_ms for each in findings}
        health = Health(findings, self._vitals.latest)
        if isinstance(cluster, Loading) and not findings:
            return cluster
        if isinstance(cluster, Stale):
            return with_value(cluster, health)
        return Ready(health, now_ms)

    def _details(
        self,
        needs: Needs,
        layout: LayoutReading | None,
        topics: tuple[Topic, ...],
        groups: tuple[Group, ...],
        risks: Mapping[str, tuple[GroupAtRisk, ...]],
    ) -> dict[str, TopicDetail]:
        details: dict[str, TopicDetail] = {}
        if not needs.topics:
            return details
        topics_read = layout.topics if layout else ()
        readings = {each.name: each for each in topics_read if each.name in needs.topics}
        rows = {each.name: each for each in topics if each.name in needs.topics}
        for name in sorted(needs.topics):
            reading, row = readings.get(name), rows.get(name)
            if reading is None:
                details[name] = absent_topic(name, layout)
                continue
            lag_group = lag_group_of(needs, name, row, groups)
            retention: Section[TopicRetention] = LOADING
            if row is not None:
                kept = retention_of(
                    row, self._collected.oldest, self._policy(name), risks.get(name, ())
                )
                retention = with_value(self._collected.policies, kept)
            details[name] = TopicDetail(
                name=name,
                partitions=self._partitions(reading, lag_group),
                configs=configs_of(self._collected, name),
                retention=retention,
                producers=producers_of(self._collected, name),
                segments=self._collected.segments.get(name, LOADING),
                lag_group=lag_group.name if lag_group else None,
            )
        return details

    def _partitions(
        self, reading: TopicReading, lag_group: Group | None
    ) -> Section[tuple[Partition, ...]]:
        rows = self._topic_list.rows.partitions(reading, self._collected, self._sizes, lag_group)
        return with_value(self._collected.layout, rows)

    def _note_changes(
        self,
        connection: Connection,
        layout: LayoutReading | None,
        groups: tuple[Group, ...],
        cluster: ClusterState | None,
        now_ms: int,
    ) -> None:
        last = self._last
        if last is None:
            self._layout = layout
            return
        news: list[Event] = list(connection_changes(last.connection, connection, now_ms))
        if self._layout is not None and layout is not None:
            news += layout_changes(self._layout, layout, now_ms)
        self._layout = layout or self._layout
        if content(last.groups) is not None:
            news += group_changes(content(last.groups) or (), groups, now_ms, self._rebalancing)
        self._rebalancing = rebalancing_since(self._rebalancing, groups, now_ms)
        before = content(last.cluster)
        if before is not None and cluster is not None:
            news += disk_changes(before, cluster, now_ms)
        self._events = with_news(self._events, news)
