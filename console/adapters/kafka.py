"""Any Kafka cluster behind the port: its client, the state of the link, the ways to it."""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from console.adapters.engine_metrics import MetricsSource
from console.adapters.kafka_reads import KafkaReads, anybody
from console.adapters.kafka_records import KafkaRecords
from console.adapters.kafka_writes import KafkaWrites
from console.adapters.link import Link
from console.adapters.schema_registry import SchemaRegistry
from console.adapters.translation import translated
from console.port.clock import Clock
from console.port.errors import ClusterError, Refused
from console.port.schema_registry import RegistryAddress, SchemaSource
from engine.client.kafka import KafkaClient
from engine.client.settings import ClientSettings
from engine.kernel.entropy import Entropy

_DEFAULTS = ClientSettings()
READ_ONLY = "the configuration says read_only for this cluster"


class KafkaCluster:
    """A cluster at bootstrap addresses, to be entered. Connects when it is first asked."""

    def __init__(
        self,
        bootstrap: str,
        *,
        clock: Clock,
        entropy: Entropy,
        settings: ClientSettings = _DEFAULTS,
        is_read_only: bool = False,
        registry: RegistryAddress | None = None,
        metrics: str = "",
        engine_version: str | None = None,
        admitted: Callable[[], Awaitable[None]] = anybody,
        exposure: str = "",
        advice: str = "",
        retrying: Callable[[ClusterError], None] = lambda _: None,
    ) -> None:
        """`bootstrap` is `host:port,host:port`. Raises ValueError for text that is not.

        A cluster that is read only refuses every change before it is sent. `registry` is where the
        schemas of its records are, `metrics` where a broker of ours tells its metrics, `host:port`.
        `engine_version` is its version, None where it is not known to be one of ours.
        `admitted` raises NotLetIn while what it takes to be let in is missing; it is asked until
        the cluster answers. `exposure` is what goes there in clear that should not. `advice` is
        what to do where nothing answers. `retrying` is told why something is tried again.
        """

        async def let_in() -> None:
            if not self.link.was_answered:
                await admitted()

        client = KafkaClient.of(
            bootstrap,
            clock=clock,
            entropy=entropy,
            settings=settings,
            retrying=lambda error: retrying(translated(error)),
        )
        self._client = client
        self.link = Link(bootstrap, clock, exposure=exposure, advice=advice)
        self.reads = KafkaReads(
            lambda: client,
            connection=lambda: self.link.connection,
            heard=self.link.answered,
            missed=self.link.failed,
            advised=self.link.advised,
            metrics=MetricsSource(lambda: metrics),
            engine_version=engine_version,
            admitted=let_in,
        )
        heard = self.link.answered
        self.refusal = READ_ONLY if is_read_only else ""
        """Why every change is refused; empty where none is refused before it is sent."""
        self.writes = no_writes() if is_read_only else KafkaWrites(lambda: client, heard)
        self.records = KafkaRecords(lambda: client)
        self.registry: SchemaSource | None = None if registry is None else SchemaRegistry(registry)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; calls under way fail."""
        self._client.close()


def no_writes() -> KafkaWrites:
    """The way to change a cluster that is read only: it refuses every change."""
    return KafkaWrites(_refuse)


def _refuse() -> KafkaClient:
    """The client for changes where there are none."""
    raise Refused(f"{READ_ONLY}: nothing is changed here")
