"""Schemes at random: gates, requirements, amount, split, payee, fund, notices, top-up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from .columns import CARD, CERTIFICATE, COLUMNS, TOTAL, Sheet
from .kinds import BOOL, DATE, MONEY, NUMBER, PARTIES, TEXT
from .scribe import Leaf, Scope, Scribe, scope_of

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SchemeDrawn:
    """A scheme as written, and whether its rows have a day."""

    node: Node
    dated: bool


def draw_scheme(
    sheet: Sheet,
    leaves: Sequence[Leaf],
    vocabularies: Scope,
    cited: Callable[[Node], Node],
    rng: Random,
    used: Counter[str],
) -> SchemeDrawn:
    """A scheme over a record; one in eight only checks and pays nothing."""
    dates = sorted(column for column in sheet.columns if COLUMNS[column][1] is DATE)
    dated = rng.random() < 0.85
    used["scheme dated" if dated else "scheme undated"] += 1
    node: Node = {"record": sheet.name}
    if dated:
        day = rng.choice(dates)
        node["day"] = day if rng.random() < 0.8 else f"若 日期甲 为空 则 {day} 否则 日期甲"
    supplied = frozenset({"业务日期", "序号"}) if dated else frozenset({"序号"})
    part = _Part(leaves, vocabularies, sheet, supplied, cited, rng, used)
    node |= part.gates()
    node["requirements"] = part.requirements()
    if rng.random() < 0.87:
        node |= part.payment()
    else:
        used["scheme check"] += 1
    node |= part.notices("amount" in node)
    # A record with dated_by gives a scheme without a day of its own one all the same, which only adds to it.
    return SchemeDrawn(cited(node), dated)


@dataclass(frozen=True, slots=True)
class _Part:
    """Draws the parts of one scheme."""

    leaves: Sequence[Leaf]
    vocabularies: Scope
    sheet: Sheet
    supplied: frozenset[str]
    cited: Callable[[Node], Node]
    rng: Random
    used: Counter[str]

    def scribe(self, *more: str) -> Scribe:
        """A writer that may use what is supplied by now."""
        extra = [Leaf("补贴金额", MONEY), Leaf("受款人", TEXT)]
        leaves = [*self.leaves, *(leaf for leaf in extra if leaf.text in more)]
        scope = scope_of(leaves, self.vocabularies, self.sheet.columns, self.supplied)
        return Scribe(self.rng, scope, self.used)

    def gates(self) -> Node:
        if self.rng.random() > 0.2:
            return {}
        self.used["gate"] += 1
        when = f"取余(序号, 5) = 0 且 {self.scribe().write(BOOL, 2)}"
        return {"gates": {"另行规定": self.cited({"when": when})}}

    def requirements(self) -> Node:
        node: Node = {}
        for place in range(self.rng.choice((0, 1, 2, 2, 3))):
            node[f"条件{place + 1}"] = self.cited({"test": self._test()})
            self.used["requirement"] += 1
        return node

    def _test(self) -> str:
        """A condition that mostly holds: most of what is drawn would refuse every row."""
        scribe, kind = self.scribe(), self.rng.random()
        if kind < 0.3:
            return scribe.write(BOOL, 2)
        if kind < 0.7:
            return f"{scribe.write(BOOL, 2)} 或 {scribe.leaf(BOOL)} 或 取余(序号, 3) != 0"
        easy = [leaf.text for leaf in scribe.scope.leaves.get(BOOL, ()) if leaf.text in COLUMNS]
        tests = [*easy, "金额甲 > 50元", "日期甲 >= 2022年3月1日", "日期甲 不为空"]
        return self.rng.choice(tests)

    def payment(self) -> Node:
        rng = self.rng
        node: Node = {}
        if TOTAL in self.sheet.columns and rng.random() < 0.35:
            self.used["split"] += 1
            split = {"total": TOTAL, "per": rng.choice((["工种"], ["工种", "日期甲"])), "once": [CARD]}
            if rng.random() < 0.3:
                del split["once"]
            split["remainder"] = rng.choice(("末行", "最大余数", "尾差"))
            node |= {"amount": self.cited({"value": TOTAL}), "split": self.cited(split)}
        else:
            node["amount"] = self.cited({"value": self._amount()})
        if rng.random() < 0.8:
            node["payee"] = self._payee()
        if rng.random() < 0.7:
            node["fund"] = self._fund()
        return node

    def _amount(self) -> str:
        scribe, kind = self.scribe(), self.rng.random()
        if kind < 0.2:
            return scribe.write(MONEY, 3)
        if kind < 0.4:
            return f"min({scribe.leaf(MONEY)}, {scribe.write(MONEY, 1)})"
        if kind < 0.6:
            return f"金额甲 * {scribe.rng.choice(('30%', '33.3%', '(1 / 3)', '125‰', '0.005'))}"
        if kind < 0.8:
            return f"金额甲 + {scribe.write(MONEY, 1)}"
        return f"max({scribe.write(MONEY, 2)}, {scribe.leaf(MONEY)} * {scribe.leaf(NUMBER)})"

    def _payee(self) -> Node:
        rng = self.rng
        parties = self.vocabularies.members[PARTIES]
        choices = ['"个人"', '若 序号 < 40 则 "个人" 否则 "企业"']
        columns = [column for column in sorted(self.sheet.columns) if COLUMNS[column][1] is PARTIES]
        category = rng.choice([*choices, *columns, *columns])
        named = {"个人": "姓名", "企业": "单位名称"} if category != choices[0] else {"个人": "姓名"}
        self.used["payee"] += 1
        return self.cited({"category": category, "names": {key: named[key] for key in named if key in parties}})

    def _fund(self) -> Node:
        scribe = self.scribe("受款人")
        source = self.rng.choice(('"专项资金"', '若 受款人 = "企业" 则 "失业基金" 否则 "专项资金"', scribe.leaf(TEXT)))
        self.used["fund"] += 1
        return self.cited({"source": source})

    def notices(self, pays: bool) -> Node:
        rng = self.rng
        notices: Node = {}
        if rng.random() < 0.5:
            notices["LATE"] = self.cited({"test": self.scribe().write(BOOL, 2)})
            if rng.random() < 0.3:
                notices["LATE"]["granted_only"] = "true"
        if rng.random() < 0.5:
            notices["PROVISIONAL"] = self.cited({"test": self.scribe().write(BOOL, 2)})
            if rng.random() < 0.2:
                notices["PROVISIONAL"]["granted_only"] = "false"
        if not notices:
            return {}
        node: Node = {"notices": notices}
        if pays and "PROVISIONAL" in notices and rng.random() < 0.8:
            self.used["top_up"] += 1
            key = [column for column in (CARD, "工种", CERTIFICATE) if column in self.sheet.columns]
            node["top_up"] = self.cited({"key": key[: rng.randint(1, len(key))]})
        return node
