"""The life of a version: copied from the one before it as a draft, edited, released, and from then on left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policyrun.app.library import locate, version_of, versions_beside
from policyrun.app.load import load, read_policy
from policyrun.app.releases import FILE, Release, lock_of, read_releases, text_of
from policyrun.app.shelf import DISK, Located
from policyrun.app.testing import run_cases
from policyrun.app.timeline import check_timeline
from policyrun.datasets.atomic import replacing
from policyrun.ir.policy import Policy
from policyrun.model.vocabulary import Status
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.files import read_source, shown_path
from policyrun.source.messages import _
from policyrun.source.text import SourceFile
from policyrun.syntax import nodes
from policyrun.syntax.yaml_reader import read_yaml

CHANGELOG = "CHANGELOG.md"

#: What a new page and a new entry say. They are the bureau's own papers: Chinese, whatever the user's locale.
_TITLE = "# 政策文件的变更\n\n"
_ENTRY = "### 版本 {version}（草案）\n\n- 依据：\n- 管哪段时间的记录：\n- 改动：\n"

#: The releases of a policy by version.
Releases = Mapping[int, Release]


@dataclass(frozen=True, slots=True)
class Opened:
    """A new version: its reference, the one it is a copy of, its file, and the page that says what changes."""

    ref: str
    before: str
    path: Path
    changelog: Path


# ---------------------------------------------------------------------------------------------------------- new version


def new_version(ref: str, found: Diagnostics, *, folders: Sequence[Path] = ()) -> Opened | None:
    """Copies the highest version of a policy as a draft that supersedes it, and opens its entry in the changelog.

    Comments and layout stay. Returns None, with the reasons in ``found``, if nothing was written.
    """
    located = _own(ref, folders, found)
    if located is None:
        return None
    last, path = max(versions_beside(located).items())
    root = _read(path, found)
    if root is None or not _may_follow(root, path, last, found):
        return None
    policy_id = path.resolve().parent.name
    target, changelog = path.with_name(f"v{last + 1}.yaml"), path.resolve().parent.parent / CHANGELOG
    page = read_source(changelog, found) if changelog.is_file() else SourceFile(str(changelog), "")
    if page is None:
        return None
    with ExitStack() as waiting:
        files = [(target, _next_text(root, policy_id, last)), (changelog, _entry(page.text, policy_id, last))]
        for file, text in files:
            waiting.enter_context(replacing(file)).write_text(text, encoding="utf-8", newline="\n")
    return Opened(f"{policy_id}@{last + 1}", f"{policy_id}@{last}", target, changelog)


def _own(ref: str, folders: Sequence[Path], found: Diagnostics) -> Located | None:
    """A version's file that the user may write beside; None, and the reason, if it is none."""
    located = locate(ref, folders, found)
    if located is None:
        return None
    place = Place(located.shelf.shown(located.path))
    if located.shelf is not DISK:
        found.add("PR274", _("修订里的政策只能看，不能改"), place, help=_("去掉 git:修订:，改检出的文件"))
        return None
    if version_of(located.path) is None or not located.path.is_file():
        hint = _("政策放在“政策编号/v版本号.yaml”")
        found.add("PR264", _("这个文件不是一个政策的版本"), place, help=hint)
        return None
    shipped = data_dir("policies")
    if shipped.parent.name == "_data" and located.path.resolve().is_relative_to(shipped.resolve()):
        hint = _("把政策的文件夹复制到自己的文件夹里，用 --policies 指明")
        found.add("PR269", _("这是程序自带的政策，不在这里改"), place, help=hint)
        return None
    return located


def _read(path: Path, found: Diagnostics) -> nodes.Mapping | None:
    file = read_source(path, found)
    return None if file is None else read_yaml(file, found)


def _may_follow(root: nodes.Mapping, path: Path, last: int, found: Diagnostics) -> bool:
    """Whether the highest version is more than a draft; one draft at a time."""
    status = root.get("status")
    releases = read_releases(path.parent, DISK, found)
    if releases is None:
        return False
    if status is not None and status.span.text == Status.DRAFT.value and last not in releases:
        message = _("版本 {version} 还是草案").format(version=last)
        found.add("PR268", message, status.span, help=_("接着改它；发布以后再写下一个版本"))
        return False
    return True


