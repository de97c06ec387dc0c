"""Groups of both protocols while their broker is killed and started again.

Unmodified members and a producer go on through each death. The group is found as it was: nobody
loses a partition, and every acknowledged record is read once.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.group_stories import SETTINGS, stage_of
from tests.support.served import ServedBroker

pytestmark = pytest.mark.timeout(300)

DEATHS = 3


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[ServedBroker]:
    config = "[engine]\n" + "".join(f'"{key}" = {value}\n' for key, value in SETTINGS.items())
    with ServedBroker(tmp_path / "data", config=config) as served:
        yield served


@pytest.mark.parametrize("protocol", ["consumer", "classic"])
def test_a_group_reads_on_after_each_death_of_its_broker(
    broker: ServedBroker, protocol: str
) -> None:
    quick = {"reconnect.backoff.ms": "20", "reconnect.backoff.max.ms": "200"}
    with stage_of(broker.address) as stage:
        members = [
            stage.group.start(name, protocol=protocol, settings=quick)
            for name in ("first", "second")
        ]
        stage.share(*members)
        held = [member.owned.copy() for member in members]
        for _ in range(DEATHS):
            broker.kill()
            broker.start()
            stage.share(*members)
        assert [member.owned for member in members] == held
        assert not stage.finish()
