"""Every record of two runs beside itself, as a table of their database: what each gave it, and whether they differ."""

from __future__ import annotations

import math
from fractions import Fraction

from policyrun.app.impact_sides import Held
from policyrun.app.impact_turns import persons_of
from policyrun.columnar.embedded import Embedded
from policyrun.columnar.plan import ROW, Unlowered
from policyrun.datasets.scan_back import as_text
from policyrun.datasets.scan_rows import quoted
from policyrun.model.decision import Conclusion
from policyrun.model.relation import RawRelation
from policyrun.source.messages import _

#: The table. ``no``: the place of the scheme; ``row_no``; ``person``; ``turned``: decided differently; and of either
#: run, ``old_`` and ``new_``: ``granted``, ``paid``, ``mark`` (in the words of its scheme), ``payee`` and ``fund``.
BOTH = "两次"
#: What is compared of a record; equal texts are equal decisions whatever policy gave them.
_SAID = ("conclusion", "code", "amount", "least", "most", "payee", "fund", "notices")
_PERSON = "policyrun_person"


class Paired:
    """Two runs over the same records.

    Attributes:
        sides: both runs.
        schemes: those with records in either, in the order of the input; ``no`` is a place among them.

    Raises:
        Unlowered: if the runs do not number their records alike.
    """

    def __init__(self, before: Held, after: Held, engine: Embedded) -> None:
        self.sides = before, after
        self.engine = engine
        self.schemes = list(dict.fromkeys([*before.relations, *after.relations]))
        self._per_yuan = math.lcm(*(answer.per_yuan for side in self.sides for answer in side.answers.values()))
        for scheme in self.schemes:
            self._see_that_rows_agree(scheme)
        self._pair()

    def yuan(self, shares: int) -> Fraction:
        """What a sum of ``paid`` is."""
        return Fraction(shares, self._per_yuan)

    def shares(self, yuan: Fraction) -> int:
        """The same the other way round; of whole fen."""
        return int(yuan * self._per_yuan)

    def side(self, name: str) -> Held:
        return self.sides[name == "new"]

    def words(self, name: str, scheme: str) -> str:
        """Joins what the kinds of records of a scheme say in a run, as ``<name>_words``; nulls if it lacks it."""
        side = self.side(name)
        if scheme not in side.answers:
            return (
                f"LEFT JOIN (SELECT NULL AS 结论, NULL AS 原因代码, NULL AS 规则 WHERE false) AS {name}_words ON true"
            )
        return f"LEFT JOIN {side.words(scheme)} AS {name}_words ON {name}_words.mark = both_runs.{name}_mark"

    def of_scheme(self, scheme: str) -> str:
        """The records of a scheme with the words of both runs."""
        rows = f"(SELECT * FROM {quoted(BOTH)} WHERE no = {self.schemes.index(scheme)}) AS both_runs"
        return f"{rows} {self.words('old', scheme)} {self.words('new', scheme)}"

    def _see_that_rows_agree(self, scheme: str) -> None:
        parts = [side.relations[scheme].parts for side in self.sides if scheme in side.relations]
        places = [[(part.path, part.sheet, part.first, part.end) for part in each] for each in parts]
        if places[0] != places[-1]:
            raise Unlowered(_("两个版本从不同的文件读“{scheme}”").format(scheme=scheme))

    def _pair(self) -> None:
        if not self.engine.connection.execute(
            f"SELECT 1 FROM duckdb_functions() WHERE function_name = '{_PERSON}'"
        ).fetchone():
            self.engine.connection.create_function(_PERSON, _person, ["VARCHAR"], "VARCHAR")
        parts = [self._paired(place, scheme) for place, scheme in enumerate(self.schemes)]
        self.engine.execute(f"CREATE OR REPLACE TABLE {quoted(BOTH)} AS {' UNION ALL '.join(parts)}")

    def _paired(self, place: int, scheme: str) -> str:
        """The records of a scheme: of both runs, or of the one that has it."""
        old, new = (side if scheme in side.answers else None for side in self.sides)
        either = new or old
        assert either is not None, "a scheme comes from one of the runs"
        asked = [f"CAST({place} AS BIGINT) AS no", f"raw.{ROW} AS row_no"]
        asked.append(f"{self._whose(either, scheme)} AS person")
        sources = [f"{either.raw(scheme)} AS raw"]
        for name, side in (("old", old), ("new", new)):
            if side is None:
                asked += [f"false AS {name}_granted", f"CAST(0 AS HUGEINT) AS {name}_paid"]
                asked += [f"CAST(NULL AS BIGINT) AS {name}_mark"]
                asked += [f"CAST(NULL AS VARCHAR) AS {name}_{what}" for what in ("payee", "fund")]
            else:
                asked.append(f"{name}.conclusion = '{Conclusion.GRANTED.value}' AS {name}_granted")
                asked.append(f"coalesce({name}.amount, 0) AS {name}_paid")
                asked += [f"{name}.{what} AS {name}_{what}" for what in ("mark", "payee", "fund")]
                sources.append(f"({self._decided(side, scheme)}) AS {name} ON {name}.row_no = raw.{ROW}")
        same = " AND ".join(f"old.{name} IS NOT DISTINCT FROM new.{name}" for name in _SAID) if old and new else "false"
        return f"SELECT {', '.join(asked)}, NOT ({same}) AS turned FROM {' JOIN '.join(sources)}"

    def _decided(self, side: Held, scheme: str) -> str:
        """What a run said of the records of a scheme, amounts in parts of a yuan that both runs share."""
        factor = self._per_yuan // side.answers[scheme].per_yuan
        amounts = ", ".join(f"CAST(r.{name} AS HUGEINT) * {factor} AS {name}" for name in ("amount", "least", "most"))
        return (
            f"SELECT r.{ROW} AS row_no, r.mark, w.结论 AS conclusion, w.原因代码 AS code, {amounts},"
            f" r.payee, r.fund, r.notices"
            f" FROM {side.conclusions(scheme)} AS r JOIN {side.words(scheme)} AS w ON r.mark = w.mark"
        )

    def _whose(self, side: Held, scheme: str) -> str:
        """The ID number of a record, "" where it has none."""
        cells = [cell_of(side.relations[scheme], name) for name in persons_of(side.answers[scheme].scheme)]
        # The database's capitals are Python's for plain texts.
        own = [
            f"nullif(CASE WHEN regexp_full_match({cell}, '[0-9A-Za-z]*') THEN upper({cell})"
            f" ELSE {_PERSON}({cell}) END, '')"
            for cell in cells
        ]
        return f"coalesce({', '.join([*own, chr(39) * 2])})"


def cell_of(relation: RawRelation, name: str) -> str:
    """The text of a cell of ``raw`` as SQL; "" where the records have no such column."""
    held = relation.column(name)
    if held is None:
        return "''"
    return as_text(held).replace(quoted(held.held_as), f"raw.{quoted(held.held_as)}")


def _person(text: str) -> str:
    return text.strip().upper()
