"""The rules of the house that a machine can check, on every file of code.

Sizes keep a module to one noun; the other rules keep knowledge in its one place: colours in themes,
time and chance behind their ports, output in commands. `rules` says what each means.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.architecture import rules
from tests.architecture.sources import ROOT, SOURCES, TESTS, relative, text_of, tree_of

FILE_LINES_MAX = 400
APP_LINES_MAX = 200

PORTS = {"engine/kernel/system.py", "engine/kernel/tasks.py"}
"""Where time, chance and tasks are had."""

BORDERS = {
    "engine/broker/compaction.py",
    "engine/broker/maintenance.py",
    "engine/broker/sync_threads.py",
    "engine/server/connection.py",
}
"""Where any exception is logged and counted, so that one log or client cannot end the others'."""

LITERAL_COLOURS = {"console/theming/loader.py"}
"""Its message to the writers of themes shows what a colour looks like."""

WAITING = {
    "tests/interop/client_on_kafka.py",
    "tests/kafka/compacted_broker.py",
    "tests/kafka/java_program.py",
    "tests/reliability/bad_network.py",
    "tests/reliability/beside.py",
    "tests/reliability/beside_logs.py",
    "tests/reliability/crowd.py",
    "tests/reliability/cut_trial.py",
    "tests/reliability/deaths.py",
    "tests/reliability/few_descriptors.py",
    "tests/reliability/idle_connections.py",
    "tests/reliability/innocent.py",
    "tests/reliability/load.py",
    "tests/reliability/odd_machine.py",
    "tests/reliability/producers.py",
    "tests/reliability/proxy.py",
    "tests/reliability/recorded_disk.py",
    "tests/reliability/siege.py",
    "tests/reliability/slow_disk.py",
    "tests/reliability/slow_loris.py",
    "tests/reliability/soak.py",
    "tests/reliability/soak_load.py",
    "tests/reliability/test_compaction_deaths.py",
    "tests/reliability/test_topic_deaths.py",
    "tests/reliability/watch.py",
    "tests/reliability/witnesses.py",
    "tests/reliability/wrong_clock.py",
}
"""Where passing time is the matter itself: a load, the moment of a death, a cluster that settles.

`tests/bench` measures time and is no test.
"""

ACROSS = {
    "tests/console/faces/test_faces.py",
    "tests/console/faces/test_sizes.py",
    "tests/console/faces/test_reach.py",
    "tests/console/messages/test_on_an_engine.py",
    "tests/console/panels/test_numbers.py",
    "tests/console/test_frames.py",
    "tests/console/test_snapshots.py",
    "tests/console/widgets/test_drawing.py",
    "tests/engine/broker/handlers/test_configs.py",
    "tests/engine/broker/handlers/test_create_and_delete_topics.py",
    "tests/engine/broker/handlers/test_leaders_and_producers.py",
    "tests/engine/broker/test_states.py",
    "tests/engine/broker/test_topic_faults.py",
    "tests/engine/client/test_hostile_cluster.py",
    "tests/engine/coordinator/test_group_life.py",
    "tests/engine/coordinator/test_static_members.py",
    "tests/engine/protocol/test_declarations.py",
    "tests/engine/protocol/test_hostile_input.py",
    "tests/engine/protocol/test_round_trips.py",
    "tests/engine/storage/test_damage.py",
}
"""Tests of one behaviour of several modules of their folder; all others have a module's name."""


def offences(
    paths: Iterable[Path],
    rule: Callable[[ast.Module], Iterator[str]],
    allowed: Iterable[str] = (),
) -> list[str]:
    """What offends a rule, as `FILE:LINE what`."""
    return [
        f"{relative(path)}:{offence}"
        for path in paths
        if relative(path) not in allowed
        for offence in rule(tree_of(path))
    ]


def test_there_is_something_to_check() -> None:
    assert len(SOURCES) > 300
    assert len(TESTS) > 150


def test_exceptions_from_the_rules_are_still_needed() -> None:
    def offends(name: str, rule: Callable[[ast.Module], Iterator[str]]) -> bool:
        return bool(list(rule(tree_of(ROOT / name))))

    idle = [name for name in PORTS if not offends(name, rules.unported)]
    idle += [name for name in BORDERS if not offends(name, rules.broad_handlers)]
    idle += [name for name in LITERAL_COLOURS if not offends(name, rules.literal_colours)]
    idle += [name for name in WAITING if not offends(name, rules.waits)]
    idle += [name for name in ACROSS if mirrors_a_source(ROOT / name)]
    assert not idle


