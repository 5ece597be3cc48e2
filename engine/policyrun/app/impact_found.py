"""The records that two runs in a database decided differently: counted there, and found again when somebody looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from sqlglot import exp

from policyrun.app.impact_listed import Line, Way
from policyrun.app.impact_paired import BOTH, Paired
from policyrun.app.impact_sides import Held
from policyrun.app.impact_turns import Decided, Kind, Turn, kind_of
from policyrun.app.planned import outcomes_of
from policyrun.app.result import SchemeResult
from policyrun.columnar.folding import column
from policyrun.columnar.plan import ROW
from policyrun.columnar.tables import quoted as identifier
from policyrun.datasets.scan_back import rows_at

#: So many records are told at a time.
_SOME = 4096
#: A record: the place of its scheme, and its ``row_no``.
_Place = tuple[int, int]


class TurnsFound:
    """``impact_listed.Turns`` of runs in a database; of use for as long as that is open."""

    def __init__(self, paired: Paired) -> None:
        self._paired = paired

    def __len__(self) -> int:
        return int(self._one("count(*)")[0])

    def lines(self) -> Iterator[Line]:
        for scheme in self._paired.schemes:
            codes = ("old_words.原因代码", "new_words.原因代码", "old_granted", "new_granted", "new_paid - old_paid")
            serials = next(side for side in self._paired.sides[::-1] if scheme in side.answers).conclusions(scheme)
            found = self._paired.engine.connection.cursor().execute(
                f"SELECT r.serial_text, {', '.join(codes)} FROM {self._paired.of_scheme(scheme)}"
                f" JOIN {serials} AS r ON r.{ROW} = both_runs.row_no WHERE turned ORDER BY r.{ROW}"
            )
            while some := found.fetchmany(_SOME):
                for serial, old, new, was, is_now, shares in some:
                    yield Line(scheme, serial, kind_of(was, is_now, shares), old, new, self._paired.yuan(shares))

    def first(self, count: int) -> Sequence[Turn]:
        return self._turns(self._places(f"WHERE turned ORDER BY no, row_no LIMIT {count}"))

    def largest(self, count: int) -> Sequence[Turn]:
        changed = "WHERE turned AND new_paid <> old_paid"
        return self._turns(self._places(f"{changed} ORDER BY abs(new_paid - old_paid) DESC, no, row_no LIMIT {count}"))

    def examples(self) -> Mapping[Kind, Turn]:
        found = self._paired.engine.connection.execute(
            f"SELECT old_granted, new_granted, CAST(sign(new_paid - old_paid) AS INTEGER) AS way, min([no, row_no])"
            f" FROM {BOTH} WHERE turned GROUP BY ALL"
        ).fetchall()
        first: dict[Kind, _Place] = {}
        for was, is_now, way, (no, row) in found:
            kind = kind_of(was, is_now, way)
            first[kind] = min(first.get(kind, (no, row)), (no, row))
        kinds = [kind for kind in Kind if kind in first]
        return dict(zip(kinds, self._turns([first[kind] for kind in kinds]), strict=True))

    def ways(self) -> Sequence[Way]:
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for scheme in self._paired.schemes:
            rows = self._paired.engine.connection.execute(
                f"SELECT coalesce(old_words.结论, ''), coalesce(new_words.结论, ''), count(*), sum(new_paid - old_paid)"
                f" FROM {self._paired.of_scheme(scheme)} WHERE turned GROUP BY 1, 2 ORDER BY min(both_runs.row_no)"
            ).fetchall()
            for old, new, count, shares in rows:
                so_far, sum_ = found.get((old, new), (0, 0))
                found[old, new] = so_far + count, sum_ + int(shares)
        ways = (Way(*way, rows, self._paired.yuan(shares)) for way, (rows, shares) in found.items())
        return sorted(ways, key=lambda way: -way.rows)

    @property
    def change(self) -> Fraction:
        return self._paired.yuan(int(self._one("coalesce(sum(new_paid - old_paid), 0)")[0]))

    def by_change(self, most: int) -> Mapping[Fraction, int] | None:
        rows = self._paired.engine.connection.execute(
            f"SELECT new_paid - old_paid AS change, count(*) FROM {BOTH} WHERE turned AND new_paid <> old_paid"
            f" GROUP BY change ORDER BY change LIMIT {most + 1}"
        ).fetchall()
        return {self._paired.yuan(int(change)): count for change, count in rows} if len(rows) <= most else None

    def bounds(self) -> tuple[Fraction, Fraction]:
        changed = "FILTER (new_paid <> old_paid)"
        least, most = self._one(f"min(new_paid - old_paid) {changed}, max(new_paid - old_paid) {changed}")
        return self._paired.yuan(int(least)), self._paired.yuan(int(most))

    def spread(self, step: Fraction) -> Mapping[int, int]:
        shares = self._paired.shares(step)
        # Whole-number division goes towards nought; a place goes down.
        place = f"(change - ((change % {shares}) + {shares}) % {shares}) // {shares}"
        rows = self._paired.engine.connection.execute(
            f"SELECT {place} AS place, count(*) FROM (SELECT new_paid - old_paid AS change FROM {BOTH} WHERE turned)"
            f" AS each WHERE change <> 0 GROUP BY place"
        ).fetchall()
        return {int(place): count for place, count in rows}

    def _one(self, sums: str) -> tuple[int, ...]:
        row = self._paired.engine.connection.execute(f"SELECT {sums} FROM {BOTH} WHERE turned").fetchone()
        assert row is not None, "an aggregate gives one row"
        return tuple(row)

    def _places(self, which: str) -> list[_Place]:
        return self._paired.engine.connection.execute(f"SELECT no, row_no FROM {BOTH} {which}").fetchall()

    # ----------------------------------------------------------------------------------------------- records as objects

    def _turns(self, places: Sequence[_Place]) -> Sequence[Turn]:
        """Some records, in the order given."""
        made: dict[_Place, Turn] = {}
        for no, scheme in enumerate(self._paired.schemes):
            rows = sorted(row for place, row in places if place == no)
            sides = [self._decided(side, scheme, rows) for side in self._paired.sides]
            for at, row in enumerate(rows):
                old, new = (side[at] if side else None for side in sides)
                made[no, row] = Turn(old, new, row)
        return [made[place] for place in places]

    def _decided(self, side: Held, scheme: str, rows: Sequence[int]) -> list[Decided]:
        """What a run made of some records of a scheme; nothing where it has no such scheme."""
        answer = side.answers.get(scheme)
        if answer is None or not rows:
            return []
        engine, picked = self._paired.engine, f"SELECT unnest({list(rows)})"
        data = rows_at(engine.connection, side.relations[scheme], side.raw(scheme), picked)
        own = exp.Table(this=identifier(answer.relation), db=identifier(side.schema))
        query = exp.select("*").from_(own).where(f"{ROW} IN ({picked})", dialect="duckdb").order_by(column(ROW))
        part = SchemeResult(answer.scheme, data, tuple(outcomes_of(answer, engine.records(query))))
        return [Decided(part, outcome) for outcome in part.outcomes]
