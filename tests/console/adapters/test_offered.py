"""What a broker offers, from the versions of the APIs that it speaks."""

import pytest

from console.adapters.offered import capabilities_of
from engine.client.connection import VersionRange
from engine.protocol.api_keys import ApiKey

EVERYTHING = {int(key): VersionRange(0, 99) for key in ApiKey}
SWITCHES = {
    "describes_configs": ApiKey.DESCRIBE_CONFIGS,
    "describes_producers": ApiKey.DESCRIBE_PRODUCERS,
    "alters_configs": ApiKey.INCREMENTAL_ALTER_CONFIGS,
    "creates_topics": ApiKey.CREATE_TOPICS,
    "deletes_topics": ApiKey.DELETE_TOPICS,
    "adds_partitions": ApiKey.CREATE_PARTITIONS,
    "deletes_records": ApiKey.DELETE_RECORDS,
    "lists_groups": ApiKey.LIST_GROUPS,
    "deletes_groups": ApiKey.DELETE_GROUPS,
    "deletes_offsets": ApiKey.OFFSET_DELETE,
}


@pytest.mark.parametrize(("name", "api"), SWITCHES.items())
def test_an_api_that_is_not_spoken_is_a_thing_that_cannot_be_done(name: str, api: ApiKey) -> None:
    assert getattr(capabilities_of(EVERYTHING, engine_version=None), name)
    without = {key: versions for key, versions in EVERYTHING.items() if key != api}
    assert not getattr(capabilities_of(without, engine_version=None), name)


def test_disks_are_told_only_from_the_version_that_tells_their_size() -> None:
    old = EVERYTHING | {int(ApiKey.DESCRIBE_LOG_DIRS): VersionRange(0, 3)}
    assert not capabilities_of(old, engine_version=None).describes_disks
    assert capabilities_of(EVERYTHING, engine_version=None).describes_disks


def test_the_release_is_told_by_the_newest_fetch() -> None:
    def release(fetch: int) -> str:
        versions = EVERYTHING | {int(ApiKey.FETCH): VersionRange(0, fetch)}
        return capabilities_of(versions, engine_version=None).version

    assert [release(fetch) for fetch in (11, 12, 16, 17, 18)] == [
        "",
        "2.7+",
        "3.7+",
        "3.9+",
        "4.1+",
    ]


def test_a_broker_of_ours_tells_its_own_version_and_vitals_where_it_is_known_how() -> None:
    ours = capabilities_of(EVERYTHING, engine_version="0.1.0", tells_vitals=True)
    assert (ours.version, ours.mode, ours.tells_vitals) == ("0.1.0", "kconsole engine", True)
    silent = capabilities_of(EVERYTHING, engine_version="0.1.0")
    assert (silent.version, silent.mode, silent.tells_vitals) == ("0.1.0", "kconsole engine", False)
    other = capabilities_of(EVERYTHING, engine_version=None)
    assert (other.mode, other.tells_vitals) == ("KRaft", False)


def test_a_broker_that_tells_nothing_offers_nothing() -> None:
    nothing = capabilities_of({}, engine_version=None)
    assert not any(getattr(nothing, name) for name in SWITCHES)
    assert (nothing.version, nothing.mode) == ("", "")
