"""The command line as a process: what it prints, where, its exit codes, and what it loads."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments, home):
    return subprocess.run(
        [sys.executable, "-m", "console.cli", *arguments],
        cwd=ROOT,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def loaded_by(*arguments, home):
    program = (
        "import sys, console.cli\n"
        "try: console.cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["serve", "--help"]])
def test_help_and_version_load_neither_textual_nor_the_engine(arguments, tmp_path):
    loaded = loaded_by(*arguments, home=tmp_path)
    assert "click" in loaded
    assert not {"textual", "rich", "asyncio", "engine.host", "engine.config.load"} & loaded


def test_version_is_that_of_the_project(tmp_path):
    done = run("--version", home=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("kconsole 0.")


def test_path_names_the_users_file_until_another_is_named(tmp_path):
    assert run("config", "path", home=tmp_path).stdout.startswith(str(tmp_path))
    other = tmp_path / "other.toml"
    assert run("config", "path", "--config", str(other), home=tmp_path).stdout == f"{other}\n"


def test_check_tells_every_problem_and_exits_with_2(tmp_path):
    file = tmp_path / "k.toml"
    file.write_text('[engine]\ndurability = "maybe"\n[console]\n[topic]\n')
    done = run("config", "check", "--config", str(file), home=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"kconsole: {file}:4: topic: unknown section, did you mean topics?" in done.stderr
    file.write_text('[engine]\ndurability = "maybe"\nnode.idd = 1\n')
    done = run("--config", str(file), "config", "check", home=tmp_path)
    assert [line.split(": ")[1:3] for line in done.stderr.splitlines()] == [
        [f"{file}:2", "engine.durability"],
        [f"{file}:3", "engine.node.idd"],
    ]


def test_check_looks_at_the_console_too(tmp_path):
    file = tmp_path / "k.toml"
    file.write_text('[console]\ntheme = "nope"\n')
    done = run("config", "check", "--config", str(file), home=tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"kconsole: {file}:2: console.theme: there is no theme 'nope'\n"


def test_check_of_a_right_file_exits_with_0(tmp_path):
    file = tmp_path / "k.toml"
    file.write_text('[engine]\ndurability = "os"\n')
    done = run("config", "check", "--config", str(file), home=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"{file}: fine\n")
    assert run("config", "check", home=tmp_path).stdout == "no file: the built-in defaults hold\n"


def test_show_prints_what_holds_and_can_be_read_back(tmp_path):
    file = tmp_path / "k.toml"
    file.write_text('[engine]\nnum.partitions = 7\n[topics]\nretention.ms = "1h"\n')
    first = run("config", "show", "--config", str(file), "--data", '~/d"ata', home=tmp_path)
    assert "num.partitions = 7  # set\n" in first.stdout
    assert "log.retention.ms = 3600000  # set\n" in first.stdout
    assert "node.id = 1  # default\n" in first.stdout
    file.write_text(first.stdout)
    second = run("config", "show", "--config", str(file), home=tmp_path)
    assert second.stdout.replace("# default", "# set") == first.stdout.replace("# default", "# set")


@pytest.mark.parametrize(
    "arguments",
    [["serve", "--listen", "9092"], ["serve", "--config", "missing.toml"], ["serve", "--nonsense"]],
)
def test_a_wrong_flag_or_file_exits_with_2_before_anything_is_served(arguments, tmp_path):
    done = run(*arguments, "--data", str(tmp_path / "data"), home=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr
    assert not (tmp_path / "data").exists()


def test_bootstrap_goes_with_the_console_alone(tmp_path):
    done = run("--bootstrap", "localhost:1", "serve", home=tmp_path)
    assert done.returncode == 2
    assert "--bootstrap" in done.stderr
