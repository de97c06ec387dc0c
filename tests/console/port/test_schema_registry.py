"""Where a schema registry is."""

import pytest

from console.port.schema_registry import checked_registry_url


@pytest.mark.parametrize(
    "url", ["http://registry:8081", "https://registry", "https://[::1]:8081/apis/ccompat/v7"]
)
def test_addresses_are_taken_as_they_are(url: str) -> None:
    assert checked_registry_url(f" {url}/ ") == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "registry:8081",
        "file:///etc/passwd",
        "http://",
        "http://a:0",
        "http://a:x",
        "http://a?b",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        checked_registry_url(url)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValueError) as refused:
        checked_registry_url("https://me:hidden@registry")
    assert "hidden" not in str(refused.value)


def test_what_makes_an_address_wrong_is_not_repeated() -> None:
    """A slash in a password ends the host: what stands before it is no port, and part of it."""
    with pytest.raises(ValueError) as refused:
        checked_registry_url("https://me:hid/den@registry")
    assert "hid" not in str(refused.value)
