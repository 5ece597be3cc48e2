"""分摊: a total shared by the rows of a group, as ``interp.split`` does, in windows over the group.

**Judged** (``SplitSpec.judged``), one row per row of the scheme:

==================  ======  ==========================================================================================
``row_no``          whole   the row's place in its scheme
``serial``          whole   序号; NULL where it does not type, and then ``takes_part`` is false
``takes_part``      bool    its cells type and break no rule of the form
``open``            bool    nothing is decided yet: every requirement is true, or some are unknown
``eligible``        bool    every requirement is true
the group           any     the columns ``SplitSpec.per``, ``once`` and ``total`` (whole, ×``total_den``)
``words``           whole   bits of what a row lacks, any number of columns
==================  ======  ==========================================================================================

**Shared** (``SplitSpec.shared``), one row per row that takes part:

==================  ======  ==========================================================================================
``row_no``          whole
``blamed``          whole   it is invalid: place in ``once`` of the column that repeats, ``len(once)`` for the total
``share``           whole   what it gets, in ``1 / per_yuan`` yuan; NULL where it takes no share or must wait
``waits``           bool    undecided: it, or another row of its group, lacks something
``least, most``     whole   of a row that waits: the least and the most it could get
``words``           whole   of a row that waits: what it lacks; of one that lacks nothing, what others of its group do
==================  ======  ==========================================================================================

**Empty** (``SplitSpec.empty``): the columns ``per`` of groups with nobody to share, and ``row_no``, their first row.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sqlglot import exp

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.fold_sql import listed, query, quoted
from policyrun.columnar.plan import Step, Unlowered
from policyrun.source.messages import _


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSpec:
    """How a scheme splits.

    Attributes:
        name: a prefix for the relations in between.
        per, once: columns of the judged rows.
        total_den: ``total`` is an integer of ``1 / total_den`` yuan.
        largest: 最大余数; otherwise the last row takes the difference (末行).
        rounding: key of the op in ``ir.ops``; ``step`` in yuan.
        per_yuan: a multiple of ``total_den`` and of the denominator of ``step``.
        words: columns of bits.
    """

    name: str
    judged: str
    shared: str
    empty: str
    per: tuple[str, ...]
    once: tuple[str, ...]
    total: str
    total_den: int
    largest: bool
    rounding: str
    step: Fraction
    per_yuan: int
    words: tuple[str, ...] = ()


def split_steps(spec: SplitSpec, dialect: Dialect) -> list[Step]:
    """The relations from ``spec.judged`` to ``spec.shared`` and ``spec.empty``.

    Raises:
        Unlowered: for a way of rounding that no plan can say.
    """
    texts = [
        (f"{spec.name}_重复", _repeats(spec), "同组内重复的，序号在后的作废", False),
        (f"{spec.name}_组", _groups(spec), "每组的总额和人数", True),
        (f"{spec.name}_份额", _counts(spec), "按人数应得的份额", True),
        (spec.shared, _shared(spec), "分摊的结果", True),
        (spec.empty, _empty(spec), "没有人可分的组", True),
    ]
    return [Step(name, _divided(query(text).tree(), dialect), comment, kept) for name, text, comment, kept in texts]


def _repeats(spec: SplitSpec) -> str:
    """Rows that take part, with the last column of ``once`` in which each repeats an earlier one by 序号."""
    columns = ["j.row_no", "j.serial", "j.open", "j.eligible", f"j.{quoted(spec.total)} AS 总额"]
    columns += [f"j.{quoted(name)}" for name in (*spec.per, *spec.words)]
    places = [
        f"ROW_NUMBER() OVER (PARTITION BY {listed(f'j.{quoted(part)}' for part in (*spec.per, one))} ORDER BY j.serial)"
        for one in spec.once
    ]
    columns += [f"{text} AS 第几次_{place}" for place, text in enumerate(places)]
    whens = " ".join(f"WHEN r.第几次_{place} > 1 THEN {place}" for place in reversed(range(len(spec.once))))
    blamed = f"CASE {whens} END" if whens else "CAST(NULL AS INT)"
    inner = f"SELECT {listed(columns)} FROM {quoted(spec.judged)} AS j WHERE j.takes_part"
    return f"SELECT r.*, {blamed} AS 重复 FROM ({inner}) AS r"


def _groups(spec: SplitSpec) -> str:
    """Rows that share or might, each with its place among those who may take a share, and its group's figures."""
    group = f"PARTITION BY {listed(f'r.{quoted(part)}' for part in spec.per)}" if spec.per else ""
    words = [
        f"BIT_OR(CASE WHEN r.open AND NOT r.eligible THEN r.{quoted(word)} ELSE 0 END) OVER ({group}) AS 缺_{place}"
        for place, word in enumerate(spec.words)
    ]
    before = "ORDER BY r.serial ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    figures = [
        f"COUNT(CASE WHEN r.open THEN 1 END) OVER ({group}) AS 人数",
        f"COUNT(CASE WHEN r.open AND r.eligible THEN 1 END) OVER ({group}) AS 确定",
        f"COUNT(CASE WHEN r.open THEN 1 END) OVER ({group} {before}) AS 位次",
        f"MIN(r.总额) OVER ({group}) AS 最小总额",
        f"MAX(r.总额) OVER ({group}) AS 最大总额",
        f"COUNT(r.总额) OVER ({group}) AS 有总额",
        f"COUNT(*) OVER ({group}) AS 行数",
        f"MIN(r.row_no) OVER ({group}) AS 首行",
    ]
    return f"SELECT r.*, {listed([*figures, *words])} FROM {quoted(spec.name + '_重复')} AS r WHERE r.重复 IS NULL"


