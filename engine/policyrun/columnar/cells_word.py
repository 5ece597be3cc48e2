"""Yes/no cells and enumerations, in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlglot import exp

from policyrun.columnar.cells_text import BLANKS, half_width, one_of, translated
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, boolean, call, cases, equal, text
from policyrun.columnar.listed import looked_up
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
    alphabet = _alphabet(spellings)
    if not alphabet:
        return None
    same = [spelling for spelling, member in spellings.items() if spelling == member]
    narrowed = half_width(cell, alphabet, dialect)
    return cases([(one_of(cell, same), cell)], narrowed) if same else narrowed


def member(written: Sql, enumeration: Enumeration) -> Sql:
    """The member that a half-width text names; null where it names none."""
    return cases(_arms(written, _spellings(enumeration)))


def place_at_once(cell: Sql, enumeration: Enumeration, dialect: Dialect) -> Sql:
    """The place, from 1, of the member that a raw text names, null where it names none: for DuckDB, which has lists.

    One expression over one column is worked out once per entry of a dictionary of repeated texts. What is spelled
    oddly is looked up last.
    """
    spellings = _spellings(enumeration)
    odd = dialect.trim(cell, BLANKS)
    if alphabet := _alphabet(spellings):
        odd = translated(odd, alphabet, dialect)
    listed: Sql = exp.Array(expressions=[text(spelling) for spelling in spellings])
    found = call("COALESCE", call("LIST_POSITION", listed, cell), call("LIST_POSITION", listed, odd))
    places = [enumeration.members.index(each) + 1 for each in spellings.values()]
    return dialect.whole(found) if places == list(range(1, len(places) + 1)) else looked_up(places, found)


def _arms(written: Sql, spellings: Mapping[str, str]) -> list[tuple[Sql, Sql]]:
    """A text that is spelled as a member is, and those that name one otherwise, with the member."""
    others: defaultdict[str, list[str]] = defaultdict(list)
    for spelling, each in spellings.items():
        if spelling != each:
            others[each].append(spelling)
    same = [spelling for spelling, each in spellings.items() if spelling == each]
    arms = [(one_of(written, same), written)] if same else []
    return [*arms, *((one_of(written, words), text(each)) for each, words in others.items())]


def _alphabet(spellings: Iterable[str]) -> set[str]:
    """The characters of spellings that have two widths."""
    return {char for spelling in spellings for char in spelling if " " <= char <= "~"}


def _spellings(enumeration: Enumeration) -> dict[str, str]:
    """Half-width spelling → member; of two things spelled alike the first counts, members before aliases."""
    found: dict[str, str] = {}
    for each in enumeration.members:
        found.setdefault(narrow(each), each)
    for alias, each in enumeration.aliases.items():
        found.setdefault(narrow(alias), each)
    return found
