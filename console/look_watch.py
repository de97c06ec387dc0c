"""Tells what a saved configuration file says about the console."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path

from console.config_file import document_in_force
from console.config_watch import saved
from console.look import look_of
from console.model.care import USUAL
from console.profiles import profiles_of
from console.saved_alerts import alerts_of
from console.saved_clusters import OUTSIDE, own_care
from console.screens.view import Refused, Saved
from engine.config.load import ConfigError, Document


async def look_news(
    named: Path | None, theme: str | None, started_with: Document, own_address: str = ""
) -> AsyncGenerator[Saved | Refused, None]:
    """Yield settings and look whenever the file says something else, until cancelled.

    `named` is the file of `--config`, None for the user's own; `theme` that of the flag, which
    wins. `started_with` is what was read at the start. `own_address` is that of a broker of our
    own; empty where there is none.
    """
    async with aclosing(saved(named, partial(document_in_force, named), started_with)) as news:
        async for each in news:
            yield await asyncio.to_thread(_look, each, theme, own_address)


def _look(found: Document | ConfigError, theme: str | None, own_address: str) -> Saved | Refused:
    """Blocks on the disk."""
    try:
        if isinstance(found, ConfigError):
            raise found
        settings, look = look_of(found, theme)
        profiles, problems = profiles_of(found, OUTSIDE)
        rules, wrong_rules = alerts_of(found)
        look = replace(look, problems=(*look.problems, *map(str, (*problems, *wrong_rules))))
        care, _ = own_care(found, own_address) if own_address else (USUAL, "")
        return Saved(settings, look, tuple(profiles.values()), rules, care)
    except ConfigError as error:
        return Refused(tuple(str(problem) for problem in error.problems))
