"""One partition as metadata, offsets and log directories describe it."""

from dataclasses import dataclass

from console.model.figures import Figure, Known, Unknown
from console.model.severity import Severity

NOT_READ = Unknown("not read yet")


@dataclass(frozen=True, slots=True)
class Partition:
    """`replicas` is in preferred order; `leader` is None while there is none.

    `high_watermark` is the end that consumers can reach and `last_stable` the end for readers of
    committed transactions; `log_end` counts records that are not replicated yet and is known only
    where the cluster tells it. `lag` is that of the group that was asked for.
    """

    topic: str
    index: int
    leader: int | None
    leader_epoch: int
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]
    offline_replicas: tuple[int, ...] = ()
    log_start: Figure[int] = NOT_READ
    high_watermark: Figure[int] = NOT_READ
    last_stable: Figure[int] = NOT_READ
    log_end: Figure[int] = NOT_READ
    size_bytes: Figure[int] = NOT_READ
    messages_per_s: Figure[float] = NOT_READ
    lag: Figure[int] = NOT_READ

    @property
    def is_offline(self) -> bool:
        return self.leader is None

    @property
    def is_under_replicated(self) -> bool:
        return len(self.in_sync) < len(self.replicas)

    @property
    def message_count(self) -> Figure[int]:
        """Offsets between log start and high watermark: records at most, fewer when compacted."""
        if isinstance(self.log_start, Unknown):
            return self.log_start
        if isinstance(self.high_watermark, Unknown):
            return self.high_watermark
        count = max(0, self.high_watermark.value - self.log_start.value)
        return Known(count, self.high_watermark.at_ms)

    @property
    def severity(self) -> Severity:
        if self.is_offline:
            return Severity.ERROR
        return Severity.ERROR if self.is_under_replicated else Severity.OK
