"""Each rule of the house bites: planted offences are found, and what is right is let through."""

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.architecture import rules


@pytest.mark.parametrize(
    "offence",
    [
        "import time",
        "from time import monotonic",
        "import secrets",
        "import random\nrandom.random()",
        "from random import choice",
        "import os\nos.environ['HOME']",
        "import os\nos.getenv('HOME')",
        "from os import environ",
        "import os\nos.urandom(8)",
        "import uuid\nuuid.uuid4()",
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import date\ndate.today()",
        "import asyncio\nasyncio.create_task(f())",
        "from asyncio import create_task",
        "import asyncio\nasyncio.get_running_loop().create_task(f())",
        "self.loop.create_task(f())",
    ],
)
def test_what_goes_round_a_port_is_found(offence: str) -> None:
    assert list(rules.unported(ast.parse(offence)))


@pytest.mark.parametrize(
    "right",
    [
        "from random import Random\nRandom(7).random()",
        "import random\nrandom.Random(7)",
        "from datetime import datetime\ndatetime.fromtimestamp(0)",
        "import uuid\nuuid.UUID(bytes=b)",
        "tasks.create_task(f())",
        "clock.time()",
    ],
)
def test_what_comes_in_as_an_argument_is_let_through(right: str) -> None:
    assert not list(rules.unported(ast.parse(right)))


@pytest.mark.parametrize(
    ("rule", "offence", "right"),
    [
        (
            rules.long_functions,
            "def f():\n" + "    x = 1\n" * 70,
            "def f():\n" + "    x = 1\n" * 69,
        ),
        (
            rules.broad_handlers,
            "try:\n    f()\nexcept Exception:\n    log()",
            "try:\n    f()\nexcept BaseException:\n    undo()\n    raise",
        ),
        (rules.broad_handlers, "try:\n    f()\nexcept:\n    pass", "try: f()\nexcept OSError: g()"),
        (rules.waits, "import time\ntime.sleep(0.1)", "asyncio.sleep(0)"),
        (rules.waits, "await asyncio.sleep(delay)", "await until(ready)"),
        (
            rules.skips,
            "@pytest.mark.skipif(x)\ndef test_a(): ...",
            "@pytest.mark.needs('tmux')\ndef test_a(): ...",
        ),
        (rules.skips, "pytest.skip('no')", "pytest.fail('no')"),
        (rules.silent_tests, "def test_a():\n    f()", "def test_a():\n    assert f()"),
        (
            rules.silent_tests,
            "async def test_a():\n    check(f())",
            "async def test_a():\n    await self.assert_whole(f())",
        ),
        (
            rules.silent_tests,
            "def test_a():\n    with suppress(E):\n        f()",
            "def test_a():\n    with pytest.raises(E):\n        f()",
        ),
        (
            rules.bound_keys,
            "BINDINGS = [('q', 'quit', 'Quit')]",
            "BINDINGS = [*keys(Scope.APP)]",
        ),
        (rules.bound_keys, "BINDINGS: list[B] = [*rows, 'q']", "BINDINGS: list[B]"),
        (rules.bound_keys, "Binding(key, 'quit')", "Bound(key, 'quit')"),
        (rules.bound_keys, "self.bind('1', 'view')", "self.set_keymap(keys)"),
        (rules.literal_colours, "BLUE = '#4CC2FF'", '"""Such as #4CC2FF."""'),
        (rules.literal_colours, "style('bold #fff')", "style('bold $primary')"),
    ],
)
def test_rule_finds_an_offence_and_lets_what_is_right_through(
    rule: Callable[[ast.Module], Iterator[str]], offence: str, right: str
) -> None:
    assert list(rule(ast.parse(offence)))
    assert not list(rule(ast.parse(right)))


def test_names_that_say_nothing_are_found() -> None:
    empty = ast.parse("")
    assert list(rules.banned_names(("engine", "utils.py"), empty))
    assert list(rules.banned_names(("engine", "helpers", "log.py"), empty))
    assert list(rules.banned_names(("tests", "test_common.py"), empty))
    assert list(rules.banned_names(("engine", "log.py"), ast.parse("class LogManager: ...")))
    assert not list(rules.banned_names(("engine", "log.py"), ast.parse("class Log: ...")))


@pytest.mark.parametrize(
    "css",
    [
        "A { color: #fff; }",
        "A { background: red; }",
        "A { border: round white; }",
        "A { background: rgba(1, 2, 3, 0.5); }",
        "A { scrollbar-color: ansi_blue; }",
        "A {\n    background-tint: green 10%;\n}",
        "A { link-color-hover: $primary black; }",
    ],
)
def test_colour_that_is_no_token_is_found(css: str) -> None:
    assert list(rules.colours(css))


@pytest.mark.parametrize(
    "css",
    [
        "A { color: $primary; background: $surface 40%; }",
        "#name { border: round $line; border-title-align: left; }",
        "A { background: transparent; color: auto 80%; outline: none; }",
        "/* red, #fff */\nA { height: 1; text-style: bold; }",
        "A:hover { border-top: heavy $row-cursor; }",
    ],
)
def test_tokens_and_words_of_style_sheets_are_let_through(css: str) -> None:
    assert not list(rules.colours(css))
