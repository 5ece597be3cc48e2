"""``evaluate``: what it writes, what it says, and that it writes nothing where it cannot run."""

from __future__ import annotations

import hashlib
import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import DEMO, SCHEME, CommandLine, in_a_process, person, read_csv, training, write_csv

ID_NUMBER = re.compile(r"999999\d{11}[\dX]")
HEAVY = ("numpy", "openpyxl", "pandas", "pyarrow", "xlsxwriter")


@pytest.fixture
def run(capfd):
    return CommandLine(capfd)


@pytest.fixture
def rows():
    return [
        training(1, 1),
        training(2, 2, 参保月数="3"),
        training(3, 3, 参保月数=""),
        training(4, 4, 项目等级="八级"),
        training(5, 1, 发证日期="2024-07-01"),
        training(6, 6, 申领主体="企业", 所在单位="虚构厂", 项目等级="一级", 资金来源=""),
    ]


@pytest.fixture
def data(tmp_path, rows):
    return write_csv(tmp_path / "数据.csv", rows)


def evaluate(run, data: Path, output: Path, *more: object):
    return run(
        "evaluate", "--policy", DEMO, "--input", f"{SCHEME}={data}", "--output", output, "--as-of", "2024-12-31", *more
    )


def codes(path: Path) -> list[str]:
    return [row["原因代码"] for row in read_csv(path)]


def test_every_row_is_decided_and_the_manifest_agrees(run, data, tmp_path):
    output = tmp_path / "结果.csv"
    assert evaluate(run, data, output).code == 0
    assert codes(output) == [
        "GRANTED",
        "INELIGIBLE:补贴对象",
        "UNDECIDED:参保月数",
        "INVALID:项目等级",
        "LIMIT:同职业同等级",
        "GRANTED",
    ]
    manifest = json.loads((tmp_path / "结果.csv.manifest.json").read_text(encoding="utf-8"))
    assert manifest["result_digest"] == hashlib.sha256(output.read_bytes()).hexdigest()
    assert manifest["total"]["rows"] == 6
    assert manifest["inputs"][0]["sha256"] == hashlib.sha256(data.read_bytes()).hexdigest()


def test_summary_says_what_the_run_came_to(run, data, tmp_path):
    done = evaluate(run, data, tmp_path / "结果.xlsx", "--reading", "上浮叠加=连乘")
    assert done.err == ""
    for words in (
        "云岭市职业技能补贴办法",
        "基准日  2024-12-31",
        "上浮叠加=连乘（默认 取高）",
        "退休年龄 60",
        "不符合“补贴对象”",
        "“同职业同等级”的额度已用完",
        "“参保月数”1 行",
        "（不明）",
        "结果.xlsx.manifest.json",
    ):
        assert words in done.out
    assert "\x1b" not in done.out


def test_columns_line_up_whatever_their_language(run, data, tmp_path):
    from policyrun.source.width import width

    out = evaluate(run, data, tmp_path / "结果.csv").out.splitlines()
    header = next(line for line in out if "项目" in line and "待核实" in line)
    row = out[out.index(header) + 2]
    assert width(header) == width(row)


def test_unused_and_absent_columns_are_reported(run, tmp_path):
    row = {**training(1, 1), "备注": "无"}
    del row["紧缺职业"]
    done = evaluate(run, write_csv(tmp_path / "d.csv", [row]), tmp_path / "r.csv")
    assert "备注" in done.out and "PR525" in done.out
    assert "紧缺职业" in done.out and "PR526" in done.out


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--reading", "没有这项=是"], "PR620"),
        (["--reading", "上浮叠加=相加"], "PR621"),
        (["--scheme", "没有这个"], "PR540"),
        (["--as-of", "去年"], "PR007"),
        (["--history", "没有.csv"], "PR009"),
    ],
)
def test_what_cannot_run_writes_nothing(run, data, tmp_path, more, code):
    output = tmp_path / "结果.csv"
    output.write_text("原来的内容", encoding="utf-8")
    done = evaluate(run, data, output, *more)
    assert (done.code, done.out) == (2, "")
    assert f"[{code}]" in done.err
    assert output.read_text(encoding="utf-8") == "原来的内容"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["数据.csv", "结果.csv"]


