"""What snapshots say of a topic or broker that is open, beyond its row. Pure."""

from console.model.figures import value_or
from console.model.group import Group
from console.model.section import LOADING, Loading, Refused, Section, map_section
from console.model.topic import ConfigEntry, Producer, Producers, Topic, TopicDetail
from console.port.errors import ClusterError
from console.port.errors import Refused as RefusedError
from console.port.readings import LayoutReading
from console.sampling.collected import Collected, ProducersReading, with_value
from console.sampling.config_entries import config_entry
from console.sampling.needs import Needs

_PRODUCERS_UNTOLD = Refused("brokers tell who writes from Kafka 2.8 on, and these do not")


def absent_topic(name: str, layout: LayoutReading | None) -> TopicDetail:
    """What there is to say of a topic that the layout does not have."""
    if layout is None:
        return TopicDetail(name)
    face = Refused(f"there is no topic {name}, or no right to see it")
    return TopicDetail(name, face, face, face, face, face)


def lag_group_of(
    needs: Needs, topic: str, row: Topic | None, groups: tuple[Group, ...]
) -> Group | None:
    """The group whose lag an open topic shows: the one asked for, else the one furthest behind."""
    readers = [group for group in groups if row is not None and group.name in row.groups]
    for group in readers:
        if group.name == needs.lag_group:
            return group

    def behind(group: Group) -> int:
        return sum(value_or(each.records, 0) for each in group.partitions_of(topic))

    return max(readers, key=behind, default=None)


def configs_of(found: Collected, topic: str) -> Section[tuple[ConfigEntry, ...]]:
    """The configuration of an open topic."""
    answer = found.full_configs.get(topic)
    if answer is None:
        policies = found.policies
        return policies if isinstance(policies, Loading | Refused) else LOADING
    if isinstance(answer, RefusedError):
        return Refused(answer.reason)
    if isinstance(answer, ClusterError):
        return Loading(answer.reason)
    entries = tuple(config_entry(each) for each in answer)
    return with_value(found.policies, entries)


def broker_configs_of(found: Collected, node_id: int) -> Section[tuple[ConfigEntry, ...]]:
    """The configuration of an open broker."""
    return map_section(
        found.broker_configs.get(node_id, LOADING),
        lambda entries: tuple(config_entry(each, "broker") for each in entries),
    )


def producers_of(found: Collected, topic: str) -> Section[Producers]:
    """Who writes to an open topic; refused where no partition tells it, for want of a right or of
    the operation."""
    if found.capabilities is not None and not found.capabilities.describes_producers:
        return _PRODUCERS_UNTOLD
    section = found.producers.get(topic, LOADING)
    if isinstance(section, Loading | Refused):
        return section
    answers = section.value.values()
    barred = [each for each in answers if isinstance(each, RefusedError)]
    if barred and len(barred) == len(answers):
        return Refused(barred[0].reason)
    return map_section(section, _producers)


def _producers(answers: ProducersReading) -> Producers:
    errors = [each for each in answers.values() if isinstance(each, ClusterError)]
    rows = (
        Producer(
            key.partition,
            each.producer_id,
            each.epoch,
            each.last_sequence,
            each.last_ms,
            each.transaction_start,
        )
        for key, answer in answers.items()
        if not isinstance(answer, ClusterError)
        for each in answer
    )
    return Producers(tuple(rows), len(errors), errors[0].reason if errors else "")
