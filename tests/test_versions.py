"""Versions of a policy: which one is meant, how they join, how the next one is begun, and what a release locks."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import CommandLine, Done
from policyrun.app.library import locate
from policyrun.app.shelf import Located
from policyrun.app.timeline import check_timeline, read_heads, timeline
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics, Span

DEMO = data_dir("policies") / "demo" / "yunling-2024"
SHARED = data_dir("policies") / "national" / "skills.yaml"
MINIMAL = (Path(__file__).parent / "diagnostics" / "base-minimal.yaml").read_text(encoding="utf-8")


class Desk:
    """A folder of policies of one's own, with the demo policy in it, and the commands on it."""

    def __init__(self, run: CommandLine, top: Path) -> None:
        self._run = run
        self.top = top
        self.folder = top / "云岭" / "yunling-2024"
        shutil.copytree(DEMO, self.folder, ignore=shutil.ignore_patterns("releases.yaml"))
        (top / "national").mkdir()
        shutil.copy(SHARED, top / "national" / "skills.yaml")

    def __call__(self, command: str, *more: object) -> Done:
        return self._run(command, *more, "--policies", self.top)

    def file(self, version: int) -> Path:
        return self.folder / f"v{version}.yaml"

    def edit(self, path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def contents(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.top.rglob("*") if path.is_file()}

    def meant(self, ref: str = "yunling-2024") -> str:
        located = locate(ref, [self.top], Diagnostics())
        assert located is not None
        return located.path.name


@pytest.fixture
def desk(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Desk:
    return Desk(CommandLine(capfd), tmp_path)


# ---------------------------------------------------------------------------------------------------------- new version


def test_a_new_version_is_a_copy_that_says_what_it_is(desk: Desk) -> None:
    done = desk("new-version", "--policy", "yunling-2024")
    assert (done.code, done.err) == (0, "")
    assert "yunling-2024@3（草案），由 yunling-2024@2 复制" in done.out
    before, after = (desk.file(version).read_text(encoding="utf-8").splitlines() for version in (2, 3))
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [
        ("version: 2", "version: 3"),
        ("status: 生效", "status: 草案"),
        ("supersedes: yunling-2024@1", "supersedes: yunling-2024@2"),
    ]


def test_the_first_successor_gets_a_line_for_what_it_supersedes(desk: Desk) -> None:
    desk.file(2).unlink()
    desk("new-version", "--policy", "yunling-2024")
    lines = desk.file(2).read_text(encoding="utf-8").splitlines()
    place = lines.index("supersedes: yunling-2024@1")
    assert lines[place + 1].startswith("in_force:")
    assert len(lines) == len(desk.file(1).read_text(encoding="utf-8").splitlines()) + 1


def test_the_changelog_gets_an_entry_above_the_last_one(desk: Desk) -> None:
    page = desk.folder.parent / "CHANGELOG.md"
    page.write_text("# 变更\n\n## 别的\n\n## yunling-2024\n\n### 版本 2\n\n- 依据：甲\n", encoding="utf-8")
    desk("new-version", "--policy", "yunling-2024")
    headings = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert headings == ["# 变更", "## 别的", "## yunling-2024", "### 版本 3（草案）", "### 版本 2"]


def test_the_changelog_is_chinese_whoever_writes_it(desk: Desk) -> None:
    page = desk.folder.parent / "CHANGELOG.md"
    page.unlink(missing_ok=True)
    command = [sys.executable, "-m", "policyrun", "new-version", "yunling-2024", "--policies", str(desk.top)]
    done = subprocess.run(command, env={"LC_ALL": "en_US.UTF-8"}, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0 and "draft" in done.stdout
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# 政策文件的变更\n\n## yunling-2024\n\n### 版本 3（草案）\n\n- 依据：\n")


def test_cases_of_several_versions_need_no_copy(desk: Desk) -> None:
    for path in (desk.folder / "cases").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("version: 2\n", "version: [2, 3]\n"), encoding="utf-8")
    figures = desk.folder / "cases" / "figures.csv"
    text = re.sub("^2,", "2、3,", figures.read_text(encoding="utf-8"), flags=re.MULTILINE)
    figures.write_text(text, encoding="utf-8")
    desk("new-version", "--policy", "yunling-2024")
    desk.edit(desk.file(3), "status: 草案", "status: 生效")  # a draft adds a notice to every row
    desk.edit(desk.folder / "overlays" / "xicheng.yaml", "for: yunling-2024@2", "for: yunling-2024")
    second, third = (desk("test", "--policy", f"yunling-2024@{version}").err for version in (2, 3))
    assert second.startswith("✓") and "0 处不符" in second
    assert third == second.replace("@2", "@3")


def test_cases_of_a_version_that_is_none_are_reported(desk: Desk) -> None:
    path = next((desk.folder / "cases").glob("2*.yaml"))
    desk.edit(path, "version: 2\n", "version: [2, 33]\n")
    done = desk("test", "--policy", "yunling-2024@2")
    assert done.code == 0 and "[PR579]: 没有版本“33”" in done.out + done.err


def test_a_draft_is_finished_before_the_next_is_begun(desk: Desk) -> None:
    desk("new-version", "--policy", "yunling-2024")
    before = desk.contents()
    done = desk("new-version", "--policy", "yunling-2024")
    assert done.code == 2 and "[PR268]" in done.err
    assert desk.contents() == before


def test_a_draft_is_not_what_the_id_means(desk: Desk) -> None:
    desk("new-version", "--policy", "yunling-2024")
    assert desk.meant() == "v2.yaml"
    assert desk.meant("yunling-2024@3") == "v3.yaml"
    assert desk("check", "--policy", "yunling-2024@3").code == 0


# -------------------------------------------------------------------------------------------------------------- release


def test_without_a_release_the_latest_in_force_is_meant_with_one_the_latest_released(desk: Desk) -> None:
    assert desk.meant() == "v2.yaml"
    done = desk("release", "--policy", "yunling-2024@1", "--date", "2026-05-01")
    assert (done.code, done.out) == (0, "已发布 yunling-2024@1（2026-05-01）\n")
    assert desk.meant() == "v1.yaml"
    desk("release", "--policy", "yunling-2024@2", "--date", "2026-06-01")
    assert desk.meant() == "v2.yaml"
    listed = desk("list").out
    assert "生效 2026-05-01" in listed and "生效 2026-06-01" in listed


def test_an_edited_release_is_refused_by_every_command_and_taken_again_when_put_back(desk: Desk) -> None:
    desk("release", "--policy", "yunling-2024@2")
    desk.edit(desk.file(2), "then: 1200元", "then: 1300元")
    done = desk("check", "--policy", "yunling-2024@2")
    assert done.code == 1
    assert "[PR262]" in done.out and "policyrun new-version --policy yunling-2024" in done.out
    assert "v2.yaml:3:10" in done.out
    assert "[PR262]" in desk("evaluate", "--policy", "yunling-2024").err
    desk.edit(desk.file(2), "then: 1300元", "then: 1200元")
    assert desk("check", "--policy", "yunling-2024@2").code == 0


def test_line_endings_are_no_edit(desk: Desk) -> None:
    desk("release", "--policy", "yunling-2024@2")
    desk.file(2).write_bytes(desk.file(2).read_bytes().replace(b"\n", b"\r\n"))
    assert desk("check", "--policy", "yunling-2024@2").code == 0


def test_a_vocabulary_that_a_release_imports_is_locked_and_others_are_not(desk: Desk) -> None:
    desk("release", "--policy", "yunling-2024@2")
    shared = desk.top / "national" / "skills.yaml"
    text = shared.read_text(encoding="utf-8")
    shared.write_text(text + "\n  新词汇:\n    values: [甲, 乙]\n", encoding="utf-8")
    assert desk("check", "--policy", "yunling-2024@2").code == 0
    desk.edit(shared, "高级技师", "特级技师")
    done = desk("check", "--policy", "yunling-2024@2")
    assert done.code == 1 and "[PR263]" in done.out and "national/skills" in done.out


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("status: 生效", "status: 草案", "PR267"),
        ("then: 1200元", "then: 1300元", "PR285"),
        ("then: 1200元", "then: 1200课时", "PR3"),
        ("supersedes: yunling-2024@1", "supersedes: yunling-2024@9", "PR280"),
        ("supersedes: yunling-2024@1\n", "", "PR282"),
    ],
)
def test_a_release_that_fails_changes_nothing(desk: Desk, old: str, new: str, code: str) -> None:
    desk.edit(desk.file(2), old, new)
    before = desk.contents()
    done = desk("release", "--policy", "yunling-2024@2")
    assert done.code == 2 and f"[{code}" in done.err
    assert done.out == ""
    assert desk.contents() == before


