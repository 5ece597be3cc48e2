"""The SQL of a policy: what ``evaluate`` does, as a script that a database runs by itself and an auditor can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from policyrun.app.inputs import wanted_of
from policyrun.columnar.assemble import Fold, assemble
from policyrun.columnar.conclusions import judged_name
from policyrun.columnar.plan import ROW
from policyrun.columnar.result import result_query, wording
from policyrun.columnar.script import WRITERS, script
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.relation import RawRelation, texts
from policyrun.model.settings import Settings
from policyrun.model.vocabulary import Grounds
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.suggest import closest


def raw_name(scheme: Scheme) -> str:
    """The table of a scheme's cells that a script reads."""
    return f"{scheme.name}_原始"


def result_name(scheme: Scheme) -> str:
    """The table of a scheme's result that a script leaves."""
    return f"{scheme.name}_结果"


def chosen(policy: Policy, scheme: str | None, found: Diagnostics) -> tuple[Scheme, ...]:
    """The scheme of a name, all schemes without one; none, with the reason in ``found``, if there is no such."""
    schemes = tuple(one for one in policy.schemes if scheme in (None, one.name))
    if not schemes and scheme is not None:
        names = [one.name for one in policy.schemes]
        near = closest(scheme, names)
        hint = _("是不是“{near}”？").format(near=near) if near else _("项目有：{names}").format(names="、".join(names))
        found.add("PR540", _("政策里没有项目“{name}”").format(name=scheme), help=hint)
    return schemes


def compile_policy(policy: Policy, schemes: Sequence[Scheme], settings: Settings, dialect: str) -> str:
    """The script that decides the rows of some schemes, without history, exceptions and lists.

    Args:
        dialect: a key of ``columnar.dialect.DIALECTS``.

    Raises:
        Unlowered: for what no plan can say exactly in this dialect.
    """
    writer = WRITERS[dialect](policy.ref)
    relations = [texts(raw_name(scheme), scheme.name, wanted_of(policy, scheme).known) for scheme in schemes]
    assembled = assemble(policy, relations, settings, writer.dialect)
    parts = list(assembled.plan.parts)
    for answer in assembled.answers:
        parts += wording(policy, answer, writer.dialect)
    results: dict[str, exp.Query] = {
        result_name(answer.scheme): result_query(answer, writer.dialect).order_by(
            exp.Column(this=exp.Identifier(this=ROW, quoted=True), table=exp.Identifier(this="行", quoted=True)),
            copy=False,
        )
        for answer in assembled.answers
    }
    heading = _heading(policy, relations, settings, writer.dialect.title)
    return script(parts, results, writer, heading, _notes(policy, schemes, assembled.folds))


# ------------------------------------------------------------------------------------------------------------ comments


def _heading(policy: Policy, relations: Sequence[RawRelation], settings: Settings, title: str) -> list[str]:
    lines = [
        f"{policy.title}（{policy.ref}）：每一行给不给、给多少、依据哪一条",
        f"由 policyrun compile 写成，用于 {title}；基准日 {settings.as_of}，只用 {settings.known_on} 以前印发的数值",
        *(f"读法 {name}：{way}" for name, way in settings.readings.items()),
        "",
        f"要先备好：每个项目一张表或视图，{ROW} 是不重复的整数，结果按它排列；其余各列都是文本，空白是 NULL 或空串。",
        "没有的列也要建，全写 NULL；必填与否、写法对不对由脚本核对。",
    ]
    for relation in relations:
        lines.append(f"  {relation.name}：{ROW}、{'、'.join(column.name for column in relation.columns)}")
    lines += ["", "算完留下：每个项目一张表，第一列是 row_no，后面是结果的十二列。"]
    lines += [f"  {relation.scheme}_结果" for relation in relations]
    lines += ["", "没有算进去的：以前各次的结果、例外、名单；要算它们用 policyrun evaluate。"]
    lines.append("单元格里的数都是整数，金额以分计；判断不了的是 NULL，不当作 0 或否。")
    return lines


def _notes(policy: Policy, schemes: Sequence[Scheme], folds: Sequence[Fold]) -> Mapping[str, list[str]]:
    """The rules behind relations, each with its ids and clauses."""
    notes = {judged_name(scheme): [*_rules(scheme)] for scheme in schemes}
    grounds = {limit.name: limit.grounds for limit in policy.limits}
    for fold in folds:
        limits = [limit.name for limit in fold.spec.limits]
        notes[fold.spec.candidates] = [_note(f"限额“{name}”", grounds[name]) for name in limits]
    return notes


def _rules(scheme: Scheme) -> Iterator[str]:
    """What a row is judged by, in the order of judging."""
    for gate in scheme.gates:
        yield _note(f"前置“{gate.name}”", gate.grounds)
    for requirement in scheme.requirements:
        yield _note(f"条件“{requirement.name}”", requirement.grounds)
    for what, own in (("金额", scheme.amount), ("分摊", scheme.split), ("受款人", scheme.payee), ("资金", scheme.fund)):
        if own is not None:
            yield _note(what, own.grounds)


def _note(what: str, grounds: Grounds) -> str:
    return f"{what}：{' '.join([*grounds.ids, '；'.join(map(str, grounds.cite))])}".rstrip("： ")
