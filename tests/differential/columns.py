"""The columns of generated records: one set of names for a policy, of which each record has a part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from .kinds import BOOL, DATE, HOURS, LEVELS, MONEY, NUMBER, PARTIES, TEXT, Type
from .scribe import Leaf, Scope, Scribe, scope_of

Node = dict[str, Any]

CARD, TOTAL, CERTIFICATE = "身份证号码", "总额", "证书编号"
#: Name → the word for its cell type and the type of its value.
COLUMNS: dict[str, tuple[str, Type]] = {
    CARD: ("身份证", TEXT),
    "金额甲": ("金额", MONEY),
    "金额乙": ("金额", MONEY),
    TOTAL: ("金额", MONEY),
    "整数甲": ("整数", NUMBER),
    "整数乙": ("整数", NUMBER),
    "课时甲": ("课时", HOURS),
    "课时乙": ("课时", HOURS),
    "工种": ("文本", TEXT),
    "单位": ("文本", TEXT),
    CERTIFICATE: ("文本", TEXT),
    "等级甲": ("等级", LEVELS),
    "等级乙": ("等级", LEVELS),
    "主体甲": ("主体", PARTIES),
    "日期甲": ("日期", DATE),
    "日期乙": ("日期", DATE),
    "日期丙": ("日期", DATE),
    "条件甲": ("是否", BOOL),
    "条件乙": ("是否", BOOL),
    "条件丙": ("是否", BOOL),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A record as drawn: its name, what its columns are called in expressions, and which of them may be blank."""

    name: str
    columns: frozenset[str]
    required: frozenset[str]


def leaf_of(column: str) -> Leaf:
    return Leaf(column, COLUMNS[column][1], frozenset({column}))


def draw_sheet(name: str, rng: Random) -> Sheet:
    """A record with most of the columns, a person and a day among them."""
    some = {column for column in COLUMNS if rng.random() < 0.75}
    columns = some | {CARD, "日期甲", "金额甲", "工种"}
    required = frozenset(column for column in COLUMNS if column in columns and rng.random() < 0.35)
    return Sheet(name, frozenset(columns), required | {CARD, *columns & {TOTAL}})


def columns_node(
    sheet: Sheet, shared: Sequence[str], leaves: Sequence[Leaf], vocabularies: Scope, rng: Random, used: Counter[str]
) -> list[Any]:
    """The columns as a policy writes them; those that stand in a group of columns are left to it.

    Args:
        shared: columns of the group that the record takes over.
        leaves: parameters that the meaning of a blank may use.
    """
    own = [column for column in COLUMNS if column in sheet.columns and column not in shared]
    plain = [leaf_of(column) for column in sorted(sheet.required)]
    scope = scope_of([*plain, *leaves], vocabularies, sheet.required, frozenset())
    scribe = Scribe(rng, scope, used)
    written: list[Any] = [{"序号": "序号!"}]
    written += [_column(column, column in sheet.required, scribe) for column in own]
    if shared:
        written.insert(rng.randint(1, len(written)), "共用")
    return written


def group_node(shared: Sequence[str], required: frozenset[str]) -> list[Any]:
    return [{column: f"{COLUMNS[column][0]}{'!' if column in required else '?'}"} for column in shared]


def _column(column: str, required: bool, scribe: Scribe) -> Node:
    word, type_ = COLUMNS[column]
    rng, used = scribe.rng, scribe.used
    long: Node = {"type": f"{word}{'!' if required else '?'}"}
    if not required and rng.random() < 0.35:
        long["blank"] = _blank(type_, scribe)
        used["column blank"] += 1
    if not required and rng.random() < 0.15:
        long["absent"] = "未知"
        used["column absent"] += 1
    if type_ in (MONEY, NUMBER, HOURS) and column != TOTAL and rng.random() < 0.3:
        long |= {"least": rng.choice(("0", "1"))} if rng.random() < 0.5 else {"most": rng.choice(("120", "4000"))}
        used["column bounds"] += 1
    return {column: long if len(long) > 1 else long["type"]}


def _blank(type_: Type, scribe: Scribe) -> str:
    if type_ is BOOL:
        return scribe.rng.choice(("是", "否"))
    if type_ in scribe.scope.members:
        return scribe.rng.choice(scribe.scope.members[type_])
    return scribe.write(type_, scribe.rng.choice((0, 0, 1)))


def checks_node(sheet: Sheet, vocabularies: Scope, rng: Random, used: Counter[str]) -> Node:
    """Rules among the cells of a row, most of which hold most of the time."""
    scope = scope_of([leaf_of(column) for column in sorted(sheet.columns)], vocabularies, sheet.columns, frozenset())
    checks: Node = {}
    for place in range(rng.choice((0, 0, 1, 2))):
        scribe = Scribe(rng, scope, used)
        test = f"取余(序号, 6) != 0 或 {scribe.write(BOOL, 2)}"
        blames = rng.choice(sorted(sheet.columns))
        checks[f"规则{place + 1}"] = {"blames": blames, "test": test, "says": "与别处不合", "cite": "附表"}
        used["check"] += 1
    return checks


def with_more(sheet: Sheet, columns: Sequence[str], required: frozenset[str]) -> Sheet:
    return replace(sheet, columns=sheet.columns | set(columns), required=(sheet.required - set(columns)) | required)