def test_a_release_that_cannot_be_written_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.contents()

    def fails(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fails)
    assert desk("release", "--policy", "yunling-2024@2").code == 2
    assert desk("new-version", "--policy", "yunling-2024").code == 2
    monkeypatch.undo()
    assert desk.contents() == before


@pytest.mark.parametrize(("ref", "code"), [("yunling-2024", "PR265"), ("yunling-2024@2", "PR266")])
def test_a_release_names_its_version_and_happens_once(desk: Desk, ref: str, code: str) -> None:
    desk("release", "--policy", "yunling-2024@2")
    before = desk.contents()
    assert f"[{code}]" in desk("release", "--policy", ref).err
    assert desk.contents() == before


def test_a_damaged_list_of_releases_is_no_licence(desk: Desk) -> None:
    desk("release", "--policy", "yunling-2024@2")
    desk.edit(desk.folder / "releases.yaml", "    digest: ", "    digest: x")
    for ref in ("yunling-2024", "yunling-2024@2"):
        done = desk("check", "--policy", ref)
        assert done.code in (1, 2) and "[PR261]" in done.out + done.err


def test_only_a_version_in_its_folder_is_released(desk: Desk, tmp_path: Path) -> None:
    alone = tmp_path / "草稿.yaml"
    shutil.copy(desk.file(2), alone)
    assert "[PR264]" in desk("release", "--policy", alone).err


