"""The demonstration as its snapshots show it: payments flow, three groups read them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from console.demo.generator import ALERTS_TOPIC, PAYMENTS_TOPIC, TOPIC_PARTITIONS
from console.demo.tour import FRAUD, MAILER, TOUR, WAREHOUSE
from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.model.cluster import Totals
from console.model.figures import Known, Total
from console.model.group import Group, GroupState
from console.model.lag import Age, LossKind, LossOutlook
from console.model.partition import Partition
from console.model.partition_log import Rolling
from console.model.retention import TopicRetention, when_oldest_goes
from console.model.section import Ready
from console.model.segments import SegmentKind, SegmentRow, Stamp, TopicSegments
from console.model.snapshot import Snapshot
from console.model.topic import Producer, Producers, Topic, TopicDetail, TopicStatus
from console.model.verdict import Verdict
from console.port.clusters import SavedCluster
from console.tour.course import Course
from console.views import DEMO_AT, VIEWS
from tests.support.console_stage import StagedConsole, console
from tests.support.fake_workflow import FakeWorkflow, demo_view
from tests.support.sample_groups import members, partition_lag
from tests.support.sample_series import NOW_MS, wave
from tests.support.sample_snapshots import hosted
from tests.support.sample_topics import configs, policy

RATES = {PAYMENTS_TOPIC: 200.0, ALERTS_TOPIC: 0.4}
READ = {FRAUD: PAYMENTS_TOPIC, WAREHOUSE: PAYMENTS_TOPIC, MAILER: ALERTS_TOPIC}
CREWS: Mapping[str, int] = {FRAUD: 2, WAREHOUSE: 1, MAILER: 1}
END = 20_000


def demo_snapshot(
    *,
    lags: Mapping[str, int] | None = None,
    crews: Mapping[str, int] | None = None,
    rate: float = 200.0,
    gone: str = "",
) -> Snapshot:
    """The demonstration with these lags and numbers of members, and without a topic that is gone.

    `rate` counts payments a second.
    """
    lags, crews = {**dict.fromkeys(READ, 120), **(lags or {})}, {**CREWS, **(crews or {})}
    groups = tuple(_group(name, lags[name], crews[name]) for name in READ)
    names = [name for name in TOPIC_PARTITIONS if name != gone]
    topics = tuple(_topic(name, rate if name == PAYMENTS_TOPIC else 0.4) for name in names)
    totals = Totals(
        topic_count=len(topics),
        partition_count=8,
        group_count=3,
        messages_per_s=Known(rate, NOW_MS),
        bytes_per_s=Known(rate * 260, NOW_MS),
        lag=Total(sum(lags.values())),
        is_lag_read=True,
        groups_active=Known(3, NOW_MS),
        size_bytes=Known(60 << 20, NOW_MS),
        messages_history=wave(rate, 4),
        bytes_history=wave(rate * 260, 900),
        lag_history=wave(300, 60),
        under_replicated_history=wave(0, 0),
        groups_history=wave(3, 0),
    )
    return replace(
        hosted(),
        cluster_name="local",
        totals=Ready(totals, NOW_MS),
        topics=Ready(topics, NOW_MS),
        groups=Ready(groups, NOW_MS),
        retention=Ready(tuple(map(_retention, topics)), NOW_MS),
        topic_details={topic.name: _detail(topic) for topic in topics},
        events=(),
    )


def _group(name: str, lag: int, count: int) -> Group:
    topic = READ[name]
    parts = TOPIC_PARTITIONS[topic]
    crew = members(name, count, topic, parts) if count else ()
    shares = [lag // parts + (index < lag % parts) for index in range(parts)]
    return Group(
        name=name,
        state=GroupState.STABLE if count else GroupState.EMPTY,
        group_type="classic",
        protocol="range",
        coordinator=Known(1, NOW_MS),
        members=Known(crew, NOW_MS),
        partitions=tuple(
            partition_lag(topic, index, share, member=crew[index % count] if count else None)
            for index, share in enumerate(shares)
        ),
        is_enriched=True,
        verdict=Verdict.OK,
        completeness=1.0,
        lag_total=Total(lag),
        age=Known(Age(lag / 200), NOW_MS),
        loss=LossOutlook(LossKind.SAFE),
        lag_history=wave(lag, lag / 5),
        consumed_history=wave(200, 8),
    )


def _topic(name: str, rate: float) -> Topic:
    return Topic(
        name=name,
        topic_id="00AbCdEfGhIjKlMnOpQrStUg",
        is_internal=False,
        partition_count=TOPIC_PARTITIONS[name],
        replication_factor=1,
        status=TopicStatus.HEALTHY,
        messages_per_s=Known(rate, NOW_MS),
        bytes_per_s=Known(rate * 260, NOW_MS),
        size_bytes=Known(30 << 20, NOW_MS),
        message_count=Known(END * TOPIC_PARTITIONS[name], NOW_MS),
        lag=Known(120 if name == PAYMENTS_TOPIC else 3, NOW_MS),
        lag_total=Total(240),
        groups=tuple(group for group, topic in READ.items() if topic == name),
        retention=Known(policy("1d"), NOW_MS),
        trend=wave(rate, rate / 8, length=60),
    )


def _retention(topic: Topic) -> TopicRetention:
    oldest = Known(NOW_MS - 7_200_000, NOW_MS)
    return TopicRetention(
        topic=topic.name,
        policy=topic.retention,
        oldest_ms=oldest,
        oldest_goes_ms=when_oldest_goes(topic.retention, oldest),
        size_bytes=topic.size_bytes,
        partition_count=topic.partition_count,
        at_risk=(),
    )


def _detail(topic: Topic) -> TopicDetail:
    parts = tuple(
        Partition(
            topic=topic.name,
            index=index,
            leader=1,
            leader_epoch=0,
            replicas=(1,),
            in_sync=(1,),
            log_start=Known(0, NOW_MS),
            high_watermark=Known(END + 31 * index, NOW_MS),
            last_stable=Known(END + 31 * index, NOW_MS),
            size_bytes=Known(5 << 20, NOW_MS),
            messages_per_s=Known(RATES[topic.name] / topic.partition_count, NOW_MS),
            lag=Known(20, NOW_MS),
        )
        for index in range(topic.partition_count)
    )
    return TopicDetail(
        name=topic.name,
        partitions=Ready(parts, NOW_MS),
        configs=Ready(configs(), NOW_MS),
        retention=Ready(_retention(topic), NOW_MS),
        producers=Ready(
            Producers(tuple(Producer(each.index, 1_000, 0, 119, NOW_MS - 20) for each in parts)),
            NOW_MS,
        ),
        segments=Ready(_segments(parts), NOW_MS),
        lag_group=WAREHOUSE,
    )


def _segments(parts: Iterable[Partition]) -> TopicSegments:
    """Of each partition the one that is written to: all of it was made in two hours."""
    first, last = Stamp(NOW_MS - 7_200_000, is_told=True), Stamp(NOW_MS - 20, is_told=True)
    rows = tuple(
        SegmentRow(each.index, 0, END + 31 * each.index, 5 << 20, first, last, SegmentKind.ACTIVE)
        for each in parts
    )
    return TopicSegments(rows, policy("1d"), Rolling(), {})


def guided(
    snapshot: Snapshot | None = None,
    *,
    keymap: Keymap = DEFAULT_KEYMAP,
    theme: str = "midnight",
    saved: SavedCluster | None = None,
    workflow: FakeWorkflow | None = None,
    kept: str = "",
) -> StagedConsole:
    """The demonstration in memory, with the tour offered; the topics can be read and written."""
    app = console(
        snapshot or demo_snapshot(),
        keymap=keymap,
        theme=theme,
        saved=saved,
        views=(*VIEWS[:DEMO_AT], demo_view(workflow or FakeWorkflow()), *VIEWS[DEMO_AT:]),
    )
    world = app.cluster.world
    for name, count in TOPIC_PARTITIONS.items():
        world.add_topic(name, count, end=60)
    for name, topic in READ.items():
        world.add_group(name, topic, committed=40, members=CREWS[name])
    app.course = Course(TOUR, kept)
    return app
