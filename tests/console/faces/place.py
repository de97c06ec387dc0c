"""A screen or dialog with its faces: what it shows when something is not as usual.

| face      | what is so                                                            |
|-----------|-----------------------------------------------------------------------|
| usual     | all is known, where no other frames hold that in every theme          |
| loading   | nothing has been read yet, or the cluster has not answered yet        |
| empty     | there is nothing to show or to act on, and that is known              |
| partial   | some of it is known or was done, the rest not                         |
| stale     | what is shown was so, and cannot be read any more or is so no longer  |
| refused   | the cluster, the disk or the console itself says no                   |

A face that a place cannot have is named with the reason. Every place is seen in a terminal that is
too narrow as well.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from textual.screen import Screen

from tests.support.console_stage import StagedConsole, console
from tests.support.fake_cluster import FakeCluster
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import VARIANTS, busy

FACES = ("loading", "empty", "partial", "stale", "refused")

Do = Callable[[StagedConsole], Awaitable[None]]
Make = Callable[..., StagedConsole]
Arrange = Callable[[FakeCluster], object]


def nothing(_: FakeCluster) -> None:
    """The cluster stays as it is."""


async def stay(_: StagedConsole) -> None:
    """Open nothing: each face leads there itself."""


def busy_console(theme: str = "midnight") -> StagedConsole:
    """The console on the busy cluster."""
    return console(busy(), theme=theme)


def typed(*keys: str) -> Do:
    """Press keys and let all that they cause be done."""

    async def press_them(app: StagedConsole) -> None:
        await press(app, *keys)

    return press_them


def given(variant: str) -> Do:
    """Publish a snapshot."""

    async def give(app: StagedConsole) -> None:
        app.feed.give(VARIANTS[variant]())
        await at_rest(app)

    return give


@dataclass(frozen=True, slots=True)
class Scene:
    """How a face comes about: what the cluster does from the start, then what the person does."""

    do: Do
    arrange: Arrange = nothing
    make: Make | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """`shows` is what is in front in every face. `open` leads there from the first screen.

    With `is_one_run` the faces follow each other in one console that stays open.
    """

    name: str
    shows: type[Screen[object]]
    scenes: Mapping[str, Scene]
    never: Mapping[str, str] = field(default_factory=dict)
    open: Do = stay
    make: Make = busy_console
    is_one_run: bool = False

    def console(self, face: str, theme: str) -> StagedConsole:
        """A console that this face can be seen in, arranged."""
        scene = self.scenes[face]
        app = (scene.make or self.make)(theme=theme)
        scene.arrange(app.cluster)
        return app


def scene(*keys: str, arrange: Arrange = nothing, make: Make | None = None) -> Scene:
    """A face that keys lead to."""
    return Scene(typed(*keys), arrange, make)


def held(operation: str, *keys: str) -> Scene:
    """A face of waiting for an answer of the cluster."""
    return scene(*keys, arrange=lambda cluster: cluster.hold(operation))


def failing(operation: str, error: Exception, *keys: str) -> Scene:
    """A face of an answer that is none."""
    return scene(*keys, arrange=lambda cluster: cluster.fail(operation, error))


def never(reason: str, *faces: str) -> dict[str, str]:
    """The same reason for several faces."""
    return dict.fromkeys(faces, reason)


def fed(faces: tuple[str, ...]) -> dict[str, Scene]:
    """Faces that a snapshot makes."""
    return {face: Scene(given(face)) for face in faces}
