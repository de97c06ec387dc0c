"""The clusters of the configuration file, and what `--bootstrap` means."""

import pytest

from console.saved_clusters import clusters_of, own_registry, profile_of
from engine.config.load import ConfigError, Document, parse


def test_clusters_are_opened_by_name_or_address():
    document = parse('[clusters.prod]\nbootstrap = "a:1, b:2"', file="config.toml")
    assert profile_of(document, "prod").bootstrap == "a:1,b:2"
    assert (
        profile_of(document, "localhost:9092,[::1]:9093").bootstrap == "localhost:9092,[::1]:9093"
    )
    with pytest.raises(ConfigError) as caught:
        profile_of(document, "pord")
    assert str(caught.value) == (
        "--bootstrap: 'pord' is no address and no cluster of the file: expected HOST:PORT, did you "
        "mean prod?; allowed: HOST:PORT, prod"
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("a:1,,b:2", "'': expected HOST:PORT"),
        ("a:1,b", "'b': expected HOST:PORT"),
        ("a:1,b:x", "'b:x': a port is a number"),
        ("a:0", "'a:0' is no address and no cluster of the file: nobody listens on port 0"),
        ("", "expected addresses"),
    ],
)
def test_the_address_that_is_wrong_is_named(given, told):
    with pytest.raises(ConfigError) as caught:
        profile_of(Document(), given)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[clusters]\nprod = 1", "config.toml:2: clusters.prod: expected a table"),
        ("[clusters.a]\nbootstrap = 1", "config.toml:2: clusters.a.bootstrap: expected addresses"),
        ('[clusters.a]\nbootstrap = "x"', "config.toml:2: clusters.a.bootstrap: expected HOST"),
        (
            '[clusters.a]\nbootstrap = "a:1"\nbootstarp = 1',
            "config.toml:3: clusters.a.bootstarp: unknown key, did you mean bootstrap?",
        ),
    ],
)
def test_clusters_that_are_wrong_are_told_with_their_line(text, message):
    with pytest.raises(ConfigError) as caught:
        clusters_of(parse(text, file="config.toml"))
    assert str(caught.value).startswith(message)


REGISTRY = """\
[console]
schema_registry.url = "http://127.0.0.1:8081/"
schema_registry.username = "ann"
schema_registry.password = { file = "none/such" }
"""


def test_our_own_broker_has_a_registry_where_the_console_says_so():
    registry, problems = own_registry(parse(REGISTRY, file="config.toml"))
    assert problems == []
    assert registry is not None
    assert (registry.url, registry.username) == ("http://127.0.0.1:8081", "ann")
    assert own_registry(Document()) == (None, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('schema_registry = "x"', "2: console.schema_registry: unknown key"),
        (
            'schema_registry.urls = "x"',
            "2: console.schema_registry.urls: unknown key, did you mean",
        ),
        ('schema_registry.url = "kafka:1"', "2: console.schema_registry.url: expected http://"),
        ('schema_registry.username = "a"', "2: console.schema_registry.username: set schema_reg"),
    ],
)
def test_a_registry_that_is_wrong_is_told_with_its_line(text, message):
    registry, problems = own_registry(parse(f"[console]\n{text}", file="config.toml"))
    assert registry is None
    assert str(problems[0]).startswith(f"config.toml:{message}")
