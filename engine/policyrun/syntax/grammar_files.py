"""Where the grammar's files are: shipped in the wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_PLACES = (_PACKAGE / "_data" / "grammar", _PACKAGE.parent.parent / "grammar")


def grammar_file(name: str) -> Path:
    """The path of a file of ``grammar/``."""
    return next(path for place in _PLACES if (path := place / name).is_file())
