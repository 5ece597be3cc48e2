"""Where policy files stand: on the disk, or in a revision of a git repository (``app.revision``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from policyrun.source.diagnostic import Diagnostics
from policyrun.source.files import read_source, shown_path
from policyrun.source.text import SourceFile


class Shelf(Protocol):
    """Files by path. What a path is counted from is the shelf's own affair; it is only handed back to it."""

    def is_file(self, path: Path) -> bool: ...

    def read(self, path: Path, found: Diagnostics) -> SourceFile | None:
        """The text of a file, or None and the reason."""
        ...

    def below(self, folder: Path, pattern: str) -> Iterable[Path]:
        """The files below a folder, at any depth, whose names fit a pattern such as ``v*.yaml``; sorted."""
        ...

    def shown(self, path: Path) -> str:
        """How a file is named to the user."""
        ...

    def above(self, path: Path) -> tuple[Path, ...]:
        """The folders that a file lies in, the nearest first."""
        ...


class Disk:
    """The files of this computer."""

    def is_file(self, path: Path) -> bool:
        return path.is_file()

    def read(self, path: Path, found: Diagnostics) -> SourceFile | None:
        return read_source(path, found)

    def below(self, folder: Path, pattern: str) -> Iterable[Path]:
        return sorted(folder.rglob(pattern))

    def shown(self, path: Path) -> str:
        return shown_path(path)

    def above(self, path: Path) -> tuple[Path, ...]:
        return tuple(path.resolve().parents)


DISK = Disk()


@dataclass(frozen=True, slots=True)
class Located:
    """A file and the shelf it stands on."""

    path: Path
    shelf: Shelf = DISK
