"""What a saved file says about the console, while it runs."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

from console.config_file import document_in_force
from console.look_watch import look_news
from console.model.care import USUAL, Care
from console.screens.view import Refused, Saved

OWN = "127.0.0.1:9092"


async def test_settings_and_faults_of_a_saved_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[console]\n")

    async def after(text: str, is_it: Callable[[Saved | Refused], bool]) -> Saved | Refused:
        """What is told of a text; of the one before it may be told once more."""
        async with asyncio.timeout(60):
            while True:
                heard = asyncio.ensure_future(anext(news))
                while not heard.done():
                    new = tmp_path / "new.toml"
                    new.write_text(text)
                    new.replace(path)
                    await asyncio.wait([heard], timeout=0.5)
                if is_it(heard.result()):
                    return heard.result()

    async with aclosing(look_news(path, "paper", document_in_force(path), OWN)) as news:
        told = await after(
            '[console]\ninterval = "7s"\n',
            lambda it: isinstance(it, Saved) and it.settings.interval_s == 7.0,
        )
        assert isinstance(told, Saved)
        assert (told.settings.interval_s, told.settings.theme) == (7.0, "paper")
        told = await after(
            '[clusters.far]\nbootstrap = "a:1"\n[clusters.bad]\nbootstrap = "a:1"\ntls.cas = "x"\n',
            lambda it: isinstance(it, Saved) and bool(it.profiles),
        )
        assert isinstance(told, Saved)
        assert [each.name for each in told.profiles] == ["far"]
        assert f"{path}:5: clusters.bad.tls.cas: unknown key" in told.look.problems[0]
        assert told.own_care == USUAL
        told = await after(
            f'[clusters.own]\nbootstrap = "{OWN}"\nproduction = true\nread_only = true\n',
            lambda it: isinstance(it, Saved) and it.own_care != USUAL,
        )
        assert isinstance(told, Saved)
        assert told.own_care == Care("", is_production=True, is_read_only=True)
        told = await after(
            "[alerts.slow]\nlag_over = 7\n[alerts.bad]\nlag_ovr = 7\n",
            lambda it: isinstance(it, Saved) and bool(it.rules),
        )
        assert isinstance(told, Saved)
        assert [each.rule.lag_over for each in told.rules] == [7]
        assert f"{path}:4: alerts.bad.lag_ovr: unknown key" in told.look.problems[0]
        told = await after("[console\n", lambda it: isinstance(it, Refused))
        assert isinstance(told, Refused)
        assert told.problems[0].startswith(f"{path}:1: ")
