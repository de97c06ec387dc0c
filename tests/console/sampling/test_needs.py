"""What is on the screen says what has to be asked, and nothing else is."""

from dataclasses import replace

import pytest

from console.sampling.needs import Needs, View

ASKED = ("all_partitions", "round_trips", "group_lists", "disks", "policies", "vitals")
TABLE = {
    View.OVERVIEW: set(ASKED),
    View.TOPICS: {"all_partitions", "group_lists", "disks", "policies"},
    View.GROUPS: {"group_lists"},
    View.LOSSES: {"disks", "policies"},
    View.BROKERS: {"disks", "vitals"},
    View.TRAFFIC: {"all_partitions", "round_trips", "group_lists"},
    View.RETENTION: {"group_lists", "disks", "policies"},
    View.ENGINE: {"vitals"},
    View.HEALTH: {"group_lists", "disks", "vitals"},
    View.PRODUCERS: set(),
    View.SEGMENTS: set(),
}


@pytest.mark.parametrize("view", View)
def test_each_view_asks_for_its_own_and_no_more(view: View) -> None:
    needs = Needs(frozenset({view}))
    assert {name for name in ASKED if getattr(needs, name)} == TABLE[view]


def test_views_add_up() -> None:
    needs = Needs(frozenset({View.GROUPS, View.BROKERS}))
    assert {name for name in ASKED if getattr(needs, name)} == {"group_lists", "disks", "vitals"}


@pytest.mark.parametrize("view", View)
def test_who_wants_the_ends_of_all_partitions_wants_groups(view: View) -> None:
    needs = Needs(frozenset({view}))
    assert needs.groups_read >= needs.all_partitions


def test_of_groups_something_is_read_where_one_is_open_or_a_topic_that_it_may_read() -> None:
    nothing = Needs(frozenset({View.ENGINE}))
    assert not nothing.groups_read
    assert replace(nothing, groups=frozenset({"billing"})).groups_read
    assert replace(nothing, topics=frozenset({"orders"})).groups_read


def test_an_open_topic_asks_for_its_sizes() -> None:
    assert Needs(frozenset(), topics=frozenset({"orders"})).disks
    assert not Needs(frozenset()).disks


def test_a_console_that_has_just_opened_shows_the_overview() -> None:
    assert Needs().views == {View.OVERVIEW}
