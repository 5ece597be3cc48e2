"""Random policies that the checker accepts, as the text of a policy file.

A policy hangs on its seed alone. One that the checker refuses (a row of a table that never applies, a range without
values) is passed over for the next draw of the same seed, so that what is tested always went through the loader.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import yaml

from policyrun.check.lower import lower_policy
from policyrun.ir.ops import OPS
from policyrun.ir.policy import Policy
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.text import SourceFile
from policyrun.syntax.shape import check_shape
from policyrun.syntax.source_policy import PolicySource
from policyrun.syntax.yaml_reader import read_yaml

from .columns import COLUMNS, Sheet, checks_node, columns_node, draw_sheet, group_node, leaf_of, with_more
from .kinds import BOOL, DATE, DAYS, ENUMS, HOURS, LEVELS, MONEY, MONTHS, NUMBER, PARTIES, TEXT, Type, gives
from .limits import Paid, draw_limits
from .schemes import draw_scheme
from .scribe import Leaf, Scope, Scribe, scope_of
from .tables import table

Node = dict[str, Any]

_WORDS: Mapping[str, Type] = {
    "数": NUMBER,
    "比率": NUMBER,
    "金额": MONEY,
    "课时": HOURS,
    "日期": DATE,
    "月期间": MONTHS,
    "日期间": DAYS,
    "是否": BOOL,
    "文本": TEXT,
    "等级": LEVELS,
    "主体": PARTIES,
}
_WORD_OF = {type_: word for word, type_ in _WORDS.items() if word != "比率"}
_GIVEN = (
    Leaf("基准日", DATE),
    Leaf("业务日期", DATE, needs=frozenset({"业务日期"})),
    Leaf("序号", NUMBER, needs=frozenset({"序号"})),
)
_ROUNDINGS = ("四舍五入", "进一", "舍去", "五舍六入", "四舍六入五成双")
_LEVELS = ("一级", "二级", "三级", "四级", "专项", "其他")
_PARTIES = ("个人", "企业", "机构", "协会")
#: Readings with a meaning to the engine: what becomes of rows out of force, 就高, what does not divide.
_WAYS = {
    "期外记录": ("待核实", "提示", "不予"),
    "就高方式": ("补差", "全额", "不再给"),
    "尾差": ("末行", "最大余数"),
    "超限处理": ("不予", "仅提示"),
    "读法甲": ("甲法", "乙法", "丙法"),
}
_MOST_DRAWS = 40


@dataclass(frozen=True, slots=True)
class Drawn:
    """A policy: its seed, its tree and text, as checked, and how often each construct was written in it."""

    seed: int
    tree: Node
    text: str
    policy: Policy
    used: Counter[str]


def draw_policy(seed: int, without: Collection[str] = ()) -> Drawn:
    """The policy of a seed.

    Args:
        without: keys of a policy file that are left out wherever they stand, such as ``split`` or ``checks``; an
            engine that is being made is tried on what it has.
    """
    for attempt in range(_MOST_DRAWS):
        draw = _Draw(Random(f"policy {seed} {attempt}"), seed)
        tree = _pruned(draw.tree(), without)
        text = text_of(tree)
        policy = loaded(text)
        if policy is not None:
            return Drawn(seed, tree, text, policy, draw.used)
    raise AssertionError(f"no policy of seed {seed} goes through the checker")


def _pruned(node: Any, without: Collection[str]) -> Any:
    if isinstance(node, dict):
        return {key: _pruned(value, without) for key, value in node.items() if key not in without}
    return [_pruned(item, without) for item in node] if isinstance(node, list) else node


class _Dumper(yaml.SafeDumper):
    """Writes what stands in a tree twice twice: policy files have no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def text_of(tree: Node) -> str:
    return yaml.dump(tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**9)


def loaded(text: str, found: Diagnostics | None = None) -> Policy | None:
    """The checked policy of a text, by the loader's own steps; None where one of them refuses it."""
    found = found if found is not None else Diagnostics()
    root = read_yaml(SourceFile("v1.yaml", text), found)
    if root is None or not check_shape(root, "policy", found):
        return None
    return lower_policy(PolicySource(root=root, file=root.span.file), found)


def _drop_unordered(schemes: Node, limits: Node) -> None:
    """Takes top-ups away where no limit gives the rows an order, without which the checker refuses them."""
    limited = {name for limit in limits.values() for name in limit["over"]}
    for name, scheme in schemes.items():
        if name not in limited:
            scheme.pop("top_up", None)


