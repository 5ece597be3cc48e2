"""Whether nodes have the shape of a policy file, a shared file or an overlay; what is wrong, at its place.

``jsonschema`` holds the nodes that do not fit at once (``fits``) against the schema; here each place that it finds
wrong gets its sentence. One finding per place: what a misspelled key leaves missing is not reported beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, get_args

from policyrun.source.diagnostic import Diagnostics, Label
from policyrun.source.messages import _
from policyrun.source.suggest import closest
from policyrun.source.text import Span
from policyrun.syntax.fits import certainly_fits
from policyrun.syntax.nodes import Mapping, Node, Scalar, Sequence
from policyrun.syntax.schema import Rule, choice, definition, kinds, schema, texts
from policyrun.syntax.yaml_traps import look_instead_of_collection

FileKind = Literal["policy", "shared", "overlay"]
FILE_KINDS: tuple[FileKind, ...] = get_args(FileKind)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place that is not as the schema says.

    Attributes:
        node: what stands there.
        key: the key under which it stands; for a whole file, its first.
        failed: the keywords that it fails → the rule each belongs to.
    """

    node: Node
    key: Scalar
    failed: dict[str, Rule] = field(default_factory=dict)


def check_shape(root: Mapping, kind: FileKind, found: Diagnostics) -> bool:
    """Whether a file has the shape of its kind."""
    if not _is_kind(root, kind, found):
        return False
    places = _wrong_places(root, kind)
    for place in places:
        _report(place, found)
    return not places


def _is_kind(root: Mapping, kind: FileKind, found: Diagnostics) -> bool:
    """Whether a file does not say that it is of another kind; if it does, that is reported."""
    said = next((name for name, _value in root if name.text in FILE_KINDS), None)
    if root.key(kind) is not None or said is None:
        return True
    names = {"policy": _("政策文件"), "shared": _("共用词汇文件"), "overlay": _("本地补充文件")}
    message = _("这是{actual}，不是{due}").format(actual=names[said.text], due=names[kind])
    found.add("PR177", message, said.span, help=_("补充文件用 --with 给出，共用词汇用 imports 引入"))
    return False


def _wrong_places(root: Mapping, kind: FileKind) -> list[_Place]:
    """The places that are not as the schema says, in the order of the file."""
    value = _plain(root)
    if certainly_fits(value, f"{kind}File"):
        return []
    from jsonschema import Draft202012Validator

    rule = {"$ref": f"#/$defs/{kind}File", "$defs": schema()["$defs"]}
    places: dict[tuple[str | int, ...], _Place] = {}
    for error in Draft202012Validator(rule).iter_errors(value):
        path = tuple(error.absolute_path)
        place = places.setdefault(path, _place(root, path))
        place.failed[error.validator] = error.schema
    return sorted(places.values(), key=lambda place: place.node.span.start)


