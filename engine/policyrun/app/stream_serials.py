"""序号 that several files have, found within a database: ``datasets.serials`` for a run that stays there."""

from __future__ import annotations

from pathlib import Path

from sqlglot import exp

from policyrun.columnar.embedded import Embedded
from policyrun.columnar.folding import Sql, both, cases, column, compare, equal, whole
from policyrun.columnar.plan import ROW
from policyrun.columnar.records import cells_name
from policyrun.ir.nodes import Supplied
from policyrun.ir.policy import Scheme
from policyrun.model.relation import RawRelation
from policyrun.source.diagnostic import Diagnostics, Place, Severity
from policyrun.source.messages import _


def report_repeated(scheme: Scheme, relation: RawRelation, engine: Embedded, found: Diagnostics) -> None:
    """Says once for all files which 序号 comes back in another file, where, and what to do."""
    names = [field.name for field in scheme.record.fields]
    if len(relation.parts) < 2 or Supplied.SERIAL not in names:
        return
    part = _part_of(relation)
    invalid = equal(column("invalid"), whole(names.index(Supplied.SERIAL)))
    rows = exp.select(
        column(Supplied.SERIAL),
        exp.Alias(this=exp.Min(this=column(ROW)), alias="first"),
        exp.Alias(this=exp.Max(this=column(ROW)), alias="last"),
        exp.Alias(this=exp.Max(this=part), alias="two"),
    )
    rows = rows.from_(exp.Table(this=exp.Identifier(this=cells_name(scheme), quoted=True)))
    rows = rows.where(both((invalid, exp.Not(this=exp.Is(this=column(Supplied.SERIAL), expression=exp.Null())))))
    rows = rows.group_by(column(Supplied.SERIAL)).having(
        compare(exp.LT, exp.Min(this=part.copy()), exp.Max(this=part.copy()))
    )
    repeated = exp.select("*").from_(rows.subquery("重号"))
    count = engine.number(exp.select(exp.Count(this=exp.Star())).from_(rows.subquery("重号")))
    if not count:
        return
    ((serial, first, last, two),) = engine.rows(repeated.order_by("last", "first").limit(1))
    one = next(place for place, each in enumerate(relation.parts) if each.first <= first < each.end)
    before, after = relation.parts[one], relation.parts[two]
    found.add(
        "PR531",
        _("“{scheme}”的 {count} 个序号在两个文件里都有，如 {serial}：{one} 第 {line} 条，{two} 第 {number} 条").format(
            scheme=scheme.name,
            count=count,
            serial=serial,
            one=Path(before.path).name,
            line=first - before.first + 1,
            two=Path(after.path).name,
            number=last - after.first + 1,
        ),
        Place(after.path),
        help=_(
            "序号在全部文件里不能重复，重复的行都按数据错误不计入；"
            "给各文件各占一段号（如第二个文件从 20001 起），或在前面加上各自的代码"
        ),
        severity=Severity.WARNING,
    )


def _part_of(relation: RawRelation) -> Sql:
    """The place of the file that a row stands in."""
    later = list(enumerate(relation.parts))[::-1]
    return cases([(compare(exp.GTE, column(ROW), whole(part.first)), whole(place)) for place, part in later])