def _counts(spec: SplitSpec) -> str:
    """The first and the last share of as many rows as a row's place says; its own, and the last, of all there are."""
    mixed = "g.有总额 > 0 AND (g.最小总额 <> g.最大总额 OR g.有总额 < g.行数)"
    base = f"SELECT g.*, {mixed} AS 总额不一 FROM {quoted(spec.name + '_组')} AS g"
    first, last = _share(spec, "1", "b.位次"), _share(spec, "b.位次", "b.位次")
    own, end = _share(spec, "b.位次", "b.人数"), _share(spec, "b.人数", "b.人数")
    columns = f"{first} AS 首份, {last} AS 末份, {own} AS 本份, {end} AS 最末份"
    return f"SELECT b.*, {columns} FROM ({base}) AS b"


def _share(spec: SplitSpec, place: str, count: str) -> str:
    """The share of the row at a place, from 1, of so many; 0 rows share nothing. Integers of 1 / per_yuan yuan."""
    step = int(spec.step * spec.per_yuan)
    total = f"(b.总额 * {spec.per_yuan // spec.total_den})"
    size = f"({step} * {count})"
    if spec.largest:
        whole = f"QUOTIENT({total}, {size})"
        share = f"({whole} + CASE WHEN ({place} - 1) * {step} < {total} - {whole} * {size} THEN 1 ELSE 0 END) * {step}"
    else:
        each = f"({_rounded(spec.rounding, total, size)}) * {step}"
        share = f"CASE WHEN {place} < {count} THEN {each} ELSE {total} - {each} * ({count} - 1) END"
    return f"CASE WHEN b.open AND {count} > 0 THEN {share} END"


def _rounded(rounding: str, dividend: str, divisor: str) -> str:
    """A quotient of numbers of which none is below 0, to a whole number."""
    down = f"QUOTIENT({dividend}, {divisor})"
    rest = f"({dividend} - {down} * {divisor})"
    match rounding:
        case "floor" | "round_down":
            return down
        case "ceiling" | "round_up":
            up = f"{rest} > 0"
        case "round_half_up":
            up = f"2 * {rest} >= {divisor}"
        case "round_half_down":
            up = f"2 * {rest} > {divisor}"
        case "round_half_even":
            odd = f"{down} % 2 = 1"
            up = f"2 * {rest} > {divisor} OR (2 * {rest} = {divisor} AND {odd})"
        case _:
            raise Unlowered(_("取整方式“{way}”").format(way=rounding))
    return f"{down} + CASE WHEN {up} THEN 1 ELSE 0 END"


