"""The client's side of SASL mechanisms, pure: a generator yields tokens and is sent the broker's.

| mechanism     | tokens                                                   | source              |
|---------------|----------------------------------------------------------|---------------------|
| PLAIN         | name and password                                        | RFC 4616            |
| SCRAM-SHA-256 | nonce -> salt; proof -> the broker's own proof, checked  | RFC 5802, RFC 7677  |
| SCRAM-SHA-512 | the same                                                 |                     |
| OAUTHBEARER   | token -> nothing, or an error that is acknowledged       | RFC 7628, KIP-255   |

A generator that returns has logged in, as far as it can tell. One that raises `ExchangeBroken` must
not be trusted with anything: the broker did not do its part. As Kafka does, names and passwords are
taken as UTF-8 and not normalised.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Generator, Mapping
from typing import TypeAlias

from engine.client.security import ScramName
from engine.kernel.errors import EngineError
from engine.kernel.limits import SCRAM_ITERATIONS_MAX

Exchange: TypeAlias = Generator[bytes, bytes, None]

SCRAM_ITERATIONS_MIN = 4096
"""Kafka's own minimum; fewer would make a recorded log-in cheap to guess."""

_HASHES: Mapping[ScramName, str] = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}
_NO_BINDING = b"n,,"


class ExchangeBroken(EngineError):
    """The broker's part of the log-in is wrong, or it cannot be carried on."""


def plain(username: str, password: str) -> Exchange:
    """PLAIN. Raises ExchangeBroken for text that it cannot carry."""
    if "\0" in username or "\0" in password:
        raise ExchangeBroken("PLAIN cannot carry a NUL in a name or password")
    yield f"\0{username}\0{password}".encode()


def scram(mechanism: ScramName, username: str, password: str, nonce: bytes) -> Exchange:
    """SCRAM, with the proof that the broker knows the password too."""
    algorithm = _HASHES[mechanism]
    name = username.replace("=", "=3D").replace(",", "=2C")
    our_nonce = base64.b64encode(nonce)
    client_first = b"n=%s,r=%s" % (name.encode(), our_nonce)
    server_first = yield _NO_BINDING + client_first
    fields = _fields(server_first)
    whole_nonce, salt, iterations = _challenge(fields, our_nonce)
    salted = hashlib.pbkdf2_hmac(algorithm, password.encode(), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", algorithm)
    stored_key = hashlib.new(algorithm, client_key).digest()
    bare = b"c=%s,r=%s" % (base64.b64encode(_NO_BINDING), whole_nonce)
    said = b",".join((client_first, server_first, bare))
    signature = hmac.digest(stored_key, said, algorithm)
    proof = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
    server_final = _fields((yield bare + b",p=" + base64.b64encode(proof)))
    if b"e" in server_final:
        raise ExchangeBroken(f"the broker says {server_final[b'e'].decode(errors='replace')!r}")
    server_key = hmac.digest(salted, b"Server Key", algorithm)
    expected = hmac.digest(server_key, said, algorithm)
    if not hmac.compare_digest(expected, _base64(server_final.get(b"v", b""))):
        raise ExchangeBroken("the broker did not prove that it knows the password: do not trust it")


def oauth_bearer(token: str, extensions: Mapping[str, str]) -> Exchange:
    """OAUTHBEARER. An error of the broker is acknowledged, upon which it says more and closes."""
    if any(sign in text for text in (token, *extensions.values()) for sign in "\x01\r\n"):
        raise ExchangeBroken("the token holds a control character, which no token does")
    pairs = "".join(f"{name}={value}\x01" for name, value in extensions.items())
    error = yield f"n,,\x01auth=Bearer {token}\x01{pairs}\x01".encode()
    if error:
        yield b"\x01"
        raise ExchangeBroken("the broker does not take the token")


def _fields(message: bytes) -> dict[bytes, bytes]:
    """The attributes of a SCRAM message, by their letters."""
    return {part[:1]: part[2:] for part in message.split(b",") if part[1:2] == b"="}


def _challenge(fields: Mapping[bytes, bytes], our_nonce: bytes) -> tuple[bytes, bytes, int]:
    """Nonce, salt and iterations of the broker's first message."""
    nonce, salt = fields.get(b"r", b""), _base64(fields.get(b"s", b""))
    given = fields.get(b"i", b"")
    if b"m" in fields:
        raise ExchangeBroken("the broker demands an extension of SCRAM that is not known")
    if not nonce.startswith(our_nonce) or len(nonce) == len(our_nonce) or not salt:
        raise ExchangeBroken("the broker's first SCRAM message is not an answer to ours")
    iterations = int(given) if given.isdigit() and len(given) < 10 else 0
    if not SCRAM_ITERATIONS_MIN <= iterations <= SCRAM_ITERATIONS_MAX:
        raise ExchangeBroken(
            f"the broker asks for {given.decode(errors='replace')[:20]!r} rounds of hashing; "
            f"{SCRAM_ITERATIONS_MIN} to {SCRAM_ITERATIONS_MAX} are taken"
        )
    return nonce, salt, iterations


def _base64(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ExchangeBroken("the broker's SCRAM message is not well formed") from None
