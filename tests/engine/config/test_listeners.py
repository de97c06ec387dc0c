"""Several listeners: what may be written, and what clients of each are told."""

import pytest

from engine.config.address import Address
from engine.config.listeners import listeners_of, parse_named


def test_listener_of_listen_comes_first_and_has_no_other_name() -> None:
    first, second = listeners_of("127.0.0.1:9092", ("DOCKER://10.0.0.1:9094",), ())

    assert (first.name, first.address, first.key) == (
        "PLAINTEXT",
        Address("127.0.0.1", 9092),
        "listen",
    )
    assert (second.name, second.address) == ("DOCKER", Address("10.0.0.1", 9094))


def test_clients_are_told_the_advertised_address_or_the_bound_port() -> None:
    first, second = listeners_of(
        "127.0.0.1:0", ("DOCKER://0.0.0.0:0",), ("DOCKER://host.example:0",)
    )

    assert first.told(41_000) == Address("127.0.0.1", 41_000)
    assert second.told(42_000) == Address("host.example", 42_000)


@pytest.mark.parametrize(
    ("listeners", "advertised", "fault"),
    [
        (("A://h:1", "A://h:2"), (), "two listeners are called A"),
        (("PLAINTEXT://h:1",), (), "two listeners are called PLAINTEXT"),
        ((), ("A://h:1",), "there is no listener A"),
    ],
)
def test_listeners_that_do_not_go_together_are_refused(
    listeners: tuple[str, ...], advertised: tuple[str, ...], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        listeners_of("127.0.0.1:9092", listeners, advertised)


def test_address_without_a_name_is_that_of_the_first_listener() -> None:
    (first,) = listeners_of("0.0.0.0:9092", (), ("broker.example:9092",))

    assert first.told(9092) == Address("broker.example", 9092)
    assert not first.is_unreachable


def test_every_address_of_a_machine_is_nothing_to_tell_clients() -> None:
    first, second = listeners_of("0.0.0.0:9092", ("A://[::]:1",), ())

    assert first.is_unreachable
    assert second.is_unreachable


@pytest.mark.parametrize("text", ["h", "a://h:1", "A B://h:1", "A://h", "A://"])
def test_anything_but_a_name_and_an_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_named(text)
