"""Which policies there are, and which one is meant.

A policy is a folder named after its id with a file per version, ``hebei-2023/v1.yaml``, anywhere below a folder of
policies. Folders the user gives come before the policies that ship with the engine.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from policyrun.app.releases import read_releases
from policyrun.app.revision import PREFIX, Revision, open_revision
from policyrun.app.shelf import DISK, Located, Shelf
from policyrun.model.vocabulary import Status
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics, Place
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
        released: the day it was released; None where it was not.
    """

    id: str
    version: int
    title: str
    status: str
    path: Path
    released: date | None = None

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
    return tuple(_with_release(entries[key]) for key in sorted(entries))


def _with_release(entry: Entry) -> Entry:
    releases = read_releases(entry.path.parent, DISK, Diagnostics())
    release = releases.get(entry.version) if releases else None
    return entry if release is None else replace(entry, released=release.day)


def find(ref: str, folders: Iterable[Path], found: Diagnostics) -> Path | None:
    """``locate`` for references that mean a file on the disk."""
    located = locate(ref, folders, found)
    return None if located is None else located.path


def locate(ref: str, folders: Iterable[Path], found: Diagnostics) -> Located | None:
    """The file a reference means, or None and the reason.

    A reference is ``hebei-2023`` (the latest version in the first folder that has any: of those released, or of all
    where none is), ``hebei-2023@1``, the path of a file, or any of these in a revision of the user's repository:
    ``git:HEAD~1:hebei-2023``.
    """
    folders = tuple(folders)
    if ref.startswith(PREFIX):
        return _locate_in_revision(ref, folders, found)
    if _is_path(ref):
        return Located(Path(ref))
    if not _all_exist(folders, found):
        return None
    before = len(found)
    located = _among(ref, [(DISK, folder) for folder in policy_folders(folders)], found)
    if located is None and len(found) == before:
        _unknown(ref, list_policies(folders), found)
    return located


def _is_path(ref: str) -> bool:
    return ref.endswith((".yaml", ".yml")) or "/" in ref or "\\" in ref


def _locate_in_revision(ref: str, folders: tuple[Path, ...], found: Diagnostics) -> Located | None:
    """The file that ``git:REV:…`` means; an id is looked for in the folders given, or in the whole repository."""
    word, colon, inner = ref.removeprefix(PREFIX).rpartition(":")
    if not (colon and word and inner):
        hint = _("写成 git:修订:政策，如 git:HEAD~1:hebei-2023")
        found.add("PR272", _("“{ref}”没有写全").format(ref=ref), help=hint)
        return None
    here = folders[0] if folders else Path.cwd()
    if not _all_exist(folders, found):
        return None
    revision = open_revision(word, here, found)
    if revision is None:
        return None
    tops = [Path(os.path.relpath(folder.resolve(), revision.top.resolve())) for folder in folders] or [Path()]
    if _is_path(inner):
        # From the top of the repository, as paths of a revision are shown, or from where the user is.
        for path in (Path(inner), Path(os.path.relpath(Path(inner).resolve(), revision.top.resolve()))):
            if revision.is_file(path):
                return Located(path, revision)
    else:
        before = len(found)
        located = _among(inner, [(revision, top) for top in tops], found)
        if located is not None or len(found) > before:
            return located
    _not_in_revision(inner, revision, tops, found)
    return None


def _not_in_revision(ref: str, revision: Revision, tops: Sequence[Path], found: Diagnostics) -> None:
    known = sorted({f"{path.parent.name}@{_version(path)}" for top in tops for path in _version_files(top, revision)})
    message = _("修订“{word}”里没有政策“{ref}”").format(word=revision.word, ref=ref)
    found.add("PR273", message, help=_("有：{refs}").format(refs="、".join(known)) if known else "")


def _among(ref: str, places: Iterable[tuple[Shelf, Path]], found: Diagnostics) -> Located | None:
    """The file that an id means in the first place that has it; None if none has, or that is reported."""
    parts = _REF.fullmatch(ref)
    if parts is None:
        return None
    for shelf, folder in places:
        versions = _versions(parts["id"], folder, found, shelf)
        if versions is None:
            return None
        wanted = parts["version"]
        if wanted and int(wanted) in versions:
            return Located(versions[int(wanted)], shelf)
        if versions and not wanted:
            return _latest(versions, shelf, found)
    return None


