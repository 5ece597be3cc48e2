"""A reference → the checked policy: find, read, shape, imports, overlays, check."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from policyrun.app.library import locate, policy_folders, version_of
from policyrun.app.overlay import read_overlay
from policyrun.app.releases import check_lock, read_releases
from policyrun.app.shelf import DISK, Located
from policyrun.check.lower import lower_policy
from policyrun.ir.policy import Policy
from policyrun.source.diagnostic import Diagnostics, Label
from policyrun.source.messages import _
from policyrun.source.suggest import closest
from policyrun.syntax.nodes import Mapping, Scalar
from policyrun.syntax.nodes import Sequence as Items
from policyrun.syntax.shape import FileKind, check_shape
from policyrun.syntax.source_policy import PolicySource, Shared
from policyrun.syntax.yaml_reader import read_yaml

_SHARED_REF = re.compile(r"[\w-]+(/[\w-]+)*")

#: A policy lies at most this many folders below the folder of policies: ``hebei/hebei-2023/v1.yaml``.
_DEPTH = 3


def load(ref: str, found: Diagnostics, *, folders: Sequence[Path] = (), overlays: Iterable[Path] = ()) -> Policy | None:
    """The checked policy, or None and the reasons.

    Args:
        ref: ``hebei-2023``, ``hebei-2023@1``, the path of a policy file, or one of them in a revision, ``git:REV:…``.
        folders: folders of policies that come before those shipped.
        overlays: overlay files, in order; a later one wins.
    """
    source = read_policy(ref, found, folders=folders, overlays=overlays)
    return None if source is None else lower_policy(source, found)


def read_policy(
    ref: str, found: Diagnostics, *, folders: Sequence[Path] = (), overlays: Iterable[Path] = ()
) -> PolicySource | None:
    """A policy's texts in the right shape, names and types still unchecked; or None and the reasons."""
    located = locate(ref, folders, found)
    root = None if located is None else _read(located, "policy", found)
    if located is None or root is None or not _is_where_it_says(root, located, found):
        return None
    shared = _imports(root, _homes(located, folders), found)
    laid = [read_overlay(overlay, root, found) for overlay in overlays]
    over = tuple(overlay for overlay in laid if overlay is not None)
    if shared is None or len(over) < len(laid):
        return None
    roots = (root, *(each.root for each in shared), *over)
    source = PolicySource(root=root, file=root.span.file, shared=shared, overlays=over, digest=_digest(roots))
    return source if _is_as_released(source, located, found) else None


def _is_as_released(source: PolicySource, located: Located, found: Diagnostics) -> bool:
    """Whether a version is still what was released, if it was; if not, that is reported."""
    version = version_of(located.path)
    if version is None:
        return True
    releases = read_releases(located.path.parent, located.shelf, found)
    if releases is None:
        return False
    release = releases.get(version)
    before = len(found)
    if release is not None:
        check_lock(source, release, found)
    return len(found) == before


def _read(located: Located, kind: FileKind, found: Diagnostics) -> Mapping | None:
    file = located.shelf.read(located.path, found)
    root = read_yaml(file, found) if file else None
    return root if root is not None and check_shape(root, kind, found) else None


def _is_where_it_says(root: Mapping, located: Located, found: Diagnostics) -> bool:
    """Whether a file in a folder of versions is named as its text says; if not, that is reported."""
    path = located.path
    if not re.fullmatch(r"v[1-9][0-9]*", path.stem):
        return True
    fits = True
    for key, due in (("policy", located.shelf.above(path)[0].name), ("version", path.stem[1:])):
        said = root.get(key)
        if isinstance(said, Scalar) and said.text != due:
            message = _("{key} 写的是“{said}”，所在的文件却是“{due}”").format(key=key, said=said.text, due=due)
            found.add("PR212", message, said.span, help=_("文件放在“政策编号/v版本号.yaml”；改文件名，或改这里"))
            fits = False
    return fits