def _shared(spec: SplitSpec) -> str:
    """What each row gets, or why it gets nothing."""
    step = int(spec.step * spec.per_yuan)
    group = f"PARTITION BY {listed(f's.{quoted(part)}' for part in spec.per)}" if spec.per else ""
    low = f"CASE WHEN s.末份 >= {step} THEN LEAST(s.首份, s.末份) ELSE 0 END"
    high = f"CASE WHEN s.末份 >= {step} THEN GREATEST(s.首份, s.末份) ELSE 0 END"
    fewest = "s.open AND s.位次 >= GREATEST(s.确定, 1)"
    more = "s.open AND s.位次 >= s.确定 + 1"
    bounds = (
        f"MIN(CASE WHEN {fewest} THEN {low} END) OVER ({group}) AS 至少,"
        f" MAX(CASE WHEN {fewest} THEN {high} END) OVER ({group}) AS 至多,"
        f" MAX(CASE WHEN {more} THEN {high} END) OVER ({group}) AS 再多时至多"
    )
    payable = f"MAX(s.最末份) OVER ({group}) >= {step} AS 够分"
    waits = "t.open AND NOT t.总额不一 AND t.有总额 > 0 AND t.确定 < t.人数"
    wrong = "t.总额不一 OR (t.有总额 > 0 AND t.人数 > 0 AND t.确定 = t.人数 AND NOT t.够分)"
    lacking = [
        (f"CASE WHEN t.eligible THEN t.缺_{place} ELSE t.{quoted(word)} END", quoted(word))
        for place, word in enumerate(spec.words)
    ]
    words = [f"CASE WHEN {waits} THEN {bits} ELSE 0 END AS {word}" for bits, word in lacking]
    columns = [
        "t.row_no",
        f"CASE WHEN {wrong} THEN {len(spec.once)} END AS blamed",
        f"CASE WHEN NOT ({wrong}) AND t.open AND t.确定 = t.人数 THEN t.本份 END AS share",
        f"{waits} AS waits",
        f"CASE WHEN {waits} THEN CASE WHEN t.eligible THEN t.至少 ELSE 0 END END AS least",
        f"CASE WHEN {waits} THEN CASE WHEN t.eligible THEN t.至多 ELSE t.再多时至多 END END AS most",
        *words,
    ]
    inner = f"SELECT s.*, {bounds}, {payable} FROM {quoted(spec.name + '_份额')} AS s"
    repeated = ["r.row_no", "r.重复 AS blamed", "CAST(NULL AS BIGINT) AS share", "FALSE AS waits"]
    repeated += ["CAST(NULL AS BIGINT) AS least", "CAST(NULL AS BIGINT) AS most"]
    repeated += [f"0 AS {quoted(word)}" for word in spec.words]
    return (
        f"SELECT {listed(columns)} FROM ({inner}) AS t UNION ALL"
        f" SELECT {listed(repeated)} FROM {quoted(spec.name + '_重复')} AS r WHERE r.重复 IS NOT NULL"
    )


def _empty(spec: SplitSpec) -> str:
    parts = [f"g.{quoted(part)}" for part in spec.per]
    return (
        f"SELECT {listed([*parts, 'MIN(g.row_no) AS row_no'])} FROM {quoted(spec.name + '_组')} AS g"
        f" WHERE g.人数 = 0{' GROUP BY ' + listed(parts) if parts else ''}"
    )


def _divided(tree: exp.Query, dialect: Dialect) -> exp.Query:
    """QUOTIENT as the dialect divides whole numbers."""

    def divide(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Anonymous) and node.name == "QUOTIENT":
            return dialect.quotient(*node.expressions)
        return node

    divided = tree.transform(divide)
    assert isinstance(divided, exp.Query)
    return divided
