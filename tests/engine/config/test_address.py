"""HOST:PORT as people write it."""

import pytest

from engine.config.address import Address, HostPort, parse_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:9092", Address("127.0.0.1", 9092)),
        ("[::1]:0", Address("::1", 0)),
        (" broker.example:65535 ", Address("broker.example", 65535)),
    ],
)
def test_an_address_is_host_and_port(text, address):
    assert parse_address(text) == address
    assert str(address) == text.strip()


@pytest.mark.parametrize(
    "text", ["", "9092", ":9092", "::1:9092", "h:", "h:x", "h:65536", "h:-1", "h:00000099999"]
)
def test_anything_else_is_refused_with_a_reason(text):
    with pytest.raises(ValueError, match=r"HOST:PORT|brackets|port"):
        parse_address(text)
    assert HostPort().fault(text)


def test_an_address_may_be_left_empty_where_that_has_a_meaning():
    assert HostPort(may_be_empty=True).fault("") is None


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("::1", True),
        ("127.0.0.1.example.org", False),
        ("0.0.0.0", False),
        ("::", False),
    ],
)
def test_only_loopback_addresses_stay_on_this_machine(host, is_loopback):
    assert Address(host, 1).is_loopback is is_loopback
