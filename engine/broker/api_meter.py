"""What is counted for one version of one API, in Kafka's terms (`RequestMetrics`).

| here            | Kafka                                        |
|-----------------|----------------------------------------------|
| `requests`      | RequestsPerSec                               |
| `tell_errors`   | ErrorsPerSec, without those that are none    |
| `request_bytes` | RequestBytes                                 |
| `reply_bytes`   | ResponseBytes                                |
| `seconds`       | TotalTimeMs, without the time of the sending |
| `local_seconds` | LocalTimeMs                                  |

Kafka's RequestQueueTimeMs has no counterpart: a request is handled in the turn that reads it, and
what has to wait before that is left unread. What is missing from local to total was waited for: the
disk, records to come, other members of a group (RemoteTimeMs).

A meter is made when its version is first asked for, so what nobody uses is not exposed.
"""

from collections.abc import Iterable

from engine.metrics import catalogue
from engine.metrics.registry import Registry
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode

_NAMES = {int(code): code.name for code in ErrorCode}


class ApiMeter:
    """The counters of one version of one API. Loop thread only."""

    __slots__ = (
        "_registry",
        "labels",
        "local_seconds",
        "reply_bytes",
        "request_bytes",
        "requests",
        "seconds",
    )

    def __init__(self, api: str, version: int, registry: Registry) -> None:
        labels = self.labels = (api, str(version))
        self._registry = registry
        self.requests = registry.counter(catalogue.REQUESTS, *labels)
        self.request_bytes = registry.histogram(catalogue.REQUEST_BYTES, *labels)
        self.reply_bytes = registry.histogram(catalogue.REPLY_BYTES, *labels)
        self.seconds = registry.histogram(catalogue.REQUEST_SECONDS, *labels)
        self.local_seconds = registry.histogram(catalogue.REQUEST_LOCAL_SECONDS, *labels)

    def tell_errors(self, codes: Iterable[int]) -> None:
        """Count the error codes of one reply."""
        for code in codes:
            name = _NAMES.get(code, str(code))
            self._registry.counter(catalogue.REQUEST_ERRORS, *self.labels, name).add()


class ApiMeters:
    """The meters of the versions of one API that were asked for."""

    def __init__(self, api_key: ApiKey, registry: Registry) -> None:
        self._api = api_name(api_key)
        self._registry = registry
        self._of: dict[int, ApiMeter] = {}

    def of(self, version: int) -> ApiMeter:
        """The meter of a version that is served."""
        meter = self._of.get(version)
        if meter is None:
            meter = self._of[version] = ApiMeter(self._api, version, self._registry)
        return meter


def api_name(api_key: ApiKey) -> str:
    """The name of an API as Kafka writes it: `ListOffsets`."""
    return "".join(word.capitalize() for word in api_key.name.split("_"))
