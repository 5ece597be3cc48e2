"""Synthetic records of a policy: the same for the same policy, number of rows and seed, on every machine.

In: the checked policy and the ``sample.yaml`` beside it. Out: the rows of each scheme, and of each form that the file
speaks of, as a data file would hold them.
People have ID numbers of a region that does not exist. All chances are whole percentages of one generator of the
run's own, so that no other use of random numbers, and no rounding, can change a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path as FilePath
from random import Random

from policyrun.app.sample_hints import ColumnHint, Hints, SchemeHints, read_hints
from policyrun.app.sample_persons import person_id, person_name
from policyrun.ir.policy import Field, Policy, Scheme
from policyrun.model.raw import Origin, RawCell, SchemeInput
from policyrun.model.regions import Path, RegionColumn, lowest_of
from policyrun.source.diagnostic import Diagnostics, Severity
from policyrun.source.messages import _
from policyrun.source.suggest import closest

SERIAL = "序号"
PERSON = "姓名"

#: How many cells in a hundred of an optional column are blank, how many yes/no cells are 是.
_BLANK = 3
_YES = 95
#: How often a column that repeats another does so.
_SAME = 90
#: Rows per person, so that people come back: three rows for two people.
_ROWS, _PEOPLE = 3, 2

#: A cell that does not type, by cell type; text always does.
_INVALID = {
    "id_card": "999999199002300015",
    "date": "2023-02-30",
    "int": "若干",
    "money": "1,00元",
    "bool": "也许",
    "enum": "不详",
}


@dataclass(frozen=True, slots=True)
class Person:
    number: str
    name: str


def sample(policy: Policy, rows: int, seed: int, found: Diagnostics, only: str | None = None) -> Sequence[SchemeInput]:
    """Synthetic rows, ``rows`` in all; mistakes in the hints are in ``found``.

    Args:
        only: the one scheme or form made; None: all schemes, and the forms that have hints, share the rows.
    """
    hints = read_hints(FilePath(policy.path).with_name("sample.yaml"), found)
    forms = [policy.of_form(name).schemes[0] for name in policy.forms]
    _check_names([*policy.schemes, *forms], hints, found)
    made = [*policy.schemes, *(form for form in forms if form.name in hints.schemes)]
    if only is not None:
        made = _only(only, [*policy.schemes, *forms], found)
    if found.failed:
        return ()
    chance = Random(f"{policy.id}:{seed}")
    people = _people(chance, hints)
    counts = _shares(made, hints, rows)
    trees = {quota.name: lowest_of(quota) for quota in policy.quotas}
    inputs = []
    for scheme in made:
        maker = _Maker(scheme, hints.schemes.get(scheme.name, SchemeHints()), hints, chance, people, trees)
        inputs.append(maker.rows(counts[scheme.name]))
    return tuple(inputs)


def _only(name: str, schemes: Sequence[Scheme], found: Diagnostics) -> list[Scheme]:
    """The scheme or form of a name, alone."""
    chosen = [scheme for scheme in schemes if scheme.name == name]
    if not chosen:
        names = [scheme.name for scheme in schemes]
        near = closest(name, names)
        hint = _("是不是“{near}”？").format(near=near) if near else _("项目有：{names}").format(names="、".join(names))
        found.add("PR540", _("政策里没有项目“{name}”").format(name=name), help=hint)
    return chosen


def carriers(scheme: Scheme) -> tuple[str, ...]:
    """Columns a sample has beside the record's: names of people and of payees, which results show."""
    fields = {column.name for column in scheme.record.fields}
    people = (PERSON,) if any(column.cell == "id_card" for column in scheme.record.fields) else ()
    named = scheme.payee.names.values() if scheme.payee else ()
    return tuple(name for name in dict.fromkeys((*people, *named)) if name not in fields)


