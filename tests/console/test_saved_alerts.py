"""The alerts of the configuration file as a user keeps it."""

from pathlib import Path

from console.alerts.telling import NotTold, post
from console.bundled import bundled
from console.saved_alerts import alerts_of
from engine.client.secret import FileSecret
from engine.config.load import parse, read


def test_the_shipped_file_has_none() -> None:
    assert alerts_of(read(bundled("config.toml"))) == ((), ())


def test_secrets_are_kept_beside_the_file(tmp_path: Path) -> None:
    text = '[alerts.a]\nlag_over = 1\nwebhook = { file = "hook" }\n'
    (told,), problems = alerts_of(parse(text, file=str(tmp_path / "config.toml")))
    assert problems == ()
    assert told.telling.web_hook == FileSecret(tmp_path / "hook")


async def test_a_secret_that_is_gone_is_told(tmp_path: Path) -> None:
    text = '[alerts.a]\nlag_over = 1\nwebhook = { file = "hook" }\n'
    (told,), _ = alerts_of(parse(text, file=str(tmp_path / "config.toml")))
    said = ""
    try:
        await post(told.telling.web_hook, {}, 60.0)
    except NotTold as error:
        said = str(error)
    assert "cannot be read" in said
