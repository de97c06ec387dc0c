"""How the console opens and tries each cluster: those of the configuration, and its own broker.

The client and what asks through it take as long to load as the first frame takes to be drawn, so
they are loaded behind it, beside the event loop.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from itertools import chain, count
from typing import TYPE_CHECKING

from console.model.care import Care
from console.model.text import plain
from console.port.cluster import Reads, Watched, Writes
from console.port.clusters import SavedCluster, Trial
from console.port.errors import NotLetIn
from console.port.schema_registry import RegistryAddress
from console.port.source import Source
from console.profiles import Profile
from console.sampling.switchboard import Opened, Way
from console.secret_references import missing_secrets
from console.settings import Settings
from console.version import version
from engine.client.security import OauthBearer, Plain
from engine.client.settings import ClientSettings
from engine.config.address import parse_address
from engine.kernel import collector
from engine.kernel.system import SystemClock, SystemEntropy

if TYPE_CHECKING:
    from console.adapters.embedded import EmbeddedCluster
    from console.sampling.sampler import Sampler

Recorded = Callable[[Writes, Reads, str], Writes]
"""Lets changes be told of: the way to make them, the way to read, the name of the cluster."""

_CLOCK = SystemClock()
_ENTROPY = SystemEntropy()
_ASKING = ("console.adapters.kafka", "console.sampling.sampler")


def load() -> None:
    """Load what it takes to ask a cluster."""
    for name in _ASKING:
        import_module(name)


def profile_way(profile: Profile, settings: Settings, recorded: Recorded) -> Way:
    """The way to a cluster that runs elsewhere; it is connected to whenever it is opened."""
    care = Care(profile.title, profile.is_production, profile.is_read_only)
    saved = SavedCluster(profile.title, profile.bootstrap, profile.protection, care, profile.theme)
    client = ClientSettings(security=profile.security, software_version=version())

    def open_it() -> Opened:
        from console.adapters.kafka import KafkaCluster

        cluster = KafkaCluster(
            profile.bootstrap,
            clock=_CLOCK,
            entropy=_ENTROPY,
            settings=client,
            is_read_only=profile.is_read_only,
            registry=profile.registry,
            metrics=profile.metrics,
            engine_version=profile.engine_version,
            admitted=lambda: with_secrets(profile),
            exposure=exposure_of(profile),
            advice=profile.advice,
        )
        sampler = _sampler(cluster.reads, profile.title, settings)
        writes = recorded(cluster.writes, cluster.reads, profile.title)
        source = Source(cluster.records, cluster.reads, _CLOCK, cluster.registry)
        return Opened(sampler, cluster.reads, writes, source, cluster.close)

    async def try_it() -> Trial:
        from console.adapters.trial import tried
        from engine.client.kafka import KafkaClient

        beside = KafkaClient.of(profile.bootstrap, clock=_CLOCK, entropy=_ENTROPY, settings=client)
        return await tried(beside, _CLOCK, engine_version=profile.engine_version)

    return Way(saved, open_it, try_it, load)


def exposure_of(profile: Profile) -> str:
    """What whoever listens to the network learns of the log-in; empty when nothing."""
    sasl, is_open = profile.security.sasl, profile.security.tls is None
    addresses = [parse_address(each) for each in profile.bootstrap.split(",")]
    if not is_open or all(each.is_loopback for each in addresses):
        return ""
    match sasl:
        case Plain(username=name):
            return f"the password of {plain(name)}"
        case OauthBearer():
            return "the token of the log-in"
        case _:
            return ""


async def with_secrets(profile: Profile) -> None:
    """Look for the secrets that the brokers ask for. Raises NotLetIn with one that is missing.

    Otherwise it would be told only once a broker answers, if one does. What a registry asks for
    keeps nobody from the brokers.
    """
    asked_for = {
        key: secret
        for key, secret in profile.secrets.items()
        if not key.startswith("schema_registry.")
    }
    for missing in await asyncio.to_thread(missing_secrets, asked_for):
        raise NotLetIn(plain(f"{missing.key} of {profile.title}: {missing}"))


def own_way(
    cluster: "EmbeddedCluster",
    care: Care,
    settings: Settings,
    recorded: Recorded,
    registry: RegistryAddress | None = None,
) -> Way:
    """The way to our own broker, which serves its clients whether it is shown or not. `care` has
    its name."""
    address, name = cluster.connection.address, care.cluster
    saved = SavedCluster(name, address, care=care, is_hosted=True)

    def open_it() -> Opened:
        from console.adapters.kafka import no_writes
        from console.adapters.schema_registry import SchemaRegistry

        sampler = _sampler(cluster.reads, name, settings)
        cluster.on_turn(sampler.refresh)
        change = no_writes() if care.is_read_only else cluster.writes
        writes = recorded(change, cluster.reads, saved.recorded_name)
        schemas = None if registry is None else SchemaRegistry(registry)
        source = Source(cluster.records, cluster.reads, _CLOCK, schemas)
        return Opened(sampler, cluster.reads, writes, source, lambda: None)

    async def try_it() -> Trial:
        from console.adapters.trial import tried
        from engine.client.kafka import KafkaClient

        address = cluster.connection.address
        client = KafkaClient.of(address, clock=_CLOCK, entropy=_ENTROPY)
        return await tried(client, _CLOCK, engine_version=version())

    return Way(saved, open_it, try_it, load, cluster.start)


def own_name(taken: Collection[str]) -> str:
    """What our own broker is called where these names belong to clusters of the configuration."""
    names = chain(("local", "own"), (f"own-{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def offered(first: Way, named: Sequence[Way]) -> list[Way]:
    """The first way and those to the clusters of a file, each name once.

    What the file says of a cluster that runs elsewhere is newer; our own broker keeps its name.
    """
    others = [way for way in named if way.saved.name != first.saved.name]
    is_newer = len(others) < len(named) and not first.saved.is_hosted
    return list(named) if is_newer else [first, *others]


def _sampler(reads: Watched, name: str, settings: Settings) -> "Sampler":
    from console.sampling.sampler import Sampler

    return Sampler(
        reads, _CLOCK, name=name, interval_s=settings.interval_s, on_read=collector.spare
    )
