"""Texts in the reader's language.

Messages are written in Chinese, the language of the policies and of most readers; a locale that names another
language (``LC_ALL``, ``LC_MESSAGES``, ``LANG``, ``LANGUAGE``) gets that language's catalogue from ``locale/``.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

DOMAIN = "policyrun"
CATALOGUES = Path(__file__).resolve().parent.parent / "locale"


@cache
def _translations() -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, CATALOGUES, fallback=True)


def _(message: str) -> str:
    """The message in the reader's language; placeholders ``{name}`` are filled in by the caller afterwards."""
    return _translations().gettext(message)
