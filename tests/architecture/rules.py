"""The rules of the house for one piece of code, as functions from text to what offends them.

Each gives `LINE what`, so that a test can show that it bites before it is trusted with the sources.
"""

import ast
import re
from collections.abc import Iterable, Iterator

FUNCTION_LINES_MAX = 70
BANNED_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers"}
BANNED_ENDS = ("Manager", "Processor", "Helper", "Util", "Utils")

PORTED_MODULES = {"time", "random", "secrets"}
"""Not imported outside their ports; a seeded `random.Random` is no chance and may be."""

PORTED_NAMES = {
    *(("os", name) for name in ("environ", "environb", "getenv", "putenv", "urandom")),
    *(("uuid", name) for name in ("uuid1", "uuid4")),
    *((name, call) for name in ("datetime", "date") for call in ("now", "utcnow", "today")),
    *(("asyncio", name) for name in ("create_task", "ensure_future")),
    *((loop, "create_task") for loop in ("loop", "get_running_loop", "get_event_loop")),
}


def long_functions(tree: ast.Module) -> Iterator[str]:
    """Functions that do not fit on a page."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield f"{node.lineno} {node.name} has {lines} lines"


def banned_names(parts: Iterable[str], tree: ast.Module) -> Iterator[str]:
    """Names that say nothing: of folders and files (`parts`), and of classes."""
    for part in parts:
        if part.removesuffix(".py").removeprefix("test_") in BANNED_NAMES:
            yield f"0 {part}"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name.endswith(BANNED_ENDS):
            yield f"{node.lineno} {node.name}"


def unported(tree: ast.Module) -> Iterator[str]:
    """Time, chance, environment and tasks that did not come in as arguments."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for each in names:
                    if each.name in PORTED_MODULES - {"random"}:
                        yield f"{node.lineno} import {each.name}"
            case ast.ImportFrom(module=str(module), names=names):
                for each in names:
                    whole = module in PORTED_MODULES and each.name != "Random"
                    if whole or (module, each.name) in PORTED_NAMES:
                        yield f"{node.lineno} from {module} import {each.name}"
            case ast.Attribute(value=owner, attr=attribute):
                name = _last_name(owner)
                is_chance = name == "random" and attribute != "Random"
                if is_chance or (name, attribute) in PORTED_NAMES:
                    yield f"{node.lineno} {name}.{attribute}"


def _last_name(node: ast.expr) -> str:
    """`loop` of `self.loop`, `get_running_loop` of `asyncio.get_running_loop()`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=function):
            return _last_name(function)
        case _:
            return ""


def broad_handlers(tree: ast.Module) -> Iterator[str]:
    """Handlers of every exception, other than those that clean up and raise it again."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = "" if node.type is None else ast.unparse(node.type)
        is_broad = caught in ("", "Exception", "BaseException")
        if is_broad and not any(
            isinstance(each, ast.Raise) and each.exc is None for each in node.body
        ):
            yield f"{node.lineno} except {caught}"


def waits(tree: ast.Module) -> Iterator[str]:
    """Sleeps. Letting the loop run once, `asyncio.sleep(0)`, waits for nothing."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node)
        if re.match(r"(?:time\.|asyncio\.)?sleep\((?!0\))", called):
            yield f"{node.lineno} {called}"


def skips(tree: ast.Module) -> Iterator[str]:
    """Tests that are not run, or that may fail."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in (
            "skip",
            "skipif",
            "xfail",
            "importorskip",
        ):
            yield f"{node.lineno} {ast.unparse(node)}"


ASSERTING = re.compile(r"(?:.*\.)?assert_\w+|pytest\.(?:raises|warns|fail)")


def silent_tests(tree: ast.Module) -> Iterator[str]:
    """Tests that claim nothing: they assert nothing themselves and call nothing that says so."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("test_") and not any(map(_asserts, ast.walk(node))):
            yield f"{node.lineno} {node.name}"


def _asserts(node: ast.AST) -> bool:
    is_call = isinstance(node, ast.Call) and ASSERTING.fullmatch(ast.unparse(node.func))
    return isinstance(node, ast.Assert) or bool(is_call)


def bound_keys(tree: ast.Module) -> Iterator[str]:
    """Keys that a module binds by itself, without a row of the table of actions."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="Binding") | ast.Attribute(attr="Binding" | "bind")):
                yield f"{node.lineno} {ast.unparse(node)[:60]}"
            case ast.Assign(targets=[ast.Name(id="BINDINGS")], value=ast.expr() as value) | (
                ast.AnnAssign(target=ast.Name(id="BINDINGS"), value=ast.expr() as value)
            ):
                for each in ast.walk(value):
                    if isinstance(each, ast.Constant):
                        yield f"{each.lineno} {each.value!r}"


COLOUR_PROPERTY = re.compile(
    r"(?:^|[-;{\s])(?P<name>[\w-]*(?:color|background|tint|border|outline)"
    r"[\w-]*)\s*:\s*(?P<value>[^;}\n]*)"
)
LITERAL = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|ansi_\w+)\b")
WORDS = {
    *("none", "auto", "transparent", "initial", "important"),
    *("ascii", "blank", "dashed", "double", "heavy", "hidden", "hkey", "inner", "outer", "panel"),
    *("round", "solid", "tab", "tall", "thick", "vkey", "wide"),
    *("left", "center", "right", "top", "middle", "bottom"),
    *("bold", "dim", "italic", "reverse", "strike", "underline"),
}


def colours(css: str) -> Iterator[str]:
    """Colours in a style sheet that are not tokens: by number, or by name."""
    bare = re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), css, flags=re.DOTALL)
    for number, line in enumerate(bare.splitlines(), start=1):
        for found in COLOUR_PROPERTY.finditer(line):
            value = found["value"]
            named = [
                word
                for word in re.findall(r"(?<![$\w-])[a-zA-Z]\w*", LITERAL.sub("", value))
                if word.lower() not in WORDS
            ]
            for offence in [*LITERAL.findall(value), *named]:
                yield f"{number} {found['name']}: {offence}"


def style_sheets(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The style sheets in a module, each with the line before its first."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id="CSS" | "DEFAULT_CSS")], value=value) | (
                ast.AnnAssign(target=ast.Name(id="CSS" | "DEFAULT_CSS"), value=value)
            ):
                assert isinstance(value, ast.Constant), "a style sheet is one plain string"
                assert isinstance(value.value, str)
                yield value.lineno - 1, value.value


def literal_colours(tree: ast.Module) -> Iterator[str]:
    """Colours by number in any string of a module but its documentation."""
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    by_number = re.compile(r"(?<!\w)#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in documentation:
            continue
        if isinstance(node.value, str) and by_number.search(node.value):
            yield f"{node.lineno} {node.value[:40]!r}"
