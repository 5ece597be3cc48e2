"""分摊 as relations, held against the reference through a policy that splits."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import duckdb
import pyarrow
import pytest

from columnar_fold import run
from policyrun.app.evaluate import evaluate_records
from policyrun.app.load import load
from policyrun.app.settings import settings_for
from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.split import SplitSpec, split_steps
from policyrun.ir.cells import id_check_char
from policyrun.model.decision import Conclusion, Outcome
from policyrun.model.raw import Origin, RawCell, SchemeInput
from policyrun.source.diagnostic import Diagnostics

SCHEME = "项目制人均补贴"
ONCE, TOTAL = "身份证号码", "补贴总额"
#: What a row lacks: one bit each.
LACKS = {"培训完成": 1, "证书类型": 2}

Row = dict[str, str]


def any_rows(random: Random, count: int) -> list[Row]:
    """Rows of projects, some of which nobody finished, some with two totals, some with a person twice."""
    serials = random.sample(range(1, 10 * count), count)
    totals = {project: random.choice(["0.01", "0.05", "100", "1000", "33.34", "0.99"]) for project in range(count // 4)}
    return [_row(random, serial, random.randrange(count // 4), totals) for serial in serials]


def _row(random: Random, serial: int, project: int, totals: dict[int, str]) -> Row:
    done = ["否"] if project % 7 == 3 else ["是", "是", "是", "否"] if project % 3 else ["是", "是", ""]
    stem = f"99999919900101{random.randrange(100, 160):03d}"
    return {
        "序号": str(serial),
        "项目编号": f"P{project}",
        TOTAL: totals[project] if random.random() < 0.97 else "7",
        ONCE: stem + id_check_char(stem) if random.random() < 0.97 else "1",
        "培训完成": random.choice(done),
        "证书类型": random.choice(["职业技能等级证书"] * 8 + ["无", ""] if project % 5 else ["职业技能等级证书"]),
        "资金来源": "",
    }


def by_reference(rows: list[Row], way: str) -> tuple[list[Outcome], set[str]]:
    found = Diagnostics()
    policy = load("zhejiang-2022-livelihood", found)
    assert policy is not None
    columns = tuple(rows[0])
    cells = [tuple(RawCell(row[name]) for name in columns) for row in rows]
    data = SchemeInput(SCHEME, columns, cells, [Origin("rows", "", place) for place in range(len(rows))])
    decided = evaluate_records(policy, [data], settings_for(policy, found, readings={"尾差": way}), found=found)
    assert decided is not None
    return list(decided[SCHEME]), {row["项目编号"] for row in rows}


def by_plan(rows: list[Row], way: str) -> tuple[dict[int, dict[str, Any]], set[str]]:
    spec = SplitSpec(
        name="分",
        judged="已判",
        shared="分摊",
        empty="空组",
        per=("项目编号",),
        once=(ONCE,),
        total=TOTAL,
        total_den=100,
        largest=way == "最大余数",
        rounding="round_half_up",
        step=Fraction(1, 100),
        per_yuan=100,
        words=("缺",),
    )
    with duckdb.connect(":memory:") as connection:
        connection.register("given", pyarrow.Table.from_pylist([_judged(place, row) for place, row in enumerate(rows)]))
        connection.execute('CREATE TABLE "已判" AS SELECT * FROM given')
        run(connection, split_steps(spec, DIALECTS["duckdb"]))
        shared = connection.execute('SELECT row_no, blamed, share, waits, least, most, "缺" FROM "分摊"').fetchall()
        empty = connection.execute('SELECT "项目编号" FROM "空组"').fetchall()
    names = ("blamed", "share", "waits", "least", "most", "lacks")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in shared}, {group for (group,) in empty}


def _judged(place: int, row: Row) -> dict[str, Any]:
    has_person, done, certificate = len(row[ONCE]) == 18, row["培训完成"], row["证书类型"]
    denied = done == "否" or certificate == "无"
    return {
        "row_no": place,
        "serial": int(row["序号"]),
        "takes_part": has_person,
        "open": has_person and not denied,
        "eligible": has_person and not denied and bool(done) and bool(certificate),
        "项目编号": row["项目编号"],
        ONCE: row[ONCE],
        TOTAL: int(Fraction(row[TOTAL]) * 100),
        "缺": sum(bit for name, bit in LACKS.items() if not row[name]),
    }


def _yuan(cents: int | None) -> Fraction | None:
    return None if cents is None else Fraction(cents, 100)


@pytest.mark.parametrize("way", ["末行", "最大余数"])
@pytest.mark.parametrize("seed", range(4))
def test_the_plan_shares_as_the_reference(seed: int, way: str) -> None:
    rows = any_rows(Random(seed), 160)
    outcomes, _groups = by_reference(rows, way)
    shared, _empty = by_plan(rows, way)
    for place, outcome in enumerate(outcomes):
        told = shared.get(place)
        match outcome.conclusion:
            case Conclusion.INVALID:
                blamed = None if told is None else told["blamed"]
                assert outcome.about == ((ONCE,) if blamed in (None, 0) else (TOTAL,))
            case Conclusion.UNDECIDED:
                assert told is not None and told["waits"]
                assert set(outcome.about) == {name for name, bit in LACKS.items() if told["lacks"] & bit}
                assert (_yuan(told["least"]), _yuan(told["most"])) == (outcome.least, outcome.most)
            case Conclusion.GRANTED:
                assert told is not None and (told["blamed"], told["waits"]) == (None, False)
                assert _yuan(told["share"]) == outcome.amount
            case _:
                assert told is not None and (told["blamed"], told["waits"]) == (None, False)
                assert told["share"] == (0 if outcome.about == ("金额为零",) else None)


def test_a_group_with_nobody_to_share_is_told_once() -> None:
    rows = any_rows(Random(1), 160)
    _shared, empty = by_plan(rows, "末行")
    open_rows = {row["项目编号"] for place, row in enumerate(rows) if _judged(place, row)["open"]}
    taking_part = {row["项目编号"] for place, row in enumerate(rows) if _judged(place, row)["takes_part"]}
    assert empty >= taking_part - open_rows
    assert empty
