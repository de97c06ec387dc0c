"""AlterConfigs: replaces all that was set on a resource by what is given.

Versions 0-2. 2: flexible. Deprecated in favour of IncrementalAlterConfigs, and still what
librdkafka's and KafkaJS's older calls send. Topics (2) and brokers (4) can be altered.

Differs from Kafka: a resource that a request names twice is INVALID_REQUEST, where Kafka never
answers. Source: Kafka's `ConfigurationControlManager.legacyAlterConfigs`.
"""

from engine.broker.altered_resources import alter_each
from engine.broker.config_admin import ConfigAdmin
from engine.broker.context import RequestContext
from engine.broker.refusal import Refused
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

        async def replace(resource: AlterConfigsResource) -> None:
            await self._admin.replace(
                resource.resource_type,
                resource.resource_name,
                [(config.name, config.value) for config in resource.configs],
                validate_only=request.validate_only,
            )

        outcomes = alter_each(request.resources, replace)
        return AlterConfigsResponse(responses=[_result(*each) async for each in outcomes])


def _result(
    resource: AlterConfigsResource, refused: Refused | None
) -> AlterConfigsResourceResponse:
    response = AlterConfigsResourceResponse(
        resource_type=resource.resource_type,
        resource_name=resource.resource_name,
        error_message=None,
    )
    if refused is not None:
        response.error_code = refused.code
        response.error_message = refused.sentence
    return response
