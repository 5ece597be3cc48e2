"""``policyrun list`` and ``policyrun check``: what they print, and the exit code that scripts rely on."""

import json
from pathlib import Path

import pytest

from policyrun.cli.main import main
from policyrun.source.data import data_dir

POLICIES = data_dir("policies")
SOUND = POLICIES / "hebei" / "hebei-2023" / "v1.yaml"


@pytest.fixture
def broken(tmp_path) -> Path:
    """A folder of policies whose only one, ``local-1``, names a record that is not there."""
    text = SOUND.read_text(encoding="utf-8").replace("policy: hebei-2023", "policy: local-1")
    wrong = text.replace("record: 职业培训补贴", "record: 职业培训补帖", 1)
    assert wrong != text
    path = tmp_path / "local-1" / "v1.yaml"
    path.parent.mkdir()
    path.write_text(wrong, encoding="utf-8")
    return path


def test_list_has_every_policy_and_ones_own_first(broken, capfd):
    assert main(["list", "--policies", str(broken.parent.parent)]) == 0
    rows = [line.split("\t") for line in capfd.readouterr().out.splitlines()]
    assert rows[0] == ["编号", "版本", "标题", "状态", "文件"]
    assert {row[0] for row in rows[1:]} >= {"hebei-2023", "local-1"}
    assert all(len(row) == 5 for row in rows)


def test_shipped_policies_are_sound(capfd):
    assert main(["check", "--all"]) == 0
    out, err = capfd.readouterr()
    assert out == ""
    assert err.endswith("没有问题\n")


def test_a_finding_is_on_stdout_and_gives_1(broken, capfd):
    assert main(["check", "--policy", "local-1", "--policies", str(broken.parent.parent)]) == 1
    out, err = capfd.readouterr()
    assert out.startswith("错误[PR222]: 没有记录“职业培训补帖”\n")
    assert "^^^^^^^^^^^^" in out
    assert "是不是“职业培训补贴”？" in out
    assert err == "检查了 1 份政策：1 个错误\n"


def test_a_file_by_its_path_from_where_one_is(broken, capfd, monkeypatch):
    monkeypatch.chdir(broken.parent)
    assert main(["check", "v1.yaml", "--format", "concise"]) == 1
    out, err = capfd.readouterr()
    assert out.startswith("v1.yaml:") and ": PR222 " in out
    assert err == ""


def test_json_is_one_document(broken, capfd):
    assert main(["check", str(broken), "--format", "json"]) == 1
    out, err = capfd.readouterr()
    [finding] = json.loads(out)
    assert (finding["code"], finding["severity"], err) == ("PR222", "error", "")


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        ([], "PR003", "没有说检查什么"),
        (["没有的.yaml"], "PR009", "找不到文件“没有的.yaml”"),
        (["--policy", "hebei-203"], "PR210", "是不是“hebei-2023”？"),
        (["hebei-203"], "PR210", "是不是“hebei-2023”？"),
        (["--policy", "hebei-2023@99"], "PR211", "hebei-2023@1"),
        (["--all", "--format", "xml"], "PR005", "full、concise、json"),
        (["--policy"], "PR004", "选项“--policy”后面应当有一个值"),
        (["--all=yes"], "PR004", "选项“--all”不带值"),
        (["--all", "--with", "没有的.yaml"], "PR009", "找不到文件“没有的.yaml”"),
        (["--all", "--policies", "没有的"], "PR009", "找不到文件夹“没有的”"),
        (["--all", "--with", str(SOUND)], "PR006", "--with 只能与一个政策合用"),
    ],
)
def test_wrong_usage_gives_2(args, code, words, capfd):
    assert main(["check", *args]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(f"错误[{code}]: ")
    assert words in err
