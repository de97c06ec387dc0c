"""IncrementalAlterConfigs: sets, deletes, appends to and subtracts from single keys (KIP-339).

Versions 0-1. 1: flexible. Topics (2), brokers (4; the empty name stands for all brokers), loggers
(8), subscriptions to client metrics (16) and groups (32) can be altered. Each resource succeeds or
fails as a whole; with `validate_only` nothing changes. Source: Kafka's
`ConfigurationControlManager.incrementalAlterConfigs`.
"""

from collections import Counter

from engine.broker.config_admin import ConfigAdmin
from engine.broker.config_changes import Change
from engine.broker.context import RequestContext
from engine.broker.refusal import Refused
from engine.protocol.error_codes import ErrorCode
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
        times = Counter((each.resource_type, each.resource_name) for each in request.resources)
        return IncrementalAlterConfigsResponse(
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
        changes = [
            Change(config.name, config.config_operation, config.value)
            for config in resource.configs
        ]
        response = AlterConfigsResourceResponse(
            resource_type=resource.resource_type,
            resource_name=resource.resource_name,
            error_message=None,
        )
        try:
            if is_repeated:
                raise Refused(ErrorCode.INVALID_REQUEST, "Each resource must appear at most once.")
            await self._admin.change(
                resource.resource_type,
                resource.resource_name,
                changes,
                validate_only=validate_only,
            )
        except Refused as refused:
            response.error_code = refused.code
            response.error_message = refused.message or refused.code.message
        return response