def _plain(node: Node) -> Any:
    """A node as JSON, every scalar a text."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [_plain(item) for item in node]
        case Mapping():
            return {key.text: _plain(value) for key, value in node}


def _place(root: Mapping, path: Iterable[str | int]) -> _Place:
    """The place at the end of a path of keys and indices."""
    node: Node = root
    key = root.entries[0][0] if root.entries else Scalar("", root.span)
    for step in path:
        if isinstance(node, Mapping):
            key, node = next(entry for entry in node if entry[0].text == step)
        elif isinstance(node, Sequence):
            node = node.items[int(step)]
    return _Place(node, key)


def _report(place: _Place, found: Diagnostics) -> None:
    """Say what is wrong at a place; what is in a wrong shape, or empty, is not looked into."""
    node, key, failed = place.node, place.key, place.failed
    if isinstance(node, Scalar) and not node.text:
        _report_no_value(node, key, found)
    elif "type" in failed:
        _report_kind(node, failed["type"], key, found)
    elif isinstance(node, Mapping):
        _report_keys(node, place, found)
    elif isinstance(node, Sequence):
        _report_nothing_in(node, key, found)
    else:
        for rule in failed.values():
            _report_text(node, rule, key, found)


def _report_no_value(node: Scalar, key: Scalar, found: Diagnostics) -> None:
    at = node.span if node.quoted or key.span.start > node.span.start else key.span
    found.add("PR175", _("“{key}”没有值").format(key=key.text), at, help=_("写上值；用不着的就删去这一行"))


def _report_nothing_in(node: Sequence | Mapping, key: Scalar, found: Diagnostics) -> None:
    at = _first_line(node.span)
    found.add("PR175", _("“{key}”里什么也没有").format(key=key.text), at, help=_("至少写一项"))


def _report_kind(node: Node, rule: Rule, key: Scalar, found: Diagnostics) -> None:
    if isinstance(node, Scalar) and look_instead_of_collection(node, found):
        return
    message = _("“{key}”要写成{due}，这里是{kind}").format(
        key=key.text, due=_named(kinds(rule)), kind=_named((type(node),))
    )
    found.add("PR173", message, _first_line(node.span), help=_how(node, rule))


def _report_text(node: Scalar, rule: Rule, key: Scalar, found: Diagnostics) -> None:
    """Report a text that is not one of a closed set, or not of the pattern due."""
    due = texts(rule)
    near = closest(node.text, due)
    if near:
        hint = _("是不是“{near}”？").format(near=near)
    else:
        hint = rule.get("patternErrorMessage") or _("只能是：{values}").format(values="、".join(due))
    message = _("“{key}”不能是“{text}”").format(key=key.text, text=node.text)
    found.add("PR174", message, node.span, help=hint)


def _report_keys(node: Mapping, place: _Place, found: Diagnostics) -> None:
    """Report the keys of a mapping: unknown, too many, missing, or not to be written together."""
    key, failed = place.key, place.failed
    if "minProperties" in failed:
        _report_nothing_in(node, key, found)
        return
    misspelled: set[str] = set()
    if "additionalProperties" in failed:
        misspelled = _report_unknown(node, failed["additionalProperties"], found)
    if "maxProperties" in failed:
        _report_too_many(node, key, found)
    _report_missing(node, place, misspelled, found)
    if "oneOf" in failed:
        _report_together(node, choice(failed["oneOf"], "oneOf"), found)


def _report_too_many(node: Mapping, key: Scalar, found: Diagnostics) -> None:
    second = node.entries[1][0]
    message = _("“{key}”的这一项只能有一个键").format(key=key.text)
    found.add("PR176", message, second.span, help=_("另起一项；列表的每一项以“- ”开头"))


def _report_unknown(node: Mapping, rule: Rule, found: Diagnostics) -> set[str]:
    """Report the keys that have no place here; the keys that were probably meant."""
    known = rule["properties"]
    meant = set()
    pieces = _pieces(node, known)
    for name, _value in node:
        if name.text in known:
            continue
        if name in pieces:
            _report_cut(name, pieces[name], found)
            continue
        near = closest(name.text, known)
        if near:
            meant.add(near)
            _report_misspelled(name, near, node.key(near), found)
        else:
            message = _("不认识的键“{key}”").format(key=name.text)
            found.add("PR170", message, name.span, help=_where_else(name, known))
    return meant


def _pieces(node: Mapping, known: Iterable[str]) -> dict[Scalar, Scalar]:
    """What a comma has cut off values in braces, and the key of each value: ``{test: f(a, b) > c}``."""
    pieces: dict[Scalar, Scalar] = {}
    for (key, before), (name, value) in pairwise(node):
        is_bare = isinstance(value, Scalar) and not value.quoted and value.text == ""
        is_plain = isinstance(before, Scalar) and not before.quoted and before.span.line == name.span.line
        if is_bare and is_plain and name.text not in known and closest(name.text, known) is None:
            pieces[name] = pieces.get(key, key)
    return pieces


def _report_cut(name: Scalar, key: Scalar, found: Diagnostics) -> None:
    message = _("不认识的键“{key}”").format(key=name.text)
    hint = _("花括号里的逗号分隔各项；它若是“{key}”的值的一部分，把整个值放进引号").format(key=key.text)
    found.add("PR170", message, name.span, others=(Label(key.span, _("这一项的值到逗号为止")),), help=hint)


def _report_misspelled(name: Scalar, near: str, already: Scalar | None, found: Diagnostics) -> None:
    others = (Label(already.span, _("已经有“{near}”").format(near=near)),) if already else ()
    message = _("不认识的键“{key}”").format(key=name.text)
    found.add("PR170", message, name.span, others=others, help=_("是不是“{near}”？").format(near=near))


def _where_else(name: Scalar, known: Iterable[str]) -> str:
    """What to do about a key that has no place here and is like none that has."""
    if name.span.column > 1 and name.text in definition("policyFile")["properties"]:
        return _("“{key}”是政策文件的一节，顶格写").format(key=name.text)
    return _("这里可以写：{keys}").format(keys="、".join(known))


def _report_missing(node: Mapping, place: _Place, misspelled: set[str], found: Diagnostics) -> None:
    """Report the keys due that are neither written nor misspelled; of a choice, if none is."""
    missing = [name for name in _due(node, place.failed) if node.key(name) is None and name not in misspelled]
    others = [name for name in missing if name != "cite"]
    if others:
        known = (place.failed.get("required") or place.failed["dependentRequired"])["properties"]
        message = _("缺少 {names}").format(names="、".join(others))
        hint = "；".join(f"{name}：{known[name]['description']}" for name in others)
        found.add("PR171", message, _whose(node, place.key), help=hint)
    if "cite" in missing:
        _report_uncited(node, place.key, found)
    for keyword in ("oneOf", "anyOf"):
        names = choice(place.failed.get(keyword, {}), keyword)
        if names and not others and not misspelled & set(names) and not any(map(node.key, names)):
            message = _("要有 {keys} 之一").format(keys="、".join(names))
            found.add("PR171", message, _whose(node, place.key))


def _due(node: Mapping, failed: dict[str, Rule]) -> dict[str, None]:
    """The keys that are due, always or because of another key, in the order of the rule."""
    always = failed.get("required", {}).get("required", ())
    beside = failed.get("dependentRequired", {}).get("dependentRequired", {})
    return dict.fromkeys([*always, *(name for key, names in beside.items() if node.key(key) for name in names)])


def _report_uncited(node: Mapping, key: Scalar, found: Diagnostics) -> None:
    found.add(
        "PR172",
        _("“{key}”没有写依据").format(key=key.text),
        _whose(node, key),
        label=_("少 cite"),
        help=_("加上 cite: 条款，如 cite: 三(五)"),
    )


def _report_together(node: Mapping, names: Iterable[str], found: Diagnostics) -> None:
    """Report the second of two keys of which only one may be written."""
    present = sorted((name for name in map(node.key, names) if name), key=lambda name: name.span.start)
    if len(present) > 1:
        first, second = present[:2]
        message = _("{first} 和 {second} 只能写一个").format(first=first.text, second=second.text)
        found.add("PR176", message, second.span, others=(Label(first.span, _("已经写了这个")),))


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


def _named(those: Iterable[type[Node]]) -> str:
    words: dict[type[Node], str] = {Scalar: _("一个值"), Sequence: _("列表"), Mapping: _("“键: 值”")}
    return _("或").join(words[kind] for kind in those)


def _how(node: Node, rule: Rule) -> str:
    """What to do about a node of the wrong kind."""
    if isinstance(node, Sequence) and Scalar in kinds(rule):
        return _("以 [ 开头的文字（如区间）要放进引号")
    if isinstance(node, Mapping) and Scalar in kinds(rule):
        return _("以 { 开头或含“: ”的文字要放进引号")
    if Sequence in kinds(rule):
        return _("写成 [甲, 乙]，或每项另起一行以“- ”开头")
    if "required" in rule:
        return _("写成 {{{keys}}}").format(keys=", ".join(f"{name}: …" for name in rule["required"]))
    return _("下一层缩进两格，写“键: 值”")
