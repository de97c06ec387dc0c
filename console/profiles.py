"""The clusters that a configuration file names: `[clusters.NAME]`, read and checked.

Every key is one row of `CLUSTER_KEYS`, from which reading, problems and the reference page come. A
secret is never written into the file, only where it is kept; a password that was pasted in is told
and not shown again.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

from console.cluster_addresses import checked_address, checked_bootstrap
from console.port.schema_registry import RegistryAddress, checked_registry_url
from console.profile import Profile as Profile
from console.secret_references import Outside, SecretReader, WrongReference
from engine.client.secret import Secret
from engine.client.security import (
    MECHANISMS,
    OAUTHBEARER,
    PLAIN,
    OauthBearer,
    Plain,
    Sasl,
    Scram,
    ScramName,
    Security,
    Tls,
)
from engine.config.load import ConfigProblem, Document, did_you_mean

T = TypeVar("T")
_REGISTRY = "schema_registry"


class ClusterKey(NamedTuple):
    """One key of a cluster's table."""

    name: str
    allowed: str
    read: Callable[["_Values", str], object]
    doc: str


class _Wrong(Exception):
    """Why a value was not taken."""


def profiles_of(
    document: Document, outside: Outside
) -> tuple[dict[str, Profile], list[ConfigProblem]]:
    """The clusters that can be used, by name, and everything that is wrong with the others.

    Raises ConfigError if `[clusters]` is no table.
    """
    found: dict[str, Profile] = {}
    problems: list[ConfigProblem] = []
    for name, table in document.section("clusters").items():
        path = ("clusters", name)
        if not isinstance(table, dict):
            problems.append(document.problem(path, "expected a table", f"[clusters.{name}]"))
            continue
        if not name.strip():
            problems.append(document.problem(path, "a cluster needs a name that can be typed"))
            continue
        values = _Values(document, path, dict(_leaves(table)), outside)
        profile = values.profile(name)
        problems += values.problems
        if not values.problems:
            found[name] = profile
    return found, problems


def registry_in(
    section: str, document: Document, outside: Outside
) -> tuple[RegistryAddress | None, list[ConfigProblem]]:
    """The registry of schemas that a section names, and what is wrong with it.

    Its keys are those of a cluster's table. Raises ConfigError if the section is no table.
    """
    table = document.section(section).get(_REGISTRY)
    if table is None:
        return None, []
    values = _Values(document, (section,), dict(_leaves({_REGISTRY: table})), outside)
    registry = values.registry()
    return None if values.problems else registry, values.problems


