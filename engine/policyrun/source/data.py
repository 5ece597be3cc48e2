"""Where the folders that ship with the engine are: ``grammar`` and ``policies``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def data_dir(name: str) -> Path:
    """The folder ``grammar`` or ``policies``: inside the package in a wheel, at the repository's root in a checkout.

    A path is returned even if neither exists, so that opening a file in it names the place that was expected.
    """
    installed = _PACKAGE / "_data" / name
    checkout = _PACKAGE.parent.parent / name
    return checkout if checkout.is_dir() and not installed.is_dir() else installed
