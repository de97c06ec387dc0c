"""DescribeAcls, CreateAcls, DeleteAcls: access rules, which nothing here would apply.

Versions 1-3. 2: flexible. There is no authorizer, and each answers what a Kafka without one does:
SECURITY_DISABLED. Clients that copy rules where there are some, as MirrorMaker does, know by it
that there are none, where a missing API would be a fault to them. Source: Kafka's `AclApis`.
"""

from engine.broker.context import RequestContext
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.create_acls import (
    AclCreationResult,
    CreateAclsRequest,
    CreateAclsResponse,
)
from engine.protocol.messages.delete_acls import (
    DeleteAclsFilterResult,
    DeleteAclsRequest,
    DeleteAclsResponse,
)
from engine.protocol.messages.describe_acls import DescribeAclsRequest, DescribeAclsResponse

_REASON = "No Authorizer is configured."
_REASON_OF_THE_BROKER = "No Authorizer is configured on the broker"
"""Kafka's broker describes the rules, its controller changes them; each has its own sentence."""


def describe_acls(request: DescribeAclsRequest, context: RequestContext) -> DescribeAclsResponse:
    """Answer that there are no rules."""
    return DescribeAclsResponse(
        error_code=ErrorCode.SECURITY_DISABLED, error_message=_REASON_OF_THE_BROKER
    )


def create_acls(request: CreateAclsRequest, context: RequestContext) -> CreateAclsResponse:
    """Refuse each rule."""
    refused = AclCreationResult(ErrorCode.SECURITY_DISABLED, _REASON)
    return CreateAclsResponse(results=[refused] * len(request.creations))


def delete_acls(request: DeleteAclsRequest, context: RequestContext) -> DeleteAclsResponse:
    """Refuse each filter."""
    refused = DeleteAclsFilterResult(ErrorCode.SECURITY_DISABLED, _REASON)
    return DeleteAclsResponse(filter_results=[refused] * len(request.filters))
