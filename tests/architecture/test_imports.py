"""The engine runs on a server without a terminal library."""

import subprocess
import sys


def modules_after(statement: str) -> set[str]:
    program = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return {name.split(".")[0] for name in done.stdout.split()}


def test_importing_the_engine_loads_no_terminal_library() -> None:
    loaded = modules_after("import engine, engine.cli, engine.host")
    assert "engine" in loaded
    assert not loaded & {"textual", "rich", "console", "watchfiles"}
