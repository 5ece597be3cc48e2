"""The accounts of contending candidates: one row per candidate and limit that may be too tight for it.

Keys are told apart exactly from here on, by the number of the first candidate of each.
"""

from __future__ import annotations

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.fold_contest import Names, carried, column_of
from policyrun.columnar.fold_measures import Kept, grants_first, starting_columns
from policyrun.columnar.fold_spec import FoldSpec
from policyrun.columnar.fold_sql import (
    all_of,
    amount_type,
    key_hash,
    limit_hash,
    limits_met,
    listed,
    number_type,
    order_by,
    query,
    quoted,
    same_key,
    told_apart,
)
from policyrun.columnar.plan import Step


def account_steps(spec: FoldSpec, dialect: Dialect) -> list[Step]:
    """Contending candidates in their order, the groups they contend in, and their accounts before any decision."""
    names = Names(spec)
    groups = [_groups_step(spec, place, dialect) for place in range(len(spec.limits))]
    accounts = " UNION ALL ".join(_accounts_of(spec, place, dialect) for place in range(len(spec.limits)))
    start = Step(names.openings, query(accounts), "争用的候选与限额，尚未裁定")
    return [_contenders_step(spec, names, dialect), *groups, start]


def _contenders_step(spec: FoldSpec, names: Names, dialect: Dialect) -> Step:
    columns = [f"c.{column}" for column in (*_carried_on(spec), '"amount"', *map(quoted, _wanted_later(spec)))]
    columns.append(f'ROW_NUMBER() OVER ({_place_among(spec, dialect)}) AS "次序"')
    columns.append(f'{limits_met(spec, "c")} AS "所涉"')
    own = [_contenders_of(spec, names, number, rows, dialect) for number, rows in spec.rows]
    text = f"SELECT {listed(columns)} FROM ({' UNION ALL '.join(own)}) AS c"
    return Step(names.contenders, query(text), "争用的候选，各有其先后", True, spent=(names.live,))


def _contenders_of(spec: FoldSpec, names: Names, number: int, rows: str, dialect: Dialect) -> str:
    """The contenders of a scheme with what its rows say; joined by place alone, so that few rows need be read."""
    wanted = [one.name for one in spec.order if one.name not in ("scheme_no", "amount")]
    columns = [f"l.{column}" for column in _carried_on(spec)]
    columns.append(f'CAST(l."amount" AS {amount_type(spec, dialect)}) AS "amount"')
    columns += [f"r.{quoted(name)}" for name in dict.fromkeys([*wanted, *_wanted_later(spec)])]
    return (
        f"SELECT {listed(columns)} FROM {quoted(rows)} AS r JOIN {quoted(names.live)} AS l"
        f' ON l."row_no" = r."row_no" WHERE l."scheme_no" = {number}'
    )


def _carried_on(spec: FoldSpec) -> list[str]:
    """The columns, quoted, that contenders bring along."""
    return [
        *('"候选"', '"scheme_no"', '"row_no"', *carried(spec)),
        *(column_of("争", place) for place in range(len(spec.limits))),
    ]


def _wanted_later(spec: FoldSpec) -> list[str]:
    """The columns of rows that are read once the contenders stand in their order."""
    wanted = [part for limit in spec.limits for part in told_apart(limit)]
    wanted += ["serial"] if spec.waived is not None else []
    wanted += [f"binds_{place}" for place, limit in enumerate(spec.limits) if limit.may_only_report]
    return [name for name in dict.fromkeys(wanted) if name != spec.person]


def _place_among(spec: FoldSpec, dialect: Dialect) -> str:
    """The order among those who share the part of a key that all limits have; others never meet."""
    if spec.person is not None:
        return f"PARTITION BY c.{quoted(spec.person)} ORDER BY {order_by(spec, dialect, 'c')}"
    shared = [part for part in told_apart(spec.limits[0]) if all(part in told_apart(one) for one in spec.limits)]
    order = f"ORDER BY {order_by(spec, dialect, 'c')}"
    return f"PARTITION BY {key_hash([f'c.{quoted(part)}' for part in shared], dialect)} {order}" if shared else order