def _homes(located: Located, folders: Iterable[Path]) -> tuple[Located, ...]:
    """Where shared files are looked for: the folder of policies the file lies in, then the others.

    A file of a revision takes what the revision has, and else only what ships with the engine: what is checked out
    now may be another text.
    """
    own = tuple(Located(folder, located.shelf) for folder in located.shelf.above(located.path)[:_DEPTH])
    return (*own, *(Located(folder) for folder in policy_folders(folders if located.shelf is DISK else ())))


def _imports(root: Mapping, homes: tuple[Located, ...], found: Diagnostics) -> tuple[Shared, ...] | None:
    """The shared files a policy imports from, or None and the reasons."""
    imports = root.get("imports")
    if not isinstance(imports, Mapping):
        return ()
    taken: dict[str, Scalar] = {}
    resolved = [_import(ref, names, homes, taken, found) for ref, names in imports if isinstance(names, Items)]
    shared = tuple(each for each in resolved if each is not None)
    return shared if len(shared) == len(resolved) else None


def _import(
    ref: Scalar, names: Items, homes: tuple[Located, ...], taken: dict[str, Scalar], found: Diagnostics
) -> Shared | None:
    path = _shared_path(ref, homes, found)
    root = None if path is None else _read(path, "shared", found)
    if root is None or not _says_its_name(root, ref, found):
        return None
    offered = _keys(root.get("vocabulary"))
    wanted = [name for name in names if isinstance(name, Scalar)]
    fits = [_is_offered(name, ref, offered, found) and _is_new(name, taken, found) for name in wanted]
    return Shared(ref=ref.text, names=tuple(name.text for name in wanted), root=root) if all(fits) else None


def _shared_path(ref: Scalar, homes: tuple[Located, ...], found: Diagnostics) -> Located | None:
    if _SHARED_REF.fullmatch(ref.text):
        for home in homes:
            path = home.path / f"{ref.text}.yaml"
            if home.shelf.is_file(path):
                return Located(path, home.shelf)
    hint = _("共用词汇文件放在政策文件夹之下，如 national/skills 即 policies/national/skills.yaml")
    found.add("PR213", _("找不到共用词汇文件“{ref}”").format(ref=ref.text), ref.span, help=hint)
    return None


def _says_its_name(root: Mapping, ref: Scalar, found: Diagnostics) -> bool:
    said = root.get("shared")
    if not isinstance(said, Scalar) or said.text == ref.text:
        return True
    message = _("shared 写的是“{said}”，引入它的名字却是“{ref}”").format(said=said.text, ref=ref.text)
    found.add("PR212", message, said.span, others=(Label(ref.span, _("在这里引入")),), help=_("两处要一样"))
    return False


def _is_offered(name: Scalar, ref: Scalar, offered: tuple[str, ...], found: Diagnostics) -> bool:
    if name.text in offered:
        return True
    near = closest(name.text, offered)
    hint = _("是不是“{near}”？").format(near=near) if near else _("有：{names}").format(names="、".join(offered))
    message = _("共用词汇文件 {ref} 里没有“{name}”").format(ref=ref.text, name=name.text)
    found.add("PR214", message, name.span, help=hint)
    return False


def _is_new(name: Scalar, taken: dict[str, Scalar], found: Diagnostics) -> bool:
    first = taken.setdefault(name.text, name)
    if first is name:
        return True
    others = (Label(first.span, _("第一次在这里")),)
    found.add("PR219", _("“{name}”引入了两次").format(name=name.text), name.span, others=others, help=_("删去一个"))
    return False


def _keys(node: object) -> tuple[str, ...]:
    return tuple(key.text for key, _value in node) if isinstance(node, Mapping) else ()


def _digest(roots: Iterable[Mapping]) -> str:
    """SHA-256 of texts in order; line endings and a byte order mark make no difference, since no text has them."""
    digest = hashlib.sha256()
    for root in roots:
        digest.update(root.span.file.text.encode())
        digest.update(b"\0")
    return digest.hexdigest()
