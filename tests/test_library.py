"""Which file a reference means, and what is read with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyrun.app.library import find, list_policies
from policyrun.app.load import load, read_policy
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics

MINIMAL = (Path(__file__).parent / "diagnostics" / "base-minimal.yaml").read_text(encoding="utf-8")
OVERLAY = "overlay: 某县补充\nfor: minimal\ndocuments: {规定: {title: 某县补充规定}}\n"
OVERLAY += "parameters:\n  当地标准: {value: 800元, cite: 第一条}\n"


def put(folder: Path, name: str, text: str = MINIMAL, **changes: str) -> Path:
    """A policy file with some of its first lines changed."""
    for key, value in changes.items():
        text = "\n".join(f"{key}: {value}" if line.startswith(f"{key}:") else line for line in text.split("\n"))
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refused(ref: str, *folders: Path, overlays: tuple[Path, ...] = ()) -> list[str]:
    found = Diagnostics()
    assert read_policy(ref, found, folders=folders, overlays=overlays) is None
    return [each.code for each in found]


def found_path(ref: str, *folders: Path) -> Path | None:
    found = Diagnostics()
    path = find(ref, folders, found)
    assert not list(found)
    return path


def test_shipped_policies_are_listed() -> None:
    entries = {entry.ref: entry for entry in list_policies()}
    assert entries["hebei-2023@1"].status == "生效"
    assert entries["hebei-2023@1"].title.startswith("河北省")
    assert list(entries) == sorted(entries)


@pytest.mark.parametrize("entry", list_policies(), ids=lambda entry: entry.ref)
def test_every_shipped_policy_loads_without_errors(entry) -> None:  # type: ignore[no-untyped-def]
    found = Diagnostics()
    assert load(entry.ref, found) is not None, [f"{each.code} {each.message} {each.at}" for each in found]


def test_the_latest_version_in_force_is_meant(tmp_path: Path) -> None:
    put(tmp_path, "minimal/v1.yaml")
    second = put(tmp_path, "minimal/v2.yaml", version="2")
    put(tmp_path, "minimal/v10.yaml", version="10", status="草案  # 征求意见")
    put(tmp_path, "minimal/v11.yaml", version="11", status="废止")
    assert found_path("minimal", tmp_path) == second
    assert found_path("minimal@10", tmp_path) == tmp_path / "minimal" / "v10.yaml"


def test_a_policy_of_drafts_means_the_latest_draft(tmp_path: Path) -> None:
    put(tmp_path, "minimal/v1.yaml", status="废止")
    draft = put(tmp_path, "minimal/v2.yaml", version="2", status="草案")
    assert found_path("minimal", tmp_path) == draft


def test_folders_given_come_before_those_shipped(tmp_path: Path) -> None:
    own = put(tmp_path, "某省/hebei-2023/v7.yaml", policy="hebei-2023", version="7")
    assert found_path("hebei-2023", tmp_path) == own
    assert found_path("hebei-2023@1", tmp_path) == data_dir("policies") / "hebei" / "hebei-2023" / "v1.yaml"
    assert [entry.version for entry in list_policies([tmp_path]) if entry.id == "hebei-2023"] == [1, 7]


def test_unknown_references_say_what_there_is(tmp_path: Path) -> None:
    found = Diagnostics()
    assert find("hebei2023", (), found) is None
    assert find("hebei-2023@99", (), found) is None
    assert find("河北", (), found) is None
    assert [each.code for each in found] == ["PR210", "PR211", "PR210"]
    helps = [each.help for each in found]
    assert "hebei-2023" in helps[0] and "hebei-2023@1" in helps[1] and "hebei-2023" in helps[2]
    assert refused("hebei-2023", tmp_path / "没有") == ["PR217"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("hebei", ["hebei-2023"]),
        ("河北", ["hebei-2023"]),
        ("zhejiang", ["zhejiang-2022-capability", "zhejiang-2022-livelihood"]),
    ],
)
def test_the_beginning_of_an_id_and_words_of_a_title_suggest_it(said: str, meant: list[str]) -> None:
    found = Diagnostics()
    find(said, (), found)
    [unknown] = found
    assert unknown.help == f"是不是“{'”或“'.join(meant)}”？"


def test_two_files_for_one_version_are_not_chosen_between(tmp_path: Path) -> None:
    put(tmp_path, "甲/minimal/v1.yaml")
    put(tmp_path, "乙/minimal/v1.yaml")
    assert refused("minimal", tmp_path) == ["PR218"]


def test_a_file_that_lies_about_its_name_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "other/v3.yaml")
    assert refused("other", tmp_path) == ["PR212", "PR212"]


def test_a_shared_file_that_lies_about_its_name_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "minimal/v1.yaml")
    put(tmp_path, "national/skills.yaml", "shared: national/other\ntitle: 甲\nvocabulary: {项目等级: {values: [甲]}}\n")
    assert refused("minimal", tmp_path) == ["PR212"]


def test_shared_files_beside_a_policy_come_first(tmp_path: Path) -> None:
    put(tmp_path, "某省/minimal/v1.yaml")
    shared = (
        "shared: national/skills\ntitle: 甲\nvocabulary: {项目等级: {values: [高, 低]}, 证书类型: {values: [有, 无]}}\n"
    )
    path = put(tmp_path, "national/skills.yaml", shared)
    source = read_policy("minimal", Diagnostics(), folders=[tmp_path])
    assert source is not None
    (only,) = source.shared
    assert only.names == ("项目等级", "证书类型")
    assert only.root.span.file.path == str(path)


def test_a_shared_file_alone_is_not_a_policy() -> None:
    assert refused(str(data_dir("policies") / "national" / "skills.yaml")) == ["PR177"]


def digest(ref: str, *folders: Path, overlays: tuple[Path, ...] = ()) -> str:
    source = read_policy(ref, Diagnostics(), folders=folders, overlays=overlays)
    assert source is not None
    return source.digest


def test_the_digest_is_of_the_texts_and_of_nothing_else(tmp_path: Path) -> None:
    here = put(tmp_path / "甲", "minimal/v1.yaml")
    there = put(tmp_path / "乙", "minimal/v1.yaml")
    there.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert digest(str(here)) == digest(str(there))
    other = put(tmp_path / "丙", "minimal/v1.yaml", MINIMAL + "\n")
    assert digest(str(here)) != digest(str(other))


def test_overlays_count_in_the_digest_in_order(tmp_path: Path) -> None:
    policy = str(put(tmp_path, "minimal/v1.yaml"))
    one = put(tmp_path, "one.yaml", OVERLAY)
    two = put(tmp_path, "two.yaml", OVERLAY.replace("800", "900"))
    assert len({digest(policy, overlays=given) for given in ((), (one,), (two,), (one, two), (two, one))}) == 5


def test_an_overlay_for_this_version_fits_and_for_another_does_not(tmp_path: Path) -> None:
    policy = str(put(tmp_path, "minimal/v1.yaml"))
    fits = put(tmp_path, "fits.yaml", OVERLAY.replace("minimal", "minimal@1"))
    found = Diagnostics()
    checked = load(policy, found, overlays=[fits])
    assert checked is not None, list(found)
    assert [value.value for value in checked.parameters["当地标准"].values] == [800]
    assert refused(policy, overlays=(put(tmp_path, "other.yaml", OVERLAY.replace("minimal", "minimal@2")),)) == [
        "PR215"
    ]
