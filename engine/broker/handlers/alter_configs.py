"""AlterConfigs: replaces all that was set on a resource by what is given.

Versions 0-2. 2: flexible. Deprecated in favour of IncrementalAlterConfigs, and still what
librdkafka's and KafkaJS's older calls send. Topics (2) and brokers (4) can be altered.

Differs from Kafka: a resource that a request names twice is INVALID_REQUEST, where Kafka never
answers. Source: Kafka's `ConfigurationControlManager.legacyAlterConfigs`.
"""

from collections import Counter

from engine.broker.config_admin import ConfigAdmin
from engine.broker.context import RequestContext
from engine.broker.refusal import Refused
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.alter_configs import (
    AlterConfigsRequest,
    AlterConfigsResource,
    AlterConfigsResourceResponse,
    AlterConfigsResponse,
)


class AlterConfigsHandler:
    """Replaces overrides."""

    def __init__(self, admin: ConfigAdmin) -> None:
        self._admin = admin

    async def handle(
        self, request: AlterConfigsRequest, context: RequestContext
    ) -> AlterConfigsResponse:
        """Alter what can be altered; waits for the disk."""
        times = Counter((each.resource_type, each.resource_name) for each in request.resources)
        return AlterConfigsResponse(
            responses=[
                await self._alter(
                    resource,
                    is_repeated=times[resource.resource_type, resource.resource_name] > 1,
                    validate_only=request.validate_only,
                )
                for resource in request.resources
            ]
        )

    async def _alter(
        self, resource: AlterConfigsResource, *, is_repeated: bool, validate_only: bool
    ) -> AlterConfigsResourceResponse:
        response = AlterConfigsResourceResponse(
            resource_type=resource.resource_type,
            resource_name=resource.resource_name,
            error_message=None,
        )
        try:
            if is_repeated:
                raise Refused(ErrorCode.INVALID_REQUEST, "Each resource must appear at most once.")
            await self._admin.replace(
                resource.resource_type,
                resource.resource_name,
                [(config.name, config.value) for config in resource.configs],
                validate_only=validate_only,
            )
        except Refused as refused:
            response.error_code = refused.code
            response.error_message = refused.message or refused.code.message
        return response