def _next_text(root: nodes.Mapping, policy_id: str, last: int) -> str:
    """The text of the next version: a draft that says which version it supersedes, all else as it was."""
    text = root.span.file.text
    changes = {"version": str(last + 1), "status": Status.DRAFT.value, "supersedes": f"{policy_id}@{last}"}
    spans = {key: node.span for key in changes if (node := root.get(key)) is not None}
    edits = [(span.start, span.end, changes[key]) for key, span in spans.items()]
    if "supersedes" not in spans:
        place = root.key("in_force") or root.entries[-1][0]
        edits.append((place.span.start, place.span.start, f"supersedes: {changes['supersedes']}\n"))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _entry(page: str, policy_id: str, last: int) -> str:
    """A changelog with an entry for the next version, above the one before it."""
    entry = _ENTRY.format(version=last + 1)
    heading = f"## {policy_id}\n"
    if heading not in page:
        before = f"{page.rstrip()}\n\n" if page.strip() else _TITLE
        return f"{before}{heading}\n{entry}"
    above, _heading, below = page.partition(heading)
    return f"{above}{heading}\n{entry}\n{below.lstrip()}"


# -------------------------------------------------------------------------------------------------------------- release


def release(ref: str, day: date, found: Diagnostics, *, folders: Sequence[Path] = ()) -> Policy | None:
    """Locks a version: from then on its text may not change, and the policy's id means it or a later release.

    A version is released only if it is no draft, sound by itself and beside the other versions, and all its cases
    come out as expected. Returns None, with the reasons in ``found`` and nothing changed, if it was not released.
    """
    located = _own(ref, folders, found)
    policy = None if located is None else load(ref, found, folders=folders)
    releases = None if located is None else read_releases(located.path.parent, DISK, found)
    if located is None or policy is None or releases is None:
        return None
    if not (_names_version(ref, policy, found) and _is_due(policy, located, releases, found)):
        return None
    check_timeline(located, folders, found)
    _check_cases(ref, policy, folders, found)
    source = read_policy(ref, Diagnostics(), folders=folders)
    if found.failed or source is None:
        return None
    text = text_of(policy.id, {**releases, policy.version: Release(policy.version, day, lock_of(source))})
    with replacing(located.path.parent / FILE) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")
    return policy


def _names_version(ref: str, policy: Policy, found: Diagnostics) -> bool:
    """Whether a reference says which version; an id alone means another version once this one is released."""
    if ref != policy.id:
        return True
    found.add("PR265", _("没有说发布哪个版本"), help=_("写明版本，如 {ref}").format(ref=policy.ref))
    return False


def _is_due(policy: Policy, located: Located, releases: Releases, found: Diagnostics) -> bool:
    """Whether a version is neither released already nor a draft."""
    place = Place(shown_path(located.path))
    earlier = releases.get(policy.version)
    if earlier is not None:
        message = _("{ref} 已于 {day} 发布").format(ref=policy.ref, day=earlier.day)
        hint = _("要改就另写新版本：policyrun new-version --policy {policy}").format(policy=policy.id)
        found.add("PR266", message, place, help=hint)
        return False
    if policy.status is Status.DRAFT:
        hint = _("文件印发以后，把 status 改成 生效，再发布")
        found.add("PR267", _("{ref} 还是草案，不能发布").format(ref=policy.ref), place, help=hint)
        return False
    return True


def _check_cases(ref: str, policy: Policy, folders: Sequence[Path], found: Diagnostics) -> None:
    def with_overlays(overlays: tuple[Path, ...]) -> Policy | None:
        return load(ref, found, folders=folders, overlays=overlays)

    report = run_cases(policy, found, with_overlays)
    if report.failures:
        message = _("{ref} 有 {count} 处与例子不符，不能发布").format(ref=policy.ref, count=len(report.failures))
        hint = _("policyrun test --policy {ref} 逐处列出；改政策或改例子").format(ref=policy.ref)
        found.add("PR285", message, report.failures[0].at, label=_("第一处"), help=hint)
