"""原因 and 提示 as SQL are those of the reference, letter by letter."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction

import duckdb
import pyarrow
import pytest
from sqlglot import exp

from columnar_samples import DUCKDB, POLICIES, sample_of
from policyrun.app import sentence as reference
from policyrun.app.result import RESULT_COLUMNS, result_cells
from policyrun.columnar.book import book_of
from policyrun.columnar.fold_spec import LimitSpec, Measure
from policyrun.columnar.folding import Sql, column
from policyrun.columnar.sentences import NOTICE_BITS, Said, money_text, notices_text, quantity_text, sentence
from policyrun.ir.policy import Highest, Limit, Policy, SameKind, Scheme, Total
from policyrun.model.decision import Conclusion, LimitState, NoticeCode, Outcome, Reason
from policyrun.model.sentence_templates import TEMPLATES
from policyrun.model.values import Value

#: A denominator of whatever the imagined limits count.
DEN = 300

CONCLUSIONS = {
    Reason.GRANTED: Conclusion.GRANTED,
    Reason.INELIGIBLE: Conclusion.DENIED,
    Reason.LIMIT: Conclusion.DENIED,
    Reason.UNDECIDED: Conclusion.UNDECIDED,
    Reason.INVALID: Conclusion.INVALID,
}

#: Every reason, about what has words of its own and about something else.
ENDS = [(reason, about) for reason in Reason for about in ("", *(code.partition(":")[2] for code in TEMPLATES))]

SAID = Said(
    per_yuan=100,
    **{
        name: column(name)
        for name in (
            *("reason", "about", "amount", "notices", "clauses", "lacks_said"),
            *("refused_by", "used", "asks", "room", "used_text", "asks_text"),
        )
    },
)


@pytest.mark.parametrize("ref", POLICIES)
def test_sentences_and_notices_are_the_references(ref: str) -> None:
    sampled = sample_of(ref)
    policy, decided = sampled.policy, sampled.outcomes()
    for scheme in policy.schemes:
        outcomes = [*decided[scheme.name], *imagined(policy, scheme, random.Random(scheme.name))]
        specs = [spec_of(limit) for limit in policy.limits]
        said = exp.alias_(sentence(policy, scheme, specs, SAID, DUCKDB, ENDS), "原因", quoted=True)
        hinted = exp.alias_(notices_text(column("notices"), DUCKDB), "提示", quoted=True)
        query = exp.select(said, hinted).from_("told").order_by("row_no")
        with duckdb.connect() as connection:
            connection.register("told", told_relation(outcomes, specs))
            found = connection.sql(DUCKDB.sql(query)).fetchall()
        for outcome, answer in zip(outcomes, found, strict=True):
            cells = dict(zip(RESULT_COLUMNS, result_cells(policy, outcome), strict=True))
            assert answer == (cells["原因"], cells["提示"]), outcome


def imagined(policy: Policy, scheme: Scheme, chance: random.Random) -> Iterator[Outcome]:
    """Outcomes with every reason, about what may be and what may not, and limits that were passed, waived or not."""
    about = ["适用版本", "金额为零", "已足额", "其他", *(each.name for each in (*scheme.requirements, *scheme.gates))]
    citations = [citation for grounds in book_of(policy, scheme).grounds for citation in grounds.cite]
    over = policy.limits_over(scheme.name)
    for place in range(300):
        reason = chance.choice(list(Reason))
        limit = chance.choice(over) if reason is Reason.LIMIT and over and chance.random() < 0.9 else None
        what = (limit.name,) if limit else (chance.choice(about),) if reason is not Reason.GRANTED else ()
        yield Outcome(
            scheme.name,
            place,
            str(place),
            CONCLUSIONS[reason],
            reason,
            tuple(chance.sample(about, chance.randrange(4))) if reason is Reason.UNDECIDED else what,
            amount=Fraction(chance.randrange(1, 10**9), 100) if reason is Reason.GRANTED else None,
            clauses=tuple(chance.sample(citations, min(len(citations), chance.randrange(3)))),
            notices=tuple(code for code in NoticeCode if chance.random() < 0.3),
            limits=() if limit is None else (state_of(limit, chance),),
        )


def state_of(limit: Limit, chance: random.Random) -> LimitState:
    def number() -> Fraction:
        return Fraction(chance.choice((0, 1, 5, 60, 12345, 10**9)), chance.choice((1, 1, 3, 100)))

    same = isinstance(limit.measure, SameKind)
    return LimitState(
        limit=limit.name,
        key=(),
        used="个人" if same else number(),
        asks="企业" if same else number(),
        room=number() if isinstance(limit.measure, Total) else None,
        users=(),
        passed=False,
    )


def spec_of(limit: Limit) -> LimitSpec:
    match limit.measure:
        case Total():
            measure = Measure.TOTAL
        case Highest():
            measure = Measure.FULL
        case SameKind():
            measure = Measure.SAME
    return LimitSpec(name=limit.name, measure=measure, key=(), den=DEN)


def told_relation(outcomes: Sequence[Outcome], specs: Sequence[LimitSpec]) -> pyarrow.Table:
    """What a plan has of each row when it comes to its sentence."""
    places = {spec.name: place for place, spec in enumerate(specs)}
    rows = []
    for number, outcome in enumerate(outcomes):
        refused = next((one for one in outcome.limits if not one.passed and not one.waived), None)
        lacks = outcome.reason is Reason.UNDECIDED and outcome.about != ("适用版本",)
        rows.append(
            {
                "row_no": number,
                "reason": outcome.reason.value,
                "about": outcome.code.partition(":")[2],
                "amount": scaled(outcome.amount, 100),
                "notices": sum(NOTICE_BITS[code] for code in outcome.notices),
                "clauses": "、".join(dict.fromkeys(each.clause for each in outcome.clauses if each.clause)),
                "lacks_said": "".join(f"“{each}”" for each in outcome.about) if lacks else "",
                "refused_by": places[refused.limit] if refused and outcome.reason is Reason.LIMIT else None,
                "used": scaled(refused and refused.used, DEN),
                "asks": scaled(refused and refused.asks, DEN),
                "room": scaled(refused and refused.room, DEN),
                "used_text": refused.used if refused and isinstance(refused.used, str) else None,
                "asks_text": refused.asks if refused and isinstance(refused.asks, str) else None,
            }
        )
    texts = ("reason", "about", "clauses", "lacks_said", "used_text", "asks_text")
    schema = pyarrow.schema([(name, pyarrow.string() if name in texts else pyarrow.int64()) for name in rows[0]])
    return pyarrow.Table.from_pylist(rows, schema)


def scaled(value: Value | None, factor: int) -> int | None:
    return int(value * factor) if isinstance(value, Fraction) else None


@pytest.mark.parametrize("den", [1, 2, 3, 7, 12, 100, 240, 1000, 10**6, 10**7])
def test_quantities_are_written_as_the_reference_writes_them(den: int) -> None:
    chance = random.Random(den)
    numbers = [0, 1, den, -den, *(chance.randrange(-(10 ** chance.randrange(1, 15)), 10**15) for _ in range(300))]
    expected = [reference.quantity_text(Fraction(number, den)) for number in numbers]
    assert written(numbers, quantity_text(column("number"), den, DUCKDB)) == expected


@pytest.mark.parametrize("per_yuan", [1, 10, 100, 1000, 3])
def test_money_is_written_as_the_reference_writes_it(per_yuan: int) -> None:
    numbers = [*range(2000), 10**15 + 5]
    expected = [reference.money_text(Fraction(number, per_yuan)) for number in numbers]
    assert written(numbers, money_text(column("number"), per_yuan, DUCKDB)) == expected


def written(numbers: Sequence[int], value: Sql) -> list[str]:
    places = pyarrow.array(range(len(numbers)))
    query = exp.select(value).from_("numbers").order_by("row_no")
    with duckdb.connect() as connection:
        table = pyarrow.table({"row_no": places, "number": pyarrow.array(numbers, pyarrow.int64())})
        connection.register("numbers", table)
        return [text for (text,) in connection.sql(DUCKDB.sql(query)).fetchall()]
