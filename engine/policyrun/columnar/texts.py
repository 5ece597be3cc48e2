"""规则, 条款 and the names that rows lack, as texts: worked out for the few combinations of bits that occur.

Each id and each citation stands once, where the first of the row's grounds has it, in policy order
(``interp.judge.in_order``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

from sqlglot import exp

from policyrun.columnar.book import Book, Marks, is_marked, is_unmarked
from policyrun.columnar.conditions import all_of
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.folding import Sql, cases, column, text, whole
from policyrun.columnar.plan import Step
from policyrun.model.sentence_templates import CLAUSE_SEPARATOR, LACKING

#: Catalogue ids and citations, as the result writes them.
RULES, CITATIONS = "规则", "条款"
#: The clauses alone, and the names that a row lacks, as 原因 says them.
CLAUSES, LACKS_SAID = "依据", "缺少"
#: The names that a row lacks, as 原因代码 says them.
LACKS = "所缺"
#: What a step of texts has beside its key.
TEXTS = (RULES, CITATIONS, CLAUSES, LACKS, LACKS_SAID)

_RESULT_SEPARATOR = ";"

T = TypeVar("T", bound=Hashable)


def texts_step(name: str, source: str, book: Book, lacking: Marks[str], dialect: Dialect) -> Step:
    """The relation ``name``: one row per combination of words in ``source``, which has the columns of both.

    It has those columns, its key (none is null), and the texts of ``TEXTS``, "" where there is nothing to say. Join
    it to ``source`` on all of ``text_key``.
    """
    key = text_key(book, lacking)
    combinations = exp.select(*(column(each) for each in key), copy=False).distinct()
    combinations = combinations.from_(exp.Table(this=exp.Identifier(this=source, quoted=True)))
    said = texts_of(book, lacking, dialect)
    query = exp.select(
        *(column(each) for each in key),
        *(exp.Alias(this=value, alias=exp.Identifier(this=title, quoted=True)) for title, value in said.items()),
        copy=False,
    ).from_(combinations.subquery(exp.Identifier(this="组合", quoted=True)))
    return Step(name, query, comment="规则、条款和所缺的名字，每种组合写一次", kept=True)


def text_key(book: Book, lacking: Marks[str]) -> tuple[str, ...]:
    """The columns of words that tell one combination from another."""
    return (*book.columns, *lacking.columns)


def texts_of(book: Book, lacking: Marks[str], dialect: Dialect) -> dict[str, Sql]:
    """Each of ``TEXTS`` as an expression over the columns of words."""
    resting = [column(each) for each in book.columns]
    missing = [column(each) for each in lacking.columns]
    cited = [(grounds, citation) for grounds in book.marks.things for citation in grounds[1].cite]
    rules = [(grounds, rule) for grounds in book.marks.things for rule in grounds[1].ids]
    citations = [(grounds, str(citation)) for grounds, citation in cited]
    clauses = [(grounds, citation.clause) for grounds, citation in cited if citation.clause]
    names = [(name, name) for name in lacking.things]
    quoted = [(name, LACKING.format(name=name)) for name in lacking.things]
    return {
        RULES: _listed(rules, book.marks, resting, _RESULT_SEPARATOR, dialect),
        CITATIONS: _listed(citations, book.marks, resting, _RESULT_SEPARATOR, dialect),
        CLAUSES: _listed(clauses, book.marks, resting, CLAUSE_SEPARATOR, dialect),
        LACKS: _listed(names, lacking, missing, CLAUSE_SEPARATOR, dialect),
        LACKS_SAID: _listed(quoted, lacking, missing, "", dialect),
    }


def _runs(said: Iterable[tuple[T, str]]) -> list[tuple[str, list[T]]]:
    """What neighbours say alike, taken together."""
    runs: list[tuple[str, list[T]]] = []
    for thing, words in said:
        if runs and runs[-1][0] == words:
            runs[-1][1].append(thing)
        else:
            runs.append((words, [thing]))
    return runs


def _listed(
    said: Iterable[tuple[T, str]], marks: Marks[T], words: Sequence[Sql], separator: str, dialect: Dialect
) -> Sql:
    """The texts of the things that are marked, in order and each once, with a separator between them."""
    pieces: list[Sql] = []
    earlier: defaultdict[str, list[T]] = defaultdict(list)
    for said_text, things in _runs(said):
        first = all_of((is_marked(words, marks.bits(things)), is_unmarked(words, marks.bits(earlier[said_text]))))
        pieces.append(cases([(first, text(separator + said_text))], text("")))
        earlier[said_text] += things
    if not pieces:
        return text("")
    return (
        dialect.substring(dialect.joined(*pieces), whole(len(separator) + 1)) if separator else dialect.joined(*pieces)
    )
