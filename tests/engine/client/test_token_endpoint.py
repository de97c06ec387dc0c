"""Tokens by client credentials, from an endpoint on the loopback."""

import base64

import pytest

from engine.client.secret import EnvironmentSecret, SecretMissing
from engine.client.token_endpoint import TokenEndpoint, is_safe
from tests.support.clock import FakeClock
from tests.support.token_server import endpoint

WORD = EnvironmentSecret("WORD", {"WORD": "se:cret"})


def tokens(url: str, clock: FakeClock | None = None, scope: str = "") -> TokenEndpoint:
    return TokenEndpoint(url, "me", WORD, clock or FakeClock(), scope)


def test_a_token_is_asked_for_as_the_standard_says() -> None:
    with endpoint({"access_token": "e.y.J", "expires_in": 300}) as told:
        assert tokens(told.url, scope="kafka write").read() == "e.y.J"
    ((authorisation, form),) = told.asked
    assert form == "grant_type=client_credentials&scope=kafka+write"
    assert base64.b64decode(authorisation.removeprefix("Basic ")) == b"me:se%3Acret"


def test_a_token_is_used_until_a_fifth_of_its_life_is_left() -> None:
    clock = FakeClock()
    with endpoint({"access_token": "one", "expires_in": 100}) as told:
        source = tokens(told.url, clock)
        assert source.read() == "one"
        told.answer = {"access_token": "two", "expires_in": 100}
        clock.advance(79.0)
        assert source.read() == "one"
        clock.advance(1.0)
        assert source.read() == "two"
    assert len(told.asked) == 2


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (401, {"error": "invalid_client"}, "answers 401 \\(invalid_client\\)"),
        (500, b"se:cret", "answers 500$"),
        (400, {"error": "se:cret hidden"}, "answers 400$"),
        (200, b"se:cret", "without an access_token"),
        (200, [], "without an access_token"),
        (200, {"access_token": 7}, "without an access_token"),
    ],
)
def test_what_is_no_token_is_told_without_what_was_said(
    status: int, answer: object, words: str
) -> None:
    with endpoint(answer, status=status) as told:
        source = tokens(told.url)
        with pytest.raises(SecretMissing, match=words) as failure:
            source.read()
    assert told.url in str(failure.value)
    assert "se:cret" not in f"{failure.value} {source!r} {source}"


def test_a_redirection_is_not_followed() -> None:
    with endpoint({"access_token": "stolen"}) as other:
        moved = endpoint({}, status=307, location=other.url)
        with moved as told, pytest.raises(SecretMissing, match="answers 307"):
            tokens(told.url).read()
        assert not other.asked


def test_an_endpoint_that_is_gone_is_told() -> None:
    with endpoint({}) as told:
        url = told.url
    with pytest.raises(SecretMissing, match=r"cannot be asked: .*refused"):
        tokens(url).read()


@pytest.mark.parametrize(
    ("url", "is_right"),
    [
        ("https://login.example/token", True),
        ("http://localhost:8080/token", True),
        ("http://login.example/token", False),
        ("https://me:word@login.example/token", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://[::1", False),
    ],
)
def test_a_secret_is_sent_by_https_or_not_off_this_machine(url: str, *, is_right: bool) -> None:
    assert is_safe(url) is is_right


def test_an_unsafe_endpoint_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="HTTPS"):
        tokens("http://login.example/token")
