"""Which policies there are, and which one is meant.

A policy is a folder named after its id with a file per version, ``hebei-2023/v1.yaml``, anywhere below a folder of
policies. Folders the user gives come before the policies that ship with the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from policyrun.model.vocabulary import Status
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.files import shown_path
from policyrun.source.messages import _
from policyrun.source.suggest import closest

#: ``hebei-2023`` or ``hebei-2023@1``.
_REF = re.compile(r"(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)(?:@(?P<version>[1-9][0-9]*))?")
_FILE = re.compile(r"v([1-9][0-9]*)\.yaml")
_HEAD = re.compile(r"^(policy|title|status):[ ]+(.*?)[ ]*(?:[ ]#.*)?$", re.MULTILINE)

#: Bytes in which a policy's title and status are looked for.
_HEAD_SIZE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A version of a policy, from its path and the first lines of its file.

    Attributes:
        status: 草案, 生效 or 废止 as written, unchecked.
    """

    id: str
    version: int
    title: str
    status: str
    path: Path

    @property
    def ref(self) -> str:
        return f"{self.id}@{self.version}"


def policy_folders(folders: Iterable[Path]) -> tuple[Path, ...]:
    """The folders to look in, in order: those given, then the one that ships with the engine."""
    return (*folders, data_dir("policies"))


def list_policies(folders: Iterable[Path] = ()) -> tuple[Entry, ...]:
    """Every version of every policy, by id and version; of two files for one version, the one found first."""
    entries: dict[tuple[str, int], Entry] = {}
    for folder in policy_folders(folders):
        for path in _version_files(folder):
            entry = _entry(path)
            if entry is not None:
                entries.setdefault((entry.id, entry.version), entry)
    return tuple(entries[key] for key in sorted(entries))


def find(ref: str, folders: Iterable[Path], found: Diagnostics) -> Path | None:
    """The file a reference means, or None and the reason.

    A reference is ``hebei-2023`` (the latest version in the first folder that has any), ``hebei-2023@1``, or the path
    of a file.
    """
    if ref.endswith((".yaml", ".yml")) or "/" in ref or "\\" in ref:
        return Path(ref)
    folders = tuple(folders)
    if not _all_exist(folders, found):
        return None
    parts = _REF.fullmatch(ref)
    if parts is None:
        _unknown(ref, folders, found)
        return None
    for folder in policy_folders(folders):
        versions = _versions(parts["id"], folder, found)
        if versions is None:
            return None
        wanted = parts["version"]
        if wanted and int(wanted) in versions:
            return versions[int(wanted)]
        if versions and not wanted:
            return _latest(versions)
    _unknown(ref, folders, found)
    return None


def _all_exist(folders: Iterable[Path], found: Diagnostics) -> bool:
    missing = [folder for folder in folders if not folder.is_dir()]
    for folder in missing:
        found.add("PR217", _("找不到政策文件夹"), Place(str(folder)), help=_("核对 --policies 给出的路径"))
    return not missing


def _version_files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("v*.yaml")) if _FILE.fullmatch(path.name))


def _version(path: Path) -> int:
    parts = _FILE.fullmatch(path.name)
    return int(parts[1]) if parts else 0


def _versions(policy_id: str, folder: Path, found: Diagnostics) -> dict[int, Path] | None:
    """The versions of a policy in a folder; None where two files claim one version."""
    versions: dict[int, Path] = {}
    for path in _version_files(folder):
        if path.parent.name != policy_id:
            continue
        first = versions.setdefault(_version(path), path)
        if first is not path:
            message = _("{ref} 有两个文件").format(ref=f"{policy_id}@{_version(path)}")
            other = _("另一个是 {path}").format(path=shown_path(first))
            found.add("PR218", message, Place(shown_path(path)), label=other, help=_("删去一个"))
            return None
    return versions


def _latest(versions: dict[int, Path]) -> Path:
    """The highest version in force; without one the highest draft; without either the highest."""

    def standing(version: int) -> tuple[int, int]:
        order = (Status.REPEALED.value, Status.DRAFT.value, Status.IN_FORCE.value)
        entry = _entry(versions[version])
        status = entry.status if entry else ""
        return (order.index(status) if status in order else 0), version

    return versions[max(versions, key=standing)]


def _entry(path: Path) -> Entry | None:
    """What the first lines of a file say; None where they do not say that it is a policy."""
    head = ""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_SIZE).decode("utf-8", "replace")
    except OSError:
        pass
    said = {key: value.strip("\"'") for key, value in _HEAD.findall(head.replace("\r\n", "\n"))}
    if "policy" not in said:
        return None
    return Entry(
        id=path.parent.name,
        version=_version(path),
        title=said.get("title", ""),
        status=said.get("status", ""),
        path=path,
    )


def _unknown(ref: str, folders: Iterable[Path], found: Diagnostics) -> None:
    entries = list_policies(folders)
    ids = list(dict.fromkeys(entry.id for entry in entries))
    known = [entry.ref for entry in entries if entry.id == ref.partition("@")[0]]
    if known:
        found.add("PR211", _("没有版本“{ref}”").format(ref=ref), help=_("有：{refs}").format(refs="、".join(known)))
        return
    near = closest(ref.partition("@")[0], ids)
    hint = _("是不是“{near}”？").format(near=near) if near else _("有：{ids}").format(ids="、".join(ids))
    found.add("PR210", _("没有政策“{ref}”").format(ref=ref), help=hint)