def test_what_ships_inside_the_program_is_not_written_to(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = desk.top / "_data" / "policies"
    shutil.copytree(desk.folder.parent, shipped / "云岭")
    monkeypatch.setattr("policyrun.app.versions.data_dir", lambda _name: shipped)
    done = desk("new-version", "--policy", shipped / "云岭" / "yunling-2024" / "v2.yaml")
    assert "[PR269]" in done.err


# -------------------------------------------------------------------------------------------------------- how they join


def joined(folder: Path, *heads: str) -> list[tuple[str, str, str]]:
    """What is found about versions with these ``in_force`` (and more lines): code, file and severity of each."""
    for version, lines in enumerate(heads, 1):
        text = MINIMAL.replace("version: 1\n", f"version: {version}\n")
        text = "\n".join(line for line in text.splitlines() if not line.startswith("in_force:"))
        for line in lines.split("; "):
            if line.startswith("status:"):
                text = text.replace("status: 生效", line)
            else:
                text = text.replace("dated_by:", f"{line}\ndated_by:", 1)
        path = folder / "minimal" / f"v{version}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = Diagnostics()
    check_timeline(Located(folder / "minimal" / "v1.yaml"), [folder], found)
    return [(one.code, Path(one.at.file.path).name, one.severity.value) for one in found if isinstance(one.at, Span)]


def days(first: str, last: str = "") -> str:
    return f"in_force: {{from: {first}, {f'to: {last}, ' if last else ''}cite: 第九条}}"


FIRST, SECOND = days("2024-01-01", "2024-12-31"), days("2025-01-01", "2025-12-31")
CASES = {
    "one after the other": ((FIRST, SECOND), []),
    "cut short by what supersedes it": ((days("2024-01-01"), SECOND + "; supersedes: minimal@1"), []),
    "two at once": ((days("2024-01-01"), SECOND), [("PR282", "v2.yaml", "error")]),
    "a draft is not in force": ((FIRST, FIRST + "; status: 草案"), []),
    "a day between": ((FIRST, days("2025-01-02")), [("PR283", "v2.yaml", "warning")]),
    "no such version": ((FIRST + "; supersedes: minimal@7",), [("PR280", "v1.yaml", "error")]),
    "of another policy": ((FIRST + "; supersedes: yunling-2024@1",), []),
    "itself": ((FIRST, SECOND + "; supersedes: minimal@2"), [("PR281", "v2.yaml", "error")]),
    "never in force": ((FIRST, FIRST + "; supersedes: minimal@1"), [("PR284", "v2.yaml", "note")]),
    "by way of another": (
        (days("2024-01-01"), SECOND + "; supersedes: minimal@1", days("2024-07-01") + "; supersedes: minimal@2"),
        [("PR284", "v3.yaml", "note")],
    ),
    "three, the first over both": (
        (days("2024-01-01", "2026-06-30"), SECOND, days("2026-01-01")),
        [("PR282", "v2.yaml", "error"), ("PR282", "v3.yaml", "error")],
    ),
}


@pytest.mark.parametrize(("heads", "expected"), CASES.values(), ids=CASES)
def test_versions_join(tmp_path: Path, heads: tuple[str, ...], expected: list[tuple[str, str, str]]) -> None:
    assert joined(tmp_path, *heads) == expected


def test_check_says_how_versions_join(desk: Desk) -> None:
    desk.edit(desk.file(2), "supersedes: yunling-2024@1\n", "")
    done = desk("check", "--policy", "yunling-2024@1")
    assert done.code == 1 and "[PR282]" in done.out
    assert "2025-01-01 至 2026-12-31 有两个版本同时施行：yunling-2024@1 和 yunling-2024@2" in done.out


def test_the_demo_goes_over_to_its_second_version_on_new_years_day() -> None:
    reigns = timeline(read_heads(Located(DEMO / "v1.yaml")))
    said = [(reign.head.ref, str(reign.first), str(reign.last)) for reign in reigns]
    assert said == [
        ("yunling-2024@1", "2024-03-01", "2024-12-31"),
        ("yunling-2024@2", "2025-01-01", "2027-12-31"),
    ]


# ------------------------------------------------------------------------------------------------------- git revisions


@pytest.fixture
def repository(desk: Desk) -> Desk:
    """The desk as a git repository whose one commit is older than an edit of the demo policy."""

    def git(*args: str) -> None:
        who = ["-c", "user.name=甲", "-c", "user.email=a@example.invalid", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *args], cwd=desk.top, check=True, capture_output=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "版本 2")
    desk.edit(desk.file(2), "then: 1200元", "then: 1300元")
    return desk


