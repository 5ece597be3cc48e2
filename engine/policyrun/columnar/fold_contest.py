"""Which candidates contend at all: whoever shares no key with more than there is room for is granted as it stands.

A limit is *tight* at a key if the demand of everybody with that key, history included, may exceed the room. Where it is
not, it never refuses anybody, whatever else happens; so only candidates with a tight limit go on. Keys are compared by
hash here: keys that share one merely look tighter than they are. What several limits ask of one key is asked once.
"""

from __future__ import annotations

from dataclasses import replace

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.fold_spec import FoldSpec, LimitSpec, Measure
from policyrun.columnar.fold_sql import (
    HIGHEST,
    any_of,
    candidate_number,
    is_of_pay,
    limit_hash,
    listed,
    number_type,
    query,
    quoted,
)
from policyrun.columnar.plan import Step


class Names:
    """The relations in between."""

    def __init__(self, spec: FoldSpec) -> None:
        self.live = f"{spec.name}_争用"
        self.contenders = f"{spec.name}_争用候选"
        #: Accounts before any decision; those that a pass has to look at; those whose candidate is decided for good.
        self.openings = f"{spec.name}_开账"
        self.accounts = f"{spec.name}_账"
        self.settled = f"{spec.name}_结清"
        self.top_ups = f"{spec.name}_补差"
        #: The candidates that are no top-ups.
        self.entered = f"{spec.name}_新申领" if spec.top_up is not None else spec.candidates
        #: Those of them whose person has enough candidates that some limit may be tight.
        self.suspects = f"{spec.name}_同人" if is_sifted(spec) else self.entered
        self._stem = spec.name

    def repeated(self, place: int) -> str:
        return f"{self._stem}_多条_{place}"

    def tight(self, place: int) -> str:
        return f"{self._stem}_紧张_{place}"

    def groups(self, place: int) -> str:
        return f"{self._stem}_组_{place}"


def contest_steps(spec: FoldSpec, dialect: Dialect) -> list[Step]:
    """The tight keys of each limit, and the candidates that have one."""
    tests = _Tests(spec, dialect)
    tight = [tests.tight_keys(place, limit) for place, limit in enumerate(spec.limits)]
    entered = [_entered_step(spec)] if spec.top_up is not None else []
    sifted = [_suspects_step(spec, dialect)] if is_sifted(spec) else []
    steps = [*entered, *sifted, *tests.steps]
    return [*steps, replace(_live_step(spec, tight), spent=tuple(step.name for step in steps))]


def column_of(stem: str, place: int) -> str:
    return quoted(f"{stem}_{place}")


def carried(spec: FoldSpec) -> list[str]:
    """The columns of candidates, quoted, that go on with those that contend: hashes, and what limits measure."""
    columns = [quoted(limit.hash) for limit in spec.limits]
    columns += [quoted(spec.person)] if spec.person is not None else []
    columns += [quoted(name) for place, limit in enumerate(spec.limits) for name in measured(limit, place)]
    return list(dict.fromkeys(columns))


def measured(limit: LimitSpec, place: int) -> list[str]:
    """The columns that say what a limit is to measure."""
    wanted = {"asks": limit.has_asks, "room": limit.has_room, "kind": limit.measure is Measure.SAME}
    return [f"{stem}_{place}" for stem, is_wanted in wanted.items() if is_wanted]


def kinds(spec: FoldSpec) -> list[str]:
    """The columns of texts among these."""
    return [f"kind_{place}" for place, limit in enumerate(spec.limits) if limit.measure is Measure.SAME]


def _entered_step(spec: FoldSpec) -> Step:
    names = Names(spec)
    same = 't."scheme_no" = c."scheme_no" AND t."row_no" = c."row_no"'
    text = (
        f"SELECT c.* FROM {quoted(spec.candidates)} AS c LEFT JOIN {quoted(names.top_ups)} AS t ON {same}"
        ' WHERE t."row_no" IS NULL'
    )
    return Step(names.entered, query(text), "补差以外的候选", True)


