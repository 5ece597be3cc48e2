"""Which versions have been released, and the lock that keeps their text as it was: ``releases.yaml`` beside them.

A release is locked by the digest of its file, and by one digest for each shared file it imports from: of the
vocabularies it takes, not of the whole file, so that others may add to a shared file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policyrun.app.shelf import Shelf
from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax import nodes
from policyrun.syntax.source_policy import PolicySource, Shared
from policyrun.syntax.yaml_reader import read_yaml

FILE = "releases.yaml"

_DIGEST = re.compile(r"[0-9a-f]{64}")
_HEAD = """\
# 已发布的版本：由 policyrun release 写入，不要手改。
# digest 是版本文件的摘要，imports 是它从各个共用词汇文件引入的词汇的摘要；对不上就是改过了。
"""


@dataclass(frozen=True, slots=True)
class Lock:
    """What a version's text was: digests in hexadecimal; ``imports`` by the name of the shared file."""

    digest: str
    imports: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Release:
    version: int
    day: date
    lock: Lock


def lock_of(source: PolicySource) -> Lock:
    """The lock that a version has if it is released as it stands."""
    return Lock(_sha256(source.file.text), {shared.ref: _sha256(_taken(shared)) for shared in source.shared})


def _taken(shared: Shared) -> str:
    vocabulary = shared.root.get("vocabulary")
    entries = vocabulary.entries if isinstance(vocabulary, nodes.Mapping) else ()
    return "\0".join(f"{key.text}\0{node.span.text}" for key, node in entries if key.text in shared.names)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read_releases(folder: Path, shelf: Shelf, found: Diagnostics) -> Mapping[int, Release] | None:
    """The releases of the policy in a folder, by version; None if the file that says so cannot be made out."""
    path = folder / FILE
    if not shelf.is_file(path):
        return {}
    file = shelf.read(path, found)
    root = None if file is None else read_yaml(file, found)
    if root is None:
        return None
    written = root.get("versions")
    entries = written.entries if isinstance(written, nodes.Mapping) else ()
    releases = [_release(key, node) for key, node in entries]
    sound = [release for release in releases if release is not None]
    if not entries or len(sound) < len(entries):
        hint = _("从 git 取回 policyrun release 写的那一份；没有的话删去它，再逐个发布")
        found.add("PR261", _("发布记录读不懂"), Place(shelf.shown(path)), help=hint)
        return None
    return {release.version: release for release in sound}


def _release(key: nodes.Scalar, node: nodes.Node) -> Release | None:
    """A version's entry; None where it is not as ``text_of`` writes it."""
    day, digest = _text(node, "date"), _text(node, "digest")
    imports = node.get("imports") if isinstance(node, nodes.Mapping) else None
    names = imports.entries if isinstance(imports, nodes.Mapping) else ()
    taken = {name.text: _text(imports, name.text) for name, _digest in names}
    if not key.text.isdecimal() or not all(map(_DIGEST.fullmatch, (digest, *taken.values()))):
        return None
    try:
        return Release(int(key.text), date.fromisoformat(day), Lock(digest, taken))
    except ValueError:
        return None


def _text(node: nodes.Node | None, key: str) -> str:
    value = node.get(key) if isinstance(node, nodes.Mapping) else None
    return value.text if isinstance(value, nodes.Scalar) else ""


def text_of(policy_id: str, releases: Mapping[int, Release]) -> str:
    """What ``releases.yaml`` says, a version after the other."""
    lines = [f"{_HEAD}releases: {policy_id}", "versions:"]
    for version, release in sorted(releases.items()):
        lines += [f"  {version}:", f"    date: {release.day}", f"    digest: {release.lock.digest}"]
        if release.lock.imports:
            lines.append("    imports:")
            lines += [f"      {ref}: {digest}" for ref, digest in release.lock.imports.items()]
    return "\n".join(lines) + "\n"


def check_lock(source: PolicySource, release: Release, found: Diagnostics) -> None:
    """Report a released version whose text, or whose imported vocabularies, are not what they were."""
    now = lock_of(source)
    policy_id, version = source.root.get("policy"), release.version
    ref = f"{policy_id.text}@{version}" if isinstance(policy_id, nodes.Scalar) else str(version)
    next_one = _("撤回这里的改动；要改就另写新版本：policyrun new-version --policy {policy}").format(
        policy=ref.partition("@")[0]
    )
    if now.digest != release.lock.digest:
        message = _("{ref} 已于 {day} 发布，发布以后又改过").format(ref=ref, day=release.day)
        found.add("PR262", message, _version_line(source), label=_("这个版本已经锁定"), help=next_one)
    changed = [name for name, digest in now.imports.items() if digest != release.lock.imports.get(name)]
    for name in changed if now.digest == release.lock.digest else ():
        message = _("{ref} 已于 {day} 发布，它从“{shared}”引入的词汇又改过").format(
            ref=ref, day=release.day, shared=name
        )
        help_text = _("在共用词汇文件里撤回改动；要改的词汇另取名字，由新版本引入")
        found.add("PR263", message, _import_line(source, name), help=help_text)


def _version_line(source: PolicySource) -> Span:
    node = source.root.get("version")
    return node.span if node is not None else source.root.span


def _import_line(source: PolicySource, ref: str) -> Span:
    imports = source.root.get("imports")
    key = imports.key(ref) if isinstance(imports, nodes.Mapping) else None
    return key.span if key is not None else source.root.span
