"""Metrics and health over HTTP, which are served before the broker itself is."""

from collections.abc import Callable

from engine.config.address import Address
from engine.metrics.exposition import CONTENT_TYPE, expose
from engine.metrics.registry import Registry
from engine.server.errors import AddressInUse
from engine.server.http import Answer, HttpServer


async def serve_health(
    address: Address, registry: Registry, is_ready: Callable[[], bool]
) -> HttpServer:
    """A server of `/metrics`, `/health/live` and `/health/ready`. Raises AddressInUse."""

    def readiness() -> Answer:
        return Answer(200, "ready\n") if is_ready() else Answer(503, "not ready\n")

    server = HttpServer(
        {
            "/metrics": lambda: Answer(200, expose(registry), CONTENT_TYPE),
            "/health/live": lambda: Answer(200, "live\n"),
            "/health/ready": readiness,
        }
    )
    try:
        await server.start(address.host, address.port)
    except OSError as error:
        raise AddressInUse(address, error, key="metrics.listen") from error
    return server
