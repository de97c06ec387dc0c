"""A form whose change the cluster is asked about before it is made, and before the person is."""

from collections.abc import Awaitable
from typing import Protocol

from textual import work

from console.forms.field_line import FieldLine
from console.forms.form import Form
from console.model.text import plain
from console.port.errors import ClusterError
from console.widgets import symbols


class Change(Protocol):
    """A change that can be tried: `validate_only` asks whether it would be made. Raises
    ClusterError."""

    def __call__(self, *, validate_only: bool) -> Awaitable[None]: ...


class TriedForm(Form):
    """Subclasses say in `change` what is to be made, and in `told` what is said of it then."""

    def change(self) -> Change:
        """What the fields say; raises FieldFault where one is wrong."""
        raise NotImplementedError

    def told(self) -> str:
        """What is said once the change is made; safe to show."""
        raise NotImplementedError

    def texts(self) -> tuple[str, ...]:
        """What stands in the fields."""
        return tuple(line.input.value for line in self.query(FieldLine))

    def begin(self) -> None:
        self.answer("Asking the cluster whether it would take that …", "busy")
        self.try_out(self.change(), self.texts())

    @work(group="trial", exclusive=True, exit_on_error=False)
    async def try_out(self, change: Change, texts: tuple[str, ...]) -> None:
        """Let the cluster check the change, and go on if it would make it."""
        if not await self._ask(change, validate_only=True):
            return
        if self.texts() != texts:
            self.answer("It was changed meanwhile, and is not sent", "busy")
            return
        self.answer("", "busy")
        self.proceed()

    def send(self) -> None:
        self.answer("Asking the cluster …", "busy")
        self.make(self.change(), self.told())

    @work(group="form", exclusive=True, exit_on_error=False)
    async def make(self, change: Change, told: str) -> None:
        """Make the change and close, or say why not."""
        with self.changing():
            is_made = await self._ask(change, validate_only=False)
        if is_made:
            self.app.notify(told, markup=False)
            self.dismiss(None)

    async def _ask(self, change: Change, *, validate_only: bool) -> bool:
        self.is_sending = True
        try:
            await change(validate_only=validate_only)
        except ClusterError as error:
            said = error.reason if validate_only else error.of_change
            self.answer(f"{symbols.ERROR} {plain(said)}", "error")
            return False
        finally:
            self.is_sending = False
        return True
