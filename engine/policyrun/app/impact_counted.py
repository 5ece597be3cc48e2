"""All records of two runs counted in their database; none becomes an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policyrun.app.impact_paired import BOTH, Paired, cell_of
from policyrun.app.impact_turns import Kind, kind_of, word_of
from policyrun.app.impact_whole import By, Counted, Shift, What, no_column, shifts_of, things_counted_by
from policyrun.columnar.plan import ROW


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


def counted(paired: Paired) -> CountedWhole:
    """All records of two runs."""
    rows, turned, old, new, granted = _one(
        paired,
        "count(*), count(*) FILTER (turned), coalesce(sum(old_paid), 0), coalesce(sum(new_paid), 0),"
        " count(*) FILTER (new_granted)",
    )
    persons, was_paid, is_paid = _one(
        paired,
        "count(DISTINCT person) FILTER (turned AND person <> ''),"
        " count(DISTINCT person) FILTER (old_granted AND person <> ''),"
        " count(DISTINCT person) FILTER (new_granted AND person <> '')",
    )
    before, after = paired.sides
    decided = [answer.scheme for side in (after, before) for answer in side.answers.values()]
    things = things_counted_by(before.policy, after.policy, decided)
    return CountedWhole(
        rows=rows,
        turned=turned,
        persons=persons,
        old_total=paired.yuan(old),
        new_total=paired.yuan(new),
        granted=granted,
        persons_paid=(was_paid, is_paid),
        rows_by_kind=_kinds(paired, f"SELECT old_granted, new_granted, new_paid - old_paid FROM {BOTH} WHERE turned"),
        persons_by_kind=_kinds(
            paired,
            f"SELECT bool_or(old_granted), bool_or(new_granted), sum(new_paid) - sum(old_paid) FROM {BOTH}"
            f" WHERE person IN (SELECT person FROM {BOTH} WHERE turned AND person <> '') GROUP BY person",
        ),
        counted={by: shifts_of(*(_counted(paired, name, by) for name in ("old", "new"))) for by in things},
    )


def _one(paired: Paired, sums: str) -> tuple[int, ...]:
    row = paired.engine.connection.execute(f"SELECT {sums} FROM {BOTH}").fetchone()
    assert row is not None, "an aggregate gives one row"
    return tuple(map(int, row))


def _kinds(paired: Paired, query: str) -> Mapping[Kind, int]:
    counted = dict.fromkeys(Kind, 0)
    found = paired.engine.connection.execute(
        f"SELECT was, is_now, CAST(sign(change) AS INTEGER) AS way, count(*)"
        f" FROM ({query}) AS each(was, is_now, change) GROUP BY ALL"
    )
    for was, is_now, way, count in found.fetchall():
        counted[kind_of(was, is_now, way)] += count
    return counted


def _counted(paired: Paired, name: str, by: By) -> Counted:
    """The granted records of a run by one thing, in the order in which its groups first occur."""
    found: list[tuple[tuple[int, int], Sequence[str], int, int]] = []
    for place, scheme in enumerate(paired.schemes):
        if scheme in paired.side(name).answers:
            found += [
                ((place, first), keys, rows, paid) for keys, first, rows, paid in _groups(paired, name, scheme, by)
            ]
    counted: dict[str, tuple[int, Fraction]] = {}
    for _first, keys, rows, paid in sorted(found, key=lambda each: each[0]):
        for key in keys:
            so_far, amount = counted.get(key, (0, Fraction(0)))
            counted[key] = so_far + rows, amount + paired.yuan(paid)
    return counted


def _groups(paired: Paired, name: str, scheme: str, by: By) -> Iterator[tuple[Sequence[str], int, int, int]]:
    side = paired.side(name)
    field = by.field(side.answers[scheme].scheme)
    source = f"(SELECT * FROM {BOTH} WHERE no = {paired.schemes.index(scheme)} AND {name}_granted) AS both_runs"
    match by.what:
        case What.RULE:
            key = f"{name}_words.规则"
            source += f" {paired.words(name, scheme)}"
        case What.PAYEE | What.FUND:
            key = f"{name}_{by.what.value}"
        case What.CELL if field is not None:
            key = cell_of(side.relations[scheme], field.name)
            source += f" JOIN {side.raw(scheme)} AS raw ON raw.{ROW} = both_runs.row_no"
        case _:
            key = "NULL"
    groups = paired.engine.connection.execute(
        f"SELECT {key} AS own, min(both_runs.row_no), count(*), coalesce(sum({name}_paid), 0) FROM {source}"
        f" GROUP BY own"
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
