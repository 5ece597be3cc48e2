"""Schemes: requirements, amount, payee, fund and notices of one kind of payment."""

from __future__ import annotations

from policyrun.check.desk import Desk
from policyrun.check.hints import did_you_mean
from policyrun.check.names import Noun
from policyrun.check.reach import possible_texts
from policyrun.check.resolver import PolicyScope
from policyrun.check.scheme_reach import check_reach
from policyrun.check.shape import entries_at, flag_at, named_mappings, scalar_at, scalars_at
from policyrun.ir.nodes import Expr, Supplied
from policyrun.ir.policy import (
    Amount,
    Fund,
    Gate,
    Notice,
    Payee,
    RecordType,
    Requirement,
    Scheme,
    Split,
    TopUp,
)
from policyrun.model.decision import NoticeCode
from policyrun.model.types import BOOL, DATE, MONEY
from policyrun.source.diagnostic import Label
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar

#: Notices a policy may set conditions for; the engine sets the others itself.
DECLARED_NOTICES = (NoticeCode.PROVISIONAL, NoticeCode.LATE)

REMAINDERS = ("末行", "最大余数")


def lower_schemes(root: nodes.Mapping, desk: Desk) -> tuple[Scheme, ...]:
    """The schemes of a policy; those with a mistake are left out."""
    dated_by = _dated_by(scalar_at(root, "dated_by"), desk)
    lowered = (_scheme(key, node, dated_by, desk) for key, node in named_mappings(root, "schemes"))
    return tuple(scheme for scheme in lowered if scheme is not None)


def _scheme(key: Scalar, node: nodes.Mapping, dated_by: Scalar | None, desk: Desk) -> Scheme | None:
    record = _record(scalar_at(node, "record"), desk)
    if record is None:
        return None
    scope = desk.resolver.scope(record.name)
    amount = _amount(node.get("amount"), scope, desk)
    notices = _notices(node, scope, desk)
    day = _day(scalar_at(node, "day"), dated_by, record, scope, desk)
    gates = _gates(node, scope, desk)
    requirements = _requirements(node, scope, desk)
    split = _split(node.get("split"), record, scope, desk)
    payee = _payee(node.get("payee"), scope, desk)
    fund = _fund(node.get("fund"), scope, desk)
    top_up = _top_up(node.get("top_up"), notices, record, desk)
    if amount is None and node.key("amount") is not None:
        return None
    scheme = Scheme(
        name=key.text,
        record=record,
        day=day,
        gates=gates,
        requirements=requirements,
        amount=amount,
        split=split,
        payee=payee,
        fund=fund,
        notices=notices,
        top_up=top_up,
        grounds=desk.citer.grounds(node),
        span=key.span,
    )
    check_reach(scheme, desk.found)
    return scheme


def _dated_by(written: Scalar | None, desk: Desk) -> Scalar | None:
    """The column that dates records unless a scheme says otherwise; None where each scheme says."""
    if written is None or written.text == Supplied.DAY:
        return None
    columns = {field.name for record in desk.records.values() for field in record.fields}
    if written.text not in columns:
        desk.found.add(
            "PR249",
            _("没有列“{name}”可作业务日期").format(name=written.text),
            written.span,
            help=did_you_mean(written.text, columns) or _("写一列的名字；各项目自己写 day 的，写 业务日期"),
        )
    return written


def _record(written: Scalar | None, desk: Desk) -> RecordType | None:
    if written is None:
        return None
    desk.resolver.names.use(Noun.RECORD, written.text)
    record = desk.records.get(written.text)
    if record is None:
        desk.found.add(
            "PR222",
            _("没有记录“{name}”").format(name=written.text),
            written.span,
            help=did_you_mean(written.text, desk.records) or _("记录在 records 一节声明"),
        )
    elif (serial := record.field(Supplied.SERIAL)) is None or serial.cell != "serial" or not serial.required:
        desk.found.add(
            "PR251",
            _("记录“{name}”没有 序号: 序号! 这一列").format(name=record.name),
            written.span,
            others=() if serial is None else (Label(serial.span, _("现在是这样写的")),),
            help=_("每一行要有不重复的序号，结果才能对回去；在 records 里写 序号: 序号!"),
        )
    return record


def _day(
    written: Scalar | None, dated_by: Scalar | None, record: RecordType, scope: PolicyScope, desk: Desk
) -> Expr | None:
    """The ordering date: the scheme's own, or the column that ``dated_by`` names where the record has it."""
    if written is None and dated_by is not None and record.field(dated_by.text) is not None:
        written = dated_by
    return desk.expression(written, scope, DATE)


def _gates(node: nodes.Mapping, scope: PolicyScope, desk: Desk) -> tuple[Gate, ...]:
    gates = []
    for key, body in named_mappings(node, "gates"):
        when = desk.expression(scalar_at(body, "when"), scope, BOOL)
        if when is not None:
            gates.append(Gate(name=key.text, when=when, grounds=desk.citer.grounds(body), span=key.span))
    return tuple(gates)


