"""The command line: `kconsole` and its subcommands.

It reads flags and the configuration file and hands over. Nothing here imports Textual, and each
command imports what it needs when it runs: `--help` and `--version` answer at once, `serve` runs on
a machine without a terminal.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from console.scripting.commands import COMMANDS, ON_CLUSTER
from console.scripting.exits import CommandWrong, Program
from engine.kernel import collector
from engine.kernel.system import SystemClock

if TYPE_CHECKING:
    from engine.config.engine_config import EngineConfig

_STARTED_S = SystemClock().monotonic_s()

CommandT = TypeVar("CommandT", bound=Callable[..., None])


def _as_path(_context: click.Context, _parameter: click.Parameter, text: str | None) -> Path | None:
    """The path of a flag; an empty one, as of a variable that is not set, is not this directory."""
    if text is not None and not text.strip():
        raise click.BadParameter("the path is empty")
    return None if text is None else Path(text)


def _config_option(command: CommandT) -> CommandT:
    return click.option(
        "--config",
        "config",
        callback=_as_path,
        metavar="FILE",
        help="Configuration file. Default: the user's own, see `kconsole config path`.",
    )(command)


def _engine_options(command: CommandT) -> CommandT:
    command = click.option(
        "--listen",
        metavar="HOST:PORT",
        help="Where the broker serves clients. Default: 127.0.0.1:9092. Port 0: any free one.",
    )(command)
    command = click.option(
        "--data",
        callback=_as_path,
        metavar="DIR",
        help="Where the broker stores its data. Default: the user's data directory.",
    )(command)
    return _config_option(command)


def _theme_option(command: CommandT) -> CommandT:
    return click.option("--theme", metavar="NAME", help="Colour theme of the console.")(command)


def _show_version(context: click.Context, _parameter: click.Parameter, is_asked: bool) -> None:
    if is_asked and not context.resilient_parsing:
        from console.version import version

        click.echo(f"kconsole {version()}")
        context.exit()


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.option(
    "-b",
    "--bootstrap",
    "--cluster",
    metavar="HOST:PORT,...",
    help="Open a cluster that runs already, by its addresses or its name in the configuration.",
)
@_engine_options
@_theme_option
@click.pass_context
def main(
    context: click.Context,
    bootstrap: str | None,
    data: Path | None,
    listen: str | None,
    config: Path | None,
    theme: str | None,
) -> None:
    """A Kafka-compatible broker, and a console for it and for any Kafka cluster.

    Without a command: the console on a broker of its own, or on the cluster of --bootstrap.
    """
    flags = context.obj = _Flags(data, listen, config, theme)
    if context.invoked_subcommand in ON_CLUSTER:
        flags.then(context.invoked_subcommand, config=None)
        given: dict[str, object] = {"bootstrap": bootstrap, "config": config}
        command = ON_CLUSTER[context.invoked_subcommand]
        context.default_map = {context.invoked_subcommand: _given_to(command, given)}
        return
    if context.invoked_subcommand is not None:
        if bootstrap is not None:
            raise click.UsageError(
                f"--bootstrap goes with the console alone, and with {', '.join(ON_CLUSTER)}"
            )
        return
    if bootstrap is not None and (data is not None or listen is not None):
        raise click.UsageError(
            "--data and --listen are for a broker of one's own; --bootstrap opens another"
        )
    _open_console(flags, bootstrap=bootstrap, is_demo=False)


def _given_to(command: click.Command, given: dict[str, object]) -> dict[str, object]:
    """What was given before a command as defaults of it, or of each command below it."""
    if isinstance(command, click.Group):
        return {name: _given_to(each, given) for name, each in command.commands.items()}
    return given


@dataclass(frozen=True, slots=True)
class _Flags:
    """Flags that may stand before a command or behind it; those behind it win."""

    data: Path | None = None
    listen: str | None = None
    config: Path | None = None
    theme: str | None = None

    def then(self, command: str, **later: Path | str | None) -> "_Flags":
        """These flags with those behind a command, which takes no others. Raises UsageError."""
        merged: dict[str, Path | str | None] = {}
        for each in fields(self):
            earlier = getattr(self, each.name)
            if earlier is not None and each.name not in later:
                raise click.UsageError(f"--{each.name} does not go with `{command}`")
            behind = later.get(each.name)
            merged[each.name] = earlier if behind is None else behind
        return _Flags(**merged)  # type: ignore[arg-type]  # each is of the type of its own field


@main.command()
@_engine_options
@click.pass_obj
def serve(flags: _Flags, data: Path | None, listen: str | None, config: Path | None) -> None:
    """Serve the broker without a screen, until SIGTERM or SIGINT."""
    collector.rest()
    from console.config_file import document_in_force, engine_config_of

    flags = flags.then("serve", data=data, listen=listen, config=config)

    def read() -> "EngineConfig":
        document = document_in_force(flags.config)
        return engine_config_of(document, data=flags.data, listen=flags.listen)

    engine = read()
    from console.config_watch import config_news
    from engine.cli import serve as serve_engine

    news = partial(config_news, flags.config, read, engine)
    sys.exit(serve_engine(engine, news=news, started_s=_STARTED_S))


@main.command()
@_engine_options
@_theme_option
@click.pass_obj
def demo(
    flags: _Flags,
    data: Path | None,
    listen: str | None,
    config: Path | None,
    theme: str | None,
) -> None:
    """Open the console on its own broker, with payments flowing and a guided tour of them."""
    flags = flags.then("demo", data=data, listen=listen, config=config, theme=theme)
    _open_console(flags, bootstrap=None, is_demo=True)


for each in COMMANDS:
    main.add_command(each)


@main.group("config")
def config_group() -> None:
    """Look at the configuration."""


@config_group.command()
@_config_option
@click.pass_obj
def check(flags: _Flags, config: Path | None) -> None:
    """Say what is wrong with the configuration.

    Exit code 2 if anything is.
    """
    from console.config_file import document_in_force, path_in_force
    from console.look import problems_of

    named = flags.then("config check", config=config).config
    problems = problems_of(document_in_force(named, checks_sections=False))
    if problems:
        raise CommandWrong("\n".join(problems))
    path = path_in_force(named)
    click.echo("no file: the built-in defaults hold" if path is None else f"{path}: fine")


@config_group.command()
@_engine_options
@click.pass_obj
def show(flags: _Flags, data: Path | None, listen: str | None, config: Path | None) -> None:
    """Print every value that holds, and whether it was set."""
    from console.config_file import document_in_force, engine_config_of
    from console.config_text import shown

    flags = flags.then("config show", data=data, listen=listen, config=config)
    document = document_in_force(flags.config)
    engine = engine_config_of(document, data=flags.data, listen=flags.listen)
    click.echo(shown(engine, document), nl=False)


@config_group.command("path")
@_config_option
@click.pass_obj
def path_command(flags: _Flags, config: Path | None) -> None:
    """Print where the configuration file is, or would be."""
    from console.config_file import path_in_force, user_config_path

    named = flags.then("config path", config=config).config
    click.echo(path_in_force(named) or user_config_path())


def _open_console(flags: _Flags, *, bootstrap: str | None, is_demo: bool) -> None:
    collector.rest()
    from console.config_file import document_in_force, engine_config_of, user_data_path

    home = (flags.data or user_data_path() / "demo") if is_demo else None
    data = flags.data if home is None else home / "broker"

    def read() -> "EngineConfig":
        return engine_config_of(document_in_force(flags.config), data=data, listen=flags.listen)

    document = document_in_force(flags.config)
    engine = engine_config_of(document, data=data, listen=flags.listen)
    from console.config_watch import config_news
    from console.launch import open_console
    from console.look_watch import look_news

    own_address = engine.listen if bootstrap is None else ""
    code = open_console(
        document,
        engine,
        partial(config_news, flags.config, read, engine),
        partial(look_news, flags.config, flags.theme, document, own_address),
        bootstrap=bootstrap,
        theme=flags.theme,
        demo_folder=None if home is None else home / "workflow",
    )
    sys.exit(code)


if __name__ == "__main__":
    main(prog_name="kconsole")
