"""The console on one cluster, opened when it is first needed, and anew after an act that failed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.support.terminal import Terminal
from tests.terminal.acts.act import Act
from tests.terminal.acts.stage import PATIENCE_S, Stage
from tests.terminal.acts.surroundings import Surroundings


def nothing() -> None:
    """No node dies."""


class Consoles:
    """One console at a time. Leave it with `close`."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self._terminal: Terminal | None = None

    def play(self, act: Act, name: str, strike: Callable[[], None] = nothing) -> set[str]:
        """Perform an act, for which everything is there; what it says it does and has not done."""
        with self._opened() as terminal:
            stage = Stage(terminal, self.around, name, strike)
            act.perform(stage)
            return set(act.does) - stage.done

    @contextmanager
    def _opened(self) -> Iterator[Terminal]:
        terminal = self._terminal
        if terminal is None:
            around = self.around
            terminal = Terminal(around.console, environment=around.environment)
            self._terminal = terminal.__enter__()
            terminal.wait_for(" brokers", PATIENCE_S)
        try:
            yield terminal
        except BaseException:
            # What is open then is no place to begin from.
            self.close()
            raise

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until something holds, looking whenever the screen changes."""
        with self._opened() as terminal:
            terminal.wait_for(lambda _: condition(), PATIENCE_S)

    def close(self) -> None:
        """Leave the console that is open."""
        terminal, self._terminal = self._terminal, None
        if terminal is not None:
            terminal.__exit__(None, None, None)
