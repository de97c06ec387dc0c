"""The consumer groups of the sample snapshots."""

from console.model.figures import Figure, Known, Total, Unknown
from console.model.group import Group, GroupState, Member, PartitionLag
from console.model.lag import (
    NO_COMMIT,
    Age,
    LossKind,
    LossOutlook,
    Offsets,
    Outlook,
    OutlookKind,
    lag_of,
)
from console.model.names import TopicPartition
from console.model.verdict import Verdict
from tests.support.sample_series import NOW_MS, wave

_HOLDING = Outlook(OutlookKind.HOLDING, produced_per_s=7_800.0, consumed_per_s=7_800.0)
_BEHIND = Outlook(OutlookKind.FALLING_BEHIND, produced_per_s=45_500.0, consumed_per_s=44_200.0)
_CATCHING_UP = Outlook(
    OutlookKind.CATCHING_UP,
    eta_s=190.0,
    eta_low_s=160.0,
    eta_high_s=240.0,
    produced_per_s=23_900.0,
    consumed_per_s=24_260.0,
)
_SAFE = LossOutlook(LossKind.SAFE)


def members(group: str, count: int, topic: str, partitions: int) -> tuple[Member, ...]:
    """Members that share the partitions of one topic in turn."""
    return tuple(
        Member(
            member_id=f"{group}-{number}-5a1c0de{number}",
            instance_id=f"{group}-{number}" if group == "billing" else None,
            client_id=f"{group}-{number}",
            host=f"10.4.7.{20 + number}",
            assignments=tuple(
                TopicPartition(topic, index) for index in range(number, partitions, count)
            ),
        )
        for number in range(count)
    )


def partition_lag(
    topic: str,
    index: int,
    lag: int | None,
    *,
    verdict: Verdict = Verdict.OK,
    outlook: Outlook = _HOLDING,
    loss: LossOutlook = _SAFE,
    expired: int = 0,
    member: Member | None = None,
) -> PartitionLag:
    """A row; `lag` None is a partition that the group has committed nothing to."""
    end = 4_000_000 + 31_337 * index
    committed: Figure[int] = NO_COMMIT if lag is None else Known(end - lag - expired, NOW_MS)
    log_start = Known(end - lag if expired and lag is not None else 1_000_000, NOW_MS)
    return PartitionLag(
        topic=topic,
        partition=index,
        committed=committed,
        log_start=log_start,
        end=Known(end, NOW_MS),
        lag=lag_of(Offsets(committed, log_start, Known(end, NOW_MS))),
        verdict=verdict if lag is not None else Verdict.UNKNOWN,
        age=Known(Age(lag / 310), NOW_MS) if lag is not None else Unknown("nothing committed"),
        outlook=outlook,
        loss=loss,
        member_id=member.member_id if member else None,
        client_id=member.client_id if member else None,
        trend=wave(lag or 0, (lag or 0) / 5, length=60),
    )


def groups() -> tuple[Group, ...]:
    """Five groups: falling behind, holding, catching up, empty with expired records, stopped."""
    return (_billing(), _fraud(), _search(), _mailer(), _replay())


def _billing() -> Group:
    crew = members("billing", 6, "orders.placed", 12)
    rows = tuple(
        partition_lag(
            "orders.placed",
            index,
            None if index == 11 else 2_000 + 545 * index,
            verdict=Verdict.WARN if index > 6 else Verdict.OK,
            outlook=_BEHIND,
            loss=LossOutlook(LossKind.IN_TIME, 93_600.0),
            member=crew[index % 6],
        )
        for index in range(12)
    )
    return Group(
        name="billing",
        state=GroupState.STABLE,
        group_type="classic",
        protocol="range",
        coordinator=Known(1, NOW_MS),
        members=Known(crew, NOW_MS),
        partitions=rows,
        is_enriched=True,
        verdict=Verdict.WARN,
        completeness=11 / 12,
        lag_total=Total(51_975, 1),
        age=Known(Age(24.5), NOW_MS),
        outlook=_BEHIND,
        loss=LossOutlook(LossKind.IN_TIME, 93_600.0),
        lag_history=wave(98_000, 52_000, turns=1.0),
        consumed_history=wave(44_200, 3_000),
    )


def _fraud() -> Group:
    crew = members("fraud", 6, "orders.placed", 12)
    rows = tuple(
        partition_lag("orders.placed", index, 5_725, member=crew[index % 6]) for index in range(12)
    )
    return Group(
        name="fraud",
        state=GroupState.STABLE,
        group_type="consumer",
        protocol="uniform",
        coordinator=Known(2, NOW_MS),
        members=Known(crew, NOW_MS),
        partitions=rows,
        is_enriched=True,
        verdict=Verdict.OK,
        completeness=1.0,
        lag_total=Total(68_700),
        age=Known(Age(8.0), NOW_MS),
        outlook=_HOLDING,
        loss=_SAFE,
        lag_history=wave(66_000, 26_000, turns=0.7),
        consumed_history=wave(7_800, 400),
    )


def _search() -> Group:
    crew = members("search", 3, "orders.fulfilled", 12)
    rows = tuple(
        partition_lag(
            "orders.fulfilled", index, 3_275, outlook=_CATCHING_UP, member=crew[index % 3]
        )
        for index in range(12)
    )
    return Group(
        name="search",
        state=GroupState.PREPARING,
        group_type="classic",
        protocol="cooperative-sticky",
        coordinator=Known(3, NOW_MS),
        members=Known(crew, NOW_MS),
        partitions=rows,
        is_enriched=True,
        verdict=Verdict.OK,
        completeness=1.0,
        lag_total=Total(39_300),
        age=Known(Age(310.0), NOW_MS),
        outlook=_CATCHING_UP,
        loss=LossOutlook(LossKind.IN_TIME, 5_400.0),
        lag_history=wave(24_000, 18_000, turns=1.3),
        consumed_history=wave(24_260, 900),
    )


def _mailer() -> Group:
    return Group(
        name="mailer",
        state=GroupState.EMPTY,
        group_type="classic",
        protocol="range",
        coordinator=Known(1, NOW_MS),
        members=Known((), NOW_MS),
        partitions=(
            partition_lag(
                "email.outbox",
                0,
                118_204,
                verdict=Verdict.STOP,
                outlook=Outlook(OutlookKind.STOPPED, produced_per_s=980.0, consumed_per_s=0.0),
                loss=LossOutlook(LossKind.NOW),
                expired=4_410,
            ),
        ),
        is_enriched=True,
        verdict=Verdict.STOP,
        completeness=1.0,
        lag_total=Total(118_204),
        age=Known(Age(259_000.0, is_at_least=True), NOW_MS),
        outlook=Outlook(OutlookKind.STOPPED, produced_per_s=980.0, consumed_per_s=0.0),
        loss=LossOutlook(LossKind.NOW),
        lag_history=wave(60_000, 30_000, turns=0.25),
        consumed_history=wave(0, 0),
    )


def _replay() -> Group:
    """Found by listing only; its offsets have not been read."""
    return Group(name="replay-2023-11-14", state=GroupState.STABLE, group_type="classic")
