"""Whether nodes have the shape of a policy file, a shared file or an overlay; what is wrong, at its place.

One finding per place: what a misspelled key leaves missing is not reported beside it, and what stands in a wrong shape
is not looked into.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from policyrun.source.diagnostic import Diagnostics, Label
from policyrun.source.messages import _
from policyrun.source.suggest import closest
from policyrun.source.text import Span
from policyrun.syntax.nodes import Mapping, Node, Scalar, Sequence
from policyrun.syntax.schema import Kinds, Shape, definition
from policyrun.syntax.yaml_traps import look_instead_of_collection

FileKind = Literal["policy", "shared", "overlay"]
FILE_KINDS: tuple[FileKind, ...] = get_args(FileKind)


def check_shape(root: Mapping, kind: FileKind, found: Diagnostics) -> bool:
    """Whether a file has the shape of its kind."""
    if not _is_kind(root, kind, found):
        return False
    before = len(found)
    top = root.entries[0][0] if root.entries else Scalar("", root.span)
    _Checker(found).check(root, definition(f"{kind}File"), top)
    return len(found) == before


def _is_kind(root: Mapping, kind: FileKind, found: Diagnostics) -> bool:
    """Whether a file does not say that it is of another kind; if it does, that is reported."""
    said = next((name for name, _value in root if name.text in FILE_KINDS), None)
    if root.key(kind) is not None or said is None:
        return True
    names = {"policy": _("政策文件"), "shared": _("共用词汇文件"), "overlay": _("本地补充文件")}
    message = _("这是{actual}，不是{due}").format(actual=names[said.text], due=names[kind])
    found.add("PR177", message, said.span, help=_("补充文件用 --with 给出，共用词汇用 imports 引入"))
    return False


class _Checker:
    """Walks nodes and shapes side by side; ``key`` is the key under which a node stands."""

    def __init__(self, found: Diagnostics) -> None:
        self.found = found

    def check(self, node: Node, shape: Shape, key: Scalar) -> None:
        chosen = _alternative(node, shape)
        if isinstance(node, Scalar) and not node.text:
            self._empty(node, key)
        elif chosen is None:
            self._wrong_kind(node, shape, key)
        elif isinstance(node, Scalar):
            self._scalar(node, chosen, key)
        elif isinstance(node, Sequence):
            self._sequence(node, chosen, key)
        else:
            self._mapping(node, chosen, key)

    def _empty(self, node: Scalar, key: Scalar) -> None:
        at = node.span if node.quoted or key.span.start > node.span.start else key.span
        self.found.add("PR175", _("“{key}”没有值").format(key=key.text), at, help=_("写上值；用不着的就删去这一行"))

    def _wrong_kind(self, node: Node, shape: Shape, key: Scalar) -> None:
        if isinstance(node, Scalar) and look_instead_of_collection(node, self.found):
            return
        message = _("“{key}”要写成{due}，这里是{kind}").format(
            key=key.text, due=_named(shape.kinds), kind=_named(_kind_of(node))
        )
        self.found.add("PR173", message, _first_line(node.span), help=_how(node, shape))

    def _scalar(self, node: Scalar, shape: Shape, key: Scalar) -> None:
        if shape.values and node.text not in shape.values:
            due = str(shape.rule.get("patternErrorMessage", "")) or _("只能是：{values}").format(
                values="、".join(shape.values)
            )
            near = closest(node.text, shape.values)
            hint = _("是不是“{near}”？").format(near=near) if near else due
            self._bad_text(node, key, due if near is None else hint)
        pattern = shape.rule.get("pattern")
        if pattern is not None and not re.search(pattern, node.text):
            self._bad_text(node, key, str(shape.rule["patternErrorMessage"]))

    def _bad_text(self, node: Scalar, key: Scalar, hint: str) -> None:
        message = _("“{key}”不能是“{text}”").format(key=key.text, text=node.text)
        self.found.add("PR174", message, node.span, help=hint)

    def _sequence(self, node: Sequence, shape: Shape, key: Scalar) -> None:
        if len(node) < shape.rule.get("minItems", 0):
            self.found.add("PR175", _("“{key}”里什么也没有").format(key=key.text), node.span, help=_("至少写一项"))
        for item in node:
            self.check(item, shape.items, key)

    def _mapping(self, node: Mapping, shape: Shape, key: Scalar) -> None:
        misspelled: set[str] = set()
        for name, value in node:
            inner = shape.properties.get(name.text) or shape.others
            if inner is None:
                misspelled.update(self._unknown(name, node, shape))
            else:
                self.check(value, inner, name)
        if len(node) < shape.rule.get("minProperties", 0):
            self.found.add("PR175", _("“{key}”里什么也没有").format(key=key.text), _first_line(node.span))
        elif len(node) > shape.rule.get("maxProperties", len(node)):
            self._too_many(node, key)
        self._presence(node, shape, key, misspelled)

    def _too_many(self, node: Mapping, key: Scalar) -> None:
        second = node.entries[1][0]
        message = _("“{key}”的这一项只能有一个键").format(key=key.text)
        self.found.add("PR176", message, second.span, help=_("另起一项；列表的每一项以“- ”开头"))

    def _unknown(self, name: Scalar, node: Mapping, shape: Shape) -> list[str]:
        """Report a key that has no place here; the key that was probably meant."""
        near = closest(name.text, shape.properties)
        already = node.key(near) if near else None
        if near:
            hint = _("是不是“{near}”？").format(near=near)
        elif name.span.column > 1 and name.text in definition("policyFile").properties:
            hint = _("“{key}”是政策文件的一节，顶格写").format(key=name.text)
        else:
            hint = _("这里可以写：{keys}").format(keys="、".join(shape.properties))
        others = (Label(already.span, _("已经有“{near}”").format(near=near)),) if already else ()
        message = _("不认识的键“{key}”").format(key=name.text)
        self.found.add("PR170", message, name.span, others=others, help=hint)
        return [near] if near else []

    def _presence(self, node: Mapping, shape: Shape, key: Scalar, misspelled: set[str]) -> None:
        """Report what is missing, and what does not go together."""
        due = list(shape.required)
        for name, needs in shape.dependent.items():
            due.extend(needs if node.get(name) is not None else ())
        missing = [name for name in dict.fromkeys(due) if node.get(name) is None and name not in misspelled]
        others = [name for name in missing if name != "cite"]
        if others:
            self._missing(others, node, shape, key)
        if "cite" in missing:
            self._uncited(node, key)
        if shape.one_of and not misspelled & set(shape.one_of):
            self._one_of(node, shape, key)
        if shape.any_of and not any(node.get(name) for name in shape.any_of) and not misspelled:
            message = _("要有 {keys} 之一").format(keys="、".join(shape.any_of))
            self.found.add("PR171", message, _whose(node, key))

    def _missing(self, names: list[str], node: Mapping, shape: Shape, key: Scalar) -> None:
        message = _("缺少 {names}").format(names="、".join(names))
        hint = "；".join(f"{name}：{shape.properties[name].description}" for name in names)
        self.found.add("PR171", message, _whose(node, key), help=hint)

    def _uncited(self, node: Mapping, key: Scalar) -> None:
        self.found.add(
            "PR172",
            _("“{key}”没有写依据").format(key=key.text),
            _whose(node, key),
            label=_("少 cite"),
            help=_("加上 cite: 条款，如 cite: 三(五)"),
        )

    def _one_of(self, node: Mapping, shape: Shape, key: Scalar) -> None:
        present = [name for name in (node.key(each) for each in shape.one_of) if name is not None]
        if not present:
            message = _("要有 {keys} 之一").format(keys="、".join(shape.one_of))
            self.found.add("PR171", message, _whose(node, key))
        elif len(present) > 1:
            first, second = sorted(present, key=lambda name: name.span.start)[:2]
            message = _("{first} 和 {second} 只能写一个").format(first=first.text, second=second.text)
            self.found.add("PR176", message, second.span, others=(Label(first.span, _("已经写了这个")),))


def _alternative(node: Node, shape: Shape) -> Shape | None:
    """The shape that a node of its kind is held against; None where its kind may not stand here."""
    for each in shape.alternatives or (shape,):
        kinds = each.kinds
        match node:
            case Scalar() if kinds.scalar:
                return each
            case Sequence() if kinds.sequence:
                return each
            case Mapping() if kinds.mapping:
                return each
    return None


def _whose(node: Mapping, key: Scalar) -> Span:
    """Where to point when something is missing: the key of the mapping, or its beginning in a list or at the top."""
    if key.span.start < node.span.start and not _in_list(node, key):
        return key.span
    return _first_line(node.span) if _is_flow(node) else node.entries[0][0].span


def _in_list(node: Mapping, key: Scalar) -> bool:
    """Whether a mapping is an item of the list under a key rather than the key's own value."""
    between = key.span.file.text[key.span.end : node.span.start]
    return "[" in between or "- " in between