def test_files_are_one_noun_long() -> None:
    too_long = {relative(path): text_of(path).count("\n") for path in [*SOURCES, *TESTS]}
    assert not {name: lines for name, lines in too_long.items() if lines > FILE_LINES_MAX}
    assert too_long["console/app.py"] <= APP_LINES_MAX


def test_functions_fit_on_a_page() -> None:
    assert not offences([*SOURCES, *TESTS], rules.long_functions)


def test_modules_say_what_they_are() -> None:
    silent = [
        relative(path)
        for path in [*SOURCES, *TESTS]
        if text_of(path).strip() and not ast.get_docstring(tree_of(path))
    ]
    assert not silent


def test_names_say_something() -> None:
    found = [
        f"{relative(path)}:{offence}"
        for path in [*SOURCES, *TESTS]
        for offence in rules.banned_names(path.relative_to(ROOT).parts, tree_of(path))
    ]
    assert not found


def test_only_packages_say_what_they_export() -> None:
    assert not [
        relative(path)
        for path in SOURCES
        if path.name != "__init__.py" and re.search(r"^__all__\b", text_of(path), re.MULTILINE)
    ]


def test_every_key_is_a_row_of_the_table_of_actions() -> None:
    """What is bound elsewhere has no id: nobody can give it another key, and no help tells it."""
    outside = [path for path in SOURCES if relative(path).startswith("console/")]
    table = [path for path in outside if relative(path).startswith("console/keys/")]
    assert offences(table, rules.bound_keys)
    assert not offences([path for path in outside if path not in table], rules.bound_keys)


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    mine = Path(__file__)
    assert not [relative(p) for p in [*SOURCES, *TESTS] if p != mine and marks.search(text_of(p))]


def test_exceptions_to_type_checks_have_a_reason() -> None:
    bare = re.compile(r"#\s*type:\s*ignore(?!\[[\w, -]+\]\s*#\s*\w)")
    assert not [relative(path) for path in SOURCES if bare.search(text_of(path))]


def test_time_chance_and_tasks_come_through_their_ports() -> None:
    assert not offences(SOURCES, rules.unported, PORTS)


def test_exceptions_are_caught_near_the_reaction() -> None:
    assert not offences(SOURCES, rules.broad_handlers, BORDERS)


def test_style_sheets_name_tokens_never_colours() -> None:
    sheets = [
        (relative(path), line, css)
        for path in SOURCES
        for line, css in rules.style_sheets(tree_of(path))
    ]
    sheets += [(relative(path), 0, text_of(path)) for path in ROOT.glob("console/**/*.tcss")]
    assert len(sheets) > 20
    found = []
    for name, before, css in sheets:
        for offence in rules.colours(css):
            number, _, what = offence.partition(" ")
            found.append(f"{name}:{before + int(number)} {what}")
    assert not found


def test_no_code_names_a_colour_by_number() -> None:
    console = [path for path in SOURCES if relative(path).startswith("console/")]
    assert not offences(console, rules.literal_colours, LITERAL_COLOURS)


def test_no_test_is_skipped() -> None:
    assert not offences(TESTS, rules.skips)


def test_every_test_asserts_something() -> None:
    assert not offences(TESTS, rules.silent_tests)


def test_no_test_sleeps() -> None:
    tests = [path for path in TESTS if not relative(path).startswith("tests/bench/")]
    assert not offences(tests, rules.waits, WAITING)


def mirrors_a_source(test: Path) -> bool:
    """Whether the test has the place and the name of a module or package.

    An aspect may follow the name: `test_recovery_tail.py` is of `recovery.py`.
    """
    folder = ROOT / test.relative_to(ROOT / "tests").parent
    words = test.stem.removeprefix("test_").split("_")
    names = ["_".join(words[:count]) for count in range(1, len(words) + 1)]
    return any((folder / f"{n}.py").is_file() or (folder / n).is_dir() for n in names)


def test_tests_mirror_the_sources() -> None:
    halves = ("tests/engine/", "tests/console/")
    tests = [path for path in TESTS if relative(path).startswith(halves)]
    tests = [path for path in tests if path.name.startswith("test_")]
    assert len(tests) > 80
    strays = {relative(path) for path in tests if not mirrors_a_source(path)}
    assert sorted(strays - ACROSS) == []
