"""SQL of the fold, written as text that every dialect's parser agrees on, and the few words they do not share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlglot import exp

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.fold_spec import FoldSpec, LimitSpec, Measure
from policyrun.columnar.parsing import query as query

#: As many rows as one account may ever add up, as a power of two.
_ROWS = 31
_WHOLE = 62

#: Measures in what a grant is paid.
OF_PAY = frozenset({Measure.PARTIAL, Measure.DIFFERENCE, Measure.FULL, Measure.ONCE})
HIGHEST = frozenset({Measure.DIFFERENCE, Measure.FULL, Measure.ONCE})


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def all_of(conditions: Iterable[str]) -> str:
    """Conditions that must all hold; there is at least one."""
    return " AND ".join(conditions)


def any_of(conditions: Iterable[str]) -> str:
    return " OR ".join(conditions)


def is_of_pay(limit: LimitSpec) -> bool:
    """Whether what a grant uses of a limit is what it is paid."""
    return limit.paid or limit.measure in OF_PAY


def number_type(spec: FoldSpec, dialect: Dialect) -> str:
    """The type that holds a sum over any account of the fold."""
    of_pay = (spec.amount_bound for limit in spec.limits if is_of_pay(limit))
    bound = max([*(limit.bound for limit in spec.limits), *of_pay], default=1)
    return _integer(bound << _ROWS, dialect)


def amount_type(spec: FoldSpec, dialect: Dialect) -> str:
    return _integer(spec.amount_bound, dialect)


def _integer(bound: int, dialect: Dialect) -> str:
    if bound.bit_length() <= _WHOLE:
        return "BIGINT"
    return "HUGEINT" if dialect.name == "duckdb" else "DECIMAL(38, 0)"


def key_hash(columns: Sequence[str], dialect: Dialect) -> str:
    """64 bits of a key. Equal keys have equal hashes; other keys nearly always others, and nothing relies on that."""
    if not columns:
        return "CAST(0 AS BIGINT)"
    match dialect.name:
        case "spark":
            return f"XXHASH64({listed(columns)})"
        case "postgres":
            return f"HASHTEXTEXTENDED(CONCAT_WS('|', {listed(f'CAST({one} AS TEXT)' for one in columns)}), 0)"
        case _:
            return f"CAST(HASH({listed(columns)}) >> 1 AS BIGINT)"


def limit_hash(limit: LimitSpec, dialect: Dialect, relation: str | None = None) -> str:
    """The hash of a limit's key in a relation that has its columns; None: the one at hand."""
    if limit.person is None:
        return key_hash([_of(relation, part) for part in limit.hashed], dialect)
    return key_hash([_of(relation, limit.person), rest_hash(limit, dialect, relation)], dialect)


def rest_hash(limit: LimitSpec, dialect: Dialect, relation: str | None = None) -> str:
    """A few bits of a limit's key beside the person: enough to tell apart what few candidates have."""
    rest = [_of(relation, part) for part in limit.hashed if part != limit.person]
    return f"CAST({key_hash(rest, dialect)} & 32767 AS SMALLINT)"


def _of(relation: str | None, name: str) -> str:
    return quoted(name) if relation is None else f"{relation}.{quoted(name)}"


def expression(text: str) -> exp.Expression:
    """A text of this module as a tree."""
    (tree,) = query(f"SELECT {text}").tree().selects
    assert isinstance(tree, exp.Expression)
    return tree


def reads_few(dialect: Dialect) -> bool:
    """Whether few rows of a view, found by a join, are read without working out the others."""
    return dialect.name == "duckdb"


def told_apart(limit: LimitSpec) -> tuple[str, ...]:
    """The parts that tell keys apart: without history those that may differ between rows."""
    return limit.key if limit.past is not None else limit.hashed


def same_key(limit: LimitSpec, one: str, other: str) -> list[str]:
    """That two relations agree on a limit's key, a blank part with a blank one."""
    return [f"{one}.{quoted(part)} IS NOT DISTINCT FROM {other}.{quoted(part)}" for part in told_apart(limit)]


def by_limit(spec: FoldSpec, text_of: Callable[[LimitSpec], str], relation: str) -> str:
    """A text for each limit, chosen by the place of the limit that a row of a relation is about."""
    texts = [text_of(limit) for limit in spec.limits]
    places: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        places.setdefault(text, []).append(place)
    if len(places) == 1:
        return texts[0]
    *others, default = places
    whens = " ".join(f"WHEN {relation}.限额 IN ({listed(map(str, places[text]))}) THEN {text}" for text in others)
    return f"CASE {whens} ELSE {default} END"


def candidate_number(spec: FoldSpec, relation: str) -> str:
    """One number for a candidate, whatever its scheme."""
    return f"{relation}.row_no * {spec.schemes} + {relation}.scheme_no"


def limits_met(spec: FoldSpec, relation: str) -> str:
    """A bit for each limit that concerns a candidate."""
    bits = (
        f"CASE WHEN {relation}.{quoted(limit.hash)} IS NULL THEN 0 ELSE {1 << place} END"
        if limit.selective
        else str(1 << place)
        for place, limit in enumerate(spec.limits)
    )
    return f"CAST({' + '.join(bits)} AS BIGINT)"


def order_by(spec: FoldSpec, dialect: Dialect, relation: str) -> str:
    """The total order; rows that it does not tell apart stand as they are in their files, which are in scheme order."""
    keys = []
    for each in spec.order:
        if each.name == "scheme_no" and len(spec.rows) == 1:
            continue
        key = f"{relation}.{each.name}"
        if each.text:
            own = exp.Column(this=exp.to_identifier(each.name), table=exp.to_identifier(relation))
            key = dialect.in_code_point_order(own).sql(dialect="duckdb")
        keys.append(f"{key} {'DESC' if each.descending else 'ASC'} NULLS LAST")
    keys += [f"{relation}.scheme_no"] if len(spec.rows) > 1 else []
    return listed([*keys, f"{relation}.row_no"])
