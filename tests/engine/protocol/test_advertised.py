"""The table of APIs: what is promised can be kept."""

import pytest

from engine.protocol.advertised import APIS, ApiVersionRange
from engine.protocol.api_keys import FLEXIBLE_FROM, ApiKey
from engine.protocol.fields import NEVER

ROWS = list(APIS.values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key.name)
def test_request_and_response_belong_together(row: ApiVersionRange) -> None:
    assert row.request.API_KEY is row.response.API_KEY is row.key
    assert row.request.MIN_VERSION == row.response.MIN_VERSION == row.min_accepted
    assert row.request.MAX_VERSION == row.response.MAX_VERSION == row.max_accepted
    assert row.request.FLEXIBLE_FROM == row.response.FLEXIBLE_FROM
    assert FLEXIBLE_FROM.get(row.key, NEVER) == row.request.FLEXIBLE_FROM


def test_only_produce_advertises_what_it_does_not_accept() -> None:
    beyond = {
        row.key
        for row in ROWS
        if not (row.accepts(row.min_advertised) and row.accepts(row.max_advertised))
    }
    assert beyond == {ApiKey.PRODUCE}
    assert APIS[ApiKey.PRODUCE].min_advertised == 0


def test_unstable_versions_are_left_out() -> None:
    assert APIS[ApiKey.INIT_PRODUCER_ID].max_accepted == 5