def _leaves(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Keys by their dotted names; a table that is a key's value stays whole."""
    for name, value in table.items():
        dotted = f"{prefix}{name}"
        if isinstance(value, dict) and dotted not in _ROWS:
            yield from _leaves(value, f"{dotted}.")
        else:
            yield dotted, value


class _Values:
    """The values of one cluster's table, and what is wrong with them."""

    def __init__(
        self,
        document: Document,
        path: tuple[str, ...],
        written: Mapping[str, object],
        outside: Outside,
    ) -> None:
        self._document = document
        self._path = path
        self._written = written
        self._nonce = outside.nonce
        self._folder = Path(document.file).absolute().parent
        self.secrets = SecretReader(outside, self.file)
        self.problems: list[ConfigProblem] = []

    def profile(self, name: str) -> Profile:
        """The cluster, which is of no use if there are problems."""
        values = self._read({*self._written, "bootstrap"})
        security = Security(self._tls(values), self._sasl(values))
        return Profile(
            name,
            _of(values, "bootstrap", ""),
            security,
            _of(values, "production", False),
            _of(values, "read_only", False),
            _of(values, "theme", ""),
            self._written,
            self._registry(values),
            _of(values, "metrics", ""),
            secrets={key: cast(Secret, values[key]) for key in SECRET_KEYS if key in values},
        )

    def registry(self) -> RegistryAddress | None:
        """The registry alone, which is of no use if there are problems."""
        return self._registry(self._read(self._written))

    def _read(self, names: Collection[str]) -> dict[str, object]:
        """The values of these keys, as far as they are right."""
        values: dict[str, object] = {}
        for key in self._written:
            if key not in _ROWS:
                self._refuse(key, "unknown key" + did_you_mean(key, _ROWS))
        for row in CLUSTER_KEYS:
            if row.name not in names:
                continue
            try:
                values[row.name] = row.read(self, row.name)
            except (_Wrong, WrongReference, ValueError) as error:
                self._refuse(row.name, str(error), row.allowed)
        return values

    def given(self, name: str) -> object:
        """What the file says for a key."""
        return self._written.get(name)

    def text(self, name: str) -> str:
        given = self.given(name)
        if not isinstance(given, str) or not given.strip():
            raise _Wrong("expected text")
        return given

    def flag(self, name: str) -> bool:
        given = self.given(name)
        if not isinstance(given, bool):
            raise _Wrong("expected true or false")
        return given

    def path(self, name: str) -> Path:
        return self.file(self.text(name))

    def file(self, text: str) -> Path:
        """A path of the file, which may begin at the user's home or beside the file itself."""
        try:
            return self._folder / Path(text).expanduser()
        except RuntimeError:
            raise _Wrong(f"{text!r} names the home of a user that does not exist") from None

    def mechanism(self, name: str) -> str:
        given = self.text(name).upper()
        if given not in MECHANISMS:
            raise _Wrong(f"unknown mechanism {given!r}" + did_you_mean(given, MECHANISMS))
        return given

    def extensions(self, name: str) -> Mapping[str, str]:
        given = self.given(name)
        if not isinstance(given, dict) or not all(
            isinstance(value, str) and key.isalpha() and key.isascii() and key != "auth"
            for key, value in given.items()
        ):
            raise _Wrong("expected a table of text, named by letters")
        return given

    def _refuse(self, key: str, message: str, allowed: str = "") -> None:
        path = (*self._path, *key.split("."))
        self.problems.append(self._document.problem(path, message, allowed))

    def _tls(self, values: Mapping[str, object]) -> Tls | None:
        given = [key for key in self._written if key.startswith("tls.")]
        is_on = _of(values, "tls.enabled", bool(given))
        others = [key for key in given if key != "tls.enabled"]
        if not is_on:
            if others:
                self._refuse("tls.enabled", f"TLS is off, and {others[0]} is set")
            return None
        if "tls.key" in values and "tls.certificate" not in values:
            self._refuse("tls.key", "a key without its certificate: set tls.certificate")
        if "tls.key_password" in values and "tls.certificate" not in values:
            self._refuse("tls.key_password", "a password without a key: set tls.certificate")
        return Tls(
            cast(Path | None, values.get("tls.ca")),
            cast(Path | None, values.get("tls.certificate")),
            cast(Path | None, values.get("tls.key")),
            cast(Secret | None, values.get("tls.key_password")),
            _of(values, "tls.verify_hostname", True),
        )

    def _sasl(self, values: Mapping[str, object]) -> Sasl | None:
        given = [key for key in self._written if key.startswith("sasl.")]
        mechanism = _of(values, "sasl.mechanism", "")
        if not mechanism:
            if given and "sasl.mechanism" not in self._written:
                self._refuse(given[0], "set sasl.mechanism too", ", ".join(MECHANISMS))
            return None
        needed = {"sasl.token"} if mechanism == OAUTHBEARER else {"sasl.username", "sasl.password"}
        allowed = needed | {"sasl.mechanism"}
        if mechanism == OAUTHBEARER:
            allowed.add("sasl.extensions")
        for key in sorted(needed - set(self._written)):
            self._refuse("sasl.mechanism", f"{mechanism} needs {key}")
        for key in given:
            if key in _ROWS and key not in allowed:
                self._refuse(key, f"does not go with {mechanism}")
        if not needed <= values.keys():
            return None
        if mechanism == OAUTHBEARER:
            extensions = cast(Mapping[str, str], values.get("sasl.extensions", {}))
            return OauthBearer(cast(Secret, values["sasl.token"]), extensions)
        username = _of(values, "sasl.username", "")
        password = cast(Secret, values["sasl.password"])
        if mechanism == PLAIN:
            return Plain(username, password)
        return Scram(cast(ScramName, mechanism), username, password, self._nonce)

    def _registry(self, values: Mapping[str, object]) -> RegistryAddress | None:
        given = [key for key in self._written if key.startswith("schema_registry.")]
        if given and "schema_registry.url" not in self._written:
            self._refuse(given[0], "set schema_registry.url too")
        if "schema_registry.url" not in values:
            return None
        password = cast(Secret | None, values.get("schema_registry.password"))
        username = _of(values, "schema_registry.username", "")
        if password is not None and not username:
            self._refuse("schema_registry.password", "set schema_registry.username too")
        ca = cast(Path | None, values.get("schema_registry.ca"))
        return RegistryAddress(_of(values, "schema_registry.url", ""), username, password, ca)


def _of(values: Mapping[str, object], name: str, default: T) -> T:
    """A value whose reader gave the type of its default."""
    return cast(T, values.get(name, default))


_REFERENCE = (
    '{ env = "NAME" }, { file = "PATH" }, { keyring = "SERVICE/USER" } or { command = [...] }'
)
_ENDPOINT = '{ endpoint = "https://...", client_id = "...", client_secret = {...} }'

CLUSTER_KEYS = (
    ClusterKey(
        "bootstrap",
        "HOST:PORT, several separated by commas",
        lambda values, name: checked_bootstrap(values.given(name)),
        "Brokers to begin with; the cluster tells the others.",
    ),
    ClusterKey(
        "production",
        "true or false",
        _Values.flag,
        "Colours the frame and asks more before every change: what was asked by y or n wants the "
        "name, what was done at once asks.",
    ),
    ClusterKey(
        "read_only",
        "true or false",
        _Values.flag,
        "Hides what changes anything, and refuses it in commands.",
    ),
    ClusterKey(
        "metrics",
        "HOST:PORT",
        lambda values, name: checked_address(values.given(name)),
        "Where a kconsole broker tells its metrics, as `metrics.listen` says in its own "
        "configuration: what the engine screen shows comes from there, without TLS and log-in.",
    ),
    ClusterKey("theme", "the name of a theme", _Values.text, "The theme while it is shown."),
    ClusterKey(
        "tls.enabled",
        "true or false",
        _Values.flag,
        "TLS with the authorities that the system trusts. Any other key of tls turns it on too.",
    ),
    ClusterKey(
        "tls.ca",
        "a path",
        _Values.path,
        "PEM file with the certificates of the authorities to trust, and no others.",
    ),
    ClusterKey(
        "tls.certificate",
        "a path",
        _Values.path,
        "PEM file with a certificate of ours, for brokers that ask for one (mutual TLS).",
    ),
    ClusterKey(
        "tls.key",
        "a path",
        _Values.path,
        "PEM file with the key of that certificate, if it is not in the same file.",
    ),
    ClusterKey(
        "tls.key_password",
        _REFERENCE,
        lambda values, name: values.secrets.secret(values.given(name)),
        "What opens the key, if it is locked.",
    ),
    ClusterKey(
        "tls.verify_hostname",
        "true or false",
        _Values.flag,
        "Whether a broker's certificate has to be made out to its address.",
    ),
    ClusterKey(
        "sasl.mechanism",
        ", ".join(MECHANISMS),
        _Values.mechanism,
        "How to log in.",
    ),
    ClusterKey("sasl.username", "text", _Values.text, "Who logs in, by PLAIN or SCRAM."),
    ClusterKey(
        "sasl.password",
        _REFERENCE,
        lambda values, name: values.secrets.secret(values.given(name)),
        "Where the password is kept; it is read again for each connection.",
    ),
    ClusterKey(
        "sasl.token",
        f"{_REFERENCE}; or {_ENDPOINT} with scope and ca as needed",
        lambda values, name: values.secrets.token(values.given(name)),
        "Where the token of OAUTHBEARER comes from; an endpoint is asked for one by client "
        "credentials.",
    ),
    ClusterKey(
        "sasl.extensions",
        'a table of text, such as { logicalCluster = "lkc-1" }',
        _Values.extensions,
        "What goes with the token to the broker (KIP-342).",
    ),
    ClusterKey(
        "schema_registry.url",
        "http://HOST:PORT or https://HOST:PORT",
        lambda values, name: checked_registry_url(values.text(name)),
        "Where the schemas of Avro, Protobuf and JSON Schema records are kept.",
    ),
    ClusterKey("schema_registry.username", "text", _Values.text, "Who asks the registry."),
    ClusterKey(
        "schema_registry.password",
        _REFERENCE,
        lambda values, name: values.secrets.secret(values.given(name)),
        "Where the password for the registry is kept.",
    ),
    ClusterKey("schema_registry.ca", "a path", _Values.path, "Authorities, as in `tls.ca`."),
)
"""Every key of `[clusters.NAME]`."""

SECRET_KEYS = ("tls.key_password", "sasl.password", "sasl.token", "schema_registry.password")
"""Those that refer to a secret."""

_ROWS = {row.name: row for row in CLUSTER_KEYS}
