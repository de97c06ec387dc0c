"""IncrementalAlterConfigs: sets, deletes, appends to and subtracts from single keys (KIP-339).

Versions 0-1. 1: flexible. Topics (2), brokers (4; the empty name stands for all brokers), loggers
(8), subscriptions to client metrics (16) and groups (32) can be altered. Each resource succeeds or
fails as a whole; with `validate_only` nothing changes. Source: Kafka's
`ConfigurationControlManager.incrementalAlterConfigs`.
"""

from engine.broker.altered_resources import alter_each
from engine.broker.config_admin import ConfigAdmin
from engine.broker.config_changes import Change
from engine.broker.context import RequestContext
from engine.broker.refusal import Refused
from engine.protocol.messages.incremental_alter_configs import (
    AlterConfigsResource,
    AlterConfigsResourceResponse,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)


class IncrementalAlterConfigsHandler:
    """Alters single keys."""

    def __init__(self, admin: ConfigAdmin) -> None:
        self._admin = admin

    async def handle(
        self, request: IncrementalAlterConfigsRequest, context: RequestContext
    ) -> IncrementalAlterConfigsResponse:
        """Alter what can be altered; waits for the disk."""

        async def change(resource: AlterConfigsResource) -> None:
            await self._admin.change(
                resource.resource_type,
                resource.resource_name,
                [
                    Change(config.name, config.config_operation, config.value)
                    for config in resource.configs
                ],
                validate_only=request.validate_only,
            )

        outcomes = alter_each(request.resources, change)
        return IncrementalAlterConfigsResponse(
            responses=[_result(*each) async for each in outcomes]
        )


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
