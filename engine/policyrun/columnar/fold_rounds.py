"""Passes over the accounts until every candidate is decided.

Each pass bounds what predecessors used, and from that what every limit lets a candidate have. Who is let through for
certain, and for how much, is granted; who is certainly refused by some limit is refused; the others wait. Why that is
the fold itself: engine/decisions/0012-fold-as-rounds.md.
"""

from __future__ import annotations

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.fold_contest import Names
from policyrun.columnar.fold_measures import (
    OPEN_KINDS,
    Kept,
    amount_of,
    is_known,
    learned,
    lets_through,
    updated,
    used_between,
    used_when_known,
)
from policyrun.columnar.fold_spec import FoldSpec, Measure
from policyrun.columnar.fold_sql import amount_type, by_limit, listed, number_type, query, quoted
from policyrun.columnar.plan import Loop, Step

#: Of an account and what all of its candidate's say: refused, and known by what.
_REFUSED = "d.全明 = 1 AND (d.状态 = 2 OR d.最多 = 0)"

#: Those before an account, to be seen by it.
_BEFORE = "WINDOW 此前 AS (PARTITION BY a.组 ORDER BY a.次序 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
#: Whether somebody went before who surely was granted, for being first under all tight limits.
_LED = "FIRST_VALUE(a.独束) OVER 此前"
#: What the name of all begins with that is seen of undecided predecessors.
_OPEN = "待定"


def fixed_columns(spec: FoldSpec) -> list[str]:
    """The columns of an account that no pass changes."""
    kept = Kept.of(spec)
    optional = {"金额": kept.amounts, "所需": kept.asks, "余额": kept.rooms}
    columns = ["候选", "限额", "组", "次序", "领头", "独争", *(name for name, wanted in optional.items() if wanted)]
    columns += ["独束"] if kept.leading else []
    if kept.same:
        columns += ["类别", "另有类别"] if kept.past_kinds else ["类别"]
    if kept.waivable:
        columns.append("可免")
    return columns


def pass_steps(spec: FoldSpec, dialect: Dialect) -> list[Step | Loop]:
    """The first pass and the loop of the others: each decides at least the first candidate that is undecided."""
    names = Names(spec)
    accounts, following = quoted(names.accounts), f"{names.accounts}_下一轮"
    seen = f"SELECT a.*, {_seen_first(spec)} FROM {quoted(names.openings)} AS a {_BEFORE}"
    first = _pass(spec, dialect, seen, _told_nothing(spec))
    waiting = f"a.组 IN (SELECT w.组 FROM {accounts} AS w WHERE w.状态 IN (0, 2))"
    seen = f"SELECT a.*, {_seen(spec)} FROM {accounts} AS a WHERE a.状态 IN (0, 1, 2) AND {waiting} {_BEFORE}"
    others = _pass(spec, dialect, seen, _told(spec, dialect))
    grouped = tuple(names.groups(place) for place in range(len(spec.limits)))
    left = query(f"SELECT COUNT(*) FROM {accounts} WHERE 状态 IN (0, 2)")
    finished = query(f"SELECT * FROM {accounts} WHERE (状态 = 1 AND 领头) OR 状态 = 3")
    return [
        Step(names.accounts, query(first), "第一轮：定下不论其余如何都已确定的", True, spent=grouped),
        Step(names.settled, query(f"SELECT * FROM {accounts} WHERE FALSE"), "已经裁定、不必再看的", True),
        Loop(
            names.accounts,
            following,
            (Step(following, query(others), "上一轮准予的记入各账，再定能定的", True),),
            left,
            names.settled,
            finished,
            "限额按先后逐条裁定：每轮定下不论其余如何都已确定的",
        ),
    ]


def _pass(spec: FoldSpec, dialect: Dialect, seen: str, told: str) -> str:
    """A pass over accounts with what is to be seen before them, once they are told of it.

    Most candidates have one account, which speaks for them: only of others what all say has to be put together.
    """
    together = _together(spec)
    of_all = listed(f"{function}({value}) AS {name}" for name, (function, value) in together.items())
    of_each = listed(
        f"CASE WHEN v.独争 THEN {value} ELSE h.{name} END AS {name}" for name, (_, value) in together.items()
    )
    return f"""
        WITH 所见 AS (
            {seen}
        ), 记账 AS (
            SELECT {told}
        ), 界限 AS (
            SELECT u.*, {_bounds(spec)} FROM 记账 AS u
        ), 可得 AS (
            SELECT b.*, {_payable(spec)} FROM 界限 AS b
        ), 各限 AS (
            SELECT p.*, {_with_waivers(spec)} FROM 可得 AS p
        ), 合计 AS (
            SELECT v.候选, {of_all} FROM 各限 AS v WHERE NOT v.独争 GROUP BY v.候选
        ), 一并 AS (
            SELECT v.*, {of_each} FROM 各限 AS v LEFT JOIN 合计 AS h ON h.候选 = v.候选
        )
        SELECT {_decided(spec, dialect)} FROM 一并 AS d
        WHERE CASE WHEN {_REFUSED} THEN d.限额 = d.首拒 ELSE TRUE END
    """


def _seen(spec: FoldSpec) -> str:
    return listed(f"{text} OVER 此前 AS {name}" for name, text in learned(spec).items())


