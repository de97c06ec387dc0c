"""The clusters that a configuration names: what is taken, and what is told with its line."""

from pathlib import Path

import pytest

from console.port.schema_registry import RegistryAddress
from console.profiles import CLUSTER_KEYS, Profile, profiles_of
from console.secret_references import Outside
from engine.client.secret import CommandSecret, EnvironmentSecret, FileSecret
from engine.client.security import NO_SECURITY, OauthBearer, Plain, Scram, Security, Tls
from engine.config.load import parse
from tests.support.clock import FakeClock

ENVIRONMENT = {"WORD": "hidden"}
WORD = EnvironmentSecret("WORD", ENVIRONMENT)


def nonce() -> bytes:
    return b"nonce"


OUTSIDE = Outside(ENVIRONMENT, FakeClock(), nonce)


def profile(text: str) -> Profile:
    """The one cluster of a file at /etc/kconsole, with these keys."""
    document = parse(
        f'[clusters.prod]\nbootstrap = "a:1"\n{text}', file="/etc/kconsole/config.toml"
    )
    found, problems = profiles_of(document, OUTSIDE)
    assert problems == []
    return found["prod"]


def problems(text: str, head: str = '[clusters.prod]\nbootstrap = "a:1"\n') -> list[str]:
    found, problems = profiles_of(parse(head + text, file="config.toml"), OUTSIDE)
    assert "prod" not in found
    return [str(each) for each in problems]


def test_an_open_cluster_needs_its_addresses_only() -> None:
    bare = profile("")
    assert bare == Profile("prod", "a:1")
    assert bare.security == NO_SECURITY
    assert (bare.title, bare.protection) == ("prod", "open")
    assert not bare.is_production
    assert not bare.is_read_only
    assert Profile("", "a:1").title == "a:1"


def test_a_cluster_says_how_careful_to_be() -> None:
    careful = profile('production = true\nread_only = true\ntheme = "amber"')
    assert careful.is_production
    assert careful.is_read_only
    assert careful.theme == "amber"


def test_a_broker_of_ours_says_where_its_metrics_are() -> None:
    assert profile('metrics = "b:9404"').metrics == "b:9404"
    assert profile("").metrics == ""


@pytest.mark.parametrize("given", ['"b"', '"b:0"', '"b:1,c:2"', "9404", '""'])
def test_metrics_that_are_at_no_single_address_are_told(given: str) -> None:
    (told,) = problems(f"metrics = {given}")
    assert told.startswith("config.toml:3: clusters.prod.metrics: ")
    assert told.endswith("allowed: HOST:PORT")


TLS = [
    ("tls.enabled = true", Tls(), "TLS"),
    ("tls.verify_hostname = false", Tls(checks_hostname=False), "TLS"),
    ('tls.ca = "ca.pem"', Tls(Path("/etc/kconsole/ca.pem")), "TLS"),
    ('[clusters.prod.tls]\nca = "/ca.pem"', Tls(Path("/ca.pem")), "TLS"),
    ('tls.ca = "~/ca.pem"', Tls(Path("/home/ann/ca.pem")), "TLS"),
    (
        'tls.certificate = "own.pem"\ntls.key = "own.key"\ntls.key_password = { env = "WORD" }',
        Tls(
            certificate=Path("/etc/kconsole/own.pem"),
            key=Path("/etc/kconsole/own.key"),
            key_password=WORD,
        ),
        "mutual TLS",
    ),
]


