"""ApiVersions: which APIs the broker serves, in which versions, and its features.

Versions 0-4. Version 3 tells the client's software (KIP-511). A version that we do not know is
answered in version 0 with the range of ApiVersions alone. What is listed is what the API table
serves, nothing else.

Differs from Kafka: no features (KIP-584) are listed, since no level of one can be chosen here.

Source: Kafka's `KafkaApis.handleApiVersionsRequest` and `ApiVersionsRequest.isValid`.
"""

import re
from collections.abc import Iterable
from typing import Final

from engine.broker.context import RequestContext
from engine.protocol.advertised import APIS
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.api_versions import (
    ApiVersion,
    ApiVersionsRequest,
    ApiVersionsResponse,
)

_SOFTWARE: Final = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?")
SOFTWARE_SINCE: Final = 3


class ApiVersionsHandler:
    """Answers from the keys of the API table."""

    def __init__(self, served: Iterable[ApiKey]) -> None:
        self._listed = [_listed(key) for key in sorted(served)]

    def handle(self, request: ApiVersionsRequest, context: RequestContext) -> ApiVersionsResponse:
        """List what is served, and remember the software of the client."""
        if context.api_version >= SOFTWARE_SINCE:
            name, version = request.client_software_name, request.client_software_version
            if not (_SOFTWARE.fullmatch(name) and _SOFTWARE.fullmatch(version)):
                return ApiVersionsResponse(error_code=ErrorCode.INVALID_REQUEST)
            context.connection.software_name = name
            context.connection.software_version = version
        return ApiVersionsResponse(api_keys=self._listed)


def unsupported_version_response() -> ApiVersionsResponse:
    """What a client of an unknown version is told, to be encoded in version 0."""
    return ApiVersionsResponse(
        error_code=ErrorCode.UNSUPPORTED_VERSION, api_keys=[_listed(ApiKey.API_VERSIONS)]
    )


def _listed(key: ApiKey) -> ApiVersion:
    versions = APIS[key]
    return ApiVersion(int(key), versions.min_advertised, versions.max_advertised)
