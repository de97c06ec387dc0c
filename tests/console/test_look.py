"""What the console is built from, as the configuration and the flags say."""

import pytest

from console.look import look_of
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
"""
    settings, look = look_of(parse(text, file="k.toml"), None)
    assert settings.theme == Settings().theme
    assert settings.interval_s == Settings().interval_s
    told = "\n".join(look.problems)
    for problem in (
        "k.toml:2: console.theme: there is no theme 'nope'",
        "k.toml:3: console.interval: must be from 0.5",
        "preset: 'emacs' is none of",
        "nonsense",
    ):
        assert problem in told


def test_the_users_own_themes_are_loaded_and_their_faults_told(tmp_path, monkeypatch):
    monkeypatch.setattr("console.look.user_themes_path", lambda: tmp_path)
    (tmp_path / "broken.toml").write_text("name = 1")
    _, look = look_of(Document(), None)
    assert any("broken.toml" in problem for problem in look.problems)
    assert tmp_path in look.folders
