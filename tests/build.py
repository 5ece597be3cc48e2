"""Small checked policies made by hand, for tests that need no policy file."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from policyrun.ir.cells import CELL_TYPES, id_check_char
from policyrun.ir.nodes import Column, Expr, Given, Literal
from policyrun.ir.policy import (
    Amount,
    Field,
    Highest,
    InForce,
    KeyPart,
    Limit,
    Order,
    OrderKey,
    Payee,
    Policy,
    RecordType,
    Rounding,
    SameKind,
    Scheme,
    TopUp,
    Total,
)
from policyrun.model import types
from policyrun.model.types import Type
from policyrun.model.values import Value
from policyrun.model.vocabulary import Enumeration, Grounds, ReferenceList, Status
from policyrun.source.text import SourceFile, Span

SPAN = Span(SourceFile("云岭.yaml", "云岭"), 0, 2)
LEVELS = Enumeration(
    "项目等级",
    ("一级", "二级", "三级", "专项能力", "其他"),
    {"高级技师": "一级", "一级（高级技师）": "一级", "专项职业能力": "专项能力"},
)


def make_id(birth: str = "19900101", number: str = "001") -> str:
    """A made-up ID number of the region that no place has, with its check character."""
    digits = f"999999{birth}{number}"
    return digits + id_check_char(digits)


def make_field(spec: str, **more: object) -> Field:
    """A field from ``name cell!`` or ``name cell?``; ``enum`` cells are levels unless told otherwise.

    >>> make_field("发证时间 date?").required
    False
    """
    name, cell = spec.split()
    key, required = cell[:-1], cell.endswith("!")
    if key == "enum":
        more.setdefault("enumeration", LEVELS)
    type_ = CELL_TYPES[key].type or types.enum_of(LEVELS.name, LEVELS.members)
    return Field(name=name, cell=key, type=type_, required=required, span=SPAN, **more)  # type: ignore[arg-type]


def make_record(name: str, specs: str) -> RecordType:
    """A record from specs of fields joined by ``·``."""
    return RecordType(name=name, fields=tuple(make_field(spec) for spec in specs.split("·")))


def column(name: str, type_: Type = types.TEXT) -> Column:
    return Column(type=type_, span=SPAN, name=name)


def given(name: str, type_: Type = types.TEXT) -> Given:
    return Given(type=type_, span=SPAN, name=name)


def literal(value: Value | None, type_: Type = types.NUMBER) -> Literal:
    return Literal(type=type_, span=SPAN, value=value)


def make_scheme(name: str, specs: str, *, day: str | None = None, payee_column: str = "", top_up: str = "") -> Scheme:
    """A scheme without requirements that pays 1 yuan, of a record by ``make_record``."""
    payee = None
    if payee_column:
        category = literal("企业", types.TEXT)
        payee = Payee(category=category, names={"企业": payee_column}, grounds=Grounds(), span=SPAN)
    return Scheme(
        name=name,
        record=make_record(name, specs),
        day=column(day, types.DATE) if day else None,
        gates=(),
        requirements=(),
        amount=Amount(value=literal(Fraction(1), types.MONEY), grounds=Grounds(), span=SPAN),
        split=None,
        payee=payee,
        fund=None,
        notices=(),
        top_up=TopUp(key=tuple(top_up.split()), grounds=Grounds(), span=SPAN) if top_up else None,
        grounds=Grounds(),
        span=SPAN,
    )


def make_limit(
    name: str,
    over: Sequence[str],
    per: Sequence[Expr],
    *,
    measure: Expr | None = None,
    highest: bool = False,
    same: Expr | None = None,
    when: Expr | None = None,
) -> Limit:
    """A limit of one grant (or of ``measure``, 就高, or one kind) per key, in the order of 序号."""
    how: Total | Highest | SameKind = Total(
        measure=measure or literal(Fraction(1)), room=literal(Fraction(1)), partial=False
    )
    if highest:
        how = Highest(pay=literal("补差", types.TEXT))
    if same is not None:
        how = SameKind(kind=same)
    return Limit(
        name=name,
        over=tuple(over),
        per=tuple(KeyPart(label=str(at), expr=expr) for at, expr in enumerate(per)),
        when=when,
        measure=how,
        binding=None,
        order=Order(name="序号", keys=(OrderKey(label="序号", expr=given("序号")),), span=SPAN),
        grounds=Grounds(),
        span=SPAN,
    )


def make_policy(schemes: Sequence[Scheme], limits: Sequence[Limit] = (), lists: Sequence[str] = ()) -> Policy:
    """A policy in force for ever. A list is written ``名单=列 by 键``."""
    return Policy(
        id="yunling",
        version=1,
        title="云岭",
        status=Status.IN_FORCE,
        documents=(),
        in_force=InForce(first=None, last=None, outside=None, grounds=Grounds()),
        enumerations={LEVELS.name: LEVELS},
        lists=tuple(_list(spec) for spec in lists),
        readings={},
        parameters={},
        parameter_grounds={},
        decisions={},
        schemes=tuple(schemes),
        limits=tuple(limits),
        rounding=Rounding(op="round_half_up", step=Fraction(1, 100), grounds=Grounds()),
    )


def _list(spec: str) -> ReferenceList:
    name, _sign, rest = spec.partition("=")
    decides, _by, key = rest.partition(" by ")
    return ReferenceList(name=name, column=decides, key=key, grounds=Grounds())
