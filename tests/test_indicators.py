"""Indicators: the five rates by region, against the contract said once more; what is verified at each threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path as FilePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command_line import CommandLine, read_csv, write_csv
from policyrun.app.indicators import rate_cells
from policyrun.app.load import load
from policyrun.app.settings import settings_for
from policyrun.interp.expressions import Row, value_of
from policyrun.interp.indicators import Rates, work_out
from policyrun.ir.nodes import Supplied
from policyrun.ir.policy import RecordType
from policyrun.source.diagnostic import Diagnostics
from rosters import (
    CERTIFICATES,
    LEVELS,
    OVERLAY,
    PAPERS,
    POLICY,
    ROSTER,
    counties,
    data,
    policy,
    rates,
    roster,
    trainee,
)

VERIFIED = "职业技能培训任务完成率"


def worked_out(
    rows: Sequence[Mapping[str, str]],
    certificates: Sequence[Mapping[str, str]] | None = None,
    readings: Mapping[str, str] | None = None,
) -> Rates:
    inputs = {ROSTER: data(rows)}
    if certificates is not None:
        inputs[CERTIFICATES] = data(certificates, CERTIFICATES)
    return work_out(
        policy(), inputs, settings_for(policy(), Diagnostics(), as_of=date(2023, 12, 31), readings=readings)
    )


def certificate(row: Mapping[str, str]) -> dict[str, str]:
    names = ("身份证号码", "证书类型", "项目等级", "证书编号", "发证时间", "所属行政区", "设区市")
    return {name: row[name] for name in names}


def agrees(found: Rates, told: Mapping[tuple[str, ...], Mapping[str, Fraction | None]]) -> None:
    for rate in found.rows:
        row = told[rate.region.path]
        name = rate.indicator.name
        assert (rate.numerator, rate.denominator) == (row[f"{name}·分子"], row[f"{name}·分母"]), rate.region.path


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from(("全部", "只计补贴")),
    st.sampled_from(("全部", "只计补贴")),
    st.sampled_from(("按人", "按证书")),
    st.booleans(),
)
def test_rates_are_what_the_contract_says(seed: int, training: str, papers: str, talents: str, platform: bool) -> None:
    ways = {"培训人次口径": training, "取证栏口径": papers, "技能人才去重": talents}
    rows = [{**row, "证书编号": row["证书编号"][: seed % 3 * 4]} for row in roster(40, seed, counties()[25:31])]
    whole = {"证书类型": "专项能力证书", "证书编号": "B1", "发证时间": "20220301"}
    given_ = [certificate(row | {key: row[key] or text for key, text in whole.items()}) for row in rows[:30]]
    certificates = given_ if platform else None
    agrees(worked_out(rows, certificates, ways), rates(rows, certificates, ways))


def test_many_rows() -> None:
    rows = roster(5000, 3, counties()[:60])
    found = worked_out(rows)
    agrees(found, rates(rows))
    assert len(found.rows) == 114 * 5


def test_a_person_counts_once_in_each_row_of_regions() -> None:
    here, there, far = counties()[0], counties()[1], counties()[40]
    number = trainee(1, here)["身份证号码"]
    rows = [trainee(serial, path, 身份证号码=number) for serial, path in enumerate((here, here, there, far), 1)]
    told = {
        rate.region.path: rate.numerator
        for rate in worked_out(rows).rows
        if rate.indicator.name == "高技能人才培养任务完成率"
    }
    assert [told[path] for path in (here, there, far, here[:2], far[:2], here[:1])] == [1] * 6


def test_nothing_to_divide_by_is_not_applicable() -> None:
    rows = [trainee(1, counties()[0], 证书类型="")]
    cells = {
        rate.indicator.name: rate_cells(rate) for rate in worked_out(rows).rows if rate.region.path == counties()[5]
    }
    assert cells["职业技能培训取证率"][4:] == ("0", "0", "", "")
    assert cells["高技能人才培养占比"][4:] == ("0", "0", "", "")
    assert cells[VERIFIED][4:7] == ("0", "23300", "0.00")


# ------------------------------------------------------------------------------------------------ verified progress

THRESHOLDS = {
    "14.99": ("0", "15", ""),
    "15": ("20", "20", "20"),
    "19.99": ("20", "20", "20"),
    "20": ("25", "25", "25"),
    "29.99": ("25", "25", "25"),
    "30": ("30", "30", "30"),
    "39.99": ("30", "30", "30"),
    "40": ("40", "40", "40"),
    "57.9": ("57", "57", "57"),
    "99.999": ("99", "99", "99"),
    "100": ("100", "100", "100"),
    "120": ("100", "100", "100"),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FilePath]:
    folder = tmp_path_factory.mktemp("overlays")
    paths = {word: folder / f"{word}.yaml" for word in ("false", "true")}
    for word, path in paths.items():
        path.write_text(OVERLAY % word, encoding="utf-8")
    return paths


@pytest.mark.parametrize("points", THRESHOLDS)
def test_what_is_verified(points: str, prepared: dict[str, FilePath]) -> None:
    policies = [load(POLICY, Diagnostics(), overlays=(prepared[word],)) for word in ("false", "true")]
    assert tuple(verified(each, points) for each in (*policies, policy())) == THRESHOLDS[points]


@pytest.mark.parametrize(("step", "verified_"), [("1", "57"), ("5", "55"), ("10", "50")])
def test_steps_above_forty(step: str, verified_: str) -> None:
    assert verified(policy(), "57.9", 核验步长=step) == verified_


def verified(of, points: str, **readings: str) -> str:  # type: ignore[no-untyped-def]
    indicator = next(one for one in of.indicators if one.name == VERIFIED)
    chosen = settings_for(of, Diagnostics(), readings=readings)
    row = Row(RecordType(name="", fields=()), {}, chosen, given={Supplied.VALUE: Fraction(points) / 100})
    value = value_of(indicator.verified, row)
    return "" if value is None else str(value * 100)


# ------------------------------------------------------------------------------------------------ the command line


@pytest.fixture
def indicators(capfd: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    run = CommandLine(capfd)
    return lambda *more: run("indicators", "--policy", POLICY, *more)


def test_the_csv_of_the_contract(indicators, prepared, tmp_path: FilePath) -> None:  # type: ignore[no-untyped-def]
    rows = write_csv(tmp_path / "信息表.csv", roster(200, 7, counties()[:4]))
    done = indicators("--input", rows, "--output", tmp_path / "指标.csv", "--with", prepared["true"])
    assert done.code == 0
    found = read_csv(tmp_path / "指标.csv")
    assert list(found[0]) == ["级别", "设区市", "地区", "指标", "分子", "分母", "值", "核验进度"]
    assert list(found[0].values()) == ["省", "", "浙江省", VERIFIED, "200", "1500000", "0.01", "15"]
    assert {row["核验进度"] for row in found if not row["指标"].endswith("完成率")} == {""}
    assert "没有给出“发证信息”" in done.err


def test_certificates_tell_of_talents(indicators, tmp_path: FilePath) -> None:  # type: ignore[no-untyped-def]
    rows = [trainee(1, counties()[0]), trainee(2, counties()[0], 证书类型="")]
    papers = [certificate(trainee(3, counties()[1])), certificate(trainee(4, counties()[1], 所属行政区="不在这里"))]
    done = indicators(
        *("--input", write_csv(tmp_path / "信息表.csv", rows)),
        *("--certificates", write_csv(tmp_path / "发证.csv", papers)),
        *("--output", tmp_path / "指标.csv"),
    )
    assert done.code == 0
    assert "“发证信息”有 1 行数据错误" in done.err
    assert "没有给出" not in done.err
    found = {(row["地区"], row["指标"]): row["分子"] for row in read_csv(tmp_path / "指标.csv")}
    here, there = counties()[0][-1], counties()[1][-1]
    assert found[here, VERIFIED] == "2"
    assert found[here, "技能人才培养任务完成率"] == "0"
    assert found[there, "高技能人才培养任务完成率"] == "1"


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("level", LEVELS)
def test_which_certificates_make_a_talent(paper: str, level: str) -> None:
    rows = [trainee(1, counties()[0], 证书类型=paper, 项目等级=level)]
    top = {rate.indicator.name: rate.numerator for rate in worked_out(rows).rows[:5]}
    assert top["技能人才培养任务完成率"] == (paper in PAPERS[:3])
    assert top["高技能人才培养任务完成率"] == (paper in PAPERS[:2] and level in ("一级", "二级", "三级"))
    assert top["职业技能培训取证率"] == (paper != "培训合格证书")
