"""Partitions that refused their part of a change, where others took theirs: which, and why."""

from collections.abc import Mapping

from console.model.names import TopicPartition
from console.model.text import plain
from console.port.errors import ClusterError

Refusals = Mapping[TopicPartition, ClusterError]


def refusals_in(answers: Mapping[TopicPartition, object]) -> Refusals:
    """Those of the partitions whose answer is an error."""
    return {key: each for key, each in answers.items() if isinstance(each, ClusterError)}


def refusal_lines(refused: Refusals) -> str:
    """A line for each reason, behind all partitions that have it; nothing where none refused."""
    named: dict[str, list[str]] = {}
    for key in sorted(refused):
        named.setdefault(refused[key].of_change, []).append(str(key))
    return "\n".join(f"{plain(', '.join(keys))}: {plain(reason)}" for reason, keys in named.items())
