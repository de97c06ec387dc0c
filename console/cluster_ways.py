"""How the console opens and tries each cluster: those of the configuration, and its own broker."""

from collections.abc import Callable

from console.adapters.embedded import EmbeddedCluster
from console.adapters.kafka import KafkaCluster
from console.adapters.trial import tried
from console.model.care import Care
from console.port.cluster import Reads, Watched, Writes
from console.port.clusters import SavedCluster, Trial
from console.profiles import Profile
from console.sampling.sampler import Sampler
from console.sampling.switchboard import Opened, Way
from console.settings import Settings
from engine.client.kafka import KafkaClient
from engine.client.settings import ClientSettings
from engine.kernel.system import SystemClock, SystemEntropy

OWN_NAME = "local"

Recorded = Callable[[Writes, Reads, str], Writes]
"""Lets changes be told of: the way to make them, the way to read, the name of the cluster."""

_CLOCK = SystemClock()
_ENTROPY = SystemEntropy()


def profile_way(profile: Profile, settings: Settings, recorded: Recorded) -> Way:
    """The way to a cluster that runs elsewhere; it is connected to whenever it is opened."""
    care = Care(profile.title, profile.is_production, profile.is_read_only)
    saved = SavedCluster(profile.title, profile.bootstrap, profile.protection, care, profile.theme)
    client = ClientSettings(security=profile.security)

    def open_it() -> Opened:
        cluster = KafkaCluster(
            profile.bootstrap,
            clock=_CLOCK,
            entropy=_ENTROPY,
            settings=client,
            is_read_only=profile.is_read_only,
        )
        sampler = _sampler(cluster.reads, profile.title, settings)
        writes = recorded(cluster.writes, cluster.reads, profile.title)
        return Opened(sampler, cluster.reads, writes, cluster.close)

    async def try_it() -> Trial:
        beside = KafkaClient.of(profile.bootstrap, clock=_CLOCK, entropy=_ENTROPY, settings=client)
        return await tried(beside, _CLOCK)

    return Way(saved, open_it, try_it)


def own_way(cluster: EmbeddedCluster, settings: Settings, recorded: Recorded) -> Way:
    """The way to our own broker, which serves its clients whether it is shown or not."""
    saved = SavedCluster(
        OWN_NAME, cluster.reads.connection.address, care=Care(OWN_NAME), is_hosted=True
    )

    def open_it() -> Opened:
        sampler = _sampler(cluster.reads, OWN_NAME, settings)
        cluster.on_turn(sampler.refresh)
        writes = recorded(cluster.writes, cluster.reads, OWN_NAME)
        return Opened(sampler, cluster.reads, writes, lambda: None)

    async def try_it() -> Trial:
        address = cluster.reads.connection.address
        return await tried(KafkaClient.of(address, clock=_CLOCK, entropy=_ENTROPY), _CLOCK)

    return Way(saved, open_it, try_it)


def _sampler(reads: Watched, name: str, settings: Settings) -> Sampler:
    return Sampler(reads, _CLOCK, name=name, interval_s=settings.interval_s)