@dataclass(slots=True)
class _Draw:
    """One policy on its way: what is named so far, and what has been used."""

    rng: Random
    seed: int
    used: Counter[str] = field(default_factory=Counter)
    leaves: list[Leaf] = field(default_factory=list)
    clauses: int = 0

    def tree(self) -> Node:
        rng = self.rng
        vocabularies, vocabulary = self._vocabulary()
        readings = self._readings()
        self.leaves += _GIVEN
        sheets = [draw_sheet(f"记录{name}", rng) for name in "甲乙丙"[: rng.choice((1, 1, 2, 2, 3))]]
        shared = [column for column in sorted(sheets[0].columns) if column in ("工种", "单位", "条件甲", "等级甲")]
        shared = shared if len(sheets) > 1 and rng.random() < 0.5 else []
        common = frozenset(column for column in shared if column in sheets[0].required)
        sheets = [with_more(sheet, shared, common) for sheet in sheets]
        parameters = self._parameters(sheets)
        records = self._records(sheets, shared, common, vocabularies)
        self.leaves += [leaf_of(column) for column in COLUMNS]
        decisions = self._decisions(sheets, vocabularies, readings)
        schemes, paid = self._schemes(sheets, vocabularies)
        orders, limits = draw_limits(paid, self.leaves, vocabularies, self.cited, rng, self.used)
        _drop_unordered(schemes, limits)
        sections = {
            "vocabulary": vocabulary,
            "records": records,
            "lists": self._lists(sheets),
            "readings": readings,
            "parameters": parameters,
            "decisions": decisions,
            "schemes": schemes,
            "orders": orders,
            "limits": limits,
        }
        names = list(sections)
        if rng.random() < 0.5:  # grounds come in the order of the file, whatever that is
            rng.shuffle(names)
        return {**self._head(), **{name: sections[name] for name in names if sections[name]}}

    def cited(self, node: Node) -> Node:
        """A mapping with a clause of its own, and mostly with a rule id."""
        self.clauses += 1
        rng, number = self.rng, self.clauses
        first = f"第{number}条"
        cite: Any = first if rng.random() < 0.9 else [first, f"附件·{number}"]
        ids: Node = {}
        if rng.random() < 0.8:
            one = f"TT-S{number}" if rng.random() < 0.9 else "TT-S1"
            ids = {"ids": one if rng.random() < 0.9 else [one, f"TT-E{number}"]}
        return {**node, "cite": cite, **ids}

    def _head(self) -> Node:
        rng = self.rng
        head: Node = {"policy": "drawn", "version": "1", "title": "生成的办法"}
        head["status"] = rng.choice(("生效", "生效", "生效", "草案"))
        head["documents"] = {"办法": {"number": "试人社发〔2022〕1号", "title": "生成的办法"}}
        if rng.random() < 0.85:
            force: Node = {"from": "2022-07-01", "to": "2024-06-30"}
            for end in ("from", "to"):
                if rng.random() < 0.15:
                    del force[end]
            if rng.random() < 0.9:
                force["outside"] = rng.choice(("待核实", "提示", "不予", "期外记录", "期外记录"))
                self.used["in_force outside"] += 1
            head["in_force"] = self.cited(force)
        if rng.random() < 0.4:
            head["dated_by"] = "日期甲"
        step = rng.choice(("0.01元", "0.01元", "0.01元", "0.1元", "1元", "10元"))
        head["rounding"] = self.cited({"to": step, "how": rng.choice(_ROUNDINGS)})
        return head

    def _vocabulary(self) -> tuple[Scope, Node]:
        rng = self.rng
        levels = list(_LEVELS[: rng.randint(3, len(_LEVELS))])
        parties = list(_PARTIES[: rng.randint(2, len(_PARTIES))])
        sets = {"高等级": levels[:2], "低等级": levels[1:]}
        node = {
            "等级": self.cited({"values": levels, "aliases": {levels[0]: ["高级技师", "１级"]}, "sets": sets}),
            "主体": self.cited({"values": parties}),
        }
        members = {LEVELS: tuple(levels), PARTIES: tuple(parties)}
        return Scope({}, members, {LEVELS: tuple(sets), PARTIES: ()}), node

    def _readings(self) -> Node:
        node: Node = {}
        for name, ways in _WAYS.items():
            node[name] = self.cited({"ways": list(ways), "question": "怎样读", "reason": "照文义"})
            self.leaves.append(Leaf(f'({name} = "{ways[-1]}")', BOOL))
        return node

    def _parameters(self, sheets: list[Sheet]) -> Node:
        rng = self.rng
        node: Node = {}
        dates = sorted(set.intersection(*({c for c in sheet.columns if COLUMNS[c][1] is DATE} for sheet in sheets)))
        for word, type_ in rng.sample(sorted(_WORDS.items()), rng.randint(5, 9)):
            name = f"{word}数"
            if rng.random() < 0.12:
                node[name] = self.cited({"type": word, "open": "true"})
                self.used["parameter open"] += 1
                self.leaves.append(Leaf(name, type_))
                continue
            columns: frozenset[str] = frozenset()
            if rng.random() < 0.45:
                node[name] = {"type": word, "values": self._dated(word, type_)}
                if dates and rng.random() < 0.3:
                    node[name]["dated_by"] = rng.choice(dates)
                    columns = frozenset({node[name]["dated_by"]})
                    self.used["parameter dated_by"] += 1
            else:
                node[name] = self.cited({"type": word, "value": self._constant(word, type_)})
                if rng.random() < 0.15:
                    node[name]["assumed"] = "true"
                    self.used["parameter assumed"] += 1
            self.leaves.append(Leaf(name, type_, columns))
        return node

    def _dated(self, word: str, type_: Type) -> list[Node]:
        rng = self.rng
        self.used["parameter dated"] += 1
        days = ["2022-01-01", "2023-02-28", "2023-07-01", "2024-02-29"][: rng.randint(1, 4)]
        return [
            self.cited({"effective": day, "published": published, "value": self._constant(word, type_)})
            for day in days
            for published in [rng.choice((day, "2022-01-01", "2023-12-01"))]
        ]

    def _constant(self, word: str, type_: Type) -> str:
        rng = self.rng
        if word == "比率":
            return rng.choice(("30%", "80%", "33.3%", "120%", "5‰"))
        if type_ in ENUMS:
            return rng.choice((_LEVELS if type_ is LEVELS else _PARTIES)[:2])
        if type_ is BOOL:
            return rng.choice(("是", "否"))
        scribe = Scribe(rng, Scope({}, {}, {}), Counter())
        return scribe.constant(type_).strip('"') if type_ is TEXT else scribe.constant(type_)

    def _records(self, sheets: list[Sheet], shared: list[str], common: frozenset[str], vocabularies: Scope) -> Node:
        rng = self.rng
        node: Node = {"groups": {"共用": group_node(shared, common)}} if shared else {}
        undated = [leaf for leaf in self.leaves if not leaf.columns and leaf.text not in ("业务日期", "序号")]
        for sheet in sheets:
            columns = columns_node(sheet, shared, undated, vocabularies, rng, self.used)
            checks = checks_node(sheet, vocabularies, rng, self.used)
            node[sheet.name] = {"columns": columns, "checks": checks} if checks else columns
        return node

    def _lists(self, sheets: list[Sheet]) -> Node:
        node: Node = {}
        for place, column in enumerate(("条件甲", "条件乙")):
            if self.rng.random() < 0.3 and any(column in sheet.columns for sheet in sheets):
                by = self.rng.choice(("工种", "单位", "单位名称"))
                node[f"名单{place + 1}"] = self.cited({"decides": column, "by": by})
                self.used["list"] += 1
        return node

    def _decisions(self, sheets: list[Sheet], vocabularies: Scope, readings: Node) -> Node:
        rng = self.rng
        node: Node = {}
        keys = list(OPS)
        ways = [(Leaf(name, LEVELS), tuple(each["ways"])) for name, each in readings.items()]
        for place in range(rng.randint(6, 10)):
            # Each policy leads some of its decisions with the next operators of the table, so that all of them occur.
            key = keys[(self.seed * 5 + place) % len(keys)] if place < 5 else None
            led = [type_ for type_ in (gives(key) if key else ()) if type_ in _WORD_OF]
            type_ = (
                rng.choice(led) if led else rng.choice((MONEY, MONEY, NUMBER, BOOL, BOOL, DATE, TEXT, LEVELS, HOURS))
            )
            sheet = rng.choice(sheets)
            columns = sheet.columns if rng.random() < 0.5 else frozenset.intersection(*(s.columns for s in sheets))
            scope = scope_of(self.leaves, vocabularies, columns, frozenset({"业务日期", "序号"}))
            scribe = Scribe(rng, scope, self.used)
            name = f"判定{place + 1}"
            body: Node = {"type": _WORD_OF[type_]}
            if led and key is not None:
                body["formula"] = scribe.of_op(type_, key, 3)
            elif rng.random() < 0.5:
                body["table"] = table(scribe, type_, self.cited, ways)
            else:
                body["formula"] = scribe.write(type_, 3)
            if columns is sheet.columns and rng.random() < 0.3:
                body["for"] = sheet.name
            node[name] = self.cited(body)
            self.leaves.append(scribe.leaf_of(name, type_))
        return node

    def _schemes(self, sheets: list[Sheet], vocabularies: Scope) -> tuple[Node, list[Paid]]:
        node: Node = {}
        paid: list[Paid] = []
        for place in range(self.rng.choice((1, 2, 2, 3))):
            sheet = sheets[place % len(sheets)]
            name = f"补贴{'甲乙丙'[place]}"
            drawn = draw_scheme(sheet, self.leaves, vocabularies, self.cited, self.rng, self.used)
            node[name] = drawn.node
            if "amount" in drawn.node:
                paid.append(Paid(name, sheet.columns, drawn.dated))
        return node, paid
