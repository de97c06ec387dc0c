"""The curves in one table: what grows, to which points, and which cost is drawn against it."""

from dataclasses import dataclass

from tests.bench.curves import measures
from tests.bench.curves.procedures import Procedure, growing, restarts
from tests.bench.report import OURS_DURABLE, THEIRS_OS

CONTESTANTS = (OURS_DURABLE, THEIRS_OS)
"""Ours as it is without configuration, and Kafka as it is."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What grows (`grows` with its unit) over `points`, and the figure `cost` that is drawn.

    `cost` is one of the figures that `procedure` measures; the others stand in the table beside it.
    """

    title: str
    grows: str
    points: tuple[int, ...]
    cost: str
    procedure: Procedure


CURVES = {
    "partitions": Curve(
        "small produce requests to ten partitions of a broker that holds more and more",
        "partitions",
        (1, 10, 100, 1_000, 10_000),
        "broker CPU us/request",
        growing(measures.beside_partitions, measures.add_partitions),
    ),
    "connections": Curve(
        "the same from ten connections while more and more are open and silent",
        "connections",
        (1, 10, 100, 1_000, 15_000),
        "broker CPU us/request",
        growing(measures.beside_connections),
    ),
    "groups": Curve(
        "offset commits of ten groups of a broker that holds more and more",
        "groups",
        (1, 10, 100, 1_000, 5_000),
        "broker CPU us/request",
        growing(measures.commits, measures.add_groups),
    ),
    "record-sizes": Curve(
        "records from kcat, six partitions, acks=all",
        "bytes of a record",
        (10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000),
        "broker CPU s/GB",
        growing(measures.of_size),
    ),
    "log-size": Curve(
        "from the restart after kill -9 to the first acknowledged record",
        "MB of log",
        (100, 1_000, 10_000),
        "s",
        restarts,
    ),
}