def _requirements(node: nodes.Mapping, scope: PolicyScope, desk: Desk) -> tuple[Requirement, ...]:
    requirements = []
    for key, body in named_mappings(node, "requirements"):
        test = desk.expression(scalar_at(body, "test"), scope, BOOL)
        if test is not None:
            requirements.append(Requirement(name=key.text, test=test, grounds=desk.citer.grounds(body), span=key.span))
    return tuple(requirements)


def _amount(node: nodes.Node | None, scope: PolicyScope, desk: Desk) -> Amount | None:
    value = desk.expression(scalar_at(node, "value"), scope, MONEY)
    if node is None or value is None:
        return None
    return Amount(value=value, grounds=desk.citer.grounds(node), span=node.span)


def _notices(node: nodes.Mapping, scope: PolicyScope, desk: Desk) -> tuple[Notice, ...]:
    notices = []
    allowed = {code.value: code for code in DECLARED_NOTICES}
    for key, body in named_mappings(node, "notices"):
        test = desk.expression(scalar_at(body, "test"), scope, BOOL)
        code = allowed.get(key.text)
        if code is None:
            desk.found.add(
                "PR428",
                _("提示代码“{code}”不由政策声明").format(code=key.text),
                key.span,
                help=_("政策可以声明的提示：{known}").format(known="、".join(allowed)),
            )
        elif test is not None:
            notices.append(
                Notice(
                    code=code,
                    test=test,
                    granted_only=flag_at(body, "granted_only", code is NoticeCode.PROVISIONAL),
                    grounds=desk.citer.grounds(body),
                    span=key.span,
                )
            )
    return tuple(notices)


def _split(node: nodes.Node | None, record: RecordType, scope: PolicyScope, desk: Desk) -> Split | None:
    """分摊; the amount of such a scheme is the total that is shared."""
    total = scalar_at(node, "total")
    if node is None or total is None:
        return None
    columns = desk.columns([total], record)
    per = desk.columns(scalars_at(node, "per"), record)
    once = desk.columns(scalars_at(node, "once"), record)
    remainder = desk.choice(scalar_at(node, "remainder"), scope, REMAINDERS)
    field = record.field(total.text)
    if field is not None and not field.type.is_money:
        desk.found.add(
            "PR430",
            _("分摊的总额“{name}”不是金额列").format(name=total.text),
            total.span,
            others=(Label(field.span, _("它是{type}").format(type=field.type)),),
            help=_("把这一列的类型写成 金额!"),
        )
        return None
    if field is not None and not field.required:
        desk.found.add(
            "PR434",
            _("分摊的总额“{name}”可以空着").format(name=total.text),
            total.span,
            others=(Label(field.span, _("它不是必填的")),),
            help=_("把这一列的类型写成 金额!"),
        )
        return None
    if not columns or remainder is None:
        return None
    return Split(
        total=total.text,
        per=per,
        once=once,
        remainder=remainder,
        grounds=desk.citer.grounds(node),
        span=node.span,
    )


def _payee(node: nodes.Node | None, scope: PolicyScope, desk: Desk) -> Payee | None:
    category = desk.text(scalar_at(node, "category"), scope)
    if node is None or category is None:
        return None
    names = {key.text: value.text for key, value in entries_at(node, "names") if isinstance(value, Scalar)}
    possible = possible_texts(category)
    for key, _value in entries_at(node, "names"):
        if possible is not None and key.text not in possible:
            desk.found.add(
                "PR429",
                _("受款人没有“{name}”这一类").format(name=key.text),
                key.span,
                help=did_you_mean(key.text, possible) or _("类别有：{known}").format(known="、".join(sorted(possible))),
            )
    return Payee(category=category, names=names, grounds=desk.citer.grounds(node), span=node.span)


def _fund(node: nodes.Node | None, scope: PolicyScope, desk: Desk) -> Fund | None:
    source = desk.text(scalar_at(node, "source"), scope)
    if node is None or source is None:
        return None
    return Fund(source=source, grounds=desk.citer.grounds(node), span=node.span)


def _top_up(node: nodes.Node | None, notices: tuple[Notice, ...], record: RecordType, desk: Desk) -> TopUp | None:
    if node is None:
        return None
    if all(notice.code is not NoticeCode.PROVISIONAL for notice in notices):
        desk.found.add(
            "PR431",
            _("补差没有依托：这个项目没有 PROVISIONAL 提示"),
            node.span,
            help=_("在 notices 里声明 PROVISIONAL，说明哪些准予是暂定的"),
        )
    return TopUp(key=desk.columns(scalars_at(node, "key"), record), grounds=desk.citer.grounds(node), span=node.span)
