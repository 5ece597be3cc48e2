"""The share of a rule or a clause in a run that stays in a database: kinds of rows are looked at, not rows.

Rows that say the same rest on the same; how many there are and what they are paid is known of each kind. The rows
themselves come out of the database one by one, when somebody wants to see them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from sqlglot import exp

from policyrun.app.planned import outcomes_of, rests_of
from policyrun.app.share import Concerned, Group, Share
from policyrun.app.streamed import Streamed
from policyrun.columnar.folding import column, equal, whole
from policyrun.columnar.plan import ROW
from policyrun.columnar.tables import of, quoted, table
from policyrun.columnar.telling import FIRST, PAID, ROWS
from policyrun.columnar.told import NUMBER, Telling
from policyrun.model.decision import Conclusion, Outcome

_PICKED, _CAME, _ROWS = "有关的行种", "论", "行"


class HeldShares:
    """What rules and clauses had a part in, in one run; of use for as long as its database is open."""

    def __init__(self, run: Streamed) -> None:
        self._run = run

    def clauses(self) -> tuple[str, ...]:
        """The clauses that the decisions name, each once, in the order in which they first come up."""
        found: dict[str, None] = {}
        for told in self._run.told:
            rests = rests_of(told.answer)
            for kind in self._kinds(told):
                found |= dict.fromkeys(one.clause for one in rests(kind)[1])
        return tuple(found)

    def of(self, concerned: Concerned) -> Share:
        """What one of them had a part in."""
        groups: list[Group] = []
        for told in self._run.told:
            groups += self._groups(told, concerned)
        return Share(tuple(groups), self._outcomes())

    def _groups(self, told: Telling, concerned: Concerned) -> Iterator[Group]:
        """The groups of a scheme; the numbers of the kinds concerned are stored."""
        answer, rests = told.answer, rests_of(told.answer)
        rows, paid = dict.fromkeys(Conclusion, 0), dict.fromkeys(Conclusion, 0)
        picked: list[int] = []
        for kind in self._kinds(told):
            if concerned(*rests(kind)):
                picked.append(int(kind[NUMBER]))
                conclusion = answer.endings[kind["why"]].conclusion
                rows[conclusion] += int(kind[ROWS])
                paid[conclusion] += int(kind[PAID] or 0)
        self._store(told, picked)
        pays = answer.scheme.amount is not None
        for conclusion in Conclusion:
            if rows[conclusion]:
                amount = Fraction(paid[conclusion], answer.per_yuan) if pays and conclusion is Conclusion.GRANTED else 0
                yield Group(answer.scheme.name, conclusion, rows[conclusion], Fraction(amount))

    def _kinds(self, told: Telling) -> Iterator[Mapping[str, Any]]:
        query = exp.select(exp.Star()).from_(table(told.kinds)).order_by(column(FIRST))
        return self._run.engine.records(query)

    def _store(self, told: Telling, picked: list[int]) -> None:
        array = exp.Array(expressions=[whole(number) for number in picked])
        numbers = exp.Cast(this=array, to=exp.DataType.build("BIGINT[]"))
        series = exp.Alias(this=exp.Anonymous(this="UNNEST", expressions=[numbers]), alias=quoted(NUMBER))
        name = told.relation(_PICKED)
        self._run.engine.forget(name)
        self._run.engine.keep(name, exp.select(series))

    def _outcomes(self) -> Iterator[Outcome]:
        for told in self._run.told:
            every = exp.Column(this=exp.Star(), table=quoted(_CAME))
            rows = exp.select(every).from_(table(told.answer.relation, _CAME))
            rows = rows.join(table(told.rows, _ROWS), on=equal(of(_CAME, ROW), of(_ROWS, ROW)))
            rows = rows.join(table(told.relation(_PICKED), _PICKED), on=equal(of(_ROWS, NUMBER), of(_PICKED, NUMBER)))
            yield from outcomes_of(told.answer, self._run.engine.records(rows.order_by(of(_CAME, ROW))))