@pytest.mark.parametrize(("text", "tls", "words"), TLS)
def test_tls_is_as_the_keys_say(
    text: str, tls: Tls, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    found = profile(text)
    assert found.security == Security(tls)
    assert found.protection == words


def test_tls_can_be_turned_off() -> None:
    assert profile("tls.enabled = false").security == NO_SECURITY


PASSWORD = 'sasl.username = "ann"\nsasl.password = { env = "WORD" }\n'
OAUTH = 'sasl.mechanism = "OAUTHBEARER"\nsasl.token = { command = ["token"] }\n'
SASL = [
    ('sasl.mechanism = "PLAIN"\n' + PASSWORD, Plain("ann", WORD)),
    ('sasl.mechanism = "scram-sha-256"\n' + PASSWORD, Scram("SCRAM-SHA-256", "ann", WORD, nonce)),
    ('sasl.mechanism = "SCRAM-SHA-512"\n' + PASSWORD, Scram("SCRAM-SHA-512", "ann", WORD, nonce)),
    (
        OAUTH + 'sasl.extensions = { logicalCluster = "lkc-1" }',
        OauthBearer(CommandSecret(("token",)), {"logicalCluster": "lkc-1"}),
    ),
    (
        '[clusters.prod.sasl]\nmechanism = "OAUTHBEARER"\n[clusters.prod.sasl.token]\nfile = "t"',
        OauthBearer(FileSecret(Path("/etc/kconsole/t"))),
    ),
]


@pytest.mark.parametrize(("text", "sasl"), SASL)
def test_the_log_in_is_as_the_keys_say(text: str, sasl: Plain | Scram | OauthBearer) -> None:
    found = profile(text)
    assert found.security == Security(sasl=sasl)
    assert found.protection == sasl.mechanism
    assert "hidden" not in repr(found)


def test_a_cluster_may_have_a_schema_registry() -> None:
    assert profile('schema_registry.url = "http://r:8081"').registry == RegistryAddress(
        "http://r:8081"
    )
    text = """
[clusters.prod.schema_registry]
url = "https://r"
username = "me"
password = { env = "WORD" }
ca = "ca.pem"
"""
    assert profile(text).registry == RegistryAddress(
        "https://r", "me", WORD, Path("/etc/kconsole/ca.pem")
    )
    assert profile("").registry is None


PROBLEMS = [
    ('schema_registry.url = "https://a:hidden@r"', "schema_registry.url: a name and password are"),
    ('schema_registry.ca = "x"', "clusters.prod.schema_registry.ca: set schema_registry.url too"),
    (
        'schema_registry.url = "http://r"\nschema_registry.password = { env = "WORD" }',
        "config.toml:4: clusters.prod.schema_registry.password: set schema_registry.username too",
    ),
    ("productive = true", "config.toml:3: clusters.prod.productive: unknown key"),
    ("tls.cas = 1", "config.toml:3: clusters.prod.tls.cas: unknown key, did you mean tls.ca?"),
    ('production = "yes"', "config.toml:3: clusters.prod.production: expected true or false"),
    ("tls = 1", "config.toml:3: clusters.prod.tls: unknown key"),
    ("tls.ca = 1", "config.toml:3: clusters.prod.tls.ca: expected text; allowed: a path"),
    ('tls.enabled = false\ntls.ca = "x"', "config.toml:3: clusters.prod.tls.enabled: TLS is off"),
    ('tls.key = "x"', "config.toml:3: clusters.prod.tls.key: a key without its certificate"),
    (
        'tls.key_password = { env = "WORD" }',
        "config.toml:3: clusters.prod.tls.key_password: a password without a key",
    ),
    ('tls.ca = "~nobody-has-this/x"', "names the home of a user that does not exist"),
    ('sasl.username = "a"', "clusters.prod.sasl.username: set sasl.mechanism too"),
    ('sasl.mechanism = "GSSAPI"', "sasl.mechanism: unknown mechanism 'GSSAPI'; allowed: PLAIN, "),
    ('sasl.mechanism = "SCRAM-SHA-521"', "did you mean SCRAM-SHA-"),
    ('sasl.mechanism = "PLAIN"', "clusters.prod.sasl.mechanism: PLAIN needs sasl.password"),
    ('sasl.mechanism = "OAUTHBEARER"', "OAUTHBEARER needs sasl.token"),
    (
        f'sasl.mechanism = "PLAIN"\n{PASSWORD}sasl.token = {{ env = "WORD" }}',
        "config.toml:6: clusters.prod.sasl.token: does not go with PLAIN",
    ),
    (
        'sasl.mechanism = "PLAIN"\nsasl.username = "a"\nsasl.password = "hidden"',
        "config.toml:5: clusters.prod.sasl.password: a secret is not written into the file",
    ),
    (
        OAUTH + 'sasl.extensions = { auth = "" }',
        "config.toml:5: clusters.prod.sasl.extensions: expected a table of text",
    ),
]


@pytest.mark.parametrize(("text", "words"), PROBLEMS)
def test_what_is_wrong_is_told_with_its_line(text: str, words: str) -> None:
    told = problems(text)
    assert any(words in each for each in told), told
    assert not any("hidden" in each for each in told)


def test_a_cluster_without_addresses_is_told() -> None:
    (told,) = problems("production = true", head="[clusters.prod]\n")
    assert told.startswith("config.toml:1: clusters.prod.bootstrap: expected addresses; allowed: ")


@pytest.mark.parametrize("name", ["", "  "])
def test_a_cluster_without_a_name_is_told(name: str) -> None:
    text = f'[clusters."{name}"]\nbootstrap = "a:1"'
    found, (told,) = profiles_of(parse(text, file="config.toml"), OUTSIDE)
    assert found == {}
    assert str(told).endswith("a cluster needs a name that can be typed")
    assert told.line == 1


def test_what_is_wrong_with_one_cluster_is_no_matter_of_another() -> None:
    document = parse(
        '[clusters.good]\nbootstrap = "a:1"\n[clusters.bad]\nbootstrap = 7', file="config.toml"
    )
    found, problems = profiles_of(document, OUTSIDE)
    assert list(found) == ["good"]
    assert len(problems) == 1


def test_every_key_says_what_it_is_for() -> None:
    assert all(row.doc.endswith(".") and row.allowed for row in CLUSTER_KEYS)
    assert len({row.name for row in CLUSTER_KEYS}) == len(CLUSTER_KEYS)
