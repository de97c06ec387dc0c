"""The configuration file as a user keeps it, and the one that is shipped."""

from pathlib import Path

import pytest

from console.bundled import bundled
from console.config_file import console_problems, document_in_force, engine_config_of
from console.look import problems_of
from console.saved_clusters import clusters_of
from console.settings import Settings, load_settings
from engine.config.effective import BrokerConfigs, topic_values
from engine.config.engine_config import EngineConfig
from engine.config.load import ConfigError, Document, engine_config, parse, read


def test_the_shipped_file_says_the_defaults():
    document = read(bundled("config.toml"))
    config = engine_config(document)
    defaults = EngineConfig()
    for key in config.explicit:
        name = key.replace(".", "_")
        if hasattr(defaults, name):
            assert getattr(config, name) == getattr(defaults, name), key
    assert topic_values({}, BrokerConfigs(config)) == topic_values({}, BrokerConfigs(defaults))
    assert load_settings(document.section("console")) == (Settings(), ())
    assert console_problems(document) == []
    assert clusters_of(document) == {}


def test_the_shipped_files_example_lines_are_right(monkeypatch):
    """Method: take the comment sign off every line that looks like a setting."""
    for name in ("ALERT_HOOK", "KAFKA_PASSWORD", "REGISTRY_PASSWORD"):
        monkeypatch.setenv(name, "https://example.org/")
    lines = [
        line[2:] if line.startswith("# ") and (" = " in line or line.startswith("# [")) else line
        for line in bundled("config.toml").read_text().splitlines()
    ]
    document = parse("\n".join(lines), file="config.toml")
    assert engine_config(document).data == "/var/lib/kconsole"
    assert problems_of(document) == []
    assert set(clusters_of(document)) == {"production"}


def test_a_missing_shipped_file_is_told():
    with pytest.raises(FileNotFoundError, match="installation"):
        bundled("nonsense")


def test_the_data_directory_is_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    document = parse('[engine]\ndata = "here"', file="config.toml")
    assert engine_config_of(document, data=None, listen=None).data == str(tmp_path / "here")
    assert engine_config_of(Document(), data=None, listen=None).data_dir.is_absolute()


def test_the_data_directory_is_that_of_the_user_unless_one_is_set(monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    config = engine_config_of(Document(), data=None, listen=None)
    assert config.data_dir.is_relative_to("/home/somebody")
    assert "data" not in config.explicit
    config = engine_config_of(Document(), data=Path("~/there"), listen=None)
    assert config.data == "/home/somebody/there"
    assert "data" in config.explicit


def test_a_home_that_nobody_has_is_told_by_flag_and_by_file():
    with pytest.raises(ConfigError, match=r"^--data: '~nobody-has-this/x' names the home"):
        engine_config_of(Document(), data=Path("~nobody-has-this/x"), listen=None)
    document = parse('[engine]\ndata = "~nobody-has-this/x"', file="config.toml")
    with pytest.raises(ConfigError, match=r"^config.toml:2: engine.data: "):
        engine_config_of(document, data=None, listen=None)


def test_problems_of_the_console_have_their_line():
    document = parse('[console]\n\ninterval = "never"', file="config.toml")
    (problem,) = console_problems(document)
    assert str(problem).startswith("config.toml:3: console.interval: must be from 0.5 to 3600")


@pytest.mark.parametrize(
    ("text", "is_pointed"),
    [
        ('[broker]\nlisten = "127.0.0.1:9099"', True),
        ("[broker]", True),
        ('[server]\nlog.retention.ms = "7d"', True),
        ('[server]\ntheme = "paper"', False),
        ('[engin]\nlisten = "127.0.0.1:9099"', False),
    ],
)
def test_settings_of_the_broker_elsewhere_are_pointed_to_their_section(tmp_path, text, is_pointed):
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as wrong:
        document_in_force(file)
    checked = problems_of(document_in_force(file, checks_sections=False))
    for said in (str(wrong.value), "\n".join(checked)):
        assert ("what is set of the broker stands under [engine]" in said) is is_pointed
        assert "unknown section" in said
