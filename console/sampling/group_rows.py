"""Makes the groups of a snapshot from listings, descriptions and what was tracked."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from console.model.figures import Figure, Known, Unknown, total
from console.model.group import (
    UNKNOWN_LOSS,
    UNKNOWN_OUTLOOK,
    Group,
    Member,
    PartitionLag,
)
from console.model.lag import Age, LossKind, LossOutlook
from console.model.names import TopicPartition
from console.model.outlook import loss_of
from console.model.partition import NOT_READ
from console.model.retention import RetentionPolicy
from console.model.series import Series
from console.model.verdict import Verdict, completeness, worst
from console.port.errors import ClusterError
from console.port.readings import GroupListing, GroupReading
from console.sampling.group_tracker import GroupTracker, Tracked

_LOSS_ORDER = (LossKind.SAFE, LossKind.UNKNOWN, LossKind.IN_TIME, LossKind.NOW)


def group_row(
    listing: GroupListing,
    description: GroupReading | ClusterError | None,
    tracker: GroupTracker | None,
    *,
    problem: str,
    now_ms: int,
    policies: Mapping[str, Figure[RetentionPolicy]],
    sizes: Mapping[TopicPartition, Figure[int]],
) -> Group:
    """One group. `problem` says why its offsets could not be read in the newest round."""
    members = members_of(description, now_ms)
    state, protocol = listing.state, ""
    if isinstance(description, GroupReading):
        state, protocol = description.state, description.protocol
    listed = Group(
        name=listing.name,
        state=state,
        group_type=listing.group_type,
        protocol=protocol,
        coordinator=Known(listing.coordinator, now_ms),
        members=members,
        problem=problem,
    )
    if tracker is None:
        return listed
    rows = tuple(
        _partition_lag(
            key,
            tracked,
            owner=owner,
            policy=policies.get(key.topic, NOT_READ),
            partition_bytes=sizes.get(key, NOT_READ),
            now_ms=now_ms,
        )
        for key, tracked, owner in _with_owners(tracker, members)
    )
    return replace(
        listed,
        partitions=rows,
        is_enriched=True,
        verdict=Verdict.UNKNOWN if problem else _verdict(rows),
        completeness=completeness(each.history for each in tracker.partitions.values()),
        lag_total=total(row.records for row in rows),
        age=_oldest(rows),
        outlook=tracker.outlook or UNKNOWN_OUTLOOK,
        loss=_worst_loss(row.loss for row in rows),
        lag_history=tracker.lag_series,
        consumed_history=tracker.consumed_series,
    )


def members_of(
    description: GroupReading | ClusterError | None, now_ms: int
) -> Figure[tuple[Member, ...]]:
    """The members, or why they are not known."""
    if description is None:
        return NOT_READ
    if isinstance(description, ClusterError):
        return Unknown(description.reason)
    return Known(description.members, now_ms)


def owners(members: Figure[tuple[Member, ...]]) -> dict[TopicPartition, Member]:
    """Which member reads each partition."""
    if isinstance(members, Unknown):
        return {}
    return {key: member for member in members.value for key in member.assignments}


def _with_owners(
    tracker: GroupTracker, members: Figure[tuple[Member, ...]]
) -> Iterable[tuple[TopicPartition, Tracked, Member | None]]:
    by_partition = owners(members)
    for key in sorted(tracker.partitions):
        yield key, tracker.partitions[key], by_partition.get(key)


def _partition_lag(
    key: TopicPartition,
    tracked: Tracked,
    *,
    owner: Member | None,
    policy: Figure[RetentionPolicy],
    partition_bytes: Figure[int],
    now_ms: int,
) -> PartitionLag:
    judgement, lag = tracked.judgement, tracked.lag
    outlook = judgement.outlook if judgement else UNKNOWN_OUTLOOK
    loss = UNKNOWN_LOSS
    log_start = tracked.offsets.log_start
    if isinstance(lag.position, Known):
        start = log_start.value if isinstance(log_start, Known) else lag.position.value
        loss = loss_of(
            outlook,
            age=tracked.age,
            policy=policy,
            headroom=lag.position.value - start,
            expired_unread=lag.expired_unread,
            partition_bytes=partition_bytes,
        )
    elif isinstance(lag.records, Known):
        # There is no record that could be lost.
        loss = LossOutlook(LossKind.SAFE)
    samples = tracked.history.samples
    return PartitionLag(
        topic=key.topic,
        partition=key.partition,
        committed=tracked.offsets.committed,
        log_start=log_start,
        end=tracked.offsets.end,
        lag=lag,
        verdict=judgement.verdict if judgement else Verdict.UNKNOWN,
        age=tracked.age,
        outlook=outlook,
        loss=tracked.loss.told(loss, now_ms),
        member_id=owner.member_id if owner else None,
        client_id=owner.client_id if owner else None,
        trend=Series(
            tuple(each.at_ms for each in samples), tuple(float(each.lag) for each in samples)
        ),
    )


def _verdict(rows: Iterable[PartitionLag]) -> Verdict:
    """Of the partitions in which it has committed: nothing can be said of the others, ever."""
    return worst(row.verdict for row in rows if isinstance(row.committed, Known))


def _oldest(rows: Iterable[PartitionLag]) -> Figure[Age]:
    """The greatest age that is known: at least so much, where a partition with lag has none."""
    best: Known[Age] | None = None
    reason, is_partial = "no partitions", False
    for row in rows:
        age = row.age
        if isinstance(age, Unknown):
            reason = age.reason
            is_partial = is_partial or isinstance(row.records, Known)
        elif best is None or age.value.seconds > best.value.seconds:
            best = age
    if best is None or (is_partial and not best.value.seconds):
        return Unknown(reason)
    is_at_least = best.value.is_at_least or is_partial
    return Known(replace(best.value, is_at_least=is_at_least), best.at_ms)


def _worst_loss(outlooks: Iterable[LossOutlook]) -> LossOutlook:
    def badness(loss: LossOutlook) -> tuple[int, float]:
        return _LOSS_ORDER.index(loss.kind), -(loss.seconds or 0.0)

    return max(outlooks, key=badness, default=UNKNOWN_LOSS)
