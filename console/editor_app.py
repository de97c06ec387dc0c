"""An application that hands a content to the person's editor, and takes back what became of it.

The terminal belongs to the editor until it ends: nothing is drawn meanwhile, but the loop goes on,
so that connections live and snapshots are taken. Interrupts (ctrl+c) are the editor's too.
"""

import asyncio
import shlex
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from textual.app import App, SuspendNotSupported

from console.screens.routes import CannotEdit

USUAL_EDITOR = "vi"


def editor_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The command of the editor: `$VISUAL`, else `$EDITOR`, else vi."""
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environment.get(name, ""))
        except ValueError:
            continue
        if words:
            return tuple(words)
    return (USUAL_EDITOR,)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let interrupts pass, which a terminal sends to every program in front.

    They are not ignored: that would be handed on to the editor.
    """
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class EditorApp(App[None]):
    """The application and its editor."""

    editor: Sequence[str] = (USUAL_EDITOR,)

    async def edited(self, content: bytes, ending: str) -> bytes:
        """What a content is once the editor was left. Raises CannotEdit."""
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="kconsole-"))
        path = folder / f"message{ending}"
        try:
            await asyncio.to_thread(path.write_bytes, content)
            await self._let_edit(path)
            return await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise CannotEdit(f"the text cannot be handed over: {error.strerror}") from None
        except SuspendNotSupported:
            raise CannotEdit("an editor needs a terminal of its own") from None
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _let_edit(self, path: Path) -> None:
        """Give the terminal to the editor until it ends. Raises CannotEdit."""
        failure: OSError | None = None
        code = 0
        # Textual takes the terminal back only from a block that ends without an exception.
        with self.batch_update(), self.suspend(), _deaf_to_interrupts():
            try:
                process = await asyncio.create_subprocess_exec(*self.editor, str(path))
                code = await process.wait()
            except OSError as error:
                failure = error
        name = self.editor[0]
        if isinstance(failure, FileNotFoundError):
            raise CannotEdit(f"{name}: {failure.strerror}. $VISUAL or $EDITOR names the editor")
        if failure is not None:
            raise CannotEdit(f"{name}: {failure.strerror}")
        if code:
            how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
            raise CannotEdit(f"{name} {how}: nothing was taken over")
