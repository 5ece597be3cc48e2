"""What came of the candidates: those that contended and those that had no need to."""

from __future__ import annotations

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.fold_contest import Names
from policyrun.columnar.fold_measures import Kept, asks_of, room_of
from policyrun.columnar.fold_spec import OUTCOME, FoldSpec, Measure, Note
from policyrun.columnar.fold_sql import amount_type, by_limit, limits_met, listed, number_type, query, quoted
from policyrun.columnar.plan import Step

_WITH_ROOM = (Measure.TOTAL, Measure.PARTIAL)
_GRANTED = "a.状态 = 1"


def contested_step(spec: FoldSpec, dialect: Dialect) -> Step:
    """The outcome of those that contended."""
    names, contested = Names(spec), _contested(spec, dialect)
    if spec.top_up is not None:
        contested += f" UNION ALL SELECT {listed(OUTCOME)} FROM {quoted(names.top_ups)}"
    comment = "争用的候选裁定的结果；不在其中的照额准予"
    spent = (names.contenders, names.accounts, names.settled)
    return Step(spec.contested, query(contested), comment, True, spent=spent)


def outcome_step(spec: FoldSpec, dialect: Dialect) -> Step:
    """The outcome of all."""
    return Step(spec.outcome, query(_all(spec, dialect)), "全部候选裁定的结果")


def _contested(spec: FoldSpec, dialect: Dialect) -> str:
    """One account of each candidate: of a grant its first, of a refusal that of the first limit without room."""
    kept, number = Kept.of(spec), number_type(spec, dialect)
    notes = [f"CASE WHEN a.部分 THEN {Note.PARTIAL} ELSE 0 END"] if kept.partial else []
    notes += [f"CASE WHEN a.免除 > 0 THEN {Note.EXCEPTION} ELSE 0 END"] if kept.waivable else []
    same = [str(place) for place, limit in enumerate(spec.limits) if limit.measure is Measure.SAME]
    of_kind = f"NOT {_GRANTED} AND a.限额 IN ({listed(same)})" if same else "FALSE"
    of_number = f"NOT {_GRANTED} AND NOT a.限额 IN ({listed(same)})" if same else f"NOT {_GRANTED}"
    asks = by_limit(spec, lambda limit: "NULL" if limit.measure is Measure.SAME else asks_of(limit, "a"), "a")
    room = by_limit(spec, lambda limit: room_of(limit, "a") if limit.measure in _WITH_ROOM else "NULL", "a")
    columns = {
        "scheme_no": "c.scheme_no",
        "row_no": "c.row_no",
        "granted": _GRANTED,
        "pays": "a.核定" if kept.amounts else f"CASE WHEN {_GRANTED} THEN c.amount ELSE 0 END",
        "passed": f"CASE WHEN {_GRANTED} THEN c.所涉{' - a.免除' if kept.waivable else ''} ELSE 0 END",
        "notes": f"CASE WHEN {_GRANTED} THEN {' + '.join(notes)} ELSE 0 END" if notes else "0",
        "refused_by": f"CASE WHEN NOT {_GRANTED} THEN a.拒于 END",
        "used_num": f"CASE WHEN {of_number} THEN a.已用 END",
        "asks_num": f"CASE WHEN {of_number} THEN {asks} END",
        "room_num": f"CASE WHEN {of_number} THEN {room} END",
        "used_text": "CAST(NULL AS TEXT)",
        "asks_text": "CAST(NULL AS TEXT)",
    }
    if same:
        first = "a.已有类别"
        if kept.past_kinds:
            first = "CASE WHEN a.已有类别 <> a.类别 THEN a.已有类别 ELSE a.另有类别 END"
        columns["used_text"] = f"CASE WHEN {of_kind} THEN {first} END"
        columns["asks_text"] = f"CASE WHEN {of_kind} THEN a.类别 END"
    chosen = listed(f"{value} AS {name}" for name, value in _typed(columns, spec, number, dialect).items())
    which = f"({_GRANTED} AND a.领头) OR (NOT {_GRANTED} AND a.限额 = a.拒于)"
    names = Names(spec)
    accounts = " UNION ALL ".join(f"SELECT * FROM {quoted(name)}" for name in (names.accounts, names.settled))
    return (
        f"SELECT {chosen} FROM {quoted(names.contenders)} AS c JOIN ({accounts}) AS a ON a.候选 = c.候选 WHERE {which}"
    )


def _typed(columns: dict[str, str], spec: FoldSpec, number: str, dialect: Dialect) -> dict[str, str]:
    """Columns in the types of an outcome, so that those of several folds can be put together."""
    types = {"pays": amount_type(spec, dialect), "passed": "BIGINT", "notes": "INT", "refused_by": "INT"}
    types |= dict.fromkeys(("used_num", "asks_num", "room_num"), number)
    return {name: f"CAST({text} AS {types[name]})" if name in types else text for name, text in columns.items()}


def _all(spec: FoldSpec, dialect: Dialect) -> str:
    columns = {
        "granted": "COALESCE(o.granted, TRUE)",
        "pays": f"CASE WHEN o.row_no IS NULL THEN CAST(c.amount AS {amount_type(spec, dialect)}) ELSE o.pays END",
        "passed": f"CASE WHEN o.row_no IS NULL THEN {limits_met(spec, 'c')} ELSE o.passed END",
        "notes": "COALESCE(o.notes, 0)",
    }
    chosen = ["c.scheme_no", "c.row_no", *(f"{text} AS {name}" for name, text in columns.items())]
    chosen += [f"o.{name}" for name in OUTCOME[len(chosen) :]]
    return (
        f"SELECT {listed(chosen)} FROM {quoted(spec.candidates)} AS c LEFT JOIN {quoted(spec.contested)} AS o"
        " ON o.scheme_no = c.scheme_no AND o.row_no = c.row_no"
    )
