"""The whole console on a feed that stands still and a cluster in memory."""

from console.app import ConsoleApp
from console.bundled import bundled
from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.model.snapshot import Snapshot
from console.screens.view import Look
from console.settings import Settings, TimeStyle
from console.theming.loader import load_themes
from console.views import VIEWS
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.still_feed import StillFeed


class StagedConsole(ConsoleApp):
    """The console, with what it talks to at hand."""

    def __init__(
        self, feed: StillFeed, cluster: FakeCluster, look: Look, settings: Settings
    ) -> None:
        super().__init__(feed, cluster, VIEWS, look, settings)
        self.feed = feed
        self.cluster = cluster


def console(
    snapshot: Snapshot | None,
    *,
    theme: str = "midnight",
    keymap: Keymap = DEFAULT_KEYMAP,
    problems: tuple[str, ...] = (),
    are_internal_shown: bool = False,
) -> StagedConsole:
    """The console showing a snapshot, or nothing yet."""
    look = Look(load_themes([bundled("themes")]).themes, keymap=keymap, problems=problems)
    settings = Settings(theme=theme, times=TimeStyle.UTC, is_internal_shown=are_internal_shown)
    return StagedConsole(StillFeed(snapshot), FakeCluster(FakeClock()), look, settings)
