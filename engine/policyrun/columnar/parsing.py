"""Queries from their text. Parsing takes long, and the queries of folds differ mostly in the names of relations."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

import sqlglot
from sqlglot import exp

#: A text in quotation marks, which stays as it is, or a quoted name.
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"((?:[^"]|"")+)\"""")
#: What a name is called in a form, before its place among the names.
_PLACE = "\0"
_PLACED = re.compile(rf'(["`]){_PLACE}([0-9]+)\1')
_FORMS = 512

_N = TypeVar("_N", bound=exp.Expr)


@dataclass(frozen=True, slots=True)
class TextQuery:
    """A query that was written as text, as DuckDB would read it: parsed and written once for all names.

    Attributes:
        form: the text with the places of its quoted names.
        names: by those places.
    """

    form: str
    names: tuple[str, ...]

    def tree(self) -> exp.Query:
        """The query as a tree of its own."""
        return _copied(_parsed(self.form), self.names)

    def written(self, write: Callable[[exp.Query], str]) -> str:
        """The text of the query in another dialect.

        Args:
            write: gives the text of a tree; the same function for the same dialect.
        """

        def named(found: re.Match[str]) -> str:
            mark = found[1]
            return mark + self.names[int(found[2])].replace(mark, 2 * mark) + mark

        return _PLACED.sub(named, _written(self.form, write))


#: A query, as a tree or as text.
Query: TypeAlias = exp.Query | TextQuery


def tree_of(query: Query) -> exp.Query:
    """A query as a tree, however it is given."""
    return query.tree() if isinstance(query, TextQuery) else query


def query(text: str) -> TextQuery:
    """A query from its text, as DuckDB would read it. Texts that differ only in quoted names are parsed once."""
    places: dict[str, int] = {}

    def placed(found: re.Match[str]) -> str:
        name = found[1]
        return found[0] if name is None else f'"{_PLACE}{places.setdefault(name, len(places))}"'

    form = _QUOTED.sub(placed, text)
    return TextQuery(form, tuple(name.replace('""', '"') for name in places))


@lru_cache(maxsize=_FORMS)
def _parsed(form: str) -> exp.Query:
    parsed = sqlglot.parse_one(form, dialect="duckdb")
    assert isinstance(parsed, exp.Query)
    return parsed


@lru_cache(maxsize=_FORMS)
def _written(form: str, write: Callable[[exp.Query], str]) -> str:
    return write(_parsed(form).copy())


def _copied(node: _N, names: Sequence[str]) -> _N:
    """A tree anew, with the names in their places."""
    args: dict[str, Any] = {}
    for key, value in node.args.items():
        if isinstance(value, exp.Expr):
            args[key] = _copied(value, names)
        elif isinstance(value, list):
            args[key] = [_copied(each, names) if isinstance(each, exp.Expr) else each for each in value]
        elif isinstance(value, str) and value.startswith(_PLACE):
            args[key] = names[int(value[len(_PLACE) :])]
        else:
            args[key] = value
    return type(node)(**args)