def _all_exist(folders: Iterable[Path], found: Diagnostics) -> bool:
    missing = [folder for folder in folders if not folder.is_dir()]
    for folder in missing:
        found.add("PR217", _("找不到政策文件夹"), Place(str(folder)), help=_("核对 --policies 给出的路径"))
    return not missing


def _version_files(folder: Path, shelf: Shelf = DISK) -> Iterator[Path]:
    return (path for path in shelf.below(folder, "v*.yaml") if _FILE.fullmatch(path.name))


def version_of(path: Path) -> int | None:
    """The version that a file is by its name; None if it is none."""
    return _version(path) or None


def versions_beside(located: Located) -> dict[int, Path]:
    """All versions of the policy that a file is a version of, by number; empty if it is none."""
    if version_of(located.path) is None:
        return {}
    folder = located.path.parent
    return {_version(path): path for path in _version_files(folder, located.shelf) if path.parent == folder}


def _version(path: Path) -> int:
    parts = _FILE.fullmatch(path.name)
    return int(parts[1]) if parts else 0


def _versions(policy_id: str, folder: Path, found: Diagnostics, shelf: Shelf) -> dict[int, Path] | None:
    """The versions of a policy in a folder; None where two files claim one version."""
    versions: dict[int, Path] = {}
    for path in _version_files(folder, shelf):
        if path.parent.name != policy_id:
            continue
        first = versions.setdefault(_version(path), path)
        if first is not path:
            message = _("{ref} 有两个文件").format(ref=f"{policy_id}@{_version(path)}")
            other = _("另一个是 {path}").format(path=shelf.shown(first))
            found.add("PR218", message, Place(shelf.shown(path)), label=other, help=_("删去一个"))
            return None
    return versions


def _latest(versions: dict[int, Path], shelf: Shelf, found: Diagnostics) -> Located | None:
    """The highest version released; where none is, the highest in force, else the highest draft, else the highest."""
    folder = next(iter(versions.values())).parent
    releases = read_releases(folder, shelf, found)
    if releases is None:
        return None
    released = [version for version in versions if version in releases]
    if released:
        return Located(versions[max(released)], shelf)

    def standing(version: int) -> tuple[int, int]:
        order = (Status.REPEALED.value, Status.DRAFT.value, Status.IN_FORCE.value)
        entry = _entry(versions[version], shelf)
        status = entry.status if entry else ""
        return (order.index(status) if status in order else 0), version

    return Located(versions[max(versions, key=standing)], shelf)


def _entry(path: Path, shelf: Shelf = DISK) -> Entry | None:
    """What the first lines of a file say; None where they do not say that it is a policy."""
    said = {key: value.strip("\"'") for key, value in _HEAD.findall(_head(path, shelf))}
    if "policy" not in said:
        return None
    return Entry(
        id=path.parent.name,
        version=_version(path),
        title=said.get("title", ""),
        status=said.get("status", ""),
        path=path,
    )


def _head(path: Path, shelf: Shelf) -> str:
    """The first lines of a file, however damaged; "" if it cannot be read."""
    if shelf is not DISK:
        file = shelf.read(path, Diagnostics())
        return "" if file is None else file.text[:_HEAD_SIZE]
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD_SIZE).decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError:
        return ""


def _unknown(ref: str, entries: Sequence[Entry], found: Diagnostics) -> None:
    ids = list(dict.fromkeys(entry.id for entry in entries))
    known = [entry.ref for entry in entries if entry.id == ref.partition("@")[0]]
    if known:
        found.add("PR211", _("没有版本“{ref}”").format(ref=ref), help=_("有：{refs}").format(refs="、".join(known)))
        return
    meant = _meant(ref.partition("@")[0], entries)
    hint = _("是不是“{near}”？").format(near="”或“".join(meant)) if meant else _("有：{ids}").format(ids="、".join(ids))
    found.add("PR210", _("没有政策“{ref}”").format(ref=ref), help=hint)


def _meant(said: str, entries: Iterable[Entry]) -> tuple[str, ...]:
    """Ids that a wrong one may mean: one spelt nearly so; else those that begin so, or whose title holds it."""
    entries = tuple(entries)
    near = closest(said, [entry.id for entry in entries])
    if near is not None:
        return (near,)
    begun = said.lower()
    fits = (entry.id for entry in entries if begun and (entry.id.startswith(begun) or said in entry.title))
    return tuple(dict.fromkeys(fits))
