"""Which process serves our data directory: found by its lock, wherever it listens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.adapters.served_here import known_here, own_profile, owner_here
from console.profile import Profile
from console.version import version
from engine.config.engine_config import EngineConfig
from tests.support.served import ServedBroker


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBroker]:
    config = '[engine]\nmetrics.listen = "127.0.0.1:0"\n'
    with ServedBroker(tmp_path_factory.mktemp("served") / "data", config=config) as served:
        yield served


def configured(broker: ServedBroker, listen: str) -> EngineConfig:
    return EngineConfig(data=str(broker.data), listen=listen, metrics_listen="127.0.0.1:9")


def test_the_broker_of_our_data_is_found_where_it_is_served_and_that_is_said(
    broker: ServedBroker,
) -> None:
    profile = own_profile(configured(broker, "127.0.0.1:9092"))
    assert profile.bootstrap == broker.address
    assert profile.engine_version == version()
    assert profile.metrics.startswith("127.0.0.1:")
    assert profile.metrics not in ("127.0.0.1:9", broker.address)
    assert profile.note == (
        f"process {broker.pid} serves {broker.data} at {broker.address}, "
        "not at 127.0.0.1:9092 as configured: using that"
    )


def test_a_broker_where_the_configuration_says_needs_no_word(broker: ServedBroker) -> None:
    _, _, port = broker.address.rpartition(":")
    for listen in (broker.address, f"localhost:{port}", "127.0.0.1:0"):
        profile = own_profile(configured(broker, listen))
        assert (profile.bootstrap, profile.note) == (broker.address, "")


def test_without_a_process_the_configured_address_is_meant(tmp_path: Path) -> None:
    config = EngineConfig(data=str(tmp_path / "none"), listen="127.0.0.1:9092", metrics_listen="")
    assert own_profile(config) == Profile("", "127.0.0.1:9092")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("content", ["999999999 127.0.0.1:1\n\n", "1 nonsense\n", "0 a:1\n", "\0"])
def test_a_lock_that_nobody_holds_names_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / ".lock").write_text(content)
    assert owner_here(str(tmp_path)) is None


def test_addresses_of_the_broker_of_our_data_are_known_for_it(broker: ServedBroker) -> None:
    given = known_here(Profile("", broker.address), str(broker.data))
    assert given.engine_version == version()
    assert given.metrics
    saved = Profile("mine", f"{broker.address},10.0.0.1:1", metrics="10.0.0.1:2")
    assert known_here(saved, str(broker.data)).metrics == "10.0.0.1:2"
    other = Profile("", "127.0.0.1:1")
    assert known_here(other, str(broker.data)) == other
