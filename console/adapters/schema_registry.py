"""A schema registry over HTTP, as `console.port.schema_registry.SchemaSource` asks for it.

Speaks the interface of Confluent's registry, which Redpanda, Karapace and Apicurio offer as well.
Calls run in a thread, one at a time, and end in bounded time; nobody waits for one whose answer is
not wanted any more. Answers are bounded in size. A password is read anew for each call, goes into
no message, and is sent to the registry alone: redirects are not followed.
"""

import asyncio
import base64
import json
import ssl
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from console.adapters.beside import beside
from console.model.text import plain
from console.port.schema_registry import (
    NamedText,
    RegistryAddress,
    RegistryUnreachable,
    Schema,
    SchemaKind,
    SchemaUnusable,
    checked_registry_url,
)
from engine.client.secret import SecretMissing

if TYPE_CHECKING:
    from http.client import HTTPConnection

TIMEOUT_S = 5.0
"""How long the registry may be silent."""

SCHEMA_S = 15.0
"""How long a schema may take with all that it refers to."""

THREAD_NAME = "schema registry"
ANSWER_BYTES_MAX = 4 << 20
REFERENCES_MAX = 100
_ACCEPT = "application/vnd.schemaregistry.v1+json, application/json"


class SchemaRegistry:
    """One registry."""

    def __init__(self, address: RegistryAddress) -> None:
        """Raises ValueError for an address that is none."""
        parts = urlsplit(checked_registry_url(address.url))
        self._address = address
        self._is_secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._is_secure else 80)
        self._path = parts.path
        self._one_at_a_time = asyncio.Lock()

    async def schema(self, schema_id: int) -> Schema:
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(SCHEMA_S):
                    return await beside(
                        lambda: self._schema(schema_id), THREAD_NAME, expected=SchemaUnusable
                    )
            except TimeoutError:
                raise RegistryUnreachable(f"the registry took longer than {SCHEMA_S:g} s") from None

    def _schema(self, schema_id: int) -> Schema:
        found = self._get(f"/schemas/ids/{schema_id}")
        kind = _kind(found)
        if kind is SchemaKind.PROTOBUF:
            found = self._get(f"/schemas/ids/{schema_id}?format=serialized")
        references: dict[str, NamedText] = {}
        self._collect(found, kind, references)
        return Schema(kind, _text(found), tuple(references.values()))

    def _collect(
        self, found: Mapping[str, object], kind: SchemaKind, references: dict[str, NamedText]
    ) -> None:
        """Add what a schema refers to, what is referred to first."""
        listed = found.get("references") or []
        if not isinstance(listed, list):
            raise SchemaUnusable("the registry lists its references in an unknown way")
        for each in listed:
            try:
                name, subject, version = each["name"], each["subject"], int(each["version"])
            except (LookupError, TypeError, ValueError):
                raise SchemaUnusable("the registry names a reference in an unknown way") from None
            if name in references:
                continue
            if len(references) >= REFERENCES_MAX:
                raise SchemaUnusable(f"it refers to more than {REFERENCES_MAX} others")
            path = f"/subjects/{quote(str(subject), safe='')}/versions/{version}"
            serialized = "?format=serialized" if kind is SchemaKind.PROTOBUF else ""
            inner = self._get(path + serialized)
            # A name stands in the list before its own references are read: circles end.
            references[name] = NamedText(str(name), _text(inner))
            self._collect(inner, kind, references)
            references[name] = references.pop(name)

    def _get(self, path: str) -> Mapping[str, object]:
        """The object at a path of the registry. Blocks. Raises SchemaUnusable."""
        from http.client import HTTPException  # not at the start of every console

        headers = {"Accept": _ACCEPT}
        if self._address.username:
            headers["Authorization"] = self._authorization()
        connection = self._connection()
        try:
            connection.request("GET", self._path + path, headers=headers)
            response = connection.getresponse()
            content = response.read(ANSWER_BYTES_MAX + 1)
        except TimeoutError:
            raise RegistryUnreachable(
                f"the registry did not answer within {TIMEOUT_S:g} s"
            ) from None
        except (OSError, HTTPException) as error:
            reason = plain(str(error) or type(error).__name__, limit=200)
            raise RegistryUnreachable(f"the registry cannot be reached: {reason}") from None
        finally:
            connection.close()
        if response.status != HTTPStatus.OK:
            raise SchemaUnusable(_refusal(response.status, content))
        if len(content) > ANSWER_BYTES_MAX:
            raise SchemaUnusable("the registry's answer is too large")
        return _object(content)

    def _authorization(self) -> str:
        """The header that lets us in. Blocks. Raises SchemaUnusable."""
        secret = self._address.password
        try:
            password = "" if secret is None else secret.read()
        except SecretMissing as error:
            raise SchemaUnusable(str(error)) from None
        pair = f"{self._address.username}:{password}".encode()
        return "Basic " + base64.b64encode(pair).decode("ascii")

    def _connection(self) -> "HTTPConnection":
        from http.client import HTTPConnection, HTTPSConnection  # nor at the start

        if self._is_secure:
            try:
                context = ssl.create_default_context(cafile=self._address.ca)
            except (OSError, ssl.SSLError) as error:
                raise SchemaUnusable(f"{self._address.ca} cannot be used: {error}") from None
            return HTTPSConnection(self._host, self._port, timeout=TIMEOUT_S, context=context)
        return HTTPConnection(self._host, self._port, timeout=TIMEOUT_S)


def _object(content: bytes) -> Mapping[str, object]:
    try:
        found: Any = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise SchemaUnusable("the registry's answer is no JSON object")
    return found


def _kind(found: Mapping[str, object]) -> SchemaKind:
    name = found.get("schemaType", "AVRO")
    try:
        return SchemaKind(name)
    except ValueError:
        raise SchemaUnusable(f"its language is {plain(str(name), limit=40)}") from None


def _text(found: Mapping[str, object]) -> str:
    text = found.get("schema")
    if not isinstance(text, str):
        raise SchemaUnusable("the registry's answer has no schema")
    return text


def _refusal(status: int, content: bytes) -> str:
    """What the registry says, or else the number of its answer."""
    if status == HTTPStatus.NOT_FOUND:
        return "the registry does not know it"
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return "the registry does not let this user read it"
    try:
        message = _object(content).get("message")
    except SchemaUnusable:
        message = None
    words = f": {plain(message, limit=200)}" if isinstance(message, str) else ""
    return f"the registry answers {status}{words}"
