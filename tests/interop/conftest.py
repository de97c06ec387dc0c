"""What interoperability tests share: one served broker, and how many lines to send through it."""

import os
from collections.abc import Iterator

import pytest

from tests.support.served import ServedBroker

LINES = int(os.environ.get("KCONSOLE_INTEROP_LINES", "3000"))


@pytest.fixture(scope="session")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real served broker; KCONSOLE_INTEROP_BOOTSTRAP names another cluster."""
    other = os.environ.get("KCONSOLE_INTEROP_BOOTSTRAP")
    if other:
        yield other
        return
    with ServedBroker(tmp_path_factory.mktemp("interop") / "data") as broker:
        yield broker.address
