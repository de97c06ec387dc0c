"""UpdateFeatures: levels are fixed; answers as Kafka 4.3.1 gave them where it refuses too."""

import pytest

from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.update_features import (
    FeatureUpdateKey,
    UpdateFeaturesRequest,
    UpdateFeaturesResponse,
)
from tests.support.wire_client import WireClient

UPGRADE, SAFE, UNSAFE = 1, 2, 3


async def ask(
    client: WireClient, *updates: tuple[str, int], kind: int = UPGRADE, version: int = 2
) -> UpdateFeaturesResponse:
    request = UpdateFeaturesRequest(
        feature_updates=[
            FeatureUpdateKey(name, level, kind != UPGRADE, kind) for name, level in updates
        ]
    )
    return await client.call(request, UpdateFeaturesResponse, version)


@pytest.mark.parametrize("version", range(3))
async def test_level_in_force_can_be_asked_for_again(client: WireClient, version: int) -> None:
    response = await ask(client, ("metadata.version", 30), version=version)

    assert (response.error_code, response.error_message) == (ErrorCode.NONE, None)
    told = [(each.feature, each.error_code) for each in response.results]
    assert told == ([("metadata.version", ErrorCode.NONE)] if version < 2 else [])


@pytest.mark.parametrize(
    ("name", "level", "kind", "why"),
    [
        ("no.such", 1, UPGRADE, "Local controller 1 does not support this feature."),
        ("no.such", 0, UNSAFE, "Feature no.such not found."),
        ("metadata.version", 99, UPGRADE, "Local controller 1 only supports versions 7-30"),
        ("metadata.version", -1, UPGRADE, "A feature version cannot be less than 0."),
        ("metadata.version", 20, UPGRADE, "Can't downgrade the version of this feature without"),
        ("metadata.version", 20, SAFE, "Unsupported metadata.version downgrade from 30 to 20."),
        ("metadata.version", 30, 9, "The controller does not support the given upgrade type."),
        ("kraft.version", 1, SAFE, "Can't downgrade to a newer version."),
        ("kraft.version", 1, UPGRADE, "Levels are fixed on this broker."),
    ],
)
async def test_any_other_level_is_refused_with_the_reason(
    client: WireClient, name: str, level: int, kind: int, why: str
) -> None:
    response = await ask(client, ("metadata.version", 30), (name, level), kind=kind)

    assert response.error_code == ErrorCode.INVALID_UPDATE_VERSION
    assert why in (response.error_message or "")
    assert response.results == []