def test_a_revision_is_compared_with_what_is_checked_out(repository: Desk) -> None:
    done = repository("diff", "git:HEAD:yunling-2024@2", "yunling-2024@2")
    assert done.code == 1
    assert "1200元" in done.out and "git:HEAD:云岭/yunling-2024/v2.yaml:165" in done.out


def test_a_revision_brings_its_own_shared_files(repository: Desk) -> None:
    (repository.top / "national" / "skills.yaml").write_text("坏了\n", encoding="utf-8")
    assert repository("show", "--policy", "git:HEAD:yunling-2024").code == 0
    assert repository("show", "--policy", "yunling-2024").code == 2


@pytest.mark.parametrize(
    ("ref", "code", "words"),
    [
        ("git:没有:yunling-2024", "PR271", "没有"),
        ("git:--output=x:yunling-2024", "PR271", "--output=x"),
        ("git:yunling-2024", "PR272", "git:HEAD~1"),
        ("git:HEAD:yunling-2025", "PR273", "yunling-2024@2"),
        ("git:HEAD:yunling-2024@9", "PR273", "yunling-2024@2"),
        ("git:HEAD:没有/v1.yaml", "PR273", "yunling-2024@1"),
    ],
)
def test_what_is_not_in_the_repository_is_named(repository: Desk, ref: str, code: str, words: str) -> None:
    done = repository("show", "--policy", ref)
    assert done.code == 2 and f"[{code}]" in done.err and words in done.err


def test_outside_a_repository_there_are_no_revisions(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(desk.top.parent))
    assert "[PR270]" in desk("show", "--policy", "git:HEAD:yunling-2024").err


def test_a_revision_is_not_written_to(repository: Desk) -> None:
    before = repository.contents()
    for command in ("release", "new-version"):
        assert "[PR274]" in repository(command, "--policy", "git:HEAD:yunling-2024@2").err
    assert repository.contents() == before
