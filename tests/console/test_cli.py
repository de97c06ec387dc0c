"""The command line as a process: what it prints, where, its exit codes, and what it loads."""

import os
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


def run_on_a_terminal(*arguments, home):
    """The same where standard input and output are a terminal, as for a person."""
    ours, theirs = os.openpty()
    try:
        return subprocess.run(
            [sys.executable, "-m", "console.cli", *arguments],
            cwd=ROOT,
            env={"HOME": str(home), "PATH": "/usr/bin:/bin", "TERM": "xterm-256color"},
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(ours)
        os.close(theirs)


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
    assert f"kconsole: {file}:2: engine.durability: " in done.stderr
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
    assert done.stderr == (
        f"kconsole: {file}:2: console.theme: there is no theme 'nope'; "
        "allowed: contrast, ember, midnight, mono, paper, sixteen\n"
    )


def test_check_of_a_right_file_exits_with_0(tmp_path):
    file = tmp_path / "k.toml"
    file.write_text('[engine]\ndurability = "os"\n')
    done = run("config", "check", "--config", str(file), home=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"{file}: fine\n")
    assert run("config", "check", home=tmp_path).stdout == "no file: the built-in defaults hold\n"


def test_a_file_that_cannot_be_read_is_told_and_exits_with_2(tmp_path):
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    open_table = tmp_path / "open.toml"
    open_table.write_text("[engine\n")
    for file, told in (
        (tmp_path, f"{tmp_path}: cannot be read: Is a directory"),
        (tmp_path / "none.toml", "none.toml: cannot be read: No such file or directory"),
        (binary, "binary.toml: is not UTF-8 text"),
        (open_table, "open.toml:1: Expected ']' at the end of a table declaration"),
    ):
        done = run("config", "check", "--config", str(file), home=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert told in done.stderr


def test_the_users_own_file_is_told_of_when_it_is_no_file(tmp_path):
    (tmp_path / ".config/kconsole/config.toml").mkdir(parents=True)
    done = run("config", "check", home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "config.toml: cannot be read: Is a directory" in done.stderr


def test_show_prints_what_holds_and_can_be_read_back(tmp_path):
    file = tmp_path / "k.toml"
    file.write_text('[engine]\nnum.partitions = 7\n[topics]\nretention.ms = "1h"\n')
    first = run("config", "show", "--config", str(file), "--data", '~/d"ata', home=tmp_path)
    assert "num.partitions = 7  # set\n" in first.stdout
    assert "\n[topics]\nretention.ms = 3600000  # set\n" in first.stdout
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


@pytest.mark.parametrize("flag", ["--data", "--listen", "--config"])
def test_an_empty_flag_is_refused_and_never_the_current_directory(flag, tmp_path):
    done = run("serve", "--data", str(tmp_path / "data"), flag, "", home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert flag in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--bootstrap", "localhost:1", "serve"], "--bootstrap"),
        (["--bootstrap", "localhost:1", "--data", "x"], "--data"),
        (["--bootstrap", "localhost:1", "--listen", "localhost:2"], "--listen"),
        (["--theme", "paper", "serve"], "--theme"),
        (["--data", "x", "config", "check"], "--data"),
        (["--listen", "localhost:1", "config", "path"], "--listen"),
    ],
)
def test_a_flag_that_would_have_no_effect_is_refused(arguments, named, tmp_path):
    done = run(*arguments, home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert named in done.stderr.splitlines()[-1]


def test_flags_may_stand_before_a_command_and_those_behind_it_win(tmp_path):
    before, behind = str(tmp_path / "before"), str(tmp_path / "behind")
    done = run("--data", before, "config", "show", home=tmp_path)
    assert f'data = "{before}"  # set\n' in done.stdout
    done = run("--data", before, "config", "show", "--data", behind, home=tmp_path)
    assert f'data = "{behind}"  # set\n' in done.stdout


def test_the_console_needs_a_terminal_and_says_so(tmp_path):
    done = run(home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "kconsole: the console needs a terminal; `kconsole serve` does not\n"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (
            ["--theme", "papre"],
            2,
            "--theme: there is no theme 'papre', did you mean paper?; allowed:",
        ),
        (["demo", "--theme", "papre"], 2, "--theme: there is no theme 'papre'"),
        (["--bootstrap", "localhost"], 2, "--bootstrap: 'localhost' is no address and no cluster"),
        (
            ["--listen", "0.0.0.0:0"],
            2,
            "--listen: 0.0.0.0:0 is no address that clients can be told",
        ),
        (["--data", "file/data"], 1, "{home}/file is a file, not a directory; choose another"),
        (["demo", "--data", "file/d"], 1, "{home}/file is a file, not a directory; choose"),
    ],
)
def test_what_keeps_the_console_from_opening_is_one_line(arguments, code, told, tmp_path):
    (tmp_path / "file").touch()
    resolved = [str(tmp_path / each) if each.startswith("file/") else each for each in arguments]
    done = run_on_a_terminal(*resolved, home=tmp_path)
    assert done.returncode == code
    assert done.stderr.startswith(f"kconsole: {told.format(home=tmp_path)}")
    assert done.stderr.count("\n") == 1
