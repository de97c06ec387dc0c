"""Sessions of consumer groups last as long as their settings say at each sign of life."""

from dataclasses import replace

from engine.coordinator.consumer_member import ConsumerMember, CurrentAssignment, MemberMetadata
from engine.coordinator.consumer_timers import ConsumerTimers
from engine.coordinator.deadlines import Deadlines
from engine.coordinator.group_config import ConsumerGroupConfig, GroupConfig
from engine.coordinator.instant import Instant
from engine.coordinator.rebalance import DeadlineKey, DeadlineKind


class SettingsOfGroups:
    """Settings in which each group can have a session time-out of its own."""

    def __init__(self) -> None:
        self.now = GroupConfig()
        self.session_timeouts_ms: dict[str, int] = {}

    def consumer_of(self, group_id: str) -> ConsumerGroupConfig:
        own_ms = self.session_timeouts_ms.get(group_id, self.now.consumer.session_timeout_ms)
        return replace(self.now.consumer, session_timeout_ms=own_ms)


def test_a_session_time_out_that_is_changed_holds_from_the_next_sign_of_life() -> None:
    settings = SettingsOfGroups()
    deadlines: Deadlines[DeadlineKey] = Deadlines()
    timers = ConsumerTimers(settings, deadlines)
    member = ConsumerMember("m", MemberMetadata(), CurrentAssignment(0, 0))
    keys = {group: (DeadlineKind.CONSUMER_SESSION, group, "m") for group in ("g", "h")}

    def beat(at_ms: int) -> dict[str, int | None]:
        for group in keys:
            timers.keep_alive(group, member, Instant(at_ms, at_ms))
        return {group: deadlines.get(key) for group, key in keys.items()}

    assert beat(1_000) == {"g": 46_000, "h": 46_000}
    settings.session_timeouts_ms["g"] = 50_000
    assert deadlines.get(keys["g"]) == 46_000
    assert beat(2_000) == {"g": 52_000, "h": 47_000}
