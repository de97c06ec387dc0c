"""The clusters of the configuration file, and what `--bootstrap` means."""

import pytest

from console.model.care import USUAL, Care
from console.profiles import Profile
from console.saved_clusters import clusters_of, held_as_saved, own_care, own_registry, profile_of
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
    ("keys", "care", "said"),
    [
        ("production = true", Care("", is_production=True), "production"),
        ("read_only = true", Care("", is_read_only=True), "read-only"),
        ("", USUAL, ""),
    ],
)
def test_a_broker_of_our_own_is_held_as_what_is_saved_at_its_address(keys, care, said):
    document = parse(f'[clusters.shop]\nbootstrap = "localhost:9092"\n{keys}\n', file="c.toml")
    note = f"127.0.0.1:9092 is shop of the configuration: {said}" if said else ""
    assert own_care(document, "127.0.0.1:9092") == (care, note)
    assert own_care(document, "127.0.0.1:0") == (USUAL, "")


def test_a_cluster_at_our_own_address_that_is_wrong_is_told_and_taken_for_the_dearest():
    document = parse('[clusters.shop]\nbootstrap = "127.0.0.1:9092"\nprod = true\n', file="c.toml")
    care, note = own_care(document, "127.0.0.1:9092")
    assert care == Care("", is_production=True)
    assert note == "a cluster of the configuration at 127.0.0.1:9092 is wrong: held as production"
    assert own_care(document, "127.0.0.1:9093") == (USUAL, "")


SAVED = """\
[clusters.prod]
bootstrap = "kafka-1.example:9093, [2001:db8::1]:9093"
production = true
tls.enabled = true

[clusters.archive]
bootstrap = "127.0.0.1:9092"
read_only = true

[clusters.plain]
bootstrap = "b:1"

[clusters.writer]
bootstrap = "c:1"
production = true
sasl = { mechanism = "PLAIN", username = "ann", password = { env = "WORD" } }

[clusters.reader]
bootstrap = "c:1,c:2"
read_only = true
"""


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("kafka-1.example:9093", "prod"),
        ("other:1,KAFKA-1.Example.:9093", "prod"),
        ("[2001:0db8::0001]:9093", "prod"),
        ("localhost:9092", "archive"),
        ("[::1]:9092", "archive"),
        ("b:1", "plain"),
    ],
)
def test_an_address_of_a_saved_cluster_means_that_cluster(given, name):
    document = parse(SAVED, file="config.toml")
    assert profile_of(document, given) == profile_of(document, name)


@pytest.mark.parametrize("given", ["kafka-1.example:9092", "kafka-2.example:9093", "b:2"])
def test_other_addresses_are_held_as_usual(given):
    found = profile_of(parse(SAVED, file="config.toml"), given)
    assert (found.name, found.is_production, found.is_read_only, found.note) == (
        "",
        False,
        False,
        "",
    )


def test_what_several_clusters_of_one_address_forbid_is_forbidden():
    found = profile_of(parse(SAVED, file="config.toml"), "c:1")
    assert (found.title, found.is_production, found.is_read_only) == ("c:1", True, True)
    assert found.protection == "open"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            "kafka-1.example:9093",
            "kafka-1.example:9093 is prod of the configuration: production, TLS",
        ),
        ("localhost:9092", "localhost:9092 is archive of the configuration: read-only"),
        ("b:1", ""),
        ("prod", ""),
        (
            "c:1",
            (
                "c:1 is writer and reader of the configuration: held as production, read-only, and "
                "without their log-ins; name the one that you mean"
            ),
        ),
    ],
)
def test_it_is_said_which_cluster_an_address_means(given, told):
    assert profile_of(parse(SAVED, file="config.toml"), given).note == told


def test_a_cluster_that_is_wrong_is_not_opened_by_its_address_without_its_care():
    text = '[clusters.a]\nbootstrap = "a:1"\nproductive = true\n[clusters.b]\nbootstrap = "x"'
    with pytest.raises(ConfigError) as caught:
        profile_of(parse(text, file="config.toml"), "a:1")
    assert str(caught.value).startswith("config.toml:3: clusters.a.productive: unknown key")
    assert profile_of(parse(text, file="config.toml"), "c:1").name == ""


def test_the_broker_that_is_served_here_is_held_as_the_file_says_of_its_address():
    document = parse(SAVED, file="config.toml")
    served = held_as_saved(document, Profile("", "0.0.0.0:9092", metrics="127.0.0.1:9404"))
    assert (served.name, served.is_read_only, served.metrics) == ("", True, "127.0.0.1:9404")
    assert held_as_saved(document, Profile("", "127.0.0.1:9099")) == Profile("", "127.0.0.1:9099")


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
