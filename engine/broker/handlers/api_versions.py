"""ApiVersions: which APIs the broker serves, in which versions, and its features.

Versions 0-4. Version 3 tells the client's software (KIP-511). A version that we do not know is
answered in version 0 with the range of ApiVersions alone. What is listed is what the API table
serves, nothing else. 3: the features of the cluster (KIP-584). 4: also those whose lowest level is
0, which earlier clients cannot read (KIP-584, KAFKA-17011).

Source: Kafka's `KafkaApis.handleApiVersionsRequest` and `ApiVersionsRequest.isValid`.
"""

import re
from collections.abc import Iterable
from typing import Final

from engine.broker.context import RequestContext
from engine.broker.features import FEATURES, FEATURES_EPOCH
from engine.kernel.limits import SOFTWARE_NAME_LENGTH_MAX
from engine.protocol.advertised import APIS
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.api_versions import (
    ApiVersion,
    ApiVersionsRequest,
    ApiVersionsResponse,
    FinalizedFeatureKey,
    SupportedFeatureKey,
)

_SOFTWARE: Final = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?")
SOFTWARE_SINCE: Final = 3
LEVEL_0_SINCE: Final = 4


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
            context.connection.tell_software(
                name[:SOFTWARE_NAME_LENGTH_MAX], version[:SOFTWARE_NAME_LENGTH_MAX]
            )
        return ApiVersionsResponse(
            api_keys=self._listed,
            supported_features=[
                SupportedFeatureKey(each.name, each.min_level, each.max_level)
                for each in FEATURES
                if each.min_level > 0 or context.api_version >= LEVEL_0_SINCE
            ],
            finalized_features_epoch=FEATURES_EPOCH,
            finalized_features=[
                FinalizedFeatureKey(each.name, each.level, each.level)
                for each in FEATURES
                if each.level
            ],
        )


def unsupported_version_response() -> ApiVersionsResponse:
    """What a client of an unknown version is told, to be encoded in version 0."""
    return ApiVersionsResponse(
        error_code=ErrorCode.UNSUPPORTED_VERSION, api_keys=[_listed(ApiKey.API_VERSIONS)]
    )


def _listed(key: ApiKey) -> ApiVersion:
    versions = APIS[key]
    return ApiVersion(int(key), versions.min_advertised, versions.max_advertised)
