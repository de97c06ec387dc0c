"""Which groups are followed: all of few, and of many those that are wanted or were lately."""

from console.model.section import content
from console.sampling.followed import GROUPS_FOLLOWED_MAX, FollowedGroups
from console.sampling.needs import Needs, View
from tests.support.watched_cluster import WatchedCluster

MANY = [f"g-{number:04d}" for number in range(GROUPS_FOLLOWED_MAX + 50)]
SCREEN = Needs()


def test_of_few_groups_all_are_followed() -> None:
    assert FollowedGroups().among(MANY[:GROUPS_FOLLOWED_MAX], SCREEN) == MANY[:GROUPS_FOLLOWED_MAX]


def test_of_many_groups_those_that_were_wanted_last_are_followed_and_no_more() -> None:
    followed = FollowedGroups()
    assert followed.among(MANY, SCREEN) == []
    for name in MANY:
        followed.want(frozenset({name}))
    assert followed.among(MANY, SCREEN) == MANY[-GROUPS_FOLLOWED_MAX:]


def test_a_whole_reading_follows_what_it_names_and_all_where_it_names_nothing() -> None:
    followed = FollowedGroups()
    assert followed.among(MANY, Needs(is_whole=True)) == MANY
    named = Needs(groups=frozenset({"g-0007", "gone"}), is_whole=True)
    assert followed.among(MANY, named) == ["g-0007"]
    assert followed.among(MANY[:20], named) == ["g-0007"]


async def test_groups_that_were_in_sight_keep_their_figures_and_only_so_many_do() -> None:
    watched = WatchedCluster()
    watched.world.add_topic("orders", 1, end=100)
    names = [f"group-{number:04d}" for number in range(GROUPS_FOLLOWED_MAX + 50)]
    for name in names:
        watched.world.add_group(name, "orders", committed=60)
    await watched.after(1)
    for at in range(0, len(names), 50):
        watched.need(View.GROUPS, groups=frozenset(names[at : at + 50]))
        snapshot = await watched.tick()
    enriched = [group.name for group in content(snapshot.groups) or () if group.is_enriched]
    assert enriched == names[50:]
