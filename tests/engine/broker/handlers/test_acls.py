"""DescribeAcls, CreateAcls, DeleteAcls: what a Kafka answers that has no authorizer."""

import pytest

from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.create_acls import AclCreation, CreateAclsRequest, CreateAclsResponse
from engine.protocol.messages.delete_acls import (
    DeleteAclsFilter,
    DeleteAclsRequest,
    DeleteAclsResponse,
)
from engine.protocol.messages.describe_acls import DescribeAclsRequest, DescribeAclsResponse
from tests.support.wire_client import WireClient

DISABLED = (ErrorCode.SECURITY_DISABLED, "No Authorizer is configured.")


@pytest.mark.parametrize("version", range(1, 4))
async def test_rules_are_not_kept(client: WireClient, version: int) -> None:
    response = await client.call(DescribeAclsRequest(), DescribeAclsResponse, version)

    assert response.error_code == ErrorCode.SECURITY_DISABLED
    assert response.error_message == "No Authorizer is configured on the broker"
    assert response.resources == []


@pytest.mark.parametrize("version", range(1, 4))
async def test_each_new_rule_is_refused(client: WireClient, version: int) -> None:
    rules = [AclCreation(2, name, 3, "User:a", "*", 3, 3) for name in ("orders", "users")]

    response = await client.call(CreateAclsRequest(rules), CreateAclsResponse, version)

    assert [(each.error_code, each.error_message) for each in response.results] == [DISABLED] * 2


@pytest.mark.parametrize("version", range(1, 4))
async def test_each_filter_of_rules_is_refused(client: WireClient, version: int) -> None:
    filters = [DeleteAclsFilter(2, name, 3, None, None, 1, 1) for name in ("orders", "users")]

    response = await client.call(DeleteAclsRequest(filters), DeleteAclsResponse, version)

    told = [(each.error_code, each.error_message) for each in response.filter_results]
    assert told == [DISABLED] * 2
