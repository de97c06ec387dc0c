"""Notes in the corner of the screen: a few at most, none twice, none over a dialog.

| a note comes           | what happens                                             |
|------------------------|----------------------------------------------------------|
| while one says the same | nothing                                                 |
| while `NOTES_MAX` stand | the oldest goes                                         |
| while a dialog is open  | it waits, with the newest others, until that is closed  |

A note that stands when a dialog opens lies beneath it, with the screen that it belongs to.
"""

from collections import deque
from dataclasses import dataclass

from textual.app import App
from textual.notifications import Notification, Notify, SeverityLevel
from textual.screen import ModalScreen

UNDER_DIALOGS = "ModalScreen Toast { visibility: hidden; }"
NOTES_MAX = 3
"""Notes that stand at once, and that wait at most."""


@dataclass(frozen=True, slots=True)
class _Note:
    message: str
    title: str
    severity: SeverityLevel
    timeout_s: float
    markup: bool


class NotesApp(App[None]):
    """An application that keeps its notes few and out of the way."""

    def __init__(self) -> None:
        super().__init__()
        # An application takes style sheets from the first of its bases only.
        self.stylesheet.add_source(UNDER_DIALOGS, ("notes", ""), is_default_css=True)
        self._put_up_notes: list[tuple[_Note, Notification]] = []
        self._held_notes: deque[_Note] = deque(maxlen=NOTES_MAX)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Note something; see above for when, and whether, it is seen."""
        timeout_s = self.NOTIFICATION_TIMEOUT if timeout is None else timeout
        note = _Note(message, title, severity, timeout_s, markup)
        if not self._is_under_dialog:
            self._put_up(note)
        elif note not in self._held_notes:
            self._held_notes.append(note)

    def tell_waiting(self) -> None:
        """Say what waited for a dialog to be closed; to be called when a screen comes back."""
        if self._is_under_dialog:
            return
        notes = tuple(self._held_notes)
        self._held_notes.clear()
        for note in notes:
            self._put_up(note)

    @property
    def _is_under_dialog(self) -> bool:
        stack = self._screen_stack
        return bool(stack) and isinstance(stack[-1], ModalScreen)

    def _put_up(self, note: _Note) -> None:
        self._put_up_notes = [each for each in self._put_up_notes if not each[1].has_expired]
        if any(each == note for each, _ in self._put_up_notes):
            return
        notification = Notification(
            note.message, note.title, note.severity, note.timeout_s, markup=note.markup
        )
        self._put_up_notes.append((note, notification))
        self.post_message(Notify(notification))

    def on_notify(self) -> None:
        """Make room for the one that comes, before Textual's own handler shows it."""
        standing = list(self._notifications)
        for oldest in standing[: max(0, len(standing) + 1 - NOTES_MAX)]:
            self._unnotify(oldest, refresh=False)
