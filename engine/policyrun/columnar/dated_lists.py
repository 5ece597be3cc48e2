"""Lists that decide yes/no columns, in SQL: on a list on the row's day, not on it, or unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlglot import exp

from policyrun.columnar.folding import (
    Sql,
    boolean,
    both,
    call,
    cases,
    column,
    compare,
    day,
    equal,
    is_null,
    not_null,
    nothing,
    text,
)
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.plan import Step, Unlowered
from policyrun.columnar.tables import of, quoted, table
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.settings import ListEntry, Settings
from policyrun.model.vocabulary import ReferenceList
from policyrun.source.messages import _

#: Cell types whose values are looked up as they are.
_TEXTS = ("text", "id_card", "enum")
_ROW = "行"


def deciding(policy: Policy, scheme: Scheme, settings: Settings) -> dict[str, ReferenceList]:
    """The given lists that decide columns of a scheme, by column."""
    return {
        one.column: one
        for one in policy.lists
        if one.name in settings.lists and scheme.record.field(one.column) is not None
    }


def names_relation(scheme: Scheme, one: ReferenceList) -> str:
    """The relation of all names that ever stand on a list."""
    return f"{scheme.name}_{one.name}_名称"


def spans_relation(scheme: Scheme, one: ReferenceList) -> str:
    """The relation of the spans of days for which names stand on a list; those of one name do not overlap."""
    return f"{scheme.name}_{one.name}_在册"


def list_steps(scheme: Scheme, one: ReferenceList, entries: Sequence[ListEntry]) -> list[Step]:
    """The two relations of a list."""
    always = {entry.name: False for entry in entries}
    always |= {entry.name: True for entry in entries if entry.first is None and entry.last is None}
    names = [[text(name), boolean(whole)] for name, whole in always.items()]
    spans = [[text(name), day(first), day(last)] for name, first, last in _spans(entries)]
    blank = [exp.cast(exp.Null(), "TEXT"), *(exp.cast(exp.Null(), "DATE") for _bound in range(2))]
    unnamed = [exp.cast(exp.Null(), "TEXT"), boolean(False)]
    all_names = _values(names or [unnamed], ["name", "always"])
    all_spans = _values(spans or [blank], ["name", "first", "last"])
    return [
        Step(names_relation(scheme, one), all_names, f"名单“{one.name}”上的名称"),
        Step(spans_relation(scheme, one), all_spans, f"名单“{one.name}”的在册期"),
    ]


def _spans(entries: Iterable[ListEntry]) -> list[tuple[str, date, date]]:
    """First and last days for which each name is on a list, joined where they touch."""
    spans: list[tuple[str, date, date]] = []
    bounds = [(entry.name, entry.first or date.min, entry.last or date.max) for entry in entries]
    for name, first, last in sorted(bound for bound in bounds if bound[1] <= bound[2]):
        if spans and spans[-1][0] == name and (spans[-1][2] == date.max or first <= spans[-1][2] + timedelta(days=1)):
            spans[-1] = (name, spans[-1][1], max(spans[-1][2], last))
        else:
            spans.append((name, first, last))
    return spans


def _values(rows: Sequence[Sequence[Sql]], columns: Sequence[str]) -> exp.Select:
    names = [exp.Identifier(this=name, quoted=True) for name in columns]
    alias = exp.TableAlias(this=exp.Identifier(this="名单", quoted=True), columns=names)
    table = exp.Values(expressions=[exp.Tuple(expressions=list(row)) for row in rows], alias=alias)
    return exp.select(*(column(name) for name in columns)).from_(table)


def decided(
    scheme: Scheme, lists: Sequence[ReferenceList], lowering: Lowering, columns: Sequence[str], settings: Settings
) -> exp.Select:
    """The rows of typed cells with the columns that lists decide, and ``overruled:<column>`` for each.

    Args:
        lowering: over the typed cells.
        columns: those of the outcome, in order; ``invalid`` among them.
    """
    on = day(settings.as_of) if scheme.day is None else lowering.value(scheme.day)
    keys = {f"key:{one.name}": _key(one, scheme, columns) for one in lists}
    inner = lowering.select({**{name: column(name) for name in columns}, "day": on, **keys})
    listed = {one.column: _is_listed(one) for one in lists}
    asked: list[exp.Expr] = [of(_ROW, name) if name not in listed else _named(listed[name], name) for name in columns]
    asked += [_named(_overrules(name, value), f"overruled:{name}") for name, value in listed.items()]
    query = exp.select(*asked).from_(inner.subquery(quoted(_ROW)))
    for one in lists:
        names, spans = f"{one.name}_名称", f"{one.name}_在册"
        key, today = of(_ROW, f"key:{one.name}"), of(_ROW, "day")
        is_named = equal(of(names, "name"), key)
        inside = both(
            [
                equal(of(spans, "name"), key),
                compare(exp.LTE, of(spans, "first"), today),
                compare(exp.GTE, of(spans, "last"), today),
            ]
        )
        query = query.join(table(names_relation(scheme, one), names), on=is_named, join_type="left")
        query = query.join(table(spans_relation(scheme, one), spans), on=inside, join_type="left")
    return query


def _key(one: ReferenceList, scheme: Scheme, columns: Sequence[str]) -> Sql:
    """The name to be looked up: the value of the key, or the text of a column that is no field."""
    field = scheme.record.field(one.key)
    if field is not None and field.cell not in _TEXTS:
        raise Unlowered(_("名单“{name}”按“{key}”查").format(name=one.name, key=one.key))
    if field is not None:
        return column(one.key)
    return column(f"name:{one.key}") if f"name:{one.key}" in columns else nothing()


def _is_listed(one: ReferenceList) -> Sql:
    key, today = of(_ROW, f"key:{one.name}"), of(_ROW, "day")
    names, spans = f"{one.name}_名称", f"{one.name}_在册"
    return cases(
        [
            (is_null(key), nothing()),
            (is_null(of(names, "name")), boolean(False)),
            (not_null(today), not_null(of(spans, "name"))),
            (of(names, "always"), boolean(True)),
        ]
    )


def _overrules(name: str, listed: Sql) -> Sql:
    """Whether the cell of a sound row says something, and something else than the list."""
    cell = of(_ROW, name)
    differs = call("COALESCE", compare(exp.NEQ, cell, listed), boolean(True))
    return both([is_null(of(_ROW, "invalid")), not_null(cell), differs])


def _named(value: Sql, name: str) -> exp.Expr:
    return exp.alias_(value.copy(), quoted(name))
