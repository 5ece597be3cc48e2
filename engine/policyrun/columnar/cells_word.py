"""Yes/no cells and enumerations, in SQL."""

from __future__ import annotations

from collections import defaultdict

from policyrun.columnar.cells_text import half_width, one_of
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, boolean, call, cases, equal, text
from policyrun.ir.cells import half_width as narrow
from policyrun.model.vocabulary import Enumeration

_YES, _NO = ("是", "true", "y", "1"), ("否", "false", "n", "0")


def narrow_bool(cell: Sql, dialect: Dialect) -> Sql:
    letters = {char for word in (*_YES, *_NO) for char in word}
    narrowed = call("LOWER", half_width(cell, letters | {letter.upper() for letter in letters}, dialect))
    return cases([(one_of(cell, (_YES[0], _NO[0])), cell)], narrowed)


def yes_or_no(written: Sql) -> Sql:
    return cases(
        [
            (equal(written, text(_YES[0])), boolean(True)),
            (equal(written, text(_NO[0])), boolean(False)),
            (one_of(written, _YES[1:]), boolean(True)),
            (one_of(written, _NO[1:]), boolean(False)),
        ]
    )


def narrow_member(cell: Sql, enumeration: Enumeration, dialect: Dialect) -> Sql | None:
    """A text with half-width forms, None where no member and no alias has a character with two widths."""
    spellings = _spellings(enumeration)
    alphabet = {char for spelling in spellings for char in spelling if " " <= char <= "~"}
    if not alphabet:
        return None
    same = [spelling for spelling, member in spellings.items() if spelling == member]
    narrowed = half_width(cell, alphabet, dialect)
    return cases([(one_of(cell, same), cell)], narrowed) if same else narrowed


def member(written: Sql, enumeration: Enumeration) -> Sql:
    """The member that a half-width text names; null where it names none."""
    others: defaultdict[str, list[str]] = defaultdict(list)
    same = []
    for spelling, each in _spellings(enumeration).items():
        if spelling == each:
            same.append(spelling)
        else:
            others[each].append(spelling)
    arms = [(one_of(written, same), written)] if same else []
    return cases([*arms, *((one_of(written, spellings), text(each)) for each, spellings in others.items())])


def _spellings(enumeration: Enumeration) -> dict[str, str]:
    """Half-width spelling → member; of two things spelled alike the first counts, members before aliases."""
    found: dict[str, str] = {}
    for each in enumeration.members:
        found.setdefault(narrow(each), each)
    for alias, each in enumeration.aliases.items():
        found.setdefault(narrow(alias), each)
    return found
