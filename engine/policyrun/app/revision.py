"""Policy files as they were in a revision of the user's git repository, without touching what is checked out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from policyrun.source.diagnostic import Diagnostics
from policyrun.source.files import source_of
from policyrun.source.messages import _
from policyrun.source.text import SourceFile

#: ``git:REV:hebei-2023`` names a policy in a revision.
PREFIX = "git:"


@dataclass(frozen=True, slots=True)
class Revision:
    """The files of one commit; paths are counted from the top of the repository.

    Attributes:
        top: the top folder of the repository.
        word: the revision as the user wrote it, such as ``HEAD~1``.
        commit: what it stands for.
        names: every file of it.
    """

    top: Path
    word: str
    commit: str
    names: frozenset[Path]

    def is_file(self, path: Path) -> bool:
        return path in self.names

    def read(self, path: Path, found: Diagnostics) -> SourceFile | None:
        data = _git(self.top, "cat-file", "blob", f"{self.commit}:{path.as_posix()}")
        return None if data is None else source_of(self.shown(path), data, found)

    def below(self, folder: Path, pattern: str) -> Iterable[Path]:
        return sorted(path for path in self.names if path.is_relative_to(folder) and fnmatchcase(path.name, pattern))

    def shown(self, path: Path) -> str:
        return f"{PREFIX}{self.word}:{path.as_posix()}"

    def above(self, path: Path) -> tuple[Path, ...]:
        return tuple(path.parents)


def open_revision(word: str, folder: Path, found: Diagnostics) -> Revision | None:
    """A revision of the repository that a folder lies in, or None and the reason."""
    top = _git(folder, "rev-parse", "--show-toplevel")
    if top is None:
        hint = _("在仓库里运行，或用 --policies 指明仓库里的政策文件夹；没有装 git 的先装上")
        found.add("PR270", _("{folder} 不在 git 仓库里").format(folder=folder), help=hint)
        return None
    root = Path(top.decode().rstrip("\n"))
    # A word that begins with a hyphen would be an option to git.
    commit = None if word.startswith("-") else _git(root, "rev-parse", "--verify", "--quiet", f"{word}^{{commit}}")
    listed = None if commit is None else _git(root, "ls-tree", "-r", "-z", "--name-only", commit.decode().strip())
    if commit is None or listed is None:
        hint = _("版本写成提交号、分支、标签或 HEAD~1；git log --oneline 列出各次提交")
        found.add("PR271", _("仓库里没有“{word}”这个修订").format(word=word), help=hint)
        return None
    names = frozenset(Path(name) for name in listed.decode("utf-8", "surrogateescape").split("\0") if name)
    return Revision(root, word, commit.decode().strip(), names)


def _git(folder: Path, *args: str) -> bytes | None:
    """What a git command prints; None if it fails, or if there is no git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *args],
            env={**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
