"""Where each rule of the catalogue stands: read off the ids that the policies themselves carry.

An id is 计入 where it stands on something that decides a result: a requirement, an amount, a row of a table, a
parameter, a limit … It is 列示 where it stands on what is only shown: a word list, a target, a deadline, a goal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policyrun.app.library import list_policies
from policyrun.app.load import read_policy
from policyrun.check.shape import scalars_at, text_at
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.text import Span
from policyrun.syntax import nodes
from policyrun.syntax.source_policy import PolicySource

#: Sections that no result depends on.
_SHOWN = frozenset({"documents", "vocabulary", "quotas", "deadlines", "goals"})

#: Keys of a policy file as its readers call them; "" where the step goes without saying.
_WORDS = {
    "in_force": _("施行期"),
    "rounding": _("取整"),
    "vocabulary": _("词汇"),
    "records": _("记录"),
    "lists": _("名单"),
    "readings": _("读法"),
    "parameters": _("参数"),
    "decisions": _("推算"),
    "schemes": _("项目"),
    "gates": _("关口"),
    "requirements": _("条件"),
    "amount": _("金额"),
    "split": _("分摊"),
    "payee": _("受款人"),
    "fund": _("资金渠道"),
    "notices": _("提示"),
    "top_up": _("补差"),
    "orders": _("次序"),
    "limits": _("限额"),
    "quotas": _("任务分解"),
    "indicators": _("指标"),
    "reports": _("报表"),
    "deadlines": _("期限"),
    "goals": _("目标"),
    "default": _("其余"),
    "table": "",
    "rows": "",
    "values": "",
    "then": "",
    "groups": "",
    "columns": "",
    "checks": _("检查"),
    "region": _("地区"),
    "relations": _("栏间关系"),
    "sums": _("上级之和"),
}

Step = str | int


@dataclass(frozen=True, slots=True)
class Place:
    """A place where an id stands.

    Attributes:
        policy: ``hebei-2023@1``.
        section: the section of the file, such as ``parameters``.
        words: the way there in the words of the policy, such as ``参数 就业窗口``.
        encoded: whether what stands there decides results (计入) or is only shown (列示).
    """

    policy: str
    section: str
    words: str
    at: Span
    encoded: bool


def coverage(
    found: Diagnostics, *, folders: Sequence[Path] = (), only: str | None = None
) -> Mapping[str, tuple[Place, ...]]:
    """Id → its places; what does not read is left out and reported.

    Args:
        only: the policy to look in; without it, each policy in the version that its bare name means.
    """
    refs = dict.fromkeys(entry.id for entry in list_policies(folders)) if only is None else (only,)
    sources = (read_policy(ref, found, folders=folders) for ref in refs)
    return _together(place for source in sources if source is not None for place in places_in(source))


def places_in(source: PolicySource) -> Iterator[tuple[str, Place]]:
    """The ids of a policy and of the words it imports, each with a place, in the order of the files."""
    ref = f"{text_at(source.root, 'policy')}@{text_at(source.root, 'version')}"
    yield from _walk(source.root, (), ref)
    for shared in source.shared:
        vocabulary = shared.root.get("vocabulary")
        for name in shared.names:
            words = vocabulary.get(name) if isinstance(vocabulary, nodes.Mapping) else None
            if words is not None:
                yield from _walk(words, ("vocabulary", name), ref)


def _walk(node: nodes.Node, path: tuple[Step, ...], ref: str) -> Iterator[tuple[str, Place]]:
    if isinstance(node, nodes.Sequence):
        for place, item in enumerate(node, 1):
            yield from _walk(item, (*path, place), ref)
    elif isinstance(node, nodes.Mapping):
        for rule in scalars_at(node, "ids"):
            yield rule.text, Place(ref, str(path[0]), _in_words(path), rule.span, _decides(path, node))
        for key, value in node:
            if key.text != "ids":
                yield from _walk(value, (*path, key.text), ref)


def _decides(path: tuple[Step, ...], node: nodes.Mapping) -> bool:
    """Whether results depend on what stands there: on a time in force only where rows outside it are set apart."""
    return path[0] not in _SHOWN and (path != ("in_force",) or node.get("outside") is not None)


def _in_words(path: tuple[Step, ...]) -> str:
    """A path as its readers would say it.

    >>> _in_words(("decisions", "补贴比例", "table", "rows", 2))
    '推算 补贴比例 第 2 行'
    """
    said = (
        _("第 {number} 行").format(number=step) if isinstance(step, int) else _WORDS.get(step, step) for step in path
    )
    return " ".join(word for word in said if word)


def _together(places: Iterator[tuple[str, Place]]) -> Mapping[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for rule, place in places:
        found.setdefault(rule, []).append(place)
    return {rule: tuple(where) for rule, where in found.items()}


def is_encoded(places: Sequence[Place]) -> bool:
    """Whether an id decides results anywhere."""
    return any(place.encoded for place in places)
