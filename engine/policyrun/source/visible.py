"""Characters that a terminal would obey instead of showing, made visible.

A cell or a policy text may hold escape sequences, line breaks, or marks that turn the reading direction. What is
printed from a user's file passes through here first.
"""

from __future__ import annotations

import re
import unicodedata

TAB = "    "

_DELETE = 0x7F
#: Unicode's pictures of the control characters start here: U+241B shows U+001B as ␛.
_PICTURES = 0x2400

#: Unassigned and private characters are not among them: rare characters of names are often just those.
_HIDDEN = ("Cc", "Cf", "Zl", "Zp", "Cs")
_PLAIN = re.compile(r"[ -~\u4e00-\u9fff\u3000-\u301f\uff01-\uff5e]*")


def visible(text: str) -> str:
    """The text with each control, direction or zero-width character shown as a sign; tabs are four blanks.

    >>> visible("a\\x1b[31m")
    'a␛[31m'
    >>> visible("\\u202eabc")
    '<U+202E>abc'
    """
    if _PLAIN.fullmatch(text):
        return text
    return "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char == "\t":
        return TAB
    if unicodedata.category(char) not in _HIDDEN:
        return char
    code = ord(char)
    if code < 0x20:
        return chr(_PICTURES + code)
    return "␡" if code == _DELETE else f"<U+{code:04X}>"
