"""Which groups are followed, so that their offsets are read: with few of them all.

With many of them those that are wanted or were lately: a group that goes out of sight for a while
keeps its figures and its place in an order. A reading that is to be whole follows the groups that
it names, or all where it names none. Used by the sampler.
"""

from collections.abc import Iterable
from itertools import chain

from console.sampling.needs import Needs

GROUPS_FOLLOWED_MAX = 300
"""With no more groups than this all of them are followed."""


class FollowedGroups:
    """Remembers which groups were wanted lately, in the order in which they were wanted last."""

    def __init__(self) -> None:
        self._lately: dict[str, None] = {}

    def want(self, groups: frozenset[str]) -> None:
        """Those wanted now, and before them as many of those wanted lately as there is room for."""
        lately = [name for name in self._lately if name not in groups]
        room = max(0, GROUPS_FOLLOWED_MAX - len(groups))
        kept = lately[len(lately) - room :] if room < len(lately) else lately
        self._lately = dict.fromkeys(chain(kept, sorted(groups)))

    def among(self, there: Iterable[str], needs: Needs) -> list[str]:
        """The groups to follow of those that there are, in their order."""
        names = list(there)
        if needs.is_whole:
            return [name for name in names if name in needs.groups] if needs.groups else names
        if len(names) <= GROUPS_FOLLOWED_MAX:
            return names
        return [name for name in names if name in self._lately]
