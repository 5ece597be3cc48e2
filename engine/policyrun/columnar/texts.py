"""规则, 条款 and the names that rows lack, as texts: worked out for the few combinations of bits that occur.

Each id and each citation stands once, where the first of the row's grounds has it, in policy order
(``interp.judge.in_order``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlglot import exp

from policyrun.columnar.book import WORD, Book, Marks, is_marked
from policyrun.columnar.folding import Sql, cases, column, equal, text, whole
from policyrun.columnar.plan import Step
from policyrun.columnar.tables import aliased, left_joined, quoted, table
from policyrun.model.sentence_templates import CLAUSE_SEPARATOR, LACKING

#: Catalogue ids and citations, as the result writes them.
RULES, CITATIONS = "规则", "条款"
#: The clauses alone, and the names that a row lacks, as 原因 says them.
CLAUSES, LACKS_SAID = "依据", "缺少"
#: The names that a row lacks, as 原因代码 says them.
LACKS = "所缺"

#: What a step of texts has beside its key, and what stands between the parts of each.
SEPARATORS = {RULES: ";", CITATIONS: ";", CLAUSES: CLAUSE_SEPARATOR, LACKS: CLAUSE_SEPARATOR, LACKS_SAID: ""}
TEXTS = tuple(SEPARATORS)

#: The combinations that occur, what each bit says, and what each combination says once.
_COMBINATIONS, _BOOK, _SAID = "组合", "位表", "所说"


class Entry(NamedTuple):
    """What a bit of a word says in one of the texts; the columns of ``_BOOK``.

    Attributes:
        word: the place of the word's column in ``text_key``.
        place: what is said earlier comes first.
    """

    word: int
    bit: int
    place: int
    what: str
    said: str


def texts_step(name: str, source: str, book: Book, lacking: Marks[str]) -> Step:
    """The relation ``name``: one row per combination of words in ``source``, which has the columns of both.

    It has those columns, its key (none is null), and the texts of ``TEXTS``, "" where there is nothing to say. Join
    it to ``source`` on all of ``text_key``.
    """
    key = text_key(book, lacking)
    entries = [*_entries(book, lacking)]
    occurring = exp.select(*map(column, key)).distinct(copy=False).from_(table(source), copy=False)
    comment = "规则、条款和所缺的名字，每种组合写一次"
    if not entries:
        silent = [aliased(text(""), title) for title in TEXTS]
        return Step(name, occurring.select(*silent), comment=comment, kept=True)
    said = [aliased(_listed(title), title) for title in TEXTS]
    below = _each_once(key, occurring, entries).subquery(quoted(_SAID), copy=False)
    query = exp.select(*map(column, key), *said).from_(below, copy=False).group_by(*map(column, key), copy=False)
    return Step(name, query, comment=comment, kept=True)


def text_key(book: Book, lacking: Marks[str]) -> tuple[str, ...]:
    """The columns of words that tell one combination from another."""
    return (*book.columns, *lacking.columns)


def special_texts(book: Book, lacking: Marks[str], is_special: Callable[[str], bool]) -> set[str]:
    """Those of ``TEXTS`` some part of which is special."""
    return {entry.what for entry in _entries(book, lacking) if is_special(entry.said)}


def _entries(book: Book, lacking: Marks[str]) -> Iterator[Entry]:
    """What every bit says: of the grounds, then of the names."""
    for place, grounds in enumerate(book.grounds):
        word, bit = place // WORD, 1 << place % WORD
        said = [(RULES, rule) for rule in grounds.ids]
        said += [(CITATIONS, str(citation)) for citation in grounds.cite]
        said += [(CLAUSES, citation.clause) for citation in grounds.cite if citation.clause]
        yield from (Entry(word, bit, 100 * place + number, *each) for number, each in enumerate(said))
    for place, name in enumerate(lacking.things):
        word, bit = len(book.columns) + place // WORD, 1 << place % WORD
        yield Entry(word, bit, place, LACKS, name)
        yield Entry(word, bit, place, LACKS_SAID, LACKING.format(name=name))


def _each_once(key: tuple[str, ...], occurring: exp.Select, entries: list[Entry]) -> exp.Select:
    """What each combination says, each text once and where it is first said; a combination that says nothing stays."""
    word = cases((equal(column("word"), whole(place)), column(name)) for place, name in enumerate(key))
    first = aliased(exp.Min(this=column("place")), "place")
    query = (
        exp.select(*map(column, key), column("what"), column("said"), first)
        .from_(occurring.subquery(quoted(_COMBINATIONS), copy=False), copy=False)
        .group_by(*map(column, key), column("what"), column("said"), copy=False)
    )
    return left_joined(query, _table(entries), is_marked(word, column("bit")))


def _table(entries: list[Entry]) -> exp.Values:
    """Entries as rows."""
    columns = exp.TableAlias(this=quoted(_BOOK), columns=[quoted(name) for name in Entry._fields])
    rows = [
        exp.Tuple(expressions=[text(each) if isinstance(each, str) else whole(each) for each in entry])
        for entry in entries
    ]
    return exp.Values(expressions=rows, alias=columns)


def _listed(title: str) -> Sql:
    """One of the texts of a combination; "" where it says nothing."""
    own = cases([(equal(column("what"), text(title)), column("said"))])
    ordered = exp.Order(this=own, expressions=[exp.Ordered(this=column("place"), nulls_first=False)])
    return exp.Coalesce(this=exp.GroupConcat(this=ordered, separator=text(SEPARATORS[title])), expressions=[text("")])