def is_sifted(spec: FoldSpec) -> bool:
    """Whether people are looked at first: where limits have several keys, and few people may lack room."""
    several = len({limit.hash for limit in spec.limits}) > 1
    never = (_is_counted(limit) and _shares(limit) < 1 for limit in spec.limits)
    return spec.person is not None and several and not any(never)


def _suspects_step(spec: FoldSpec, dialect: Dialect) -> Step:
    """Whoever could have a tight key: one pass over all candidates by person, a few bits telling who repeats a key.

    People with history are suspects anyway.
    """
    assert spec.person is not None, "nobody else is sifted"
    person, names = quoted(spec.person), Names(spec)
    number = number_type(spec, dialect)
    conditions = dict.fromkeys(_may_be_tight(place, limit, number) for place, limit in enumerate(spec.limits))
    people = [f"SELECT e.{person} FROM {quoted(names.entered)} AS e GROUP BY e.{person} HAVING {any_of(conditions)}"]
    people += [f"SELECT p.{person} FROM {quoted(limit.past)} AS p" for limit in spec.limits if limit.past is not None]
    text = f"SELECT s.* FROM {quoted(names.entered)} AS s WHERE s.{person} IN ({_stacked(people)})"
    return Step(names.suspects, query(text), "同一人的候选多到可能有限额不够的", True)


def _may_be_tight(place: int, limit: LimitSpec, number: str) -> str:
    """Whether a person's candidates (``e``) may have a tight key of a limit between them."""
    key = f"e.{quoted(limit.hash)}"
    count = f"COUNT({key})" if limit.selective else "COUNT(*)"
    if _is_counted(limit) and _shares(limit) > 1:
        return f"{count} > {_shares(limit)}"
    if _is_counted(limit) or limit.measure in HIGHEST or limit.measure is Measure.SAME:
        return f"BIT_COUNT(BIT_OR(CAST(1 AS BIGINT) << ({key} % 62))) < {count}"
    asks = f"CASE WHEN {key} IS NOT NULL THEN GREATEST({_asks_of(limit, place, 'e')}, 0) END"
    room = str(limit.room) if limit.room is not None else f"MIN(e.{column_of('room', place)})"
    return f"SUM(CAST({asks} AS {number})) > {room}"


