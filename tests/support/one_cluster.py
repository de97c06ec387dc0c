"""Distributes test files over processes as pytest-xdist does, those that share a cluster to one.

A cluster of a real Kafka belongs to the process that started it: files that are spread would each
start one of their own, three nodes each.
"""

from xdist.scheduler import LoadFileScheduling

FOLDER = "tests/kafka/"
SHARED = {
    "kafka": ("test_client_on_kafka.py", "test_console_on_kafka.py", "test_messages_on_kafka.py"),
    "secured": ("test_secure_client.py", "test_secure_commands.py", "test_trial.py"),
}
"""The files that use each fixture of `tests/kafka/conftest.py`."""

_UNITS = {f"{FOLDER}{name}": fixture for fixture, names in SHARED.items() for name in names}


class OneCluster(LoadFileScheduling):
    """A unit of work is a file, or all files that share a cluster."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return _UNITS.get(file, file)
