"""The layers hold, and the engine runs on a server without a terminal library."""

import ast
import subprocess
import sys
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from graphlib import CycleError, TopologicalSorter

from tests.architecture.sources import ROOT, SOURCES, relative, tree_of


def run(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_contracts_between_layers_hold() -> None:
    done = run("from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Not even late, inside of functions: neither could be read, moved or tested alone."""
    modules = {relative(path).removesuffix(".py").replace("/", "."): path for path in SOURCES}
    imported = {name: set(modules) & _imports(tree_of(path)) for name, path in modules.items()}
    assert not circle_of(imported)


def circle_of(imported: Mapping[str, AbstractSet[str]]) -> list[str]:
    """The names of a circle, each imported by the one before; none if there is none."""
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _imports(tree: ast.Module) -> set[str]:
    """What a module imports when it runs; what only types need is left out."""
    for_types = {
        each
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for each in ast.walk(node)
    }
    found = set()
    for node in set(ast.walk(tree)) - for_types:
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def loaded_by_the_engine() -> set[str]:
    done = run("import sys, engine, engine.cli, engine.host; print(*sys.modules, sep='\\n')")
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "engine" in loaded
    return loaded


def test_importing_the_engine_loads_no_terminal_library() -> None:
    assert not loaded_by_the_engine() & {"textual", "rich", "click", "console", "watchfiles"}


def test_importing_the_engine_loads_no_codec() -> None:
    assert not loaded_by_the_engine() & {"lz4", "zstandard", "cramjam"}


def test_serving_loads_no_way_into_other_clusters() -> None:
    needed = "console.cli, console.config_file, console.config_watch, engine.cli"
    done = run(f"import sys, {needed}; print(*sys.modules, sep='\\n')")
    assert done.returncode == 0, done.stderr
    assert "console.config_file" in done.stdout
    assert not {"urllib.request", "http.client", "engine.client.security"} & set(
        done.stdout.split()
    )


def test_the_console_starts_without_what_its_first_frame_does_not_need() -> None:
    done = run("import sys, console.launch; print(*sys.modules, sep='\\n')")
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "console.screens.overview" in loaded
    late = {"urllib.request", "http.client", "psutil", "watchfiles", "confluent_kafka"}
    assert not loaded & {*late, "console.demo.workflow", "engine.host"}
    packages = (
        *("console.demo", "console.forms", "console.messages", "console.resets", "console.tour"),
        *("engine.broker", "engine.coordinator", "engine.protocol", "engine.client.kafka"),
    )
    assert not [name for name in loaded if name.startswith(packages)]
    screens = {name for name in loaded if name.startswith("console.screens.")}
    assert not screens & {f"console.screens.{name}" for name in ("lists", "topic", "group", "help")}


def test_what_it_takes_to_ask_a_cluster_can_be_loaded_behind_the_first_frame() -> None:
    done = run("from console.cluster_ways import load; load()")
    assert done.returncode == 0, done.stderr