class _Tests:
    """The steps that find tight keys, each of them once."""

    def __init__(self, spec: FoldSpec, dialect: Dialect) -> None:
        self._names = Names(spec)
        self._number = number_type(spec, dialect)
        self._dialect = dialect
        self._made: dict[str, str] = {}
        self.steps: list[Step] = []

    def tight_keys(self, place: int, limit: LimitSpec) -> str:
        """The relation of a limit's tight keys."""
        if limit.measure is Measure.SAME:
            return self._differing(place, limit)
        text = f'SELECT d."键" FROM ({self._demand(place, limit)}) AS d GROUP BY d."键" HAVING {self._exceeds(limit)}'
        return self._relation(self._names.tight(place), text, f"限额“{limit.name}”的键，所需可能超过余额")

    def _relation(self, name: str, text: str, comment: str) -> str:
        if text not in self._made:
            self._made[text] = name
            self.steps.append(Step(name, query(text), comment, True))
        return self._made[text]

    def _differing(self, place: int, limit: LimitSpec) -> str:
        """Keys of several kinds: few keys come more than once, and kinds are compared at those alone."""
        keys, kinds = [self._keys(limit)], [self._keys(limit, f's.{column_of("kind", place)} AS "类别"')]
        if limit.past is not None:
            for column in ("kind_first", "kind_other"):
                keys.append(f"{self._past(limit)} WHERE NOT p.{column} IS NULL")
                kinds.append(f"{self._past(limit, f'p.{column}')} WHERE NOT p.{column} IS NULL")
        several = f'SELECT d."键" FROM ({_stacked(keys)}) AS d GROUP BY d."键" HAVING COUNT(*) > 1'
        repeated = self._relation(self._names.repeated(place), several, f"限额“{limit.name}”的键，不止一条")
        text = (
            f'SELECT d."键" FROM ({_stacked(kinds)}) AS d JOIN {quoted(repeated)} AS m ON m."键" = d."键"'
            ' GROUP BY d."键" HAVING MIN(d."类别") <> MAX(d."类别")'
        )
        return self._relation(self._names.tight(place), text, f"限额“{limit.name}”的键，类别不一")

    def _demand(self, place: int, limit: LimitSpec) -> str:
        """What everybody could use of a limit at most, one row per candidate or earlier account."""
        own, past = [], []
        if limit.measure not in HIGHEST and not _is_counted(limit):
            own.append(f'GREATEST({_asks_of(limit, place, "s")}, 0) AS "所需"')
            past.append('GREATEST(p."used", 0)')
            if limit.room is None:
                own.append(f's.{column_of("room", place)} AS "余额"')
                past.append(f"CAST(NULL AS {self._number})")
        keys = self._keys(limit, *own)
        return keys if limit.past is None else _stacked([keys, self._past(limit, *past)])

    def _exceeds(self, limit: LimitSpec) -> str:
        if limit.measure in HIGHEST:
            return "COUNT(*) > 1"
        if _is_counted(limit):
            return f"COUNT(*) > {_shares(limit)}"
        room = str(limit.room) if limit.room is not None else 'MIN(d."余额")'
        return f'SUM(CAST(d."所需" AS {self._number})) > {room}'

    def _keys(self, limit: LimitSpec, *columns: str) -> str:
        """The hash of each candidate's key."""
        own = f"s.{quoted(limit.hash)}"
        chosen = listed([f'{own} AS "键"', *columns])
        return f"SELECT {chosen} FROM {quoted(self._names.suspects)} AS s WHERE {own} IS NOT NULL"

    def _past(self, limit: LimitSpec, *columns: str) -> str:
        """The hash of each key in history."""
        assert limit.past is not None
        return f"SELECT {listed([limit_hash(limit, self._dialect, 'p'), *columns])} FROM {quoted(limit.past)} AS p"


def _stacked(queries: list[str]) -> str:
    return " UNION ALL ".join(queries)


def _asks_of(limit: LimitSpec, place: int, relation: str) -> str:
    """What a candidate asks of a limit."""
    if is_of_pay(limit):
        return f'{relation}."amount"'
    return str(limit.asks) if limit.asks is not None else f"{relation}.{column_of('asks', place)}"


def _is_counted(limit: LimitSpec) -> bool:
    """Whether rows alone tell how much is asked for."""
    plain = limit.measure is Measure.TOTAL and not limit.paid and limit.past is None
    return plain and limit.room is not None and limit.asks is not None and limit.asks > 0


def _shares(limit: LimitSpec) -> int:
    """How many have room under a limit that is counted."""
    assert limit.asks is not None and limit.room is not None, "rows alone tell how much is asked for"
    return limit.room // limit.asks


def _live_step(spec: FoldSpec, tight: list[str]) -> Step:
    """Candidates with what tells whether each limit is tight for them."""
    names = Names(spec)
    columns = [f'{candidate_number(spec, "s")} AS "候选"', 's."scheme_no"', 's."row_no"', 's."amount"']
    columns += [f"s.{column}" for column in carried(spec)]
    joins, found = [], {}
    for place, (limit, relation) in enumerate(zip(spec.limits, tight, strict=True)):
        at = relation, limit.hash
        if at not in found:
            found[at] = f't{place}."键" IS NOT NULL'
            joins.append(f'LEFT JOIN {quoted(relation)} AS t{place} ON t{place}."键" = s.{quoted(limit.hash)}')
        columns.append(f"{found[at]} AS {column_of('争', place)}")
    source = f"{quoted(names.suspects)} AS s {' '.join(joins)}"
    text = f"SELECT {listed(columns)} FROM {source} WHERE {any_of(found.values())}"
    return Step(names.live, query(text), "至少一个限额可能不够的候选；其余的照额准予", True)
