"""The page of the command line, as click declares it."""

import inspect
from collections.abc import Iterator

import click

from console.cli import main
from docs.reference.markdown_table import table


def commands() -> str:
    """The command line, as it is declared."""
    lead = (
        "# Commands\n\n"
        "A flag of `kconsole` may stand before a command that has it too, or behind it.\n"
    )
    return lead + "".join(command_sections(main, "kconsole"))


def command_sections(command: click.Command, name: str) -> Iterator[str]:
    """One section for a command and each below it."""
    arguments = [placeholder(each) for each in command.params if isinstance(each, click.Argument)]
    inner = command.commands if isinstance(command, click.Group) else {}
    usage = " ".join([name, "[OPTIONS]", *arguments, *(["[COMMAND]"] if inner else [])])
    yield f"\n## {name}\n\n```\n{usage}\n```\n\n{inspect.cleandoc(command.help or '')}\n"
    options = [each for each in command.params if isinstance(each, click.Option)]
    rows = ((f"`{', '.join(each.opts)}`", placeholder(each), each.help or "") for each in options)
    if options:
        yield "\n" + table(("option", "takes", "meaning"), rows)
    for inner_name, each in sorted(inner.items()):
        yield from command_sections(each, f"{name} {inner_name}")


def placeholder(parameter: click.Parameter) -> str:
    """What a person gives for a parameter: nothing for a switch."""
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return ""
    if isinstance(parameter, click.Argument):
        if parameter.metavar:
            return parameter.metavar
        shown = (parameter.name or "").upper()
        return f"[{shown}]..." if parameter.nargs == -1 else shown
    if isinstance(parameter.type, click.Choice):
        return "|".join(parameter.type.choices)
    return parameter.metavar or parameter.type.name.upper()
