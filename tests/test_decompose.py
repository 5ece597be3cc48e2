"""Splitting a total: sums exact, bounds kept, the order of the units no matter."""

from __future__ import annotations

import csv
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from command_line import CommandLine, read_csv, write_csv
from policyrun.model.apportion import Bound, Infeasible, Portion, Unit, apportion

COLUMNS = ["单位", "份额", "应得", "下限", "上限", "分得", "说明"]


@st.composite
def units(draw: st.DrawFn) -> list[Unit]:
    weights = draw(st.lists(st.fractions(0, 50, max_denominator=20), min_size=1, max_size=8))
    made = []
    for place, weight in enumerate(weights):
        least = draw(st.integers(0, 20))
        most = draw(st.one_of(st.none(), st.integers(least, 60)))
        made.append(Unit(f"单位{place}", weight, least, most))
    return made


def shared(total: int, of: list[Unit]) -> tuple[Portion, ...]:
    portions = apportion(total, of)
    assume(not isinstance(portions, Infeasible))
    assert not isinstance(portions, Infeasible)
    return portions


@given(st.integers(0, 500), units())
def test_shares_add_up_within_bounds(total, of):
    portions = shared(total, of)
    assert sum(portion.pieces for portion in portions) == total
    assert sum(portion.exact for portion in portions) == total
    for portion in portions:
        assert portion.unit.least <= portion.pieces
        assert portion.unit.most is None or portion.pieces <= portion.unit.most
        assert abs(portion.pieces - portion.exact) < 1


@given(st.integers(0, 500), units())
def test_what_no_bound_holds_is_in_one_proportion(total, of):
    portions = shared(total, of)
    free = [portion for portion in portions if portion.bound is Bound.NONE]
    rates = {portion.exact / portion.unit.weight for portion in free}
    assert len(rates) <= 1
    for rate in rates:
        for portion in portions:
            fair = rate * portion.unit.weight
            if portion.bound is Bound.LEAST:
                assert fair <= portion.exact == portion.unit.least
            if portion.bound is Bound.MOST:
                assert fair >= portion.exact == portion.unit.most


@given(st.integers(0, 500), units(), st.randoms())
def test_the_order_of_the_units_makes_no_difference(total, of, random):
    mixed = list(of)
    random.shuffle(mixed)
    assert set(shared(total, of)) == set(shared(total, mixed))


@given(st.integers(0, 500), st.lists(st.fractions(0, 50, max_denominator=20), min_size=1, max_size=8))
def test_who_has_the_larger_share_gets_no_less(total, weights):
    portions = shared(total, [Unit(f"单位{place}", weight) for place, weight in enumerate(weights)])
    by_weight = sorted(portions, key=lambda portion: portion.unit.weight)
    assert all(low.pieces <= high.pieces for low, high in pairwise(by_weight) if low.unit.weight < high.unit.weight)


@given(st.integers(0, 500), units())
def test_a_total_is_refused_only_where_no_shares_add_up_to_it(total, of):
    portions = apportion(total, of)
    least = sum(unit.least for unit in of)
    ceilings = [unit.most if unit.weight else unit.least for unit in of]
    most = None if None in ceilings else sum(one for one in ceilings if one is not None)
    assert isinstance(portions, Infeasible) == (total < least or (most is not None and total > most))


def test_equal_remainders_go_by_weight_then_by_name():
    portions = apportion(4, [Unit("乙", Fraction(1)), Unit("丙", Fraction(1)), Unit("甲", Fraction(3))])
    assert not isinstance(portions, Infeasible)
    # 0.8, 0.8, 2.4: the two that are equal both come before the third.
    assert [portion.pieces for portion in portions] == [1, 1, 2]
    one = apportion(1, [Unit("丙", Fraction(1)), Unit("乙", Fraction(1)), Unit("一", Fraction(2))])
    assert not isinstance(one, Infeasible)
    assert {portion.unit.name: portion.pieces for portion in one} == {"丙": 0, "乙": 0, "一": 1}
    two = apportion(1, [Unit("丙", Fraction(1)), Unit("乙", Fraction(1))])
    assert not isinstance(two, Infeasible)
    assert {portion.unit.name: portion.pieces for portion in two} == {"丙": 1, "乙": 0}


# ------------------------------------------------------------------------------------------------------------- command


@pytest.fixture
def run(capfd):
    return CommandLine(capfd)


