"""Groups that did not change are the same objects, and every change is seen."""

from dataclasses import replace

from console.model.figures import Known, Unknown
from console.model.group import Group, GroupState
from console.model.section import Ready
from console.port.errors import Unreachable
from console.port.readings import GroupListing, GroupReading, GroupsReading
from console.sampling.collected import Collected
from console.sampling.follower import GroupFollower
from console.sampling.group_list import GroupList

LISTED = GroupListing("billing", GroupState.EMPTY, "classic", "consumer", 1)


def groups_of(found: Collected, made: GroupList, *listings: GroupListing) -> tuple[Group, ...]:
    found.groups = Ready(GroupsReading(listings, {}), 0)
    return made.groups(0, {}, {})


async def test_groups_come_by_name_and_those_that_are_gone_do_not() -> None:
    found = Collected()
    made = GroupList(found, GroupFollower(found))
    other = replace(LISTED, name="audit")
    assert [each.name for each in groups_of(found, made, LISTED, other)] == ["audit", "billing"]
    assert [each.name for each in groups_of(found, made, LISTED)] == ["billing"]


async def test_a_group_is_made_anew_only_when_listing_description_or_problem_changed() -> None:
    found = Collected()
    follower = GroupFollower(found)
    made = GroupList(found, follower)
    (first,) = groups_of(found, made, LISTED)
    assert groups_of(found, made, replace(LISTED))[0] is first

    (busy,) = groups_of(found, made, replace(LISTED, state=GroupState.STABLE))
    assert busy.state is GroupState.STABLE

    found.descriptions["billing"] = GroupReading("billing", GroupState.EMPTY, "range", ())
    (described,) = groups_of(found, made, LISTED)
    assert described.members == Known((), 0)

    found.descriptions["billing"] = Unreachable("broker 2 is down")
    (silent,) = groups_of(found, made, LISTED)
    assert silent.members == Unknown("broker 2 is down")

    follower.problems["billing"] = "no right"
    assert groups_of(found, made, LISTED)[0].problem == "no right"
