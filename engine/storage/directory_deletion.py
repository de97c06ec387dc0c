"""Removing the directory of a deleted partition, after its name was taken out of the way."""

from dataclasses import dataclass

from engine.storage.filesystem import FileSystem


@dataclass(frozen=True, slots=True)
class DirectoryDeletion:
    """A directory whose name says that it is to be deleted. Any thread."""

    filesystem: FileSystem
    path: str

    def unlink(self) -> None:
        """Remove the directory with its files. Blocks. Raises OSError; the next start goes on."""
        for name in self.filesystem.list_directory(self.path):
            self.filesystem.unlink(f"{self.path}/{name}")
        self.filesystem.remove_directory(self.path)
