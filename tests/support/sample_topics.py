"""The topics of the sample snapshots."""

from dataclasses import replace

from console.model.config_rule import ConfigRule
from console.model.figures import Known, Total, Unknown
from console.model.lag import LossKind, LossOutlook
from console.model.partition import Partition
from console.model.partition_log import PartitionLog, Rolling, guessed_log, told_log
from console.model.record_times import RecordTimes
from console.model.retention import (
    DAY_MS,
    GroupAtRisk,
    RetentionPolicy,
    TopicRetention,
    when_oldest_goes,
)
from console.model.section import Ready
from console.model.segments import SegmentRow, TopicSegments, shown_rows
from console.model.topic import ConfigEntry, Producer, Producers, Topic, TopicDetail, status_of
from tests.support.sample_series import GIB, NOW_MS, wave

_ROWS: tuple[tuple[str, int, float, float, int, str], ...] = (
    # name, partitions, messages a second, GiB, lag, retention
    ("orders.placed", 12, 45_500, 306, 182_000, "30d"),
    ("orders.fulfilled", 48, 23_900, 172, 64_200, "3d"),
    ("payments.authorized", 24, 7_800, 860, 12_800, "30d"),
    ("payments.captured", 3, 10_600, 479, 7_400, "compact"),
    ("inventory.reserved", 48, 917, 464, 4_100, "30d"),
    ("shipments.dispatched", 24, 9_400, 13.9, 980, "compact"),
    ("clickstream.web", 48, 46_900, 706, 612, "compact"),
    ("clickstream.mobile", 24, 36_700, 434, 240, "1d"),
    ("users.signup", 12, 46_700, 572, 96, "3d"),
    ("users.profile-changes", 6, 46_600, 711, 31, "3d"),
    ("audit.events", 3, 13_000, 607, 12, "1d"),
    ("billing.invoices", 3, 12_400, 44.4, 0, "3d"),
    ("search.queries", 6, 17_900, 75.8, 0, "7d"),
    ("email.outbox", 24, 23_900, 611, 0, "3d"),
    ("fraud.scores", 48, 15_000, 144, 0, "3d"),
    ("pricing.updates", 48, 19_400, 861, 0, "3d"),
    ("returns.requested", 6, 3_200, 20.2, 0, "7d"),
    ("cart.abandoned", 48, 17_100, 302, 0, "30d"),
    ("recommendations.feed", 3, 12_800, 101, 0, "7d"),
    ("telemetry.devices", 3, 39_600, 800, 0, "7d"),
    ("catalog.products", 12, 9_900, 543, 0, "3d"),
    ("geo.pings", 3, 35_600, 12.1, 0, "7d"),
    ("ads.impressions", 24, 30_200, 769, 0, "3d"),
    ("dlq.orders", 24, 16_600, 392, 0, "1d"),
    ("dlq.payments", 12, 26_600, 729, 0, "compact"),
    ("sessions.start", 24, 21_400, 850, 0, "compact"),
    ("sessions.end", 12, 14_000, 170, 0, "3d"),
    ("metrics.raw", 3, 8_700, 814, 0, "7d"),
    ("logs.app", 12, 37_800, 806, 0, "3d"),
    ("__consumer_offsets", 50, 420, 0.4, 0, "compact"),
)

_READERS = {
    "orders.placed": ("billing", "fraud", "search"),
    "orders.fulfilled": ("billing", "search"),
    "payments.authorized": ("billing", "fraud"),
}
_LAGGING_FROM = 5_000


def policy(text: str) -> RetentionPolicy:
    """`7d` or `compact`."""
    if text == "compact":
        return RetentionPolicy(
            is_deleted=False, is_compacted=True, retention_ms=7 * DAY_MS, retention_bytes=-1
        )
    return RetentionPolicy(
        is_deleted=True,
        is_compacted=False,
        retention_ms=int(text.rstrip("d")) * DAY_MS,
        retention_bytes=-1,
    )


def topics() -> tuple[Topic, ...]:
    """Thirty rows, one of them internal, sorted by lag."""
    return tuple(
        _topic(position, name, partitions, rate, gib, lag, keep)
        for position, (name, partitions, rate, gib, lag, keep) in enumerate(_ROWS)
    )


