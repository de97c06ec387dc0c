"""The client's side of SASL, against the examples of the standards and against hostile brokers."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.client.sasl_exchange import Exchange, ExchangeBroken, oauth_bearer, plain, scram
from engine.client.security import SCRAM_NAMES, ScramName

RFC_7677_NONCE = base64.b64decode("rOprNGfwEbeRWgbNEkqO")
RFC_7677_SERVER_FIRST = (
    b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
)
RFC_7677_SERVER_FINAL = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def rfc_7677() -> Exchange:
    return scram("SCRAM-SHA-256", "user", "pencil", RFC_7677_NONCE)


def answered(exchange: Exchange, *tokens: bytes) -> list[bytes]:
    """The client's tokens when the broker says these."""
    said = [next(exchange)]
    for token in tokens:
        try:
            said.append(exchange.send(token))
        except StopIteration:
            break
    return said


def test_plain_is_name_and_password() -> None:
    assert answered(plain("änn", "sécret"), b"") == ["\0änn\0sécret".encode()]


def test_plain_cannot_carry_a_nul() -> None:
    with pytest.raises(ExchangeBroken, match="NUL"):
        next(plain("ann", "se\0cret"))


def test_scram_is_that_of_the_standard() -> None:
    """Method: the example of RFC 7677, section 3."""
    said = answered(rfc_7677(), RFC_7677_SERVER_FIRST, RFC_7677_SERVER_FINAL)
    assert said == [
        b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
        (
            b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        ),
    ]


def test_a_name_with_signs_of_the_grammar_is_written_otherwise() -> None:
    assert next(scram("SCRAM-SHA-256", "a=b,c", "x", b"n")).startswith(b"n,,n=a=3Db=2Cc,r=")


@pytest.mark.parametrize(
    ("final", "words"),
    [
        (RFC_7677_SERVER_FINAL.replace(b"6", b"7"), "did not prove"),
        (b"v=", "did not prove"),
        (b"", "did not prove"),
        (b"v=%%%", "not well formed"),
        (b"e=invalid-proof", "invalid-proof"),
    ],
)
def test_a_broker_without_the_password_is_not_trusted(final: bytes, words: str) -> None:
    with pytest.raises(ExchangeBroken, match=words):
        answered(rfc_7677(), RFC_7677_SERVER_FIRST, final)


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (b"", "not an answer"),
        (RFC_7677_SERVER_FIRST.replace(b"r=rO", b"r=xx"), "not an answer"),
        (b"r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "not an answer"),
        (RFC_7677_SERVER_FIRST.replace(b"4096", b"4095"), "rounds of hashing"),
        (RFC_7677_SERVER_FIRST.replace(b"4096", b"1000001"), "rounds of hashing"),
        (RFC_7677_SERVER_FIRST.replace(b"4096", b"-1"), "rounds of hashing"),
        (RFC_7677_SERVER_FIRST.replace(b"4096", b"9" * 5000), "rounds of hashing"),
        (b"m=later," + RFC_7677_SERVER_FIRST, "extension"),
        (RFC_7677_SERVER_FIRST.replace(b"W22Z", b"\xff\xff"), "not well formed"),
    ],
)
def test_a_first_message_that_is_none_ends_the_exchange(first: bytes, words: str) -> None:
    with pytest.raises(ExchangeBroken, match=words):
        answered(rfc_7677(), first)


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=3))
def test_whatever_a_broker_says_no_log_in_comes_of_it(tokens: list[bytes]) -> None:
    with pytest.raises(ExchangeBroken):
        answered(rfc_7677(), *tokens)


def _broker_proof(name: ScramName, password: str, first: bytes, server: bytes, final: bytes) -> str:
    algorithm = "sha256" if name == "SCRAM-SHA-256" else "sha512"
    salted = hashlib.pbkdf2_hmac(algorithm, password.encode(), b"salt", 4096)
    key = hmac.digest(salted, b"Server Key", algorithm)
    said = b",".join((first.removeprefix(b"n,,"), server, final.rpartition(b",p=")[0]))
    return base64.b64encode(hmac.digest(key, said, algorithm)).decode()


@pytest.mark.parametrize("name", SCRAM_NAMES)
@pytest.mark.parametrize("password", ["pencil", "=,ü"])
def test_a_broker_that_knows_the_password_is_believed(name: ScramName, password: str) -> None:
    exchange = scram(name, "ann", password, b"nonce")
    first = next(exchange)
    server = first.partition(b",r=")[2]
    server = b"r=" + server + b"more,s=" + base64.b64encode(b"salt") + b",i=4096"
    final = exchange.send(server)
    proof = _broker_proof(name, password, first, server, final)
    with pytest.raises(StopIteration):
        exchange.send(f"v={proof}".encode())


def test_a_token_goes_with_its_extensions() -> None:
    said = answered(oauth_bearer("e.y.J", {"logicalCluster": "lkc-1"}), b"")
    assert said == [b"n,,\x01auth=Bearer e.y.J\x01logicalCluster=lkc-1\x01\x01"]


def test_an_error_about_a_token_is_acknowledged() -> None:
    exchange = oauth_bearer("e.y.J", {})
    next(exchange)
    assert exchange.send(b'{"status":"invalid_token"}') == b"\x01"
    with pytest.raises(ExchangeBroken, match="does not take the token"):
        exchange.send(b"")


def test_a_token_with_control_characters_is_not_sent() -> None:
    with pytest.raises(ExchangeBroken, match="control character") as told:
        next(oauth_bearer("hidden\x01auth=other", {}))
    assert "hidden" not in str(told.value)
