"""Tokens from an OAuth 2.0 endpoint by client credentials (RFC 6749, 4.4), as a secret.

A token is kept in memory and used again until a fifth of its life is left. Only HTTPS is spoken,
but for this machine itself; redirections are not followed, since the client's secret would go
along. What the endpoint answers is told only where it is an error code of the standard.
"""

import base64
import json
import re
import ssl
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from engine.client.secret import Secret, SecretMissing
from engine.kernel.clock import Clock
from engine.kernel.limits import TOKEN_ANSWER_BYTES_MAX

TIMEOUT_S = 10.0

_LOCAL = ("localhost", "127.0.0.1", "::1")
_USED_FOR = 0.8
_LIFE_S_WITHOUT_WORD = 60.0
_ERROR_CODE = re.compile(r"[a-z_]{1,40}")


@dataclass(slots=True)
class _Kept:
    """The latest token, until when it is used, and whose turn it is to get the next."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    token: str = ""
    until_s: float = 0.0


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """A token endpoint and who we are there. Implements `engine.client.secret.Secret`."""

    url: str
    client_id: str
    client_secret: Secret
    clock: Clock = field(repr=False)
    scope: str = ""
    ca: Path | None = None
    _kept: _Kept = field(default_factory=_Kept, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not is_safe(self.url):
            raise ValueError("tokens are asked for by HTTPS only")

    def read(self) -> str:
        with self._kept.lock:
            now_s = self.clock.monotonic_s()
            if not self._kept.token or now_s >= self._kept.until_s:
                self._kept.token, life_s = self._asked()
                self._kept.until_s = now_s + _USED_FOR * life_s
            return self._kept.token

    def __str__(self) -> str:
        return f"the token endpoint {self.url}"

    def _asked(self) -> tuple[str, float]:
        """A new token and the seconds that it lives."""
        form = {"grant_type": "client_credentials"}
        if self.scope:
            form["scope"] = self.scope
        pair = ":".join(
            urllib.parse.quote(text, safe="")
            for text in (self.client_id, self.client_secret.read())
        )
        request = urllib.request.Request(  # noqa: S310 - `is_safe` has checked the scheme
            self.url,
            urllib.parse.urlencode(form).encode(),
            {
                "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
                "Accept": "application/json",
            },
        )
        try:
            opener = urllib.request.build_opener(
                _NoRedirection, urllib.request.HTTPSHandler(context=self._context())
            )
            with opener.open(request, timeout=TIMEOUT_S) as answer:
                content = answer.read(TOKEN_ANSWER_BYTES_MAX + 1)
        except urllib.error.HTTPError as error:
            with error:
                words = _error_code(error.read(TOKEN_ANSWER_BYTES_MAX))
            raise SecretMissing(f"{self} answers {error.code}{words}") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or type(error).__name__
            raise SecretMissing(f"{self} cannot be asked: {reason}") from None
        return self._token(content)

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca)

    def _token(self, content: bytes) -> tuple[str, float]:
        try:
            answer = json.loads(content) if len(content) <= TOKEN_ANSWER_BYTES_MAX else None
        except ValueError:
            answer = None
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or not isinstance(token, str) or not token.isascii():
            # Not chained, and not quoted: it may hold what is secret.
            raise SecretMissing(f"{self} answers without an access_token")
        life_s = answer.get("expires_in")
        if isinstance(life_s, int | float) and life_s > 0:
            return token, float(life_s)
        return token, _LIFE_S_WITHOUT_WORD


def is_safe(url: str) -> bool:
    """Whether a secret may be sent there: by HTTPS, or to this machine itself."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    is_local = parts.scheme == "http" and host in _LOCAL
    return bool(host) and (parts.scheme == "https" or is_local) and parts.username is None


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """Takes a redirection for the error that it is here."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: object,
        newurl: str,
    ) -> None:
        return None


def _error_code(content: bytes) -> str:
    """` (invalid_client)`: the code of the standard, or nothing."""
    try:
        answer = json.loads(content)
    except ValueError:
        return ""
    code = answer.get("error") if isinstance(answer, dict) else None
    return f" ({code})" if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else ""
