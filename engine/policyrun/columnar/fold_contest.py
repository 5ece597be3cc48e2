"""Which candidates contend at all: whoever shares no key with more than there is room for is granted as it stands.

A limit is *tight* at a key if the demand of everybody with that key, history included, may exceed the room. Where it is
not, it never refuses anybody, whatever else happens; so only candidates with a tight limit go on. Keys are compared by
hash here: keys that share one merely look tighter than they are.
"""

from __future__ import annotations

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.fold_spec import FoldSpec, LimitSpec, Measure
from policyrun.columnar.fold_sql import (
    HIGHEST,
    any_of,
    candidate_number,
    is_of_pay,
    key_hash,
    listed,
    number_type,
    query,
    quoted,
)
from policyrun.columnar.plan import Step


class Names:
    """The relations in between."""

    def __init__(self, spec: FoldSpec) -> None:
        self.keys = f"{spec.name}_键"
        self.live = f"{spec.name}_争用"
        self.contenders = f"{spec.name}_争用候选"
        self.accounts = f"{spec.name}_账"
        self.top_ups = f"{spec.name}_补差"
        self._stem = spec.name

    def repeated(self, place: int) -> str:
        return f"{self._stem}_多条_{place}"

    def tight(self, place: int) -> str:
        return f"{self._stem}_紧张_{place}"

    def groups(self, place: int) -> str:
        return f"{self._stem}_组_{place}"


def contest_steps(spec: FoldSpec, dialect: Dialect) -> list[Step]:
    """The keys of all candidates by hash, the tight ones of each limit, and the candidates that have one."""
    names = Names(spec)
    tight = [step for place in range(len(spec.limits)) for step in _tight_steps(spec, place, dialect)]
    return [_keys_step(spec, names, dialect), *tight, _live_step(spec, names)]


def column_of(limit: LimitSpec, stem: str, place: int) -> str:
    return quoted(f"{stem}_{place}")


def asks_of(limit: LimitSpec, place: int, relation: str) -> str:
    """What a row asks of a limit."""
    if is_of_pay(limit):
        return f'{relation}."amount"'
    return str(limit.asks) if limit.asks is not None else f"{relation}.{column_of(limit, 'asks', place)}"


def room_of(limit: LimitSpec, place: int, relation: str) -> str:
    return str(limit.room) if limit.room is not None else f"{relation}.{column_of(limit, 'room', place)}"


def _keys_step(spec: FoldSpec, names: Names, dialect: Dialect) -> Step:
    columns = [f"{candidate_number(spec, 'c')} AS 候选"]
    if any(is_of_pay(limit) and limit.measure not in HIGHEST for limit in spec.limits):
        columns.append('c."amount"')
    for place, limit in enumerate(spec.limits):
        hashed = key_hash([f"c.{quoted(part)}" for part in limit.key], dialect)
        if limit.selective:
            hashed = f"CASE WHEN c.{column_of(limit, 'on', place)} THEN {hashed} END"
        columns.append(f"{hashed} AS {column_of(limit, '键', place)}")
        columns += [f"c.{column_of(limit, stem, place)}" for stem in _needed(limit)]
    source = f"{quoted(spec.candidates)} AS c"
    if spec.top_up is not None:
        source += (
            f' LEFT JOIN {quoted(names.top_ups)} AS t ON t."scheme_no" = c."scheme_no" AND t."row_no" = c."row_no"'
            ' WHERE t."row_no" IS NULL'
        )
    return Step(
        names.keys,
        query(f"SELECT {listed(columns)} FROM {source}"),
        "各限额的键，散列为整数，用来先找出可能争用的",
        True,
    )


def _needed(limit: LimitSpec) -> list[str]:
    """The columns of a limit that tell whether a key is tight."""
    if limit.measure is Measure.SAME:
        return ["kind"]
    return [stem for stem, wanted in (("asks", limit.has_asks), ("room", limit.has_room)) if wanted]


