"""Queries from their text. Parsing takes long, and the queries of folds differ mostly in the names of relations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

import sqlglot
from sqlglot import exp

#: A text in quotation marks, which stays as it is, or a quoted name.
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"((?:[^"]|"")+)\"""")
#: What a name is called in a form, before its place among the names.
_PLACE = "\0"

_N = TypeVar("_N", bound=exp.Expr)


def query(text: str) -> exp.Query:
    """A query from its text, as DuckDB would read it. Texts that differ only in quoted names are parsed once."""
    places: dict[str, int] = {}

    def placed(found: re.Match[str]) -> str:
        name = found[1]
        return found[0] if name is None else f'"{_PLACE}{places.setdefault(name, len(places))}"'

    form = _parsed(_QUOTED.sub(placed, text))
    return _copied(form, [name.replace('""', '"') for name in places])


@lru_cache(maxsize=512)
def _parsed(form: str) -> exp.Query:
    parsed = sqlglot.parse_one(form, dialect="duckdb")
    assert isinstance(parsed, exp.Query)
    return parsed


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
