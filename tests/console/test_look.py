"""What the console is built from, as the configuration and the flags say."""

import pytest

from console.look import look_of, problems_of
from console.settings import Settings
from engine.config.load import ConfigError, Document, parse


def test_without_a_file_everything_is_as_shipped():
    settings, look = look_of(Document(), None)
    assert settings == Settings()
    assert {"midnight", "paper"} <= set(look.themes)
    assert look.problems == ()


def test_the_flag_names_the_theme():
    settings, _ = look_of(Document(), "paper")
    assert settings.theme == "paper"
    with pytest.raises(ConfigError, match="no theme 'papre', did you mean paper"):
        look_of(Document(), "papre")


def test_what_is_wrong_in_the_file_is_told_and_the_default_used():
    text = """\
[console]
theme = "nope"
interval = "never"
[console.keys]
preset = "emacs"
nonsense = "x"
"topics.fly" = "f"
topics.sing = "ctrl+s"
"""
    settings, look = look_of(parse(text, file="k.toml"), None)
    assert settings.theme == Settings().theme
    assert settings.interval_s == Settings().interval_s
    told = "\n".join(look.problems)
    for problem in (
        "k.toml:2: console.theme: there is no theme 'nope'; allowed: contrast, ember, midnight",
        "k.toml:3: console.interval: must be from 0.5",
        "k.toml:5: console.keys.preset: 'emacs' is none of",
        "k.toml:6: console.keys.nonsense: there is no such action",
        "k.toml:7: console.keys.topics.fly: there is no such action",
        "k.toml:8: console.keys.topics.sing: there is no such action",
    ):
        assert problem in told


def test_a_secret_that_is_missing_is_told_with_its_key():
    text = """\
[clusters.a]
bootstrap = "a:1"
sasl.mechanism = "PLAIN"
sasl.username = "ann"
sasl.password = { file = "none/such" }
[alerts.slow]
lag_over = 1
webhook = { file = "none/such" }
"""
    told = problems_of(parse(text, file="k.toml"))
    assert [line.split(": ")[:2] for line in told] == [
        ["k.toml:5", "clusters.a.sasl.password"],
        ["k.toml:8", "alerts.slow.webhook"],
    ]
    assert "none/such cannot be read: No such file or directory; put it there" in told[0]


def test_problems_of_every_part_are_told_together():
    text = """\
[engine]
durability = "maybe"
[clusters.a]
bootstrap = "x"
[console]
interval = "never"
"""
    told = problems_of(parse(text, file="k.toml"))
    assert [line.split(": ")[:2] for line in told] == [
        ["k.toml:2", "engine.durability"],
        ["k.toml:4", "clusters.a.bootstrap"],
        ["k.toml:6", "console.interval"],
    ]


def test_the_users_own_themes_are_loaded_and_their_faults_told(tmp_path, monkeypatch):
    monkeypatch.setattr("console.look.user_themes_path", lambda: tmp_path)
    (tmp_path / "broken.toml").write_text("name = 1")
    _, look = look_of(Document(), None)
    assert any("broken.toml" in problem for problem in look.problems)
    assert tmp_path in look.folders


def test_a_cluster_with_a_theme_that_is_none_is_told():
    text = '[clusters.prod]\nbootstrap = "a:1"\ntheme = "papre"'
    _, look = look_of(parse(text, file="k.toml"), None)
    (told,) = look.problems
    assert told.startswith("k.toml:3: clusters.prod.theme: there is no theme 'papre', did you mean")
    assert problems_of(parse(text, file="k.toml")) == [told]


def test_what_is_wrong_with_the_registry_of_our_own_broker_is_told():
    text = """\
[console]
schema_registry.url = "http://127.0.0.1:8081"
schema_registry.username = "ann"
schema_registry.password = { file = "none/such" }
"""
    (told,) = problems_of(parse(text, file="k.toml"))
    assert told.startswith("k.toml:4: console.schema_registry.password: ")
    assert problems_of(parse('[console]\nschema_registry.uri = "x"', file="k.toml")) != []
