"""Limits at random: what is shared, by which key, how it is measured, in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from .columns import CARD, COLUMNS
from .kinds import BOOL, DATE, ENUMS, HOURS, MONEY, NUMBER, TEXT, Type
from .scribe import Leaf, Scope, Scribe, scope_of

Node = dict[str, Any]
_MEASURES = ("count", "cap", "partial", "partial", "field", "hours", "highest", "same")


@dataclass(frozen=True, slots=True)
class Paid:
    """A scheme that pays: its name, its columns, whether its rows have a day."""

    name: str
    columns: frozenset[str]
    dated: bool


def draw_limits(
    paid: Sequence[Paid],
    leaves: Sequence[Leaf],
    vocabularies: Scope,
    cited: Callable[[Node], Node],
    rng: Random,
    used: Counter[str],
) -> tuple[Node, Node]:
    """Orders and limits as a policy writes them; limits tied by their schemes go by one order."""
    limits: Node = {}
    for place in range(rng.choice((0, 1, 2, 2, 3, 4)) if paid else 0):
        over = sorted(rng.sample(paid, rng.randint(1, len(paid))), key=lambda one: one.name)
        limits[f"限额{place + 1}"] = cited(_Limit(over, leaves, vocabularies, rng, used).node())
    orders: Node = {}
    for group in _tied(limits):
        name = f"次序{len(orders) + 1}"
        over = [one for one in paid if any(one.name in limits[key]["over"] for key in group)]
        orders[name] = _order(over, rng, used)
        for key in group:
            limits[key]["order"] = name
    return orders, limits


def _tied(limits: Node) -> list[list[str]]:
    """Names of limits in groups that share schemes, directly or through others."""
    groups: list[list[str]] = []
    for name, limit in limits.items():
        near = [group for group in groups if any(set(limits[key]["over"]) & set(limit["over"]) for key in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(key for group in near for key in group), name])
    return groups


def _order(over: Sequence[Paid], rng: Random, used: Counter[str]) -> list[str]:
    columns = sorted(frozenset.union(*(one.columns for one in over)))
    keys = rng.sample([f"{column}{rng.choice(('', ' 升序', ' 降序'))}" for column in columns], rng.randint(0, 2))
    if all(one.dated for one in over) and rng.random() < 0.8:
        keys.insert(0, rng.choice(("业务日期", "业务日期", "业务日期 降序", "year(业务日期)")))
    if rng.random() < 0.6:
        keys.append(rng.choice(("补贴金额 降序", "补贴金额")))
    if rng.random() < 0.3:
        keys.append("文本长度(工种) 降序")
    if len(over) > 1 or rng.random() < 0.5:
        keys.append("项目")
    used["order descending"] += any(key.endswith("降序") for key in keys)
    return [*dict.fromkeys(keys), rng.choice(("序号", "序号", "序号 降序"))]


@dataclass(frozen=True, slots=True)
class _Limit:
    over: Sequence[Paid]
    leaves: Sequence[Leaf]
    vocabularies: Scope
    rng: Random
    used: Counter[str]

    def node(self) -> Node:
        rng = self.rng
        measure = rng.choice(_MEASURES)
        self.used[f"limit {measure}"] += 1
        self.used["limit shared" if len(self.over) > 1 else "limit alone"] += 1
        node: Node = {"over": [one.name for one in self.over], "per": self._per(), **self._measure(measure)}
        if rng.random() < 0.3:
            self.used["limit when"] += 1
            node["when"] = rng.choice((self.scribe().write(BOOL, 1), '受款人 = "企业"', "补贴金额 > 100元"))
        if rng.random() < 0.35:
            self.used["limit binding"] += 1
            node["binding"] = rng.choice(('超限处理 = "不予"', '超限处理 = "不予"', self.scribe().write(BOOL, 1)))
        return {**node, "order": ""}

    def scribe(self) -> Scribe:
        columns = frozenset.intersection(*(one.columns for one in self.over))
        supplied = {"业务日期"} if all(one.dated for one in self.over) else set()
        return Scribe(self.rng, scope_of(self.leaves, self.vocabularies, columns, frozenset(supplied)), self.used)

    def _per(self) -> Node:
        rng, scribe = self.rng, self.scribe()
        parts: Node = {}
        if rng.random() < 0.8:
            parts["人"] = CARD
        named = [leaf for type_ in (TEXT, *ENUMS, NUMBER, BOOL, DATE) for leaf in scribe.scope.leaves.get(type_, ())]
        for leaf in rng.sample(named, min(len(named), rng.choice((0, 0, 1, 1, 2)))):
            parts[leaf.text.strip("()").split(" ")[0]] = leaf.text
        if all(one.dated for one in self.over) and rng.random() < 0.5:
            parts["年"] = rng.choice(("year(业务日期)", "业务日期.month"))
        if len(self.over) > 1 and rng.random() < 0.3:
            self.used["limit key by scheme"] += 1
            first, *others = self.over
            common = frozenset.intersection(*(one.columns for one in others))
            own, rest = (rng.choice(_texts(columns)) for columns in (first.columns, common))
            parts["各自"] = f'若 项目 = "{first.name}" 则 {own} 否则 {rest}'
        return parts or {"人": CARD}

    def _measure(self, measure: str) -> Node:
        rng = self.rng
        match measure:
            case "count":
                return {"measure": "1", "room": self._room(NUMBER, ("1", "1", "2", "3"))}
            case "cap":
                return {"measure": "补贴金额", "room": self._room(MONEY, ("1000元", "3000元", "0.5万元"))}
            case "partial":
                room = self._room(MONEY, ("1000元", "1500.55元", "0.5万元"))
                return {"measure": "补贴金额", "room": room, "partial": "true"}
            case "field":
                return {"measure": "金额甲", "room": self._room(MONEY, ("2000元", "4500.5元"))}
            case "hours":
                return {"measure": self.scribe().leaf(HOURS), "room": self._room(HOURS, ("40课时", "100课时"))}
            case "highest":
                return {"measure": {"highest": rng.choice(("补差", "全额", "不再给", "就高方式", "就高方式"))}}
            case _:
                scribe = self.scribe()
                types = (*ENUMS, TEXT) if rng.random() < 0.9 else (BOOL,)  # a plan leaves the others to the reference
                kinds = [leaf.text for type_ in types for leaf in scribe.scope.leaves.get(type_, ())]
                return {"measure": {"same": rng.choice(["受款人", *kinds])}}

    def _room(self, type_: Type, usual: Sequence[str]) -> str:
        scribe, kind = self.scribe(), self.rng.random()
        if kind < 0.55:
            return self.rng.choice(usual)
        if kind < 0.6:
            return f"若 {scribe.leaf(BOOL)} 则 {usual[0]} 否则 null"
        if kind < 0.8:
            return f"若 {scribe.leaf(BOOL)} 则 {usual[0]} 否则 {usual[-1]}"
        return f"{self.rng.choice(usual)} + {scribe.leaf(type_)}"


def _texts(columns: frozenset[str]) -> list[str]:
    return [column for column in sorted(columns) if COLUMNS[column][1] is TEXT]
