"""Local overlay files: what a place adds to a policy on grounds of its own."""

from __future__ import annotations

from pathlib import Path

from policyrun.source.diagnostic import Diagnostics
from policyrun.source.files import read_source
from policyrun.source.messages import _
from policyrun.source.suggest import closest
from policyrun.syntax.nodes import Mapping, Scalar
from policyrun.syntax.shape import check_shape
from policyrun.syntax.yaml_reader import read_yaml

#: Section of an overlay → the section of the policy that holds its targets.
_TARGETS = {"parameters": "parameters", "decisions": "parameters", "readings": "readings"}


def read_overlay(path: Path, policy: Mapping, found: Diagnostics) -> Mapping | None:
    """An overlay file that fits a policy, or None and the reasons."""
    file = read_source(path, found)
    root = read_yaml(file, found) if file else None
    if root is None or not check_shape(root, "overlay", found):
        return None
    if not _is_for(root, policy, found):
        return None
    known = [_has_target(name, section, policy, found) for section in _TARGETS for name in _names(root, section)]
    return root if all(known) else None


def _is_for(root: Mapping, policy: Mapping, found: Diagnostics) -> bool:
    wanted = root.get("for")
    has_id, has_version = _text(policy, "policy"), _text(policy, "version")
    if not isinstance(wanted, Scalar) or wanted.text in (has_id, f"{has_id}@{has_version}"):
        return True
    found.add(
        "PR215",
        _("这个补充文件不是给 {ref} 的").format(ref=f"{has_id}@{has_version}"),
        wanted.span,
        label=_("它补充的是这个政策"),
        help=_("换一个补充文件，或改 for"),
    )
    return False


def _has_target(name: Scalar, section: str, policy: Mapping, found: Diagnostics) -> bool:
    """Whether the policy has what an entry of an overlay is about; if not, that is reported."""
    targets = [target.text for target in _names(policy, _TARGETS[section])]
    if name.text in targets:
        return True
    noun = _("读法") if section == "readings" else _("参数")
    near = closest(name.text, targets)
    if near:
        hint = _("是不是“{near}”？").format(near=near)
    elif targets:
        hint = _("有：{names}").format(names="、".join(targets))
    else:
        hint = _("这个政策没有{noun}").format(noun=noun)
    found.add("PR216", _("政策里没有{noun}“{name}”").format(noun=noun, name=name.text), name.span, help=hint)
    return False


def _names(root: Mapping, section: str) -> tuple[Scalar, ...]:
    node = root.get(section)
    return tuple(key for key, _value in node) if isinstance(node, Mapping) else ()


def _text(root: Mapping, key: str) -> str:
    node = root.get(key)
    return node.text if isinstance(node, Scalar) else ""
