"""How descriptors are shared out between logs and connections."""

import pytest

from engine.kernel.descriptors import FILES_MAX, UNLIMITED, budget_of


@pytest.mark.parametrize("descriptors", [16, 64, 256, 1024, 20_000, 1_048_576, UNLIMITED])
def test_nobody_can_take_the_descriptors_of_others(descriptors: int) -> None:
    files, connections = budget_of(descriptors)

    assert files >= 3
    assert connections > files
    assert files + connections <= descriptors - min(64, descriptors // 4)


def test_few_descriptors_leave_room_for_clients_and_logs() -> None:
    assert budget_of(256) == (51, 141)


def test_many_descriptors_serve_fifteen_thousand_idle_clients() -> None:
    assert budget_of(20_000).connections >= 15_000


def test_files_of_logs_are_bounded_by_memory() -> None:
    assert budget_of(UNLIMITED).files == FILES_MAX
