"""The fold as a plan, held against the fold row by row: made-up limits of every measure, rivals, ties, chains."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from columnar_fold import ORDER, Data, by_definition, by_plan, hashed
from policyrun.columnar.candidates import KeyPart
from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.embedded import Embedded
from policyrun.columnar.fold import fold_parts
from policyrun.columnar.fold_spec import FULLY_PAID, FoldSpec, LimitSpec, Measure, Note, OrderColumn, TopUpSpec
from policyrun.columnar.past import past_rows
from policyrun.columnar.plan import Loop, Step, Unlowered
from policyrun.model.values import Months

KEYS = [("k_p",), ("k_p", "t_k"), ("k_p", "k_y"), ("k_p", "t_k", "k_y"), ("t_k",), ()]
HUGE = 10**18
ROWS = ((0, "甲行"), (1, "乙行"), (2, "丙行"))


def any_limit(random: Random, place: int, key: tuple[str, ...] | None = None) -> LimitSpec:
    measure = random.choice(list(Measure))
    paid = measure is Measure.TOTAL and random.random() < 0.3
    asks = random.choice([None, 1, 1, 2]) if measure is Measure.TOTAL and not paid else None
    room = None
    if measure in (Measure.TOTAL, Measure.PARTIAL):
        room = random.choice([None, 1, 2, 3]) if asks else random.choice([None, 3, 8, 15])
    return LimitSpec(
        name=f"限{place}",
        measure=measure,
        key=random.choice(KEYS) if key is None else key,
        paid=paid,
        asks=asks,
        room=room,
        bound=random.choice([100, HUGE]),
        signed=random.random() < 0.3,
        selective=random.random() < 0.5,
        may_only_report=random.random() < 0.2,
        past=f"past_{place}" if random.random() < 0.4 else None,
    )


def any_spec(random: Random) -> FoldSpec:
    return FoldSpec(
        name="折",
        candidates="候选人",
        rows=ROWS,
        outcome="结果",
        schemes=3,
        limits=tuple(any_limit(random, place) for place in range(random.choice([1, 1, 2, 2, 3, 3, 4]))),
        order=ORDER,
        amount_bound=random.choice([100, HUGE]),
        waived="例外" if random.random() < 0.3 else None,
        top_up=TopUpSpec(key=("k_p", "t_k"), paid="已付") if random.random() < 0.2 else None,
    )


def any_row(random: Random, spec: FoldSpec, number: int, people: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "scheme_no": random.randrange(3),
        "row_no": number,
        "amount": random.randint(1, 6),
        "serial": number + random.choice([0, 10**6]),
        "k_p": random.randrange(people),
        "t_k": random.choice(["甲", "乙", None]),
        "k_y": random.choice([1, 2, None]),
        "order_0": random.choice([1, 2, 3, None]),
        "order_1": random.choice([1, 2, None]),
        "order_2": random.choice(["a", "B", "甲", None]),
    }
    for place, limit in enumerate(spec.limits):
        if limit.selective:
            row[f"on_{place}"] = random.random() < 0.7
        if limit.has_asks:
            row[f"asks_{place}"] = random.randint(-2 if limit.signed else 0, 4)
        if limit.has_room:
            row[f"room_{place}"] = random.choice([2, 5, 9])
        if limit.measure is Measure.SAME:
            row[f"kind_{place}"] = random.choice("XYZ"[: random.choice([1, 2, 3])])
        if limit.may_only_report:
            row[f"binds_{place}"] = random.random() < 0.5
    return row


def any_data(random: Random, spec: FoldSpec, count: int, people: int) -> Data:
    rows = [any_row(random, spec, number, people) for number in range(count)]
    data = Data(rows)
    for place, limit in enumerate(spec.limits):
        if limit.past is not None:
            kinds: list[Any] = list("XYZ") if limit.measure is Measure.SAME else list(range(6))
            keys = {tuple(row[part] for part in limit.key) for row in random.sample(rows, count // 4)}
            data.past[place] = {key: random.choices(kinds, k=random.randint(1, 3)) for key in sorted(keys, key=repr)}
    if spec.waived is not None:
        some = random.sample(rows, count // 3)
        data.waived = [(row["scheme_no"], row["serial"], random.randrange(len(spec.limits))) for row in some]
    if spec.top_up is not None:
        keys = {(row["scheme_no"], row["k_p"], row["t_k"]) for row in random.sample(rows, count // 5)}
        names = ("scheme_no", "k_p", "t_k")
        data.paid = [
            dict(zip(names, key, strict=True)) | {"paid": random.randint(0, 5)} for key in sorted(keys, key=repr)
        ]
    return data


@settings(max_examples=12)
@given(st.randoms(use_true_random=False), st.integers(1, 12), st.sampled_from([1, 3]))
def test_the_plan_is_the_fold(random: Random, count: int, people: int) -> None:
    spec = any_spec(random)
    data = any_data(random, spec, count, people)
    assert by_plan(spec, data)[0] == by_plan(spec, data, portions=3)[0] == by_definition(spec, data)


@pytest.mark.parametrize("seed", range(12))
def test_the_plan_is_the_fold_over_many_groups(seed: int) -> None:
    random = Random(seed)
    spec = any_spec(random)
    data = any_data(random, spec, 400, random.choice([3, 60, 150]))
    assert by_plan(spec, data)[0] == by_plan(spec, data, portions=3)[0] == by_definition(spec, data)


@pytest.mark.parametrize("measure", list(Measure))
def test_each_measure_alone_and_next_to_a_count(measure: Measure) -> None:
    random = Random(measure.value)
    own = any_limit(random, 0, ("k_p",))
    while own.measure is not measure:
        own = any_limit(random, 0, ("k_p",))
    count = LimitSpec(name="次数", measure=Measure.TOTAL, key=("k_p", "t_k"), asks=1, room=2, selective=False)
    for limits in ((own,), (own, count)):
        spec = FoldSpec(
            name="折",
            candidates="候选人",
            rows=ROWS,
            outcome="结果",
            schemes=3,
            limits=limits,
            order=ORDER,
            amount_bound=100,
        )
        data = any_data(random, spec, 300, 60)
        assert by_plan(spec, data)[0] == by_plan(spec, data, portions=3)[0] == by_definition(spec, data)


def chain(measure: Measure, count: int = 2000, **kept: Any) -> tuple[FoldSpec, Data]:
    """Everybody under one key, one after the other."""
    limit = LimitSpec(name="一处", measure=measure, key=("k_p",), selective=False, **kept)
    spec = FoldSpec(
        name="折",
        candidates="候选人",
        rows=ROWS,
        outcome="结果",
        schemes=1,
        limits=(limit,),
        order=(OrderColumn(name="order_0"),),
        amount_bound=10**6,
    )
    random = Random(7)
    rows = [
        {"scheme_no": 0, "row_no": n, "amount": random.randint(1, 99), "k_p": 1, "order_0": n, "serial": n}
        for n in range(count)
    ]
    return spec, Data(rows)


@pytest.mark.parametrize(
    ("measure", "kept", "most"),
    [
        (Measure.TOTAL, {"asks": 1, "room": 3}, 3),
        (Measure.TOTAL, {"paid": True, "room": 50_000}, 12),
        (Measure.PARTIAL, {"room": 50_000}, 4),
        (Measure.DIFFERENCE, {}, 3),
        (Measure.FULL, {}, 3),
        (Measure.ONCE, {}, 3),
    ],
)
def test_a_long_chain_takes_few_passes(measure: Measure, kept: dict[str, Any], most: int) -> None:
    spec, data = chain(measure, **kept)
    found, passes = by_plan(spec, data)
    assert found == by_definition(spec, data)
    assert passes <= most


def test_who_has_no_rival_is_never_looked_at() -> None:
    limit = LimitSpec(name="次数", measure=Measure.TOTAL, key=("k_p",), asks=1, room=1, selective=False)
    spec = FoldSpec(
        name="折",
        candidates="候选人",
        rows=ROWS,
        outcome="结果",
        schemes=1,
        limits=(limit,),
        order=(OrderColumn(name="order_0"),),
    )
    rows = [{"scheme_no": 0, "row_no": n, "amount": 5, "k_p": n, "order_0": 0, "serial": n} for n in range(50)]
    found, passes = by_plan(spec, Data(rows))
    assert passes == 0
    assert set(found.values()) == {(True, 5, 1, 0, None, None, None, None, None, None)}


def test_a_top_up_pays_up_to_the_highest_amount_so_far() -> None:
    limit = LimitSpec(name="次数", measure=Measure.TOTAL, key=("k_p",), asks=1, room=1, selective=False)
    spec = FoldSpec(
        name="折",
        candidates="候选人",
        rows=ROWS,
        outcome="结果",
        schemes=1,
        limits=(limit,),
        order=(OrderColumn(name="order_0"),),
        top_up=TopUpSpec(key=("k_p", "t_k"), paid="已付"),
    )
    rows = [
        {"scheme_no": 0, "row_no": n, "amount": amount, "k_p": 1, "t_k": None, "order_0": n}
        for n, amount in enumerate([5, 9, 7, 12])
    ]
    found, _passes = by_plan(spec, Data(rows, paid=[{"scheme_no": 0, "k_p": 1, "t_k": None, "paid": 6}]))
    shown = [(pays, notes, refused_by) for _granted, pays, _passed, notes, refused_by, *_ in found.values()]
    assert shown == [
        (0, 0, FULLY_PAID),
        (3, Note.TOP_UP, None),
        (0, 0, FULLY_PAID),
        (3, Note.TOP_UP, None),
    ]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=list(DIALECTS))
def test_every_dialect_writes_the_plan(dialect: Any) -> None:
    random = Random(3)
    for _ in range(5):
        parts = fold_parts(hashed(any_spec(random)), dialect)
        steps = [step for part in parts for step in ([part] if isinstance(part, Step) else part.steps)]
        assert sum(isinstance(part, Loop) for part in parts) == 1
        for step in steps:
            assert dialect.sql(step.query)


def test_history_as_rows() -> None:
    limit = LimitSpec(name="封顶", measure=Measure.PARTIAL, key=("a", "b"), den=100)
    key, parts = (date(2023, 4, 1), Fraction(3)), (KeyPart("a"), KeyPart("b", den=2))
    assert past_rows(limit, parts, [(key, [Fraction(5, 2), Fraction(1)]), (("x", None), [])]) == [
        (date(2023, 4, 1), 6, 2, 350, 250, None, None)
    ]
    assert past_rows(limit, parts, [(("x", Fraction(1, 3)), [Fraction(1)])]) == [], "nobody's key"
    kinds = LimitSpec(name="一类", measure=Measure.SAME, key=("a",))
    assert past_rows(kinds, parts[:1], [((Months(3),), ["甲", "甲", "乙", "丙"])]) == [(3, 4, None, None, "甲", "乙")]
    with pytest.raises(Unlowered, match="封顶"):
        past_rows(limit, (KeyPart("a"), KeyPart("b")), [(("x", "y"), [Fraction(1, 300)])])


def test_history_of_people() -> None:
    limit = LimitSpec(name="一人一次", measure=Measure.TOTAL, key=("a",))
    people = [("11010119900101123X",), ("110101199001011230",), (None,), ("护照E12345678",)]
    rows = past_rows(limit, (KeyPart("a", is_id_number=True),), [(one, [Fraction(1)]) for one in people])
    assert [row[0] for row in rows] == [11010119900101123 * 16 + 10, 11010119900101123 * 16, 0]


def test_a_fold_is_cut_into_as_many_portions_as_memory_asks_for() -> None:
    with Embedded("4GB") as engine:
        assert engine.portions(0) == engine.portions(10_000_000) == 1
        assert engine.portions(20_000_000) == 2
        assert engine.portions(40_000_000) == 4
        engine.hurry()
        assert engine.portions(20_000_000) == 1
