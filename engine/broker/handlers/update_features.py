"""UpdateFeatures: changes the level of a feature (KIP-584), which is fixed here.

Versions 0-2. 1: the kind of change instead of a flag, and validation. 2: no results by feature. The
level that is in force can be asked for again; anything else fails, and with it all that the request
asks for. Source: Kafka's `FeatureControlManager.updateFeatures`.

Differs from Kafka: no level can be changed, up or down.
"""

from typing import Final

from engine.broker.context import RequestContext
from engine.broker.features import FEATURES, METADATA_VERSION
from engine.kernel.ids import BrokerId
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.update_features import (
    FeatureUpdateKey,
    UpdatableFeatureResult,
    UpdateFeaturesRequest,
    UpdateFeaturesResponse,
)

_KINDS_SINCE: Final = 1
_RESULTS_UNTIL: Final = 1
_UPGRADE, _SAFE_DOWNGRADE, _UNSAFE_DOWNGRADE = 1, 2, 3


class UpdateFeaturesHandler:
    """Confirms levels, refuses changes."""

    def __init__(self, node_id: BrokerId) -> None:
        self._features = {feature.name: feature for feature in FEATURES}
        self._node_id = node_id

    def handle(
        self, request: UpdateFeaturesRequest, context: RequestContext
    ) -> UpdateFeaturesResponse:
        """Answer from memory."""
        version = context.api_version
        for update in request.feature_updates:
            fault = self._fault(update, _kind_of(update, version))
            if fault is not None:
                return UpdateFeaturesResponse(
                    error_code=ErrorCode.INVALID_UPDATE_VERSION,
                    error_message="The update failed for all features since the following feature "
                    f"had an error: {fault}",
                )
        results = request.feature_updates if version <= _RESULTS_UNTIL else []
        return UpdateFeaturesResponse(
            error_message=None,
            results=[
                UpdatableFeatureResult(each.feature, ErrorCode.NONE, "NONE") for each in results
            ],
        )

    def _fault(self, update: FeatureUpdateKey, kind: int) -> str | None:
        """Why a feature cannot get a level, or None when it has it."""
        name, level = update.feature, update.max_version_level
        start = f"Invalid update version {level} for feature {name}."
        if kind not in (_UPGRADE, _SAFE_DOWNGRADE, _UNSAFE_DOWNGRADE):
            return f"{start} The controller does not support the given upgrade type."
        if level < 0:
            return f"{start} A feature version cannot be less than 0."
        feature = self._features.get(name)
        if feature is None:
            if level == 0:
                return f"{start} Feature {name} not found."
            return f"{start} Local controller {self._node_id} does not support this feature."
        if not feature.min_level <= level <= feature.max_level:
            return (
                f"{start} Local controller {self._node_id} only supports versions "
                f"{feature.min_level}-{feature.max_level}"
            )
        if level < feature.level and kind == _UPGRADE:
            return (
                f"{start} Can't downgrade the version of this feature without setting the upgrade "
                "type to either safe or unsafe downgrade."
            )
        if level > feature.level and kind != _UPGRADE:
            return f"{start} Can't downgrade to a newer version."
        if level < feature.level and name == METADATA_VERSION:
            return (
                f"Unsupported {name} downgrade from {feature.level} to {level}. Refusing to "
                "perform the requested downgrade because it might delete metadata information."
            )
        return None if level == feature.level else f"{start} Levels are fixed on this broker."


def _kind_of(update: FeatureUpdateKey, version: int) -> int:
    """Kafka loses the flag of version 0 on its way to the controller."""
    return update.upgrade_type if version >= _KINDS_SINCE else _UPGRADE
