"""Makes the totals of a snapshot and keeps their histories."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from console.model.cluster import Totals
from console.model.figures import Figure, Known, Total, Unknown
from console.model.group import Group, GroupState
from console.model.partition import NOT_READ
from console.model.series import EMPTY_SERIES, Series
from console.model.topic import Topic

_IDLE = (GroupState.EMPTY, GroupState.DEAD)


class TotalsKeeper:
    """Follows sums over the whole cluster."""

    def __init__(self) -> None:
        self._messages = EMPTY_SERIES
        self._bytes = EMPTY_SERIES
        self._lag = EMPTY_SERIES
        self._under_replicated = EMPTY_SERIES
        self._groups = EMPTY_SERIES

    def totals(
        self,
        now_ms: int,
        topics: Sequence[Topic],
        groups: Sequence[Group] | None,
        *,
        is_lag_read: bool,
    ) -> Totals:
        """The totals as of now. `groups` is None while they are not known."""
        found = Totals(
            topic_count=len(topics),
            partition_count=sum(topic.partition_count for topic in topics),
            group_count=len(groups or ()),
            messages_per_s=_added([topic.messages_per_s for topic in topics], now_ms),
            bytes_per_s=_added([topic.bytes_per_s for topic in topics], now_ms),
            messages_unknown=_left_out(topics, lambda topic: topic.messages_per_s),
            bytes_unknown=_left_out(topics, lambda topic: topic.bytes_per_s),
            lag=_lag(groups or ()),
            is_lag_read=is_lag_read,
            under_replicated=sum(topic.under_replicated_partitions for topic in topics),
            offline=sum(topic.offline_partitions for topic in topics),
            groups_active=NOT_READ
            if groups is None
            else Known(sum(group.state not in _IDLE for group in groups), now_ms),
            size_bytes=_size([topic.size_bytes for topic in topics], now_ms),
        )
        self._messages = _extended(self._messages, found.messages_per_s)
        self._bytes = _extended(self._bytes, found.bytes_per_s)
        self._groups = _extended(self._groups, found.groups_active)
        self._under_replicated = self._under_replicated.appended(now_ms, found.under_replicated)
        if is_lag_read:
            self._lag = self._lag.appended(now_ms, _last_lag(groups or ()))
        return replace(
            found,
            messages_history=self._messages,
            bytes_history=self._bytes,
            lag_history=self._lag,
            under_replicated_history=self._under_replicated,
            groups_history=self._groups,
        )


def _lag(groups: Sequence[Group]) -> Total:
    """What is known now. Of a group whose offsets could not be read, every part is unknown."""
    amount = unknown = 0
    for group in groups:
        if group.problem or not group.is_enriched:
            unknown += max(1, len(group.partitions))
        else:
            amount, unknown = amount + group.lag_total.amount, unknown + group.lag_total.unknown
    return Total(amount, unknown)


def _last_lag(groups: Sequence[Group]) -> float:
    """The sum of what is known and of what was known last: unread is not caught up."""
    known = ((group.lag_history.last, group.lag_total.amount) for group in groups)
    return sum(amount if last is None else last for last, amount in known)


def _added(figures: Sequence[Figure[float]], now_ms: int) -> Figure[float]:
    """The sum of what is known; unknown only when nothing is and there is something to know."""
    known = [figure for figure in figures if isinstance(figure, Known)]
    if not known and figures:
        return next(figure for figure in figures if isinstance(figure, Unknown))
    return Known(sum(figure.value for figure in known), now_ms)


def _left_out(topics: Sequence[Topic], rate_of: Callable[[Topic], Figure[float]]) -> int:
    """How many partitions are not in the sum of a rate."""
    return sum(
        topic.unread_partitions if isinstance(rate_of(topic), Known) else topic.partition_count
        for topic in topics
    )


def _size(figures: Sequence[Figure[int]], now_ms: int) -> Figure[int]:
    amount = 0
    for figure in figures:
        if isinstance(figure, Unknown):
            return figure
        amount += figure.value
    return Known(amount, now_ms)


def _extended(series: Series, figure: Figure[float] | Figure[int]) -> Series:
    return series.appended(figure.at_ms, figure.value) if isinstance(figure, Known) else series
