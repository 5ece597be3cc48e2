"""Cells as text, in SQL: white space trimmed, full-width characters read as half-width ones."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlglot import exp

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, boolean, both, call, cases, compare, equal, negated, text, whole


def _codes(first: str, last: str) -> range:
    return range(int(first, 16), int(last or first, 16) + 1)


#: What ``str.strip`` trims, as the inside of a bracket of a regular expression of Java and of PostgreSQL.
_BLANK_RANGES = r"\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
#: The same characters.
BLANKS = "".join(
    chr(code) for first, last in re.findall(r"\\u(....)(?:-\\u(....))?", _BLANK_RANGES) for code in _codes(first, last)
)


def trimmed(cell: Sql, dialect: Dialect, *, is_brief: bool = False) -> Sql:
    """A text without white space around it; null where nothing is left."""
    if dialect.name != "duckdb":
        every = [text("g")] if dialect.name == "postgres" else []
        trim = call("REGEXP_REPLACE", cell, text(f"^[{_BLANK_RANGES}]+|[{_BLANK_RANGES}]+$"), text(""), *every)
        return call("NULLIF", trim, text(""))
    trim = call("NULLIF", dialect.trim(cell, BLANKS), text(""))
    if is_brief:
        return trim
    ends = (cell, call("ARRAY_EXTRACT", cell, whole(-1)))
    return cases([(both(begins_visibly(end) for end in ends), cell)], trim)


def begins_visibly(part: Sql) -> Sql:
    """Whether a text begins with a visible character: one of ASCII, or one that comes after all blanks.

    Of "~" and "、" it says no, as of what comes between them, since that takes one comparison instead of two.
    """
    between = exp.Between(this=part, low=text("~"), high=text("\u3001"))
    return both([compare(exp.GTE, part, text("!")), negated(between)])


def half_width(cell: Sql, alphabet: Iterable[str], dialect: Dialect) -> Sql:
    """A text with the full-width forms of some characters as their half-width ones.

    Args:
        alphabet: the characters that a sound cell may hold; what becomes of others makes no difference.
    """
    half, full = _widths(alphabet)
    narrow = dialect.translate(cell, full, half)
    if dialect.name == "duckdb":  # translating takes ten times as long as seeing that there is nothing to translate
        is_ascii = equal(call("LENGTH", cell), call("STRLEN", cell))
        has_full = call("REGEXP_MATCHES", cell, text(f"[{full}]"))
        return cases([(is_ascii, cell), (has_full, narrow)], cell)
    return narrow


def translated(cell: Sql, alphabet: Iterable[str], dialect: Dialect) -> Sql:
    """The same, every character looked at."""
    half, full = _widths(alphabet)
    return dialect.translate(cell, full, half)


def _widths(alphabet: Iterable[str]) -> tuple[str, str]:
    """Characters in their half-width and their full-width forms."""
    half = "".join(sorted({char for char in alphabet if " " <= char <= "~"}))
    return half, "".join("\u3000" if char == " " else chr(ord(char) + 0xFEE0) for char in half)


def is_blank(cell: Sql, dialect: Dialect) -> Sql:
    """Whether a raw text is blank; never null. Most texts show at once that they are not.

    Trimmed at one end, so that nobody takes it for what is looked up, and trims every text before the first glance.
    """
    nothing_left = equal(call("COALESCE", dialect.trim_right(cell, BLANKS), text("")), text(""))
    return cases([(begins_visibly(cell), boolean(False))], nothing_left)


def one_of(cell: Sql, words: Iterable[str]) -> Sql:
    return exp.In(this=cell, expressions=[text(word) for word in words])
