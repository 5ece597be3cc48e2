"""Personal data as it may be shown: ID numbers and names with their middle hidden.

Masking keeps the length of a text, so that places in it stay where they are.
"""

from __future__ import annotations

import re

STAR = "*"
_KEPT_FIRST = 3
_KEPT_LAST = 2

# An ID number has 18 characters; one digit too few or too many still tells who it is, and so do the old 15 digits.
# ``\d`` takes full-width digits too.
_LIKE_ID = re.compile(r"(?<![0-9A-Za-z])(?:\d{14,19}[\dXxＸｘ]|\d{6}[ \-]\d{8}[ \-]\d{3}[\dXxＸｘ])(?![0-9A-Za-z])")


def mask_id(number: str) -> str:
    """An ID number with its first three and last two characters: ``999*************12``."""
    hidden = len(number) - _KEPT_FIRST - _KEPT_LAST
    if hidden <= 0:
        return STAR * len(number)
    return number[:_KEPT_FIRST] + STAR * hidden + number[-_KEPT_LAST:]


def mask_name(name: str) -> str:
    """A name with its first character: ``张**``."""
    return name[:1] + STAR * (len(name) - 1)


def mask_text(text: str) -> str:
    """A text with every number in it that could be an ID number masked."""
    return _LIKE_ID.sub(lambda found: mask_id(found.group()), text)
