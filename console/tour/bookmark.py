"""Where on the tour a person was, kept in a file from one run to the next. Blocking."""

from pathlib import Path

from console.tour.step import Tour

BYTES_MAX = 100
"""Of the file that are looked at: the name of a step is shorter."""


class Bookmark:
    """A file with the name of a step. What is no step of the tour counts as nothing kept."""

    def __init__(self, path: Path, tour: Tour) -> None:
        self._path = path
        self.tour = tour

    def read(self) -> str:
        """The step that was kept; empty where there is none, or it cannot be read."""
        try:
            with self._path.open("rb") as file:
                kept = file.read(BYTES_MAX).decode(errors="replace").strip()
        except OSError:
            return ""
        return kept if kept in {step.id for step in self.tour.steps} else ""

    def write(self, step_id: str) -> None:
        """Keep a step in the place of the last; nothing for an empty name. Raises OSError."""
        if step_id:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.write_text(step_id + "\n", encoding="utf-8")
        else:
            self._path.unlink(missing_ok=True)