@pytest.mark.parametrize("name", ["结果.pdf", "结果"])
def test_unknown_format_writes_nothing_not_even_a_manifest(run, data, tmp_path, name):
    done = evaluate(run, data, tmp_path / name)
    assert done.code == 2
    assert "PR590" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["数据.csv"]


def test_input_without_output_is_wrong_usage(run, data):
    done = run("evaluate", "--policy", DEMO, "--input", f"{SCHEME}={data}")
    assert (done.code, done.out) == (2, "")
    assert "PR020" in done.err


def test_the_input_is_never_overwritten(run, data, tmp_path):
    before = data.read_bytes()
    assert "PR592" in evaluate(run, data, data).err
    assert data.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["数据.csv"]


def test_history_counts_and_may_be_repeated(run, rows, tmp_path):
    first = write_csv(tmp_path / "一.csv", rows[:1])
    second = write_csv(tmp_path / "二.csv", [training(7, 1, 职业工种="焊工", 发证日期="2024-08-01")])
    third = write_csv(tmp_path / "三.csv", [training(8, 1, 职业工种="钳工", 发证日期="2024-09-01")])
    for source, target in ((first, "一果.csv"), (second, "二果.csv")):
        assert evaluate(run, source, tmp_path / target, "--keep-input").code == 0
    alone = tmp_path / "单独.csv"
    evaluate(run, third, alone)
    assert codes(alone) == ["GRANTED"]
    both = tmp_path / "合计.csv"
    done = evaluate(run, third, both, "--history", tmp_path / "一果.csv", "--history", tmp_path / "二果.csv")
    assert codes(both) == ["LIMIT:每年两次"]
    assert done.code == 0
    roles = [each["role"] for each in json.loads(Path(f"{both}.manifest.json").read_text("utf-8"))["inputs"]]
    assert roles == ["数据", "历史", "历史"]


def test_row_order_makes_no_difference(run, tmp_path):
    rows = [
        training(n, n % 7, 发证日期=f"2024-06-{1 + n % 5:02}", 职业工种=("电工", "焊工")[n % 2]) for n in range(1, 60)
    ]
    results = []
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        output = tmp_path / f"{seed}.csv"
        evaluate(run, write_csv(tmp_path / f"d{seed}.csv", rows), output)
        results.append(sorted(output.read_text("utf-8").splitlines()))
    assert results[0] == results[1] == results[2]


