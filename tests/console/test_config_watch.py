"""A configuration file that is saved is read anew; one that is wrong is told."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TypeVar

from console.config_file import document_in_force, engine_config_of
from console.config_watch import config_news, saved
from engine.config.engine_config import EngineConfig
from engine.config.load import ConfigError, Document
from engine.config.reload import ConfigNews, Wanted

Told = TypeVar("Told")

LOOKS_MEANWHILE = 2
"""For what was saved last, and for the look that comes now and then."""


def read(path: Path) -> EngineConfig:
    return engine_config_of(document_in_force(path), data=path.parent / "data", listen=None)


def watch(path: Path) -> AsyncGenerator[ConfigNews, None]:
    return config_news(path, partial(read, path), read(path))


def save(path: Path, text: str) -> None:
    path.write_text(text)


async def after(news: AsyncGenerator[Told, None], path: Path, text: str) -> Told:
    """What is told once the file was saved. Saves anew until the watch is listening."""
    return await after_of(asyncio.ensure_future(anext(news)), path, text)


async def after_of(heard: "asyncio.Future[Told]", path: Path, text: str) -> Told:
    async with asyncio.timeout(60):
        while not heard.done():
            save(path, text)
            await asyncio.wait([heard], timeout=0.5)
    return heard.result()


async def test_a_saved_file_is_read_anew_and_keys_that_wait_are_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[engine]\n")
    async with aclosing(watch(path)) as news:
        told = await after(news, path, '[engine]\nnum.partitions = 4\ndurability = "os"\n')
        assert isinstance(told, Wanted)
        assert told.config.num_partitions == 4
        assert told.waiting == ["durability"]


async def test_a_wrong_file_is_told_with_the_place_and_a_right_one_after_it(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[engine]\n")
    async with aclosing(watch(path)) as news:
        told = await after(news, path, "[engine]\nnum.partitions = 0\n")
        assert isinstance(told, ConfigError)
        (problem,) = told.problems
        assert (problem.file, problem.line, problem.key) == (str(path), 2, "engine.num.partitions")
        assert problem.allowed == "a whole number, 1 or more"
        told = await after(news, path, "[engine]\n")
        assert isinstance(told, Wanted)


async def test_a_file_that_comes_later_is_found(tmp_path: Path) -> None:
    """Only the folder has to be there: the file of the user need not exist at the start."""
    path = tmp_path / "config.toml"
    path.write_text("[engine]\n")
    started_with = read(path)
    path.unlink()
    async with aclosing(config_news(path, partial(read, path), started_with)) as news:
        told = await after(news, path, "[engine]\nnum.partitions = 2\n")
        while isinstance(told, ConfigError):
            told = await after(news, path, "[engine]\nnum.partitions = 2\n")
        assert told.config.num_partitions == 2


async def test_other_files_of_the_folder_are_nobodys_business(tmp_path: Path) -> None:
    """The log of the broker may be one of them: a line for each of its lines would never end."""
    path = tmp_path / "config.toml"
    path.write_text("[engine]\n")
    reads: list[Path] = []

    def counted() -> EngineConfig:
        reads.append(path)
        return read(path)

    async with aclosing(config_news(path, counted, read(path))) as news:
        await after(news, path, "[engine]\nnum.partitions = 4\n")
        before = len(reads)
        heard = asyncio.ensure_future(anext(news))
        for number in range(40):
            save(tmp_path / "broker.log", str(number))
            await asyncio.wait([heard], timeout=0.05)
        heard.cancel()
        await asyncio.wait([heard])
    assert len(reads) - before <= LOOKS_MEANWHILE


async def test_a_folder_that_comes_later_is_watched(tmp_path: Path) -> None:
    path = tmp_path / "home" / "kconsole" / "config.toml"
    missing = document_in_force(None, checks_sections=False)

    def document() -> Document:
        return document_in_force(path if path.exists() else None)

    async with aclosing(saved(path, document, missing)) as news:
        heard = asyncio.ensure_future(anext(news))
        await asyncio.wait([heard], timeout=0.5)
        path.parent.mkdir(parents=True)
        told = await after_of(heard, path, "[engine]\nnum.partitions = 2\n")
        assert isinstance(told, Document)
        assert told.section("engine") == {"num": {"partitions": 2}}
        told = await after(news, path, "[engine]\nnum.partitions = 3\n")
        assert isinstance(told, Document)
        assert told.section("engine") == {"num": {"partitions": 3}}


async def test_a_folder_that_is_put_in_the_place_of_another_is_watched(tmp_path: Path) -> None:
    path = tmp_path / "kconsole" / "config.toml"
    path.parent.mkdir()
    path.write_text("[engine]\n")
    async with aclosing(watch(path)) as news:
        await after(news, path, "[engine]\nnum.partitions = 2\n")
        path.parent.rename(tmp_path / "old")
        path.parent.mkdir()
        told = await after(news, path, "[engine]\nnum.partitions = 3\n")
        while not isinstance(told, Wanted):
            told = await after(news, path, "[engine]\nnum.partitions = 3\n")
        assert told.config.num_partitions == 3


def test_the_watching_library_does_not_log_beside_us() -> None:
    assert not logging.getLogger("watchfiles.main").isEnabledFor(logging.INFO)
