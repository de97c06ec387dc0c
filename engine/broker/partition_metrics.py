"""What partitions know of themselves, summed by topic for a scrape."""

from collections import defaultdict
from collections.abc import Callable

from engine.broker.partition import Partition
from engine.broker.partitions import Partitions
from engine.metrics import catalogue
from engine.metrics.registry import Registry, Sample


def watch_partitions(partitions: Partitions, registry: Registry) -> None:
    """Add the figures of open partitions to a registry."""

    def by_topic(value: Callable[[Partition], int]) -> Callable[[], list[Sample]]:
        def read() -> list[Sample]:
            sums: dict[str, int] = defaultdict(int)
            for partition in partitions.opened():
                sums[partition.topic_partition.topic] += value(partition)
            return [((topic,), float(total)) for topic, total in sums.items()]

        return read

    registry.watch(catalogue.TOPIC_IN_BYTES, by_topic(lambda each: each.appended_bytes))
    registry.watch(catalogue.TOPIC_IN_RECORDS, by_topic(lambda each: each.appended_records))
    registry.watch(catalogue.TOPIC_OUT_BYTES, by_topic(lambda each: each.fetched_bytes))
    registry.watch(catalogue.LOG_BYTES, by_topic(lambda each: each.log.size_bytes))
    registry.watch(
        catalogue.PARTITIONS_OPEN, lambda: [((), float(sum(1 for _ in partitions.opened())))]
    )
    registry.watch(catalogue.READS_PUT_OFF, lambda: [((), float(partitions.reads_put_off))])
    registry.watch(
        catalogue.PARTITIONS_FENCED,
        lambda: [((), float(sum(each.log.is_fenced for each in partitions.opened())))],
    )
    registry.watch(
        catalogue.PARTITIONS_DAMAGED,
        lambda: [((), float(sum(bool(each.log.damages) for each in partitions.opened())))],
    )
    registry.watch(
        catalogue.DAMAGED_RANGES,
        lambda: [((), float(sum(len(each.log.damages) for each in partitions.opened())))],
    )