def _tight_steps(spec: FoldSpec, place: int, dialect: Dialect) -> list[Step]:
    limit, names = spec.limits[place], Names(spec)
    comment = f"限额“{limit.name}”的键，所需可能超过余额"
    if limit.measure is Measure.SAME:
        kinds = _kinds(spec, place, dialect)
        several = f'SELECT d."键" FROM ({kinds}) AS d GROUP BY d."键" HAVING COUNT(*) > 1'
        differing = (
            f'SELECT d."键" FROM ({kinds}) AS d JOIN {quoted(names.repeated(place))} AS m ON m."键" = d."键"'
            ' GROUP BY d."键" HAVING MIN(d."类别") <> MAX(d."类别")'
        )
        return [
            Step(names.repeated(place), query(several), f"限额“{limit.name}”的键，不止一条", True),
            Step(names.tight(place), query(differing), f"限额“{limit.name}”的键，类别不一", True),
        ]
    demand = _demand(spec, place, dialect)
    text = f'SELECT d."键" FROM ({demand}) AS d GROUP BY d."键" HAVING {_is_tight(spec, limit, dialect)}'
    return [Step(names.tight(place), query(text), comment, True)]


def _is_tight(spec: FoldSpec, limit: LimitSpec, dialect: Dialect) -> str:
    if limit.measure in HIGHEST:
        return "COUNT(*) > 1"
    if _is_counted(limit):
        assert limit.asks is not None and limit.room is not None
        return f"COUNT(*) > {limit.room // limit.asks}"
    room = str(limit.room) if limit.room is not None else 'MIN(d."余额")'
    return f'SUM(CAST(d."所需" AS {number_type(spec, dialect)})) > {room}'


def _is_counted(limit: LimitSpec) -> bool:
    """Whether rows alone tell how much is asked for."""
    plain = limit.measure is Measure.TOTAL and not limit.paid and limit.past is None
    return plain and limit.room is not None and limit.asks is not None and limit.asks > 0


def _demand(spec: FoldSpec, place: int, dialect: Dialect) -> str:
    """What everybody could use of a limit at most, one row per candidate or earlier account."""
    limit, names = spec.limits[place], Names(spec)
    key = column_of(limit, "键", place)
    counted = limit.measure in HIGHEST or _is_counted(limit)
    columns = [f's.{key} AS "键"']
    if not counted:
        columns.append(f'GREATEST({asks_of(limit, place, "s")}, 0) AS "所需"')
    if not counted and limit.room is None:
        columns.append(f'{room_of(limit, place, "s")} AS "余额"')
    text = f"SELECT {listed(columns)} FROM {quoted(names.keys)} AS s WHERE s.{key} IS NOT NULL"
    if limit.past is None:
        return text
    columns = [f'{key_hash([f"p.{quoted(part)}" for part in limit.key], dialect)} AS "键"']
    if not counted:
        columns.append('GREATEST(p."used", 0) AS "所需"')
    if not counted and limit.room is None:
        columns.append(f'CAST(NULL AS {number_type(spec, dialect)}) AS "余额"')
    return f"{text} UNION ALL SELECT {listed(columns)} FROM {quoted(limit.past)} AS p"


def _kinds(spec: FoldSpec, place: int, dialect: Dialect) -> str:
    limit, names = spec.limits[place], Names(spec)
    key = column_of(limit, "键", place)
    kind = column_of(limit, "kind", place)
    parts = [f'SELECT s.{key} AS "键", s.{kind} AS "类别" FROM {quoted(names.keys)} AS s WHERE s.{key} IS NOT NULL']
    if limit.past is not None:
        hashed = key_hash([f"p.{quoted(part)}" for part in limit.key], dialect)
        parts += [
            f'SELECT {hashed} AS "键", p.{quoted(column)} AS "类别" FROM {quoted(limit.past)} AS p'
            f" WHERE NOT p.{quoted(column)} IS NULL"
            for column in ("kind_first", "kind_other")
        ]
    return " UNION ALL ".join(parts)


def _live_step(spec: FoldSpec, names: Names) -> Step:
    columns = ["s.候选"]
    joins = []
    for place, limit in enumerate(spec.limits):
        key = column_of(limit, "键", place)
        columns += [f"s.{key}", f't{place}."键" IS NOT NULL AS {column_of(limit, "争", place)}']
        joins.append(f'LEFT JOIN {quoted(names.tight(place))} AS t{place} ON t{place}."键" = s.{key}')
    live = any_of(f't{place}."键" IS NOT NULL' for place in range(len(spec.limits)))
    text = f"SELECT {listed(columns)} FROM {quoted(names.keys)} AS s {' '.join(joins)} WHERE {live}"
    return Step(names.live, query(text), "至少一个限额可能不够的候选；其余的照额准予", True)