def _groups_step(spec: FoldSpec, place: int, dialect: Dialect) -> Step:
    limit, names = spec.limits[place], Names(spec)
    key = quoted(limit.hash)
    parts = [f"c.{quoted(part)}" for part in told_apart(limit)]
    number = f"MIN(c.候选) * {len(spec.limits)} + {place} AS 组"
    groups = (
        f"SELECT {listed([f'c.{key}', *parts])}, {number} FROM {quoted(names.contenders)} AS c"
        f" WHERE c.{column_of('争', place)} GROUP BY {listed([f'c.{key}', *parts])}"
    )
    comment = f"限额“{limit.name}”的键，逐一分清"
    if limit.past is None:
        return Step(names.groups(place), query(groups), comment, True)
    agrees = [
        f"{limit_hash(limit, dialect, 'p')} = g.{key}",
        *same_key(limit, "g", "p"),
    ]
    columns = [f"g.{key}", *(f"g.{quoted(part)}" for part in told_apart(limit)), 'g."组"']
    columns += [f'p."{name}"' for name in ("number", "used", "most", "kind_first", "kind_other")]
    text = f"SELECT {listed(columns)} FROM ({groups}) AS g LEFT JOIN {quoted(limit.past)} AS p ON {all_of(agrees)}"
    return Step(names.groups(place), query(text), f"{comment}；连同此前已用的", True)


def _accounts_of(spec: FoldSpec, place: int, dialect: Dialect) -> str:
    """The accounts of one limit."""
    limit, names, kept = spec.limits[place], Names(spec), Kept.of(spec)
    number = number_type(spec, dialect)
    key, live = quoted(limit.hash), f"c.{column_of('争', place)}"
    others = [f"c.{column_of('争', other)}" for other in range(len(spec.limits)) if other != place]
    columns = {
        "候选": "c.候选",
        "限额": str(place),
        "组": "g.组",
        "次序": "c.次序",
        "领头": all_of(f"NOT {one}" for one in others[:place]) if place else "TRUE",
        "独争": _none_of(others),
        "状态": "CAST(0 AS SMALLINT)",
    }
    if kept.amounts:
        columns["金额"] = "c.amount"
    for name, stem, is_kept, is_own in (
        ("所需", "asks", kept.asks, limit.has_asks),
        ("余额", "room", kept.rooms, limit.has_room),
    ):
        if is_kept:
            columns[name] = f"CAST({f'c.{stem}_{place}' if is_own else 'NULL'} AS {number})"
    columns |= starting_columns(spec, place, number)
    if kept.leading:
        columns["独束"] = _leads(spec, place)
    joins = f"JOIN {quoted(names.groups(place))} AS g ON {all_of([f'g.{key} = c.{key}', *same_key(limit, 'g', 'c')])}"
    if kept.waivable:
        columns["可免"], joins = _may_pass(spec, place, joins)
    chosen = listed(f"{value} AS {quoted(name)}" for name, value in columns.items())
    return f"SELECT {chosen} FROM {quoted(names.contenders)} AS c {joins} WHERE {live}"


def _none_of(tight: list[str]) -> str:
    return all_of(f"NOT {one}" for one in tight) if tight else "TRUE"


def _leads(spec: FoldSpec, place: int) -> str:
    """Whether a candidate that comes first in an account of a limit comes first, and is granted, under all of its own.

    So it is if those that are tight for it concern the same candidates by the same key, and let the first one through.
    """
    bound = {other for other, limit in enumerate(spec.limits) if limit.hash == spec.limits[place].hash}
    if not all(grants_first(spec.limits[other]) for other in bound):
        return "FALSE"
    return _none_of([f"c.{column_of('争', other)}" for other in range(len(spec.limits)) if other not in bound])


def _may_pass(spec: FoldSpec, place: int, joins: str) -> tuple[str, str]:
    """Whether a candidate may pass a limit that has no room, by an exception or because it only reports."""
    limit = spec.limits[place]
    ways = []
    if spec.waived is not None:
        excepted = f'SELECT DISTINCT "scheme_no", "serial" FROM {quoted(spec.waived)} WHERE "limit_no" = {place}'
        joins += f' LEFT JOIN ({excepted}) AS e ON e."scheme_no" = c."scheme_no" AND e."serial" = c."serial"'
        ways.append('e."serial" IS NOT NULL')
    if limit.may_only_report:
        ways.append(f"NOT c.{column_of('binds', place)}")
    return " OR ".join(ways) or "FALSE", joins
