"""Two runs over the same records compared in their database: only records decided differently become objects."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlglot import exp

from policyrun.app.impact import Impact, adding_up
from policyrun.app.impact_sides import Held
from policyrun.app.impact_turns import Decided, Kind, Turn, kind_of, persons_of, word_of
from policyrun.app.impact_whole import By, Counted, Shift, What, no_column, shifts_of, things_counted_by
from policyrun.app.planned import outcomes_of
from policyrun.app.result import RunResult, SchemeResult
from policyrun.columnar.embedded import Embedded
from policyrun.columnar.folding import column
from policyrun.columnar.plan import ROW, Unlowered
from policyrun.columnar.tables import quoted as identifier
from policyrun.datasets.scan_back import as_text, rows_at
from policyrun.datasets.scan_rows import quoted
from policyrun.model.decision import Conclusion
from policyrun.model.relation import RawRelation
from policyrun.source.messages import _

#: Every record of both runs: the place of its scheme and its own, whose it is, and what either run gave it.
_BOTH = "两次"
#: What is compared of a record; equal texts are equal decisions whatever policy gave them.
_SAID = ("conclusion", "code", "amount", "least", "most", "payee", "fund", "notices")
_PERSON = "policyrun_person"


@dataclass(frozen=True, slots=True)
class CountedWhole:
    """Records counted in a database, which is not needed any longer."""

    rows: int
    turned: int
    persons: int
    old_total: Fraction
    new_total: Fraction
    granted: int
    persons_paid: tuple[int, int]
    rows_by_kind: Mapping[Kind, int]
    persons_by_kind: Mapping[Kind, int]
    counted: Mapping[By, tuple[Shift, ...]]

    def shifts(self, by: By) -> tuple[Shift, ...]:
        return self.counted[by]


class Comparing:
    """``impact.compare`` of two runs that a database holds.

    Raises:
        Unlowered: if the runs do not number their records alike.
    """

    def __init__(self, before: Held, after: Held, engine: Embedded) -> None:
        self._sides = before, after
        self._engine = engine
        self._schemes = list(dict.fromkeys([*before.relations, *after.relations]))
        dens = [answer.per_yuan for side in self._sides for answer in side.answers.values()]
        self._per_yuan = math.lcm(*dens)
        for scheme in self._schemes:
            self._see_that_rows_agree(scheme)
        self._pair()

    def impact(self, *, sums_only: bool = False) -> Impact:
        """What the change does.

        Args:
            sums_only: no record is asked for.
        """
        before, after = self._sides
        old, new = (self._run(side, sums_only=sums_only) for side in self._sides)
        turns = () if sums_only else tuple(self._turns(old, new))
        impact = Impact(old, new, turns, self._whole(before, after))
        return impact if sums_only else adding_up(impact)

    def turned(self) -> dict[str, list[int]]:
        """Scheme → ``row_no`` of the records decided differently, in input order."""
        found = self._engine.connection.execute(f"SELECT no, row_no FROM {_BOTH} WHERE turned ORDER BY no, row_no")
        turned: dict[str, list[int]] = {scheme: [] for scheme in self._schemes}
        for place, row in found.fetchall():
            turned[self._schemes[place]].append(row)
        return turned

    def _see_that_rows_agree(self, scheme: str) -> None:
        parts = [side.relations[scheme].parts for side in self._sides if scheme in side.relations]
        places = [[(part.path, part.sheet, part.first, part.end) for part in each] for each in parts]
        if places[0] != places[-1]:
            raise Unlowered(_("两个版本从不同的文件读“{scheme}”").format(scheme=scheme))

    # ------------------------------------------------------------------------------------------------ all the records

    def _pair(self) -> None:
        """Puts every record beside itself."""
        if not self._engine.connection.execute(
            f"SELECT 1 FROM duckdb_functions() WHERE function_name = '{_PERSON}'"
        ).fetchone():
            self._engine.connection.create_function(_PERSON, _person, ["VARCHAR"], "VARCHAR")
        parts = [self._paired(place, scheme) for place, scheme in enumerate(self._schemes)]
        self._engine.execute(f"CREATE OR REPLACE TABLE {quoted(_BOTH)} AS {' UNION ALL '.join(parts)}")

    def _paired(self, place: int, scheme: str) -> str:
        """The records of a scheme: of both runs, or of the one that has it."""
        old, new = (side if scheme in side.answers else None for side in self._sides)
        either = new or old
        assert either is not None, "a scheme comes from one of the runs"
        asked = [f"CAST({place} AS BIGINT) AS no", f"raw.{ROW} AS row_no"]
        asked.append(f"{self._whose(either, scheme)} AS person")
        sources = [f"{either.raw(scheme)} AS raw"]
        for name, side in (("old", old), ("new", new)):
            if side is None:
                asked += [f"false AS {name}_granted", f"CAST(0 AS HUGEINT) AS {name}_paid"]
            else:
                asked.append(f"{name}.conclusion = '{Conclusion.GRANTED.value}' AS {name}_granted")
                asked.append(f"coalesce({name}.amount, 0) AS {name}_paid")
                sources.append(f"({self._decided(side, scheme)}) AS {name} ON {name}.row_no = raw.{ROW}")
        same = " AND ".join(f"old.{name} IS NOT DISTINCT FROM new.{name}" for name in _SAID) if old and new else "false"
        return f"SELECT {', '.join(asked)}, NOT ({same}) AS turned FROM {' JOIN '.join(sources)}"

    def _decided(self, side: Held, scheme: str) -> str:
        """What a run said of the records of a scheme, amounts in parts of a yuan that both runs share."""
        factor = self._per_yuan // side.answers[scheme].per_yuan
        amounts = ", ".join(f"CAST(r.{name} AS HUGEINT) * {factor} AS {name}" for name in ("amount", "least", "most"))
        return (
            f"SELECT r.{ROW} AS row_no, w.结论 AS conclusion, w.原因代码 AS code, w.规则 AS rules, {amounts},"
            f" r.payee, r.fund, r.notices"
            f" FROM {side.conclusions(scheme)} AS r JOIN {side.words(scheme)} AS w ON r.mark = w.mark"
        )

    def _whose(self, side: Held, scheme: str) -> str:
        """The ID number of a record, "" where it has none."""
        cells = [_cell(side.relations[scheme], name) for name in persons_of(side.answers[scheme].scheme)]
        # The database's capitals are Python's for plain texts.
        own = [
            f"nullif(CASE WHEN regexp_full_match({cell}, '[0-9A-Za-z]*') THEN upper({cell})"
            f" ELSE {_PERSON}({cell}) END, '')"
            for cell in cells
        ]
        return f"coalesce({', '.join([*own, chr(39) * 2])})"

    # ------------------------------------------------------------------------------------------------------- counting

    def _whole(self, before: Held, after: Held) -> CountedWhole:
        rows, turned, old, new, granted = self._one(
            "count(*), count(*) FILTER (turned), coalesce(sum(old_paid), 0), coalesce(sum(new_paid), 0),"
            " count(*) FILTER (new_granted)"
        )
        persons, was_paid, is_paid = self._one(
            "count(DISTINCT person) FILTER (turned AND person <> ''),"
            " count(DISTINCT person) FILTER (old_granted AND person <> ''),"
            " count(DISTINCT person) FILTER (new_granted AND person <> '')"
        )
        decided = [answer.scheme for side in (after, before) for answer in side.answers.values()]
        things = things_counted_by(before.policy, after.policy, decided)
        return CountedWhole(
            rows=rows,
            turned=turned,
            persons=persons,
            old_total=self._yuan(old),
            new_total=self._yuan(new),
            granted=granted,
            persons_paid=(was_paid, is_paid),
            rows_by_kind=self._kinds(f"SELECT old_granted, new_granted, new_paid - old_paid FROM {_BOTH} WHERE turned"),
            persons_by_kind=self._kinds(
                f"SELECT bool_or(old_granted), bool_or(new_granted), sum(new_paid) - sum(old_paid) FROM {_BOTH}"
                f" WHERE person IN (SELECT person FROM {_BOTH} WHERE turned AND person <> '') GROUP BY person"
            ),
            counted={by: shifts_of(*(self._counted(side, by) for side in (before, after))) for by in things},
        )

    def _one(self, sums: str) -> tuple[int, ...]:
        row = self._engine.connection.execute(f"SELECT {sums} FROM {_BOTH}").fetchone()
        assert row is not None, "an aggregate gives one row"
        return tuple(map(int, row))

    def _kinds(self, query: str) -> Mapping[Kind, int]:
        counted = dict.fromkeys(Kind, 0)
        found = self._engine.connection.execute(
            f"SELECT was, is_now, CAST(sign(change) AS INTEGER) AS way, count(*)"
            f" FROM ({query}) AS each(was, is_now, change) GROUP BY ALL"
        )
        for was, is_now, way, count in found.fetchall():
            counted[kind_of(was, is_now, way)] += count
        return counted

    def _counted(self, side: Held, by: By) -> Counted:
        """The granted records of a run by one thing, in the order in which its groups first occur."""
        found: list[tuple[tuple[int, int], Sequence[str], int, int]] = []
        for place, scheme in enumerate(self._schemes):
            if scheme in side.answers:
                found += [
                    ((place, first), keys, rows, paid) for keys, first, rows, paid in self._groups(side, scheme, by)
                ]
        counted: dict[str, tuple[int, Fraction]] = {}
        for _first, keys, rows, paid in sorted(found, key=lambda each: each[0]):
            for key in keys:
                so_far, amount = counted.get(key, (0, Fraction(0)))
                counted[key] = so_far + rows, amount + self._yuan(paid)
        return counted

    def _groups(self, side: Held, scheme: str, by: By) -> Iterator[tuple[Sequence[str], int, int, int]]:
        field = by.field(side.answers[scheme].scheme)
        source = f"({self._decided(side, scheme)}) AS one"
        match by.what:
            case What.RULE:
                key = "rules"
            case What.PAYEE | What.FUND:
                key = by.what.value
            case What.CELL if field is not None:
                key = _cell(side.relations[scheme], field.name)
                source += f" JOIN {side.raw(scheme)} AS raw USING ({ROW})"
            case _:
                key = "NULL"
        groups = self._engine.connection.execute(
            f"SELECT {key} AS own, min(one.row_no), count(*), coalesce(sum(amount), 0) FROM {source}"
            f" WHERE conclusion = '{Conclusion.GRANTED.value}' GROUP BY own"
        ).fetchall()
        for said, first, rows, paid in groups:
            told = said or ""
            match by.what:
                case What.SCHEME:
                    keys = [scheme]
                case What.RULE:
                    keys = told.split(";") if told else []
                case What.CELL:
                    keys = [no_column() if field is None else word_of(field, told.strip())]
                case _:
                    keys = [told]
            yield keys, first, rows, int(paid)

    def _yuan(self, shares: int) -> Fraction:
        return Fraction(shares, self._per_yuan)

    # ------------------------------------------------------------------------------------- records decided differently

    def _run(self, side: Held, *, sums_only: bool) -> RunResult:
        """A run with the records that were decided differently alone."""
        parts = [self._part(side, scheme, sums_only=sums_only) for scheme in side.answers]
        return RunResult(side.policy, side.settings, tuple(parts), side.inputs)

    def _part(self, side: Held, scheme: str, *, sums_only: bool) -> SchemeResult:
        turned = f"turned AND no = {self._schemes.index(scheme)}" if not sums_only else "false"
        picked = f"SELECT row_no FROM {_BOTH} WHERE {turned}"
        answer, relation = side.answers[scheme], side.relations[scheme]
        data = rows_at(self._engine.connection, relation, side.raw(scheme), picked)
        own = exp.Table(this=identifier(answer.relation), db=identifier(side.schema))
        rows = exp.select("*").from_(own).where(f"{ROW} IN ({picked})", dialect="duckdb").order_by(column(ROW))
        return SchemeResult(answer.scheme, data, tuple(outcomes_of(answer, self._engine.records(rows))))

    def _turns(self, before: RunResult, after: RunResult) -> Iterator[Turn]:
        old, new = ({part.scheme.name: part for part in run.schemes} for run in (before, after))
        for scheme in self._schemes:
            sides = [_each(run.get(scheme)) for run in (old, new)]
            rows = max(map(len, sides))
            for place in range(rows):
                yield Turn(*(side[place] if side else None for side in sides))


def _each(part: SchemeResult | None) -> list[Decided]:
    return [] if part is None else [Decided(part, outcome) for outcome in part.outcomes]


def _cell(relation: RawRelation, name: str) -> str:
    """A cell's text as SQL; "" where the records have no such column."""
    held = relation.column(name)
    if held is None:
        return "''"
    return as_text(held).replace(quoted(held.held_as), f"raw.{quoted(held.held_as)}")


def _person(text: str) -> str:
    return text.strip().upper()