def _seen_first(spec: FoldSpec) -> str:
    """What ``_seen`` comes to while nobody is decided.

    Of the kinds of predecessors only the first is looked at, where it is granted: few wait for the others alone.
    """
    found = {name: f"{text} OVER 此前" for name, text in learned(spec).items() if name.startswith(_OPEN)}
    found |= {name: "CAST(NULL AS TEXT)" for name in found if name in OPEN_KINDS}
    if "待定数" in found:
        found["待定数"] = "ROW_NUMBER() OVER (PARTITION BY a.组 ORDER BY a.次序) - 1"
    if "待定独争数" in found and Kept.of(spec).leading:
        found["待定独争数"] = f"GREATEST({found['待定独争数']}, CASE WHEN {_LED} THEN 1 ELSE 0 END)"
    if Kept.of(spec).leading:
        found["先例"] = f"CASE WHEN {_LED} THEN FIRST_VALUE(a.类别) OVER 此前 END"
    return listed(f"{text} AS {name}" for name, text in found.items())


def _told(spec: FoldSpec, dialect: Dialect) -> str:
    changed = updated(spec, number_type(spec, dialect))
    columns = listed([*_untold(spec), *(f"{text} AS {name}" for name, text in changed.items())])
    return f"{columns} FROM 所见 AS w WHERE w.状态 IN (0, 2)"


def _told_nothing(spec: FoldSpec) -> str:
    changed = {name: f"w.{name}" for name in updated(spec, "")}
    if Kept.of(spec).leading:
        changed["已有类别"] = "COALESCE(w.已有类别, w.先例)"
    columns = listed([*_untold(spec), *(f"{text} AS {name}" for name, text in changed.items())])
    return f"{columns} FROM 所见 AS w"


def _untold(spec: FoldSpec) -> list[str]:
    """What stays as it is while an account is told of grants, and what is seen of the undecided."""
    looked_up = [name for name in learned(spec) if name.startswith(_OPEN)]
    return [f"w.{name}" for name in (*fixed_columns(spec), "状态", *looked_up)]


def _bounds(spec: FoldSpec) -> str:
    least, most = used_between(spec)
    return f"{least} AS 至少已用, {most} AS 至多已用"


def _payable(spec: FoldSpec) -> str:
    least, most = lets_through(spec)
    return f"{least} AS 至少可得, {most} AS 至多可得, {is_known(spec)} AS 已明"


def _with_waivers(spec: FoldSpec) -> str:
    """A limit that a candidate may pass without room says nothing until it is known whether it has room."""
    kept = Kept.of(spec)
    if not kept.waivable:
        return "p.至少可得 AS 少, p.至多可得 AS 多"
    amount = amount_of(kept, "p")
    return f"""
        p.可免 AND p.至多可得 = 0 AS 此免,
        CASE WHEN NOT p.可免 THEN p.至少可得
             WHEN p.至多可得 = 0 THEN {amount}
             WHEN p.至少可得 = p.至多可得 THEN p.至少可得 ELSE 0 END AS 少,
        CASE WHEN p.可免 AND p.至多可得 = 0 THEN {amount} ELSE p.至多可得 END AS 多
    """


def _together(spec: FoldSpec) -> dict[str, tuple[str, str]]:
    """What all limits of a candidate say, each put together by a function from what its accounts (``v``) say."""
    kept = Kept.of(spec)
    found = {
        "最少": ("MIN", "v.少"),
        "最多": ("MIN", "v.多"),
        "全明": ("MIN", "v.已明"),
        "首拒": ("MIN", "CASE WHEN v.多 = 0 THEN v.限额 END"),
    }
    if kept.waivable:
        bit = by_limit(spec, lambda one: str(1 << spec.limits.index(one)), "v")
        found["各免"] = ("SUM", f"CASE WHEN v.此免 THEN {bit} END")
    if kept.partial:
        own = _is_partial(spec)
        passed = f"{own} AND NOT v.此免" if kept.waivable else own
        found["余额多"] = ("MIN", f"CASE WHEN {passed} THEN v.多 END")
        found["余额未定"] = ("MIN", f"CASE WHEN {own} AND v.少 < v.多 THEN v.少 END")
    return found


def _is_partial(spec: FoldSpec) -> str:
    places = [str(place) for place, limit in enumerate(spec.limits) if limit.measure is Measure.PARTIAL]
    return f"v.限额 IN ({listed(places)})"


def _decided(spec: FoldSpec, dialect: Dialect) -> str:
    """状态: 0 undecided, 1 granted, 2 refused by what is not known yet, 3 refused.

    A refusal keeps one account, that of the limit that refused. The next pass tells those after it of a grant, of which
    then one account is kept, its first.
    """
    kept = Kept.of(spec)
    settled = "d.最少 = d.最多"
    if kept.partial:  # whether it is paid in part, or less for another reason, is to be known too
        settled += " AND (d.余额未定 IS NULL OR d.余额未定 > d.最多)"
    columns = {
        "状态": (f"CASE WHEN {_REFUSED} THEN 3 WHEN d.状态 = 2 OR d.最多 = 0 THEN 2 WHEN {settled} THEN 1 ELSE 0 END"),
        "拒于": "d.首拒",
    }
    if kept.amounts:
        columns["核定"] = f"CAST(d.最多 AS {amount_type(spec, dialect)})"
    if kept.waivable:
        columns["免"] = "d.此免"
        columns["免除"] = "CAST(COALESCE(d.各免, 0) AS BIGINT)"
    if kept.partial:
        columns["部分"] = "COALESCE(d.余额多 = d.最多 AND d.最多 < d.金额, FALSE)"
    same = [f"d.{name}" for name in (*fixed_columns(spec), *updated(spec, "")) if name != "已用"]
    same.append(
        f"CASE WHEN {_REFUSED} THEN {used_when_known(spec)} ELSE d.已用 END AS 已用" if kept.counted else "d.已用"
    )
    return listed([*same, *(f"{text} AS {name}" for name, text in columns.items())])
