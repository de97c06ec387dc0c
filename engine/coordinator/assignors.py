"""The server-side assignors by name: which member shall own which partitions of what it reads.

An assignor knows the members' topics and previous targets and the sizes of topics; it knows neither
epochs nor who owns what at present. `uniform` spreads all partitions evenly and moves as few as it
can; `range` gives each member a run of every topic, the same run where topics are alike.

Differs from Kafka: where Kafka goes by the order of its hash maps, members and topics come in the
order of their ids, so that the same group is always assigned the same way.
"""

from collections.abc import Mapping

from engine.coordinator.assignment_problem import Assignor
from engine.coordinator.range_assignor import assign_ranges
from engine.coordinator.uniform_assignor import assign_uniformly

ASSIGNORS: Mapping[str, Assignor] = {"uniform": assign_uniformly, "range": assign_ranges}
"""Every assignor, by the name that configuration and members use."""
