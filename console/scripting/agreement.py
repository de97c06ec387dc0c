"""Whether a command may change the cluster that is meant.

How heavy a change is says `console.model.care`, for commands as for screens. At a terminal a person
is asked, or types the name that a dialog would want; anywhere else the command needs `--yes`.
"""

import sys
from collections.abc import Callable
from typing import TypeVar

import click

from console.model.care import Care, Weight
from console.model.text import plain
from console.profiles import Profile
from console.scripting.exits import CommandFailed

AnswerT = TypeVar("AnswerT")

Permit = Callable[[Profile], None]
"""Lets a command go on with a cluster, or raises CommandFailed; Abort where nothing is answered."""


def any_cluster(_profile: Profile) -> None:
    """Permits every cluster: for commands that only read."""


def permit_to(
    change: str, *, is_agreed: bool, usual: Weight = Weight.NOTHING, name: str = ""
) -> Permit:
    """Permits a change, in words such as `store records in orders`; `is_agreed` is `--yes`.

    `usual` is its weight where nothing is said of the cluster, `name` what may have to be typed.
    """

    def permit(profile: Profile) -> None:
        care = Care(profile.title, profile.is_production)
        if profile.is_read_only or is_agreed or care.weight(usual) is Weight.NOTHING:
            return  # What is read only refuses by itself, and says why.
        told = f"{plain(profile.title)} is a production cluster" if profile.is_production else ""
        if sys.stdin is None or not sys.stdin.isatty():
            asked = f"{told}: give --yes to {change} all the same" if told else ""
            raise CommandFailed(asked or f"give --yes to {change}")
        typed = care.typed_name(usual, name)
        if typed is None:
            asked = f"Go on, and {change}" if told else f"{change[0].upper()}{change[1:]}"
            asked = f"{told}. {asked}?" if told else f"{asked}?"
            if not _answered(lambda: click.confirm(asked, err=True)):
                raise CommandFailed("nothing is changed")
            return
        lead = f"{told}. " if told else ""
        question = f"{lead}To {change}, type {plain(typed)}"
        answer = _answered(lambda: click.prompt(question, err=True))
        if answer != typed:
            raise CommandFailed("that is another name: nothing is changed")

    return permit


def _answered(ask: Callable[[], AnswerT]) -> AnswerT:
    """The answer to a question. Raises Abort where ctrl+c or ctrl+d is given instead."""
    try:
        return ask()
    except click.Abort:
        click.echo("\nkconsole: nothing is changed", err=True)
        raise
