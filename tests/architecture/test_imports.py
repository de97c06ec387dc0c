"""The layers hold, and the engine runs on a server without a terminal library."""

import subprocess
import sys

from tests.architecture.sources import ROOT


def run(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_contracts_between_layers_hold() -> None:
    done = run("from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


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
