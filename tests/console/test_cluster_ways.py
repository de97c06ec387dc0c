"""Which clusters the console offers, and by which names."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from console.adapters.embedded import EmbeddedCluster
from console.cluster_ways import (
    exposure_of,
    offered,
    own_name,
    own_way,
    profile_way,
    with_secrets,
)
from console.model.care import Care
from console.port.cluster import Reads, Writes
from console.port.errors import NotLetIn, Refused
from console.port.schema_registry import RegistryAddress
from console.profiles import Profile
from console.sampling.switchboard import Way
from console.settings import Settings
from engine.client.secret import EnvironmentSecret, Secret
from engine.client.security import OauthBearer, Plain, Scram, Security, Tls
from tests.support.clock import FakeClock


def nothing(address: str) -> Any:
    """Nothing is started here, and nobody is called."""
    raise AssertionError(address)


def unrecorded(writes: Writes, reads: Reads, name: str) -> Writes:
    """Changes of which nobody is told."""
    return writes


def way(name: str, *, is_hosted: bool = False, is_production: bool = False) -> Way:
    made = profile_way(Profile(name, "a:1", is_production=is_production), Settings(), unrecorded)
    return replace(made, saved=replace(made.saved, is_hosted=is_hosted))


def names(ways: list[Way]) -> list[str]:
    return [each.saved.name for each in ways]


def test_what_the_file_says_of_a_cluster_is_how_it_is_offered() -> None:
    profile = Profile("far", "a:1,b:2", is_production=True, is_read_only=True, theme="paper")
    saved = profile_way(profile, Settings(), unrecorded).saved
    assert saved.care == Care("far", is_production=True, is_read_only=True)
    assert (saved.name, saved.address, saved.theme) == ("far", "a:1,b:2", "paper")
    assert saved.protection == "open"


def secret_in(key: str, **environment: str) -> Profile:
    secret: Secret = EnvironmentSecret("WORD", environment)
    return Profile("far", "a:1", secrets={key: secret})


async def test_a_secret_that_is_missing_is_told_before_any_broker_is_asked() -> None:
    with pytest.raises(NotLetIn) as told:
        await with_secrets(secret_in("sasl.password"))
    assert told.value.reason == (
        "sasl.password of far: the environment variable WORD is not set; set it and start kconsole "
        "again, or name another place"
    )


@pytest.mark.parametrize(
    "profile", [secret_in("sasl.password", WORD="x"), secret_in("schema_registry.password")]
)
async def test_secrets_that_are_there_and_those_of_a_registry_let_one_in(profile: Profile) -> None:
    passed = asyncio.ensure_future(with_secrets(profile))
    await passed
    assert passed.exception() is None


async def test_a_cluster_whose_secret_is_missing_is_not_let_in_though_nobody_is_there() -> None:
    opened = profile_way(secret_in("sasl.password"), Settings(), unrecorded).open()
    with pytest.raises(NotLetIn):
        await opened.reads.layout()
    opened.close()


HERE, THERE = "127.0.0.1:9092,[::1]:9093", "127.0.0.1:9092,kafka:9092"
WORD = EnvironmentSecret("WORD", {})


@pytest.mark.parametrize(
    ("bootstrap", "security", "said"),
    [
        (THERE, Security(), ""),
        (THERE, Security(sasl=Plain("ann", WORD)), "the password of ann"),
        (THERE, Security(sasl=OauthBearer(WORD)), "the token of the log-in"),
        (THERE, Security(sasl=Scram("SCRAM-SHA-256", "ann", WORD, bytes)), ""),
        (THERE, Security(tls=Tls(), sasl=Plain("ann", WORD)), ""),
        (HERE, Security(sasl=Plain("ann", WORD)), ""),
    ],
)
def test_a_log_in_in_clear_is_told_of(bootstrap: str, security: Security, said: str) -> None:
    assert exposure_of(Profile("far", bootstrap, security)) == said


def test_a_cluster_without_a_name_is_called_by_its_addresses() -> None:
    assert profile_way(Profile("", "a:1"), Settings(), unrecorded).saved.name == "a:1"


def test_the_first_cluster_stands_before_those_of_the_file() -> None:
    assert names(offered(way("a:1"), [way("b"), way("c")])) == ["a:1", "b", "c"]


def test_a_first_cluster_of_the_file_stands_in_its_place_as_the_file_says() -> None:
    newer = way("c", is_production=True)
    ways = offered(way("c"), [way("b"), newer])
    assert names(ways) == ["b", "c"]
    assert ways[1] is newer


def test_our_own_broker_keeps_its_name() -> None:
    own = way("local", is_hosted=True)
    ways = offered(own, [way("local"), way("b")])
    assert names(ways) == ["local", "b"]
    assert ways[0] is own


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        (set(), "local"),
        ({"local"}, "own"),
        ({"local", "own"}, "own-2"),
        ({"local", "own", "own-2"}, "own-3"),
    ],
)
def test_our_own_broker_takes_a_name_that_is_free(taken: set[str], name: str) -> None:
    assert own_name(taken) == name


@pytest.fixture
def hosted() -> EmbeddedCluster:
    """A broker of our own that nobody has started."""
    return EmbeddedCluster(
        "127.0.0.1:0",
        launcher_for=nothing,
        owner=lambda: None,
        client_of=nothing,
        clock=FakeClock(),
        machine_bytes=lambda: 0,
    )


def test_our_own_broker_is_read_with_the_registry_that_is_named(hosted: EmbeddedCluster) -> None:
    address, care = RegistryAddress("http://127.0.0.1:8081"), Care("local")
    assert own_way(hosted, care, Settings(), unrecorded, address).open().source.registry
    assert own_way(hosted, care, Settings(), unrecorded).open().source.registry is None


async def test_our_own_broker_is_held_as_carefully_as_the_file_says(
    hosted: EmbeddedCluster,
) -> None:
    care = Care("local", is_production=True, is_read_only=True)
    way = own_way(hosted, care, Settings(), unrecorded)
    assert (way.saved.name, way.saved.care, way.saved.is_hosted) == ("local", care, True)
    with pytest.raises(Refused, match="read_only"):
        await way.open().writes.delete_topic("orders")


async def test_our_own_broker_is_recorded_by_the_address_by_which_others_are_attached_to_it(
    hosted: EmbeddedCluster,
) -> None:
    recorded: list[str] = []

    def note(writes: Writes, reads: Reads, name: str) -> Writes:
        recorded.append(name)
        return writes

    own = own_way(hosted, Care("local"), Settings(), note)
    own.open()
    assert recorded == [own.saved.address] == [hosted.connection.address]
    assert profile_way(Profile("", "a:1"), Settings(), note).saved.recorded_name == "a:1"