@pytest.fixture
def shares(tmp_path):
    def written(*rows: tuple[str, ...]):
        header = ("单位", "份额", "下限", "上限")
        return write_csv(tmp_path / "份额.csv", [dict(zip(header, row, strict=True)) for row in rows])

    return written


def test_a_file_says_shares_and_bounds(run, shares, tmp_path):
    path = shares(("甲", "50%", "", ""), ("乙", "1,000.5", "", "20"), ("丙", "0", "5", ""), ("丁", "0.5", "30", ""))
    done = run("decompose", "--total", 100, "--shares", path, "--output", tmp_path / "分解.csv")
    assert done.code == 0, done.err
    rows = read_csv(tmp_path / "分解.csv")
    assert list(rows[0]) == COLUMNS
    assert [row["分得"] for row in rows] == ["37", "20", "5", "38"]
    assert [row["说明"] for row in rows] == [
        "余数0.5，第2大，舍去", "按比例超过上限，按上限", "份额为零，按下限", "余数0.5，第1大，进1",
    ]  # fmt: skip


@pytest.mark.parametrize("indicator", ["农民工培训", "家政服务业培训"])
def test_the_annex_of_hebei_comes_out_of_its_own_first_column(run, indicator):
    """Each city's share of the whole, to tens: how the province seems to have split two of its columns."""
    done = run(
        "decompose", "--policy", "hebei-2023", "--table", "附件表一", "--indicator", indicator,
        "--by", "年度培训任务总数", "--step", 10,
    )  # fmt: skip
    split = {row["单位"]: int(row["分得"]) for row in csv.DictReader(done.out.splitlines(), delimiter="\t")}
    quotas = csv.DictReader(run("quotas", "--policy", "hebei-2023").out.splitlines(), delimiter="\t")
    printed = {row["地区"]: int(row["目标"]) for row in quotas if row["指标"] == indicator and row["上级"]}
    assert sum(split.values()) == sum(printed.values())
    assert all(abs(split[city] - printed[city]) <= 10 for city in printed)
    if indicator == "家政服务业培训":
        assert split == printed


def test_a_region_is_split_by_another_table(run):
    done = run(
        "decompose", "--policy", "zhejiang-2022-livelihood", "--table", "附件3", "--indicator", "技能培训",
        "--by", "附件3/新增技能人才", "--region", "湖州市", "--step", "0.01", "--total", "9.5",
    )  # fmt: skip
    rows = list(csv.DictReader(done.out.splitlines(), delimiter="\t"))
    assert len(rows) == 6
    assert sum(Fraction(row["分得"]) for row in rows) == Fraction("9.5")


@pytest.mark.parametrize(
    ("code", "rows", "more"),
    [
        ("PR641", [("甲", "1", "60", ""), ("乙", "1", "60", "")], []),
        ("PR641", [("甲", "1", "", "40"), ("乙", "0", "", "")], []),
        ("PR641", [("甲", "1", "50", "40")], []),
        ("PR642", [("甲", "1", "", "")], ["--step", "3"]),
        ("PR643", [("甲", "三成", "", "")], []),
        ("PR643", [("甲", "", "", "")], []),
        ("PR644", [("甲", "1", "", ""), ("甲", "2", "", "")], []),
        ("PR005", [("甲", "1", "", "")], ["--step", "0"]),
        ("PR003", [("甲", "1", "", "")], ["--policy", "hebei-2023"]),
    ],
)
def test_what_cannot_be_split_is_said(run, shares, tmp_path, code, rows, more):
    output = tmp_path / "分解.csv"
    done = run("decompose", "--total", 100, "--shares", shares(*rows), "--output", output, *more)
    assert done.code == 2 and code in done.err
    assert not output.exists()


@pytest.mark.parametrize(
    "asked",
    [
        ["--table", "附件表三", "--indicator", "农民工培训", "--by", "年度培训任务总数"],
        ["--table", "附件表一", "--indicator", "农民工", "--by", "年度培训任务总数"],
        ["--table", "附件表一", "--indicator", "农民工培训", "--by", "附件表二/取证"],
        ["--table", "附件表一", "--indicator", "农民工培训", "--by", "年度培训任务总数", "--region", "石家庄"],
    ],
)
def test_a_table_that_is_not_there_is_said(run, asked):
    done = run("decompose", "--policy", "hebei-2023", *asked)
    assert (done.code, done.out) == (2, "") and "PR645" in done.err
