"""Texts in the reader's language.

Messages are written in Chinese, the language of the policies and of most readers. A reader whose locale is English
gets the catalogue in ``locale/en``; everybody else, those with no locale (``C``) included, gets the text as written.
"""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

DOMAIN = "policyrun"
CATALOGUES = Path(__file__).resolve().parent.parent / "locale"


def language() -> str:
    """``en`` or ``zh``: the first locale variable that is set decides, in the order POSIX gives them."""
    chosen = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "en" if chosen.lower().startswith("en") else "zh"


@cache
def _translations() -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, CATALOGUES, languages=[language()], fallback=True)


def _(message: str) -> str:
    """The message in the reader's language; placeholders ``{name}`` are filled in by the caller afterwards."""
    return _translations().gettext(message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a text for the catalogue that stands as written in files, and is translated only where it is shown."""
    return message
