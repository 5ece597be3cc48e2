"""A small made-up run (云岭市, a fictional place) for the tests of summaries and workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from policyrun.app.result import InputFile, RunResult, SchemeResult
from policyrun.ir.nodes import Literal, ParameterRef
from policyrun.ir.policy import (
    Amount,
    Field,
    InForce,
    KeyPart,
    Limit,
    Order,
    Policy,
    RecordType,
    Requirement,
    Rounding,
    Scheme,
    Total,
)
from policyrun.model.decision import Conclusion, LimitState, NoticeCode, Outcome, Reason
from policyrun.model.raw import CellKind, Origin, RawCell, SchemeInput
from policyrun.model.settings import Settings
from policyrun.model.types import BOOL, DATE, MONEY, NUMBER, TEXT, Type, enum_of
from policyrun.model.vocabulary import (
    Citation,
    DatedValue,
    Document,
    Enumeration,
    Grounds,
    Reading,
    ReferenceList,
    Standing,
    Status,
)
from policyrun.source.text import SourceFile, Span

SPAN = Span(SourceFile("云岭.yaml", "云岭"), 0, 2)
DOCUMENT = Document("办法", "云人社发〔2024〕12号", "云岭市职业技能提升补贴办法", "云岭市人社局", date(2024, 2, 6))
LEVELS = Enumeration("项目等级", ("一级", "二级", "三级", "四级", "五级"), aliases={"高级技师": "一级"})
FUNDS = Enumeration("资金来源", ("就业补助资金", "失业保险基金"))
PEOPLE = ("999999199001010016", "999999198803070024", "999999199512310045", "999999200002290051")


def cite(clause: str) -> Citation:
    return Citation(DOCUMENT, clause)


def grounds(clause: str, *ids: str) -> Grounds:
    return Grounds(ids, (cite(clause),))


def literal(value: Fraction | str | bool, kind: Type) -> Literal:
    return Literal(type=kind, span=SPAN, value=value)


def column(name: str, cell: str, kind: Type, required: bool = False, **more: object) -> Field:
    return Field(name=name, cell=cell, type=kind, required=required, span=SPAN, **more)  # type: ignore[arg-type]


TRAINING_FIELDS = (
    column("序号", "serial", NUMBER, True),
    column("身份证号码", "id_card", TEXT, True),
    column("姓名", "text", TEXT),
    column("职业工种", "text", TEXT, True),
    column("项目等级", "enum", enum_of("项目等级", LEVELS.members), True, enumeration=LEVELS),
    column("发证时间", "date", DATE),
    column("就业日期", "date", DATE, meaning="未就业"),
    column("培训合格", "bool", BOOL),
    column("补贴标准", "money", MONEY, note="文件没有基数，由本地标准给出"),
    column("资金来源", "enum", enum_of("资金来源", FUNDS.members), enumeration=FUNDS),
)
FIRM_FIELDS = (
    column("序号", "serial", NUMBER, True),
    column("企业名称", "text", TEXT, True),
    column("在岗月数", "int", NUMBER, least=Fraction(0), most=Fraction(12)),
)


def _scheme(name: str, fields: tuple[Field, ...]) -> Scheme:
    test = literal(True, BOOL)
    return Scheme(
        name=name,
        record=RecordType(name=name, fields=fields),
        day=None,
        gates=(),
        requirements=(Requirement(name="培训合格", test=test, grounds=grounds("第三条", "YL-E1"), span=SPAN),),
        amount=Amount(value=literal(Fraction(1), MONEY), grounds=grounds("第五条", "YL-S1"), span=SPAN),
        split=None,
        payee=None,
        fund=None,
        notices=(),
        top_up=None,
        grounds=grounds("第五条"),
        span=SPAN,
    )


def _limit(name: str, measure: Type, room: int) -> Limit:
    return Limit(
        name=name,
        over=("培训补贴",),
        per=(KeyPart(label="身份证号码", expr=literal("", TEXT)),),
        when=None,
        measure=Total(measure=literal(Fraction(1), measure), room=literal(Fraction(room), measure), partial=False),
        binding=None,
        order=Order(name="先到先得", keys=(), span=SPAN),
        grounds=grounds("第七条", "YL-L1"),
        span=SPAN,
    )


def make_policy(status: Status = Status.IN_FORCE) -> Policy:
    """A policy with one of everything that a workbook shows."""
    rate = DatedValue(date(2024, 3, 1), date(2024, 2, 6), Fraction(60), grounds("第四条"))
    age = ParameterRef(type=NUMBER, span=SPAN, name="劳动年龄上限", values=(rate,), standing=Standing.ASSUMED)
    base = ParameterRef(type=MONEY, span=SPAN, name="当地补贴标准", values=(), standing=Standing.OPEN)
    return Policy(
        id="demo-2024",
        version=1,
        title="云岭市职业技能提升补贴",
        status=status,
        documents=(DOCUMENT,),
        in_force=InForce(first=date(2024, 3, 1), last=date(2026, 12, 31), outside=None, grounds=grounds("附则")),
        enumerations={"项目等级": LEVELS, "资金来源": FUNDS},
        lists=(ReferenceList("紧缺工种", "紧缺", "职业工种", grounds("第六条")),),
        readings={
            "计年日期": Reading(
                "计年日期",
                ("发证时间", "培训结束日期"),
                "发证时间",
                "“每人每年”的年按哪个日期算",
                "发证时间不再变动",
                grounds("第七条"),
                "IQ-01",
            ),
            "超次处理": Reading(
                "超次处理", ("不予", "仅提示"), "不予", "超过次数的怎样办", "文件用了“最多”", grounds("第七条"), "IQ-03"
            ),
        },
        parameters={"劳动年龄上限": age, "当地补贴标准": base},
        parameter_grounds={"劳动年龄上限": grounds("第四条"), "当地补贴标准": grounds("第五条")},
        decisions={},
        schemes=(_scheme("培训补贴", TRAINING_FIELDS), _scheme("示范企业", FIRM_FIELDS)),
        limits=(_limit("每年三次", NUMBER, 3), _limit("年度上限", MONEY, 50000)),
        rounding=Rounding(op="round half up", step=Fraction(1, 100), grounds=grounds("第五条")),
        digest="9f" * 32,
    )


def granted(row: int, amount: str, payee: str, name: str, fund: str, *notices: NoticeCode) -> Outcome:
    """A 准予 of 培训补贴."""
    return Outcome(
        "培训补贴",
        row,
        str(row + 1),
        Conclusion.GRANTED,
        Reason.GRANTED,
        amount=Fraction(amount),
        payee=payee,
        payee_name=name,
        fund=fund,
        rules=("YL-S1", "YL-S2", "YL-L1", "YL-P1"),
        clauses=(cite("第五条"), cite("附表1"), cite("第七条")),
        notices=notices,
    )


def other(row: int, reason: Reason, *about: str, rules: tuple[str, ...] = ("YL-E1",), **more: object) -> Outcome:
    """A row of 培训补贴 that is not granted."""
    conclusion = {
        Reason.INELIGIBLE: Conclusion.DENIED,
        Reason.LIMIT: Conclusion.DENIED,
        Reason.UNDECIDED: Conclusion.UNDECIDED,
        Reason.INVALID: Conclusion.INVALID,
    }[reason]
    amount = Fraction(0) if conclusion is Conclusion.DENIED else None
    given = reason is not Reason.INVALID
    outcome = Outcome(
        "培训补贴",
        row,
        str(row + 1),
        conclusion,
        reason,
        about,
        amount,
        rules=rules if given else (),
        clauses=(cite("第三条"),) if given else (),
    )
    return replace(outcome, **more)  # type: ignore[arg-type]


def refused(row: int) -> Outcome:
    state = LimitState("每年三次", (), Fraction(3), Fraction(1), Fraction(3), (), passed=False)
    return other(row, Reason.LIMIT, "每年三次", rules=("YL-L1",), limits=(state,), clauses=(cite("第七条"),))


def training_outcomes() -> tuple[Outcome, ...]:
    return (
        granted(0, "2000", "培训机构", "云岭市第一职业培训学校", "就业补助资金"),
        granted(1, "1600.50", "培训机构", "云岭市第一职业培训学校", "失业保险基金", NoticeCode.PROVISIONAL),
        granted(2, "1234567.89", "培训机构", "青石技工学校", "就业补助资金", NoticeCode.PARTIAL, NoticeCode.LATE),
        other(3, Reason.INELIGIBLE, "培训合格"),
        refused(4),
        other(5, Reason.UNDECIDED, "补贴标准", "培训合格"),
        other(6, Reason.UNDECIDED, "培训合格", least=Fraction(0), most=Fraction(2000)),
        other(7, Reason.UNDECIDED, "适用版本"),
        other(8, Reason.INVALID, "身份证号码"),
        other(9, Reason.INVALID, "发证时间"),
        other(10, Reason.INELIGIBLE, "金额为零"),
        granted(11, "800", "个人", "张三丰", ""),
    )


def text_row(cells: Sequence[str]) -> tuple[RawCell, ...]:
    return tuple(RawCell(cell) for cell in cells)


def training_input(outcomes: Sequence[Outcome], path: str = "六月.xlsx") -> SchemeInput:
    columns = (*(field.name for field in TRAINING_FIELDS), "备注")
    rows = []
    for outcome in outcomes:
        person = PEOPLE[outcome.row % len(PEOPLE)] if outcome.row != 8 else "999999199001010012"
        rows.append(
            (
                RawCell(outcome.serial, CellKind.NUMBER),
                RawCell(person),
                RawCell("张三丰"),
                RawCell("电工"),
                RawCell("三级"),
                RawCell("去年六月") if outcome.row == 9 else RawCell("2024-06-30", CellKind.DATE),
                RawCell(""),
                RawCell("" if outcome.row in (5, 6) else "是"),
                RawCell("" if outcome.row == 5 else "2000.5", CellKind.NUMBER),
                RawCell("就业补助资金"),
                RawCell("=1+1" if outcome.row == 0 else ""),
            )
        )
    origins = [Origin(path, "培训补贴", 3 + row) for row in range(len(rows))]
    return SchemeInput("培训补贴", columns, rows, origins, unused=("备注",), absent=("紧缺",), empty=1)


def make_run(status: Status = Status.IN_FORCE) -> RunResult:
    """Twelve rows of one scheme and two of another: every conclusion and most reasons."""
    policy = make_policy(status)
    outcomes = training_outcomes()
    if status is Status.DRAFT:
        outcomes = tuple(replace(each, notices=(*each.notices, NoticeCode.DRAFT)) for each in outcomes)
    training = SchemeResult(policy.schemes[0], training_input(outcomes), outcomes)
    firms = SchemeResult(policy.schemes[1], _firm_input(), _firm_outcomes())
    readings = {"计年日期": "发证时间", "超次处理": "仅提示"}
    return RunResult(
        policy,
        Settings(date(2024, 12, 31), date(2024, 12, 31), readings),
        (training, firms),
        (InputFile("六月.xlsx", "ab" * 32, 14),),
        sample=True,
    )


def _firm_input() -> SchemeInput:
    rows = [text_row(("0012", "云岭精工有限公司", "12")), text_row(("2", "@SUM(A1)", ""))]
    return SchemeInput(
        "示范企业", ("序号", "企业名称", "在岗月数"), rows, [Origin("六月.xlsx", "示范企业", 2 + n) for n in range(2)]
    )


def _firm_outcomes() -> tuple[Outcome, ...]:
    first = granted(0, "50000", "企业", "云岭精工有限公司", "失业保险基金")
    second = other(1, Reason.UNDECIDED, "在岗月数", least=Fraction(1000), most=Fraction(50000, 3))
    return (
        replace(first, scheme="示范企业", serial="0012"),
        replace(second, scheme="示范企业", serial="2"),
    )


def write_input(path: Path) -> None:
    """The workbook that the run was made from: a title above the header, a merged cell, a comment, a formula."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "培训补贴"
    data = training_input(training_outcomes())
    sheet.append(["六月培训补贴申报表"])
    sheet.merge_cells("A1:K1")
    sheet.append(
        [name.replace("身份证号码", "身份证号码 ").replace("职业工种", "职业（工种）") for name in data.columns]
    )
    for row in data.rows:
        sheet.append([_held(cell) for cell in row])
    sheet["C3"].comment = Comment("本人已核对", "经办")
    sheet["I7"].comment = Comment("等下发标准", "经办")
    sheet["M3"] = "=SUM(I3:I14)"
    sheet["A2"].font = Font(bold=True)
    firms = book.create_sheet("示范企业")
    firms.append(["序号", "企业名称", "在岗月数"])
    for row in _firm_input().rows:
        _append(firms, row)
    book.save(path)


def _append(sheet: Worksheet, row: Sequence[RawCell]) -> None:
    number = sheet.max_row + 1
    for column, raw in enumerate(row, start=1):
        cell = sheet.cell(number, column)
        cell.value = _held(raw)
        if isinstance(cell.value, str):
            cell.data_type = "s"


def _held(cell: RawCell) -> str | Decimal | date | None:
    if cell.kind is CellKind.NUMBER and cell.text:
        return Decimal(cell.text)
    if cell.kind is CellKind.DATE:
        return date.fromisoformat(cell.text)
    return cell.text or None
