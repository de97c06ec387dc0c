"""What `kconsole config show` prints: all that holds, where it is from, readable again."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.bundled import bundled
from console.config_text import shown
from console.settings import load_settings
from engine.config.engine_config import EngineConfig
from engine.config.load import ConfigError, Document, engine_config, parse, read

EVERYTHING = """\
[engine]
num.partitions = 7
listener.name.plaintext.num.network.threads = 5
log.cleaner.min.cleanable.ratio = 0.25
[topics]
retention.ms = "1h"
cleanup.policy = ["compact", "delete"]
[console]
theme = "paper"
interval = "500ms"
times = "utc"
show_internal_topics = true
schema_registry.url = "http://127.0.0.1:8081"
schema_registry.username = "ann"
schema_registry.password = { env = "WORD" }
[console.keys]
preset = "vim"
table.open = "o,enter"
[clusters.production]
bootstrap = "a:1, b:2"
[alerts.behind]
lag_over = 10
command = ["note", "x y"]
"""


def text_of(document: Document) -> str:
    return shown(engine_config(document), document)


def test_each_value_tells_whether_it_was_set() -> None:
    lines = text_of(parse(EVERYTHING, file="config.toml")).splitlines()
    for line in (
        "num.partitions = 7  # set",
        "listener.name.plaintext.num.network.threads = 5  # set",
        "[topics]",
        "retention.ms = 3600000  # set",
        'cleanup.policy = ["compact", "delete"]  # set',
        "node.id = 1  # default",
        'schema_registry.password = { "env" = "WORD" }  # set',
        'theme = "paper"  # set',
        'theme_light = "paper"  # default',
        'interval = "0.5s"  # set',
        "show_internal_topics = true  # set",
        'preset = "vim"  # set',
        '"table.open" = "o,enter"  # set',
        '[clusters."production"]',
        'bootstrap = "a:1,b:2"  # set',
        '[alerts."behind"]',
        "lag_over = 10  # set",
        'command = ["note", "x y"]  # set',
    ):
        assert line in lines
    assert not any(line.startswith(("log.retention.ms", "log.cleanup.policy")) for line in lines)


def test_an_address_to_post_to_is_not_told() -> None:
    text = '[alerts.a]\nlag_over = 1\nwebhook = "https://hooks.example/token"\n'
    shown_text = text_of(parse(text, file="config.toml"))
    assert "# webhook is a secret" in shown_text.splitlines()
    assert "token" not in shown_text


def test_keys_without_effect_are_shown_where_they_were_set() -> None:
    assert "num.io.threads" not in text_of(parse("", file="config.toml"))
    lines = text_of(parse("[engine]\nnum.io.threads = 16", file="config.toml")).splitlines()
    assert "num.io.threads = 16  # set" in lines


def test_secrets_are_not_told() -> None:
    text = text_of(parse('[engine]\nssl.key.password = "hush"', file="config.toml"))
    assert "hush" not in text
    assert "# ssl.key.password is a secret" in text.splitlines()


def test_what_is_shown_says_the_same_when_it_is_read_back() -> None:
    first = text_of(parse(EVERYTHING, file="config.toml"))
    second = text_of(parse(first, file="config.toml"))
    assert second.replace("# default", "# set") == first.replace("# default", "# set")


def test_every_setting_of_the_shipped_file_is_shown() -> None:
    document = read(bundled("config.toml"))
    assert set(tomllib.loads(text_of(document))["console"]) == set(document.section("console"))


def test_an_entry_of_the_console_that_is_wrong_is_shown_with_its_default() -> None:
    document = parse('[console]\ninterval = "never"', file="config.toml")
    assert 'interval = "1s"  # default' in text_of(document).splitlines()


def test_clusters_that_are_wrong_are_told() -> None:
    with pytest.raises(ConfigError, match=r"config.toml:2: clusters.a.bootstrap"):
        text_of(parse('[clusters.a]\nbootstrap = "x"', file="config.toml"))


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_is_quoted_so_that_it_reads_back(text: str) -> None:
    table = {"keys": {text: "q"}} if text != "preset" else {}
    document = Document("config.toml", {"console": table})
    back = tomllib.loads(shown(EngineConfig(), document))["console"]
    assert load_settings(back)[0].keys == load_settings(table)[0].keys


def test_a_secured_cluster_is_shown_with_the_places_of_its_secrets_and_reads_back() -> None:
    document = parse(
        """
        [clusters.safe]
        bootstrap = "a:1"
        production = true
        tls.ca = "~/ca.pem"
        sasl.mechanism = "OAUTHBEARER"
        sasl.extensions = { logicalCluster = "lkc-1" }
        [clusters.safe.sasl.token]
        endpoint = "https://login.example/token"
        client_id = "me"
        client_secret = { command = ["pass", "kafka"] }
        """,
        file="config.toml",
    )
    text = text_of(document)
    assert 'client_secret" = { "command" = ["pass", "kafka"] }' in text
    assert tomllib.loads(text)["clusters"] == document.section("clusters")
