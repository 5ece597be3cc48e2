"""Entries for what is made from records, not decided about them: forms, indicators, and the checks of a form.

Their parts are told as written, leaf by leaf, expressions in canonical layout; what a key of the file is called is
said in words. A list is one part: of its items none is anything by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from policyrun.app.outline import RECORDS, Entry, Part
from policyrun.app.outline_places import Places, Step, canonical
from policyrun.ir.policy import Policy
from policyrun.model.vocabulary import Grounds
from policyrun.source.messages import _
from policyrun.syntax.nodes import Mapping, Node, Scalar

#: Keys that an entry's grounds tell already.
_GROUNDS = frozenset({"cite", "ids"})

#: What keys are called; those of the policy's own choice, such as 栏 and 关系, stand in ``_NAMED``.
_WORDS = {
    "title": _("表名"),
    "record": _("记录"),
    "date": _("归期日期"),
    "whole": _("全部归本期"),
    "units": _("计量单位"),
    "signatures": _("签章"),
    "sums": _("上级之和"),
    "label": _("栏名"),
    "under": _("上层表头"),
    "unit": _("单位"),
    "decimals": _("小数位"),
    "count": _("数行"),
    "sum": _("加总"),
    "where": _("只看"),
    "column": _("栏"),
    "equals": _("等于各栏之和"),
    "at_most": _("不大于各栏之和"),
    "when": _("何时成立"),
    "advisory": _("只提示"),
    "from": _("由哪份记录"),
    "numerator": _("分子"),
    "denominator": _("分母"),
    "target": _("任务"),
    "verified": _("核验"),
    "blames": _("怪哪一列"),
    "test": _("应当成立"),
    "says": _("不成立时说"),
    "cite": _("条款"),
    "ids": _("规则编号"),
    "note": _("说明"),
}

#: Keys below which the policy chooses the keys, and what each of those is called.
_NAMED = {
    "columns": _("第{name}栏"),
    "relations": _("关系 {name}"),
    "parts": _("分页 {name}"),
    "distinct": _("不同的 {name}"),
}

#: Of these the order has a meaning: a form is written in it.
_ORDERED = {"columns": _("各栏"), "parts": _("各页")}

#: Keys under which expressions stand, and ``distinct``, which has one under each key.
_EXPRESSIONS = frozenset({"date", "whole", "count", "sum", "where", "when", "verified", "test", "distinct"})


def check_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for record in policy.records.values():
        for check in record.checks:
            path = ("records", record.name, "checks", check.name)
            parts = tuple(_told(places, path, check.grounds))
            yield Entry(RECORDS, _("检查"), check.name, parts, record.name, places.at(*path))


def reporting_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for name, grounds in ((one.name, one.grounds) for one in policy.indicators):
        yield _entry(_("指标"), places, ("indicators", name), grounds)
    for name, grounds in ((one.name, one.grounds) for one in policy.reports):
        yield _entry(_("报表"), places, ("reports", name), grounds)


def _entry(section: str, places: Places, path: tuple[str, str], grounds: Grounds) -> Entry:
    return Entry(section, section, path[1], tuple(_told(places, path, grounds)), at=places.at(*path))


def _told(places: Places, path: tuple[Step, ...], grounds: Grounds) -> Iterator[Part]:
    """A part for each thing said at a path and below, after one that the whole rests on."""
    node = places.node(*path)
    yield Part("", "", grounds=grounds, at=places.at(*path))
    if isinstance(node, Mapping):
        for key, value in _sorted(node):
            if key.text not in _GROUNDS:
                yield from _below(key, value, "")


def _below(key: Scalar, value: Node, above: str) -> Iterator[Part]:
    """What one key of a mapping says; ``above`` are the words for what it stands in."""
    named = _NAMED.get(key.text)
    if named is not None and isinstance(value, Mapping):
        if key.text in _ORDERED:
            names = tuple(name.text for name, _inner in value)
            yield Part(_joined(above, _ORDERED[key.text]), "、".join(names), at=key.span, names=names)
        for name, inner in _sorted(value):
            yield from _said(inner, _joined(above, named.format(name=name.text)), key.text in _EXPRESSIONS)
    else:
        yield from _said(value, _joined(above, _WORDS.get(key.text, key.text)), key.text in _EXPRESSIONS)


def _said(node: Node, label: str, is_expression: bool) -> Iterator[Part]:
    match node:
        case Scalar():
            text = canonical(node) if is_expression else " ".join(node.text.split())
            yield Part(label, text, at=node.span)
        case Mapping():
            for key, value in _sorted(node):
                yield from _below(key, value, label)
        case _:
            items = [item for item in node if isinstance(item, Scalar)]
            yield Part(label, "、".join(item.text for item in items), at=items[0].span if items else None)


def _sorted(node: Mapping) -> list[tuple[Scalar, Node]]:
    """The entries of a mapping in an order that does not depend on how they are written: numbers by their value."""
    return sorted(node, key=lambda entry: (len(entry[0].text) if entry[0].text.isdecimal() else 0, entry[0].text))


def _joined(above: str, word: str) -> str:
    return f"{above} {word}".strip()
