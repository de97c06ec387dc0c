"""The compact form of the tables of keys."""

import pytest

from engine.config.address import HostPort
from engine.config.key_table import read_keys
from engine.config.kinds import ConfigType, InvalidValue, OneOf, Range, Unit

TABLE = """
poll.ms | int dynamic | 500 | 1..60000
    How often
    it is asked.
names | list restart |
    Who is asked.

secret | password one-broker | null
    What is said.
mode | string listener | slow | slow, fast
    How it is asked.
room.bytes | long | 7 | -1..
    How much may come.
at | string | localhost:1 | address
    Where it is asked.
ratio | double | 0.5 | 0..1
    How much is asked.
"""


def test_each_row_is_a_key() -> None:
    keys = {key.name: key for key in read_keys(TABLE)}
    assert list(keys) == ["poll.ms", "names", "secret", "mode", "room.bytes", "at", "ratio"]
    poll = keys["poll.ms"]
    assert (poll.type, poll.default, poll.unit) == (ConfigType.INT, 500, Unit.MILLISECONDS)
    assert (poll.check, poll.documentation) == (Range(1, 60_000), "How often it is asked.")
    assert keys["names"].default == ()
    assert (keys["secret"].default, keys["secret"].is_sensitive) == (None, True)
    assert keys["mode"].check == OneOf(("slow", "fast"))
    assert (keys["room.bytes"].check, keys["room.bytes"].unit) == (Range(-1), Unit.BYTES)
    assert keys["at"].check == HostPort()
    assert (keys["ratio"].default, keys["ratio"].check) == (0.5, Range(0, 1))


def test_flags_say_who_can_change_a_key_and_when() -> None:
    keys = {key.name: key for key in read_keys(TABLE)}
    assert [name for name, key in keys.items() if not key.is_read_only] == [
        *("poll.ms", "secret", "mode")
    ]
    assert [name for name, key in keys.items() if key.is_of_one_broker] == ["secret"]
    assert [name for name, key in keys.items() if key.is_of_a_listener] == ["mode"]
    assert [name for name, key in keys.items() if key.needs_restart] == ["names"]


def test_a_table_of_keys_without_effect_says_so_in_each() -> None:
    (key,) = read_keys("a | int | 1\n    How much.", "nothing is counted.")
    assert key.documentation == "No effect: nothing is counted. In Kafka: how much."


@pytest.mark.parametrize(
    "row",
    ["a | int | x\n    Much.", "a | colour | 1\n    Much.", "a | int loud | 1\n    Much."],
)
def test_a_row_that_is_wrong_is_found_when_it_is_read(row: str) -> None:
    with pytest.raises((InvalidValue, KeyError, AssertionError)):
        list(read_keys(row))
