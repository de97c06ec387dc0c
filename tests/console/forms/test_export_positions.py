"""Positions in a file: written whole, never over another file, and telling what is missing."""

from pathlib import Path

import pytest

from console.forms.export_positions import ExportPositionsForm, file_name
from console.keys.keymap import DEFAULT_KEYMAP
from console.port.errors import Unreachable
from console.resets.positions_file import parse_positions
from tests.console.resets.test_drafting import ONE, TWO, cluster_at_rest
from tests.support.fake_cluster import FakeCluster
from tests.support.hand import at_rest, press
from tests.support.stage import Stage, shown

SIZE = (100, 24)


async def exported(cluster: FakeCluster, path: Path, *names: str) -> str:
    """What the screen says once the form was sent; it is about `billing` unless told otherwise."""
    app, form = Stage(), ExportPositionsForm(names or ("billing",), cluster, DEFAULT_KEYMAP)
    async with app.run_test(size=SIZE, notifications=True):
        await app.push_screen(form)
        form.line_of("path").input.value = str(path)
        await press(app, "ctrl+s")
        # The file is written beside the loop.
        await app.workers.wait_for_complete()
        await at_rest(app)
        return " ".join(shown(app).split())


async def test_what_is_written_is_what_the_group_has_committed(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    assert "2 positions in" in await exported(cluster_at_rest(), path)
    assert path.read_bytes() == b"orders,0,40\norders,1,40\n"
    assert parse_positions(path.read_bytes(), "billing") == {ONE: 40, TWO: 40}


async def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("mine")
    assert "is there already" in await exported(cluster_at_rest(), path)
    assert path.read_text() == "mine"


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "No such file" in await exported(cluster_at_rest(), tmp_path / "x" / "p.csv")


async def test_a_group_without_positions_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    assert "nobody has no positions" in await exported(cluster_at_rest(), path, "nobody")
    assert not path.exists()


async def test_a_cluster_that_does_not_answer_makes_no_file(tmp_path: Path) -> None:
    path, cluster = tmp_path / "p.csv", cluster_at_rest()
    cluster.fail("committed", Unreachable("no broker answers"))
    assert "no broker answers" in await exported(cluster, path)
    assert not path.exists()


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("billing", "billing-positions.csv"),
        ("../../etc/passwd", "etc-passwd-positions.csv"),
        ("\x1b[31m", "31m-positions.csv"),
        ("", "group-positions.csv"),
        ("x" * 300, "x" * 80 + "-positions.csv"),
    ],
)
def test_names_of_files_are_harmless(group: str, name: str) -> None:
    assert file_name([group]) == name


async def test_of_several_groups_each_line_begins_with_its_group(tmp_path: Path) -> None:
    path, cluster = tmp_path / "p.csv", cluster_at_rest()
    cluster.world.add_group("search, new", "orders", committed=7, members=0)
    said = await exported(cluster, path, "search, new", "nobody", "billing")
    assert "5 positions of 2 groups in" in said
    assert "nobody has no positions" in said
    content = path.read_bytes()
    assert content.splitlines()[0] == b"billing,orders,0,40"
    assert b'"search, new",orders,2,7' in content
    assert parse_positions(content, "billing") == {ONE: 40, TWO: 40}


async def test_a_coordinator_that_is_down_does_not_keep_the_others_from_the_file(
    tmp_path: Path,
) -> None:
    path, cluster = tmp_path / "p.csv", cluster_at_rest()
    cluster.world.add_group("search", "orders", committed=7, members=0).coordinator = 2
    cluster.world.stopped.add(2)
    said = await exported(cluster, path, "search", "billing")
    assert "search: kafka-2:9092 refused the connection" in said
    assert path.read_bytes() == b"billing,orders,0,40\nbilling,orders,1,40\n"


async def test_where_no_group_has_positions_each_is_told_and_there_is_no_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.csv"
    said = await exported(cluster_at_rest(), path, "this", "that")
    assert "this has no positions" in said
    assert "that has no positions" in said
    assert not path.exists()
