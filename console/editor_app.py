"""An application that hands a content to the person's editor, and takes back what became of it.

The terminal belongs to the editor until it ends: nothing is drawn meanwhile, but the loop goes on,
so that connections live and snapshots are taken.
"""

import asyncio
import shlex
import shutil
import tempfile
from collections.abc import Mapping, Sequence
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
            raise CannotEdit(f"{self.editor[0]}: {error.strerror}") from None
        except SuspendNotSupported:
            raise CannotEdit("an editor needs a terminal of its own") from None
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _let_edit(self, path: Path) -> None:
        """Give the terminal to the editor until it ends. Raises CannotEdit and OSError."""
        failure: OSError | None = None
        code = 0
        # Textual takes the terminal back only from a block that ends without an exception.
        with self.batch_update(), self.suspend():
            try:
                process = await asyncio.create_subprocess_exec(*self.editor, str(path))
                code = await process.wait()
            except OSError as error:
                failure = error
        if failure is not None:
            raise failure
        if code:
            raise CannotEdit(f"{self.editor[0]} ended with code {code}: nothing was taken over")
