"""Names in SQL trees: relations, their columns and aliases, always quoted."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from policyrun.columnar.folding import Sql


def quoted(name: str) -> exp.Identifier:
    """A name as it stands, whatever its letters."""
    return exp.Identifier(this=name, quoted=True)


def table(name: str, alias: str | None = None) -> exp.Table:
    """A relation, under another name if one is given."""
    return exp.Table(this=quoted(name), alias=exp.TableAlias(this=quoted(alias)) if alias else None)


def of(relation: str, name: str) -> exp.Column:
    """A column of one of several relations."""
    return exp.Column(this=quoted(name), table=quoted(relation))


def left_joined(query: exp.Select, other: exp.Table | exp.Values, on: Sql) -> exp.Select:
    """A query with what another relation has beside its rows; the query becomes part of what is given."""
    query.append("joins", exp.Join(this=other, side="LEFT", on=on))
    return query


def aliased(value: Sql, name: str) -> exp.Alias:
    """A value under a name."""
    return exp.Alias(this=value, alias=quoted(name))


def named(columns: Mapping[str, Sql]) -> list[exp.Expr]:
    """Values under their names; a column of the same name has it."""
    return [value if _is_called(value, name) else aliased(value, name) for name, value in columns.items()]


def _is_called(value: Sql, name: str) -> bool:
    return isinstance(value, exp.Column) and value.name == name