def test_file_format_and_split_make_no_difference(run, rows, data, tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(rows)
    frame.to_excel(tmp_path / "数据.xlsx", sheet_name=SCHEME, index=False)
    frame.to_parquet(tmp_path / "数据.parquet")
    folder = tmp_path / "分月"
    folder.mkdir()
    write_csv(folder / f"{SCHEME}-1.csv", rows[:3])
    write_csv(folder / f"{SCHEME}-2.csv", rows[3:])
    digests = set()
    for number, source in enumerate((data, tmp_path / "数据.xlsx", tmp_path / "数据.parquet", folder)):
        for suffix in ("csv", "xlsx", "parquet"):
            output = tmp_path / f"r{number}.{suffix}"
            assert evaluate(run, source, output).code == 0
            digests.add(json.loads(Path(f"{output}.manifest.json").read_text("utf-8"))["result_digest"])
    assert len(digests) == 1


@pytest.mark.parametrize("env", [{"LC_ALL": "en_US.UTF-8"}, {"PYTHONHASHSEED": "7"}, {"LANG": "zh_CN.GB18030"}])
def test_environment_makes_no_difference(run, data, tmp_path, env):
    evaluate(run, data, tmp_path / "甲.csv")
    arguments = ("evaluate", "--policy", DEMO, "--input", f"{SCHEME}={data}", "--as-of", "2024-12-31")
    done = in_a_process(*arguments, "--output", tmp_path / "乙.csv", **env)
    assert (done.code, done.err) == (0, "")
    assert (tmp_path / "甲.csv").read_bytes() == (tmp_path / "乙.csv").read_bytes()


def test_return_marks_the_users_workbook(run, rows, tmp_path):
    pandas = pytest.importorskip("pandas")
    source, output, back = tmp_path / "数据.xlsx", tmp_path / "结果.xlsx", tmp_path / "退回.xlsx"
    pandas.DataFrame(rows).to_excel(source, sheet_name=SCHEME, index=False)
    arguments = ("evaluate", "--policy", DEMO, "--input", source, "--output", output, "--as-of", "2024-12-31")
    done = run(*arguments, "--return", back)
    assert done.code == 0 and str(back) in done.out
    assert back.is_file() and output.is_file()
    assert "PR022" in run(*arguments, "--return", source).err


def test_return_needs_one_workbook(run, data, tmp_path):
    done = evaluate(run, data, tmp_path / "结果.csv", "--return", tmp_path / "退回.xlsx")
    assert done.code == 2 and "PR021" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["数据.csv"]


def test_bundled_sample_runs_and_says_so(run):
    done = run("evaluate", "--policy", "hebei-2023")
    assert done.code == 0
    assert "合成样例" in done.out and "没有写出文件" in done.out
    assert not ID_NUMBER.search(done.out)
    example = done.out[done.out.index("举一行为例") :].splitlines()
    assert len(example) < 20, "what decided the row, not everything about it"
    whole = run(*example[-1].partition("policyrun ")[2].split())
    assert whole.code == 0
    assert example[1] in whole.out.splitlines(), "the command given tells the same record's whole story"


def test_personal_data_is_shown_on_demand_only(run):
    shown = run("evaluate", "--policy", "hebei-2023", "--show-personal").out
    assert ID_NUMBER.search(shown)


def test_a_draft_says_so_loudly(run, data, tmp_path):
    from policyrun.source.data import data_dir

    source = data_dir("policies") / "demo" / "yunling-2024"
    folder = tmp_path / "policies" / "demo" / "yunling-2024"
    folder.mkdir(parents=True)
    text = (source / "v1.yaml").read_text("utf-8").replace("status: 生效", "status: 草案")
    (folder / "v1.yaml").write_text(text, "utf-8")
    done = evaluate(run, data, tmp_path / "结果.csv", "--policies", tmp_path / "policies")
    assert "草案：尚未施行" in done.out
    assert all("DRAFT" in row["提示"] for row in read_csv(tmp_path / "结果.csv"))


def test_overlay_is_named_and_counts(run, tmp_path):
    from policyrun.source.data import data_dir

    overlay = data_dir("policies") / "demo" / "yunling-2024" / "overlays" / "feiyun.yaml"
    row = {"序号": "1", "身份证号码": person(1), "集中培训": "是", "单程公里": "50", "培训天数": "4"}
    data = write_csv(tmp_path / "交通.csv", [row])
    arguments = ("evaluate", "--policy", DEMO, "--input", f"交通补贴={data}", "--output", tmp_path / "r.csv")
    assert run(*arguments).code == 0
    assert codes(tmp_path / "r.csv") == ["UNDECIDED:交通补贴日标准"]
    done = run(*arguments, "--with", overlay)
    assert codes(tmp_path / "r.csv") == ["GRANTED"]
    assert "feiyun.yaml" in done.out


def test_a_run_from_csv_to_csv_imports_nothing_heavy(data, tmp_path):
    arguments = ["evaluate", "--policy", DEMO, "--input", f"{SCHEME}={data}", "--output", str(tmp_path / "r.csv")]
    script = f"import sys; from policyrun.cli.main import main; main({arguments!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8")
    assert not set(HEAVY) & set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("more", [(), ("--memory", "1GB")], ids=["at hand", "streamed"])
def test_who_decides_makes_no_difference(run, data, tmp_path, more):
    results, pages = set(), set()
    for engine in ((), ("--engine", "duckdb"), ("--engine", "reference")):
        done = evaluate(run, data, tmp_path / "结果.csv", *engine, *more)
        assert done.code == 0
        results.add((tmp_path / "结果.csv").read_bytes())
        pages.add(done.out)
    assert len(results) == len(pages) == 1


def test_a_cluster_is_of_use_to_spark_alone(run, data, tmp_path):
    done = evaluate(run, data, tmp_path / "结果.csv", "--spark-master", "spark://主机:7077", "--engine", "duckdb")
    assert done.code == 2
    assert "PR029" in done.err
    assert "--engine spark" in done.err
    assert not (tmp_path / "结果.csv").exists()