def _people(chance: Random, hints: Hints) -> Iterator[Person]:
    """People without end, each with an ID number of their own."""
    first, last = hints.born
    number = 0
    while True:
        birth = first + timedelta(days=chance.randrange((last - first).days + 1))
        yield Person(person_id(birth, number % 500, chance.randrange(2) == 1), person_name(number))
        number += 1


def _shares(schemes: Sequence[Scheme], hints: Hints, rows: int) -> dict[str, int]:
    """Rows of each scheme; what does not divide goes to the first ones."""
    parts = {scheme.name: hints.schemes.get(scheme.name, SchemeHints()).share for scheme in schemes}
    whole = sum(parts.values()) or 1
    counts = {name: rows * part // whole for name, part in parts.items()}
    for name in list(counts)[: rows - sum(counts.values())]:
        counts[name] += 1
    return counts


def _check_names(schemes: Sequence[Scheme], hints: Hints, found: Diagnostics) -> None:
    """Warn of schemes and columns in the hints that this version of the policy does not have; they are left out."""
    by_name = {scheme.name: scheme for scheme in schemes}
    for name, scheme_hints in hints.schemes.items():
        scheme = by_name.get(name)
        if scheme is None:
            message = _("样例说明里的补贴项目“{name}”政策里没有，已略过").format(name=name)
            found.add("PR583", message, severity=Severity.WARNING)
            continue
        known = {*(column.name for column in scheme.record.fields), *carriers(scheme)}
        written = [*scheme_hints.columns, *scheme_hints.typical]
        written += [column for pattern in scheme_hints.patterns for row in pattern.rows for column in row]
        for column in dict.fromkeys(written):
            if column not in known:
                message = _("样例说明里的列“{scheme}·{column}”政策里没有，已略过")
                found.add("PR584", message.format(scheme=name, column=column), severity=Severity.WARNING)


class _Maker:
    """Makes the rows of one scheme."""

    def __init__(
        self,
        scheme: Scheme,
        own: SchemeHints,
        hints: Hints,
        chance: Random,
        people: Iterator[Person],
        trees: Mapping[str, Sequence[Path]],
    ) -> None:
        """``trees``: the lowest regions of each tree."""
        self._scheme = scheme
        self._trees = trees
        self._hints = own
        self._as_of = hints.as_of or date(2024, 12, 31)
        self._chance = chance
        self._people = people
        self._carriers = carriers(scheme)
        self.columns = (*(column.name for column in scheme.record.fields), *self._carriers)

    def rows(self, count: int) -> SchemeInput:
        """The pattern rows and as many others as there is room for, mixed, numbered from 1."""
        made = self._patterns()[:count]
        others = count - len(made)
        pool = [next(self._people) for _ in range(max(1, others * _PEOPLE // _ROWS))]
        made += [self._made(pool[self._chance.randrange(len(pool))]) for _ in range(others)]
        self._chance.shuffle(made)
        for number, row in enumerate(made, 1):
            row.setdefault(SERIAL, str(number))
        cells = tuple(tuple(RawCell(row.get(name, "")) for name in self.columns) for row in made)
        origins = tuple(Origin("", self._scheme.name, number) for number in range(2, len(made) + 2))
        return SchemeInput(self._scheme.name, self.columns, cells, origins, unused=self._carriers)

    def _patterns(self) -> list[dict[str, str]]:
        made: list[dict[str, str]] = []
        for pattern in self._hints.patterns:
            person = next(self._people)
            for row in pattern.rows:
                made.append(self._cells_of(person) | dict(self._hints.typical) | dict(row))
        return made

    def _cells_of(self, person: Person) -> dict[str, str]:
        cells = {column.name: person.number for column in self._scheme.record.fields if column.cell == "id_card"}
        return cells | ({PERSON: person.name} if PERSON in self.columns else {})

    def _made(self, person: Person) -> dict[str, str]:
        row = self._cells_of(person)
        for name in self.columns:
            if name != SERIAL:
                self._fill(name, row, frozenset())
        if self._in_hundred(self._hints.invalid):
            self._spoil(row)
        return row

    def _fill(self, name: str, row: dict[str, str], waiting: frozenset[str]) -> str:
        """The cell of a column, made if it is not there yet; ``waiting`` keeps hints from going round in circles."""
        if name in row or name in waiting:
            return row.get(name, "")
        hint = self._hints.columns.get(name, ColumnHint())
        column = self._scheme.record.field(name)
        row[name] = "" if self._is_blank(column, hint) else self._value(name, column, hint, row, waiting | {name})
        return row[name]

    def _is_blank(self, column: Field | None, hint: ColumnHint) -> bool:
        if hint.blank is not None:
            return self._in_hundred(hint.blank)
        return column is not None and not column.required and self._in_hundred(_BLANK)

    def _value(
        self, name: str, column: Field | None, hint: ColumnHint, row: dict[str, str], waiting: frozenset[str]
    ) -> str:
        if hint.same and self._in_hundred(_SAME):
            return self._fill(hint.same, row, waiting)
        if hint.near:
            return self._near(self._fill(hint.near, row, waiting), hint)
        if hint.values:
            return self._weighted(hint.values, hint.weights)
        if column is not None and column.region is not None:
            return self._region(column.region, row)
        return self._by_type(name, column, hint)

    def _region(self, named: RegionColumn, row: dict[str, str]) -> str:
        """The name of one of the lowest regions; the region it lies in goes into its own column."""
        places = self._trees[named.tree]
        path = places[self._chance.randrange(len(places))]
        if named.above:
            row[named.above] = path[-2]
        return path[-1]

    def _near(self, text: str, hint: ColumnHint) -> str:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return ""
        least, most = hint.days
        return (day + timedelta(days=least + self._chance.randrange(most - least + 1))).isoformat()

    def _weighted(self, values: Sequence[str], weights: Sequence[int]) -> str:
        place = self._chance.randrange(sum(weights))
        for value, weight in zip(values, weights, strict=True):
            place -= weight
            if place < 0:
                return value
        return values[-1]

    def _by_type(self, name: str, column: Field | None, hint: ColumnHint) -> str:
        """A cell that types, from the type alone."""
        match column.cell if column is not None else "text":
            case "date":
                first = date.fromisoformat(hint.first) if hint.first else date(self._as_of.year, 1, 1)
                last = date.fromisoformat(hint.last) if hint.last else self._as_of
                return (first + timedelta(days=self._chance.randrange((last - first).days + 1))).isoformat()
            case "bool":
                return "是" if self._in_hundred(_YES) else "否"
            case "enum" if column is not None and column.enumeration is not None:
                return self._weighted(column.enumeration.members, (1,) * len(column.enumeration.members))
            case "int" | "money":
                least, most = self._bounds(column, hint)
                return str(least + self._chance.randrange(most - least + 1))
            case _:
                return f"{name}{self._chance.randrange(9) + 1}"

    def _bounds(self, column: Field | None, hint: ColumnHint) -> tuple[int, int]:
        least = int(column.least) if column is not None and column.least is not None else 1
        most = int(column.most) if column is not None and column.most is not None else 100
        return int(hint.first or least), int(hint.last or most)

    def _spoil(self, row: dict[str, str]) -> None:
        """Put a cell that does not type, or a blank that may not be, into one column."""
        candidates = [column for column in self._scheme.record.fields if column.cell in _INVALID]
        column = candidates[self._chance.randrange(len(candidates))]
        row[column.name] = "" if column.required and self._in_hundred(30) else _INVALID[column.cell]

    def _in_hundred(self, percent: int) -> bool:
        return self._chance.randrange(100) < percent


def as_texts(inputs: Sequence[SchemeInput]) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Header and rows of each scheme as text, for writing and comparing."""
    return {one.scheme: (one.columns, *(tuple(cell.text for cell in row) for row in one.rows)) for one in inputs}