def _is_flow(node: Mapping) -> bool:
    return node.span.text[:1] == "{"


def _first_line(span: Span) -> Span:
    return span.within(0, len(span.text.split("\n", 1)[0].rstrip()))


def _kind_of(node: Node) -> Kinds:
    return Kinds(isinstance(node, Scalar), isinstance(node, Sequence), isinstance(node, Mapping))


def _named(kinds: Kinds) -> str:
    words = (
        (kinds.scalar, _("一个值")),
        (kinds.sequence, _("列表")),
        (kinds.mapping, _("“键: 值”")),
    )
    return _("或").join(word for holds, word in words if holds)


def _how(node: Node, shape: Shape) -> str:
    """What to do about a node of the wrong kind."""
    if isinstance(node, Sequence) and shape.kinds.scalar:
        return _("以 [ 开头的文字（如区间）要放进引号")
    if isinstance(node, Mapping) and shape.kinds.scalar:
        return _("以 { 开头或含“: ”的文字要放进引号")
    if shape.kinds.sequence:
        return _("写成 [甲, 乙]，或每项另起一行以“- ”开头")
    if shape.required:
        return _("写成 {{{keys}}}").format(keys=", ".join(f"{name}: …" for name in shape.required))
    return _("下一层缩进两格，写“键: 值”")