def _topic(
    position: int, name: str, partitions: int, rate: float, gib: float, lag: int, keep: str
) -> Topic:
    under_replicated = int(name == "orders.fulfilled")
    readers = _READERS.get(name, ("search",) if not name.startswith("__") else ())
    known_lag = Known(lag, NOW_MS) if readers else Unknown("no group reads it")
    size_bytes = round(gib * GIB)
    return Topic(
        name=name,
        topic_id=f"{position:02d}AbCdEfGhIjKlMnOpQrStUg",
        is_internal=name.startswith("__"),
        partition_count=partitions,
        replication_factor=3,
        status=status_of(
            offline=0, under_replicated=under_replicated, is_lagging=lag > _LAGGING_FROM
        ),
        under_replicated_partitions=under_replicated,
        messages_per_s=Known(float(rate), NOW_MS),
        bytes_per_s=Known(rate * 1_274.0, NOW_MS),
        size_bytes=Known(size_bytes, NOW_MS),
        message_count=Known(size_bytes // 1_274, NOW_MS),
        lag=known_lag,
        lag_total=Total(lag),
        groups=readers,
        retention=Known(policy(keep), NOW_MS),
        trend=wave(rate, rate / 8, length=60, turns=1 + position % 5 / 2),
    )


def partitions(name: str) -> tuple[Partition, ...]:
    """The partitions of a topic over three brokers, one of orders.fulfilled short of a copy."""
    row = next(topic for topic in topics() if topic.name == name)
    assert isinstance(row.size_bytes, Known)
    assert isinstance(row.messages_per_s, Known)
    made: list[Partition] = []
    for index in range(row.partition_count):
        replicas = (index % 3 + 1, (index + 1) % 3 + 1, (index + 2) % 3 + 1)
        is_short = name == "orders.fulfilled" and index == 17
        end = 4_000_000 + 31_337 * index
        made.append(
            Partition(
                topic=name,
                index=index,
                leader=replicas[0],
                leader_epoch=4 + index % 3,
                replicas=replicas,
                in_sync=tuple(r for r in replicas if r != 2) if is_short else replicas,
                offline_replicas=(2,) if is_short else (),
                log_start=Known(1_000_000 + 7_919 * index, NOW_MS),
                high_watermark=Known(end, NOW_MS),
                last_stable=Known(end, NOW_MS),
                size_bytes=Known(row.size_bytes.value // row.partition_count, NOW_MS),
                messages_per_s=Known(row.messages_per_s.value / row.partition_count, NOW_MS),
                lag=Known(900 * index, NOW_MS),
            )
        )
    return tuple(made)


def configs(topic: str = "orders.placed") -> tuple[ConfigEntry, ...]:
    """A topic's configuration with a value or two set on it."""
    rows = (
        (
            ("cleanup.policy", "compact,delete", "topic"),
            ("compression.type", "producer", "default"),
            ("max.message.bytes", "1048588", "default"),
            ("min.insync.replicas", "2", "broker"),
            ("retention.bytes", "-1", "default"),
            ("retention.ms", "259200000", "topic"),
            ("segment.bytes", "1073741824", "default"),
        )
        if topic == "orders.fulfilled"
        else (
            ("cleanup.policy", "delete", "default"),
            ("compression.type", "producer", "default"),
            ("max.message.bytes", "1048588", "default"),
            ("min.insync.replicas", "2", "broker"),
            ("retention.bytes", "-1", "default"),
            ("retention.ms", "2592000000", "topic"),
            ("segment.bytes", "1073741824", "default"),
        )
    )
    return tuple(
        ConfigEntry(
            name=name,
            value=value,
            source=source,
            is_default=source == "default",
            is_sensitive=False,
            is_read_only=False,
            documentation=_MEANINGS.get(name, ""),
            rule=_RULES.get(name, ConfigRule("long")),
            default=_DEFAULTS.get(name, value),
        )
        for name, value, source in rows
    )


_DEFAULTS = {"retention.ms": "604800000"}
_RULES = {
    "cleanup.policy": ConfigRule("list", words=("compact", "delete")),
    "compression.type": ConfigRule("string", words=("gzip", "lz4", "producer", "zstd")),
    "min.insync.replicas": ConfigRule("int", least=1),
    "retention.ms": ConfigRule("long", least=-1),
}
_MEANINGS = {
    "cleanup.policy": "What happens to old segments: they are dropped, or the last record of each "
    "key is kept.",
    "compression.type": "How batches are stored; 'producer' keeps what the producer sent.",
    "retention.ms": "How long records are kept before their segment is removed; -1 keeps them for "
    "ever. Needs cleanup.policy delete.",
}


def retentions() -> tuple[TopicRetention, ...]:
    """One row a topic; fraud is about to lose records of orders.fulfilled."""
    rows: list[TopicRetention] = []
    for position, topic in enumerate(topics()):
        oldest = Known(NOW_MS - DAY_MS * (1 + position % 3) + 7_200_000, NOW_MS)
        risk: tuple[GroupAtRisk, ...] = ()
        if topic.name == "orders.fulfilled":
            risk = (GroupAtRisk("search", LossOutlook(LossKind.IN_TIME, 5_400.0), 0),)
        rows.append(
            TopicRetention(
                topic=topic.name,
                policy=topic.retention,
                oldest_ms=oldest,
                oldest_goes_ms=when_oldest_goes(topic.retention, oldest),
                size_bytes=topic.size_bytes,
                partition_count=topic.partition_count,
                at_risk=risk,
            )
        )
    return tuple(rows)


def topic_detail(name: str) -> TopicDetail:
    """Everything that the screen of one topic shows."""
    kept = next(row for row in retentions() if row.topic == name)
    return TopicDetail(
        name=name,
        partitions=Ready(partitions(name), NOW_MS),
        configs=Ready(configs(name), NOW_MS),
        retention=Ready(kept, NOW_MS),
        producers=Ready(producers(), NOW_MS),
        segments=Ready(segments(name), NOW_MS),
        lag_group="billing",
    )


def producers() -> Producers:
    """An idempotent one in two partitions, a transactional one with an open transaction."""
    return Producers(
        (
            Producer(0, 4_001, 0, 18_204, NOW_MS - 400),
            Producer(1, 4_001, 0, 17_996, NOW_MS - 1_200),
            Producer(1, 4_017, 3, 92, NOW_MS - 95_000, transaction_start=4_031_102),
        )
    )


def segments(name: str) -> TopicSegments:
    """The segments of a topic that our own broker tells, full ones of 1 GiB but for the last."""
    row = next(topic for topic in topics() if topic.name == name)
    assert isinstance(row.retention, Known)
    found: list[SegmentRow] = []
    for each in partitions(name):
        found += shown_rows(_log(each, are_told=True), row.retention.value, NOW_MS)
    return TopicSegments(tuple(found), row.retention.value, Rolling(), {})


def untold_segments(name: str) -> TopicSegments:
    """The same where the cluster does not tell them, and two partitions tell nothing at all."""
    told = segments(name)
    found: list[SegmentRow] = []
    for each in partitions(name)[2:]:
        found += shown_rows(_log(each, are_told=False), told.policy, NOW_MS)
    silent = dict.fromkeys(range(2), "broker 2 did not answer in time")
    return TopicSegments(tuple(found), told.policy, Rolling(), silent)


def _log(row: Partition, *, are_told: bool) -> PartitionLog:
    """A log that began 29 days ago, and a little earlier in each partition after the first."""
    assert isinstance(row.log_start, Known)
    assert isinstance(row.high_watermark, Known)
    assert isinstance(row.size_bytes, Known)
    start, end, size = row.log_start.value, row.high_watermark.value, row.size_bytes.value
    begin_ms = NOW_MS - 29 * DAY_MS - row.index * 1_700_000
    step = (NOW_MS - begin_ms) / (end - start)
    count = -(-size // GIB)
    bases = [start + (end - start) * GIB * number // size for number in range(count)]
    stamps = {base: begin_ms + round((base - start) * step) for base in (*bases, end - 1)}
    times = RecordTimes().seen_all(stamps)
    if not are_told:
        return guessed_log(
            row.index, start=start, end=end, size_bytes=size, times=times, rolling=Rolling()
        )
    sizes = [GIB] * (count - 1) + [size - GIB * (count - 1)]
    told = tuple(zip(bases, sizes, strict=True))
    return told_log(row.index, start=start, end=end, times=times, segments=told)


def partial_detail(name: str) -> TopicDetail:
    """The detail of a topic while broker 2 does not answer; no group reads the topic."""
    silent = Unknown("broker 2 did not answer in time")
    unread = Unknown("no group reads it")
    known = topic_detail(name)
    rows = tuple(
        replace(
            row,
            log_start=silent,
            high_watermark=silent,
            size_bytes=silent,
            messages_per_s=silent,
            lag=silent,
        )
        if row.leader == 2
        else replace(row, lag=unread)
        for row in partitions(name)
    )
    hidden = tuple(
        replace(entry, value=None, is_sensitive=True)
        if entry.name == "compression.type"
        else replace(entry, value=None)
        if entry.name == "segment.bytes"
        else entry
        for entry in configs()
    )
    return replace(
        known,
        partitions=Ready(rows, NOW_MS),
        configs=Ready(hidden, NOW_MS),
        producers=Ready(Producers(producers().rows[:1], 8, silent.reason), NOW_MS),
        segments=Ready(untold_segments(name), NOW_MS),
        lag_group=None,
    )
