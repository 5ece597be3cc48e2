"""From a surface expression to a typed one: names resolved, types and units known, sugar lowered to ``ir.ops``."""

from __future__ import annotations

from fractions import Fraction

from policyrun.check.applying import apply, conform, junction
from policyrun.check.scope import Scope
from policyrun.check.unary_tests import condition, membership, range_condition
from policyrun.check.units import help_for_mismatch
from policyrun.check.unknown_names import report_unknown_function, report_unknown_name
from policyrun.ir.nodes import Expr, If, ListOf, Literal
from policyrun.ir.ops import FUNCTION_NAMES, PROPERTIES, Op
from policyrun.ir.signatures import Mismatch, all_joined, joined
from policyrun.model.types import BOOL, DATE, DAYS, MONTHS, NULL, NUMBER, TEXT, Kind, Type, list_of
from policyrun.model.values import Months
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.source.suggest import closest
from policyrun.source.text import Span
from policyrun.syntax import expr as surface
from policyrun.syntax.expr import Surface, Test

__all__ = ["Scope", "check_expression"]


def check_expression(written: Surface, scope: Scope, found: Diagnostics, expected: Type | None = None) -> Expr | None:
    """The typed expression, of the expected type if one is given; None after a reported error."""
    return Checker(scope, found).operand(written, expected)


class Checker:
    """Checks one expression. Methods return None after a reported error and report nothing that follows from it."""

    def __init__(self, scope: Scope, found: Diagnostics) -> None:
        self.scope = scope
        self.found = found

    def operand(self, written: Surface, expected: Type | None = None) -> Expr | None:
        """An expression that is one value, not a list."""
        expr = self.expr(written, expected)
        if expr is None:
            return None
        if expr.type.kind is Kind.LIST:
            self.found.add("PR317", _("列表不能作为一个值"), expr.span, help=_("列表用在 属于 之后和函数里"))
            return None
        return expr if expected is None else conform(expr, expected, self.found)

    def expr(self, written: Surface, place: Type | None = None) -> Expr | None:
        """An expression or a list. ``place`` is the type of its surroundings, where that helps to explain a name."""
        match written:
            case surface.Name(text=name, span=span):
                return self._name(name, span, place)
            case surface.Items():
                return self._list(written, place)
            case surface.Negative(operand=inner, span=span):
                value = self.operand(inner)
                return None if value is None else apply("neg", (value,), span, self.found)
            case surface.Not(operand=inner, span=span):
                value = self.operand(inner)
                return None if value is None else apply("not", (value,), span, self.found)
            case surface.Junction(op=op, operands=operands, span=span):
                return self._apply(op, [self.operand(operand) for operand in operands], span)
            case surface.Binary():
                return self._binary(written)
            case surface.NullTest(operand=inner, negated=negated, span=span):
                value = self.operand(inner)
                return self._apply("not_null" if negated else "is_null", [value], span)
            case surface.Between(operand=inner, low=low, high=high, span=span):
                bounds = surface.Range(span=span, low=low, high=high, low_closed=True, high_closed=True)
                value = self.operand(inner)
                return None if value is None else range_condition(self, value, bounds)
            case surface.In():
                return self._in(written)
            case surface.IfThen():
                return self._if(written, place)
            case surface.Call():
                return self._call(written)
            case surface.Property():
                return self._property(written)
            case _:
                return constant(written)

    def _apply(self, op: str, args: list[Expr | None], span: Span) -> Expr | None:
        sound = [arg for arg in args if arg is not None]
        return apply(op, tuple(sound), span, self.found) if len(sound) == len(args) else None

    def _name(self, name: str, span: Span, place: Type | None) -> Expr | None:
        leaf = self.scope.resolve(name, span)
        if leaf is None:
            report_unknown_name(name, span, self.scope.names(), place, self.found)
        return leaf

    def _list(self, written: surface.Items, place: Type | None) -> Expr | None:
        items = [self.operand_beside(item, place) for item in written.items]
        sound = tuple(item for item in items if item is not None)
        if len(sound) < len(items):
            return None
        common = all_joined(tuple(item.type for item in sound))
        if isinstance(common, Mismatch):
            at = sound[common.operand or 0].span
            self.found.add(
                "PR313", _("列表里各项的类型要相同"), at, help=help_for_mismatch(common, sound) or common.message
            )
            return None
        return ListOf(type=list_of(common), span=written.span, items=sound)

    def operand_beside(self, written: Surface, place: Type | None) -> Expr | None:
        """A value next to one of a known type, which explains unknown names but asks nothing."""
        expr = self.expr(written, place)
        if expr is not None and expr.type.kind is Kind.LIST:
            return self.operand(written)
        return expr

    def _binary(self, written: surface.Binary) -> Expr | None:
        left = self.operand(written.left)
        place = left.type if left is not None and left.type.kind is Kind.ENUM else None
        return self._apply(written.op, [left, self.operand_beside(written.right, place)], written.span)

    def _in(self, written: surface.In) -> Expr | None:
        value = self.operand(written.operand)
        if value is None:
            return None
        conditions = [condition(self, value, test) for test in written.tests]
        sound = [each for each in conditions if each is not None]
        if len(sound) < len(conditions):
            return None
        within = junction("or", sound, written.span)
        return apply("not", (within,), written.span, self.found) if written.negated else within

    def _if(self, written: surface.IfThen, place: Type | None) -> Expr | None:
        test = self.operand(written.condition, BOOL)
        then, otherwise = self.operand_beside(written.then, place), self.operand_beside(written.otherwise, place)
        if test is None or then is None or otherwise is None:
            return None
        common = joined(then.type, otherwise.type)
        if isinstance(common, Mismatch):
            message = _("两种结果的类型不同：{then}和{otherwise}").format(then=then.type, otherwise=otherwise.type)
            self.found.add("PR314", message, otherwise.span, help=help_for_mismatch(common, (then, otherwise)))
            return None
        return If(type=common, span=written.span, condition=test, then=then, otherwise=otherwise)

    def _property(self, written: surface.Property) -> Expr | None:
        value = self.operand(written.operand)
        op = PROPERTIES.get(written.name)
        if op is None:
            near = closest(written.name, PROPERTIES)
            self.found.add(
                "PR207",
                _("没有属性“{name}”").format(name=written.name),
                written.name_span,
                help=_("是不是“{near}”？").format(near=near) if near else " ".join(PROPERTIES),
            )
            return None
        if value is None:
            return None
        outcome = op.rule((value.type,))
        if isinstance(outcome, Mismatch):
            message = _("{type}没有属性“{name}”").format(type=value.type, name=written.name)
            self.found.add("PR312", message, written.name_span)
            return None
        return apply(op.key, (value,), written.span, self.found)

    # functions

    def _call(self, written: surface.Call) -> Expr | None:
        op = FUNCTION_NAMES.get(written.function)
        if op is None or (written.function == "date" and len(written.args) != len(op.params)):
            report_unknown_function(written.function, written.function_span, self.scope.names(), self.found)
            return None
        args = [self.expr(arg) for arg in written.args]
        sound = tuple(arg for arg in args if arg is not None)
        if len(sound) < len(args):
            return None
        if op.variadic and len(sound) == 1 and isinstance(sound[0], ListOf):
            sound = sound[0].items
        if not self._count_fits(op, len(sound), written):
            return None
        match op.key:
            case "count":
                return self._count(sound[0], written)
            case "list_contains":
                return self._list_contains(sound[0], sound[1], written)
        listed = next((arg for arg in sound if arg.type.kind is Kind.LIST), None)
        if listed is not None:
            self.found.add("PR317", _("这里要一个值，得到列表"), listed.span)
            return None
        if op.key in ("all", "any"):
            return apply("and" if op.key == "all" else "or", sound, written.span, self.found)
        return apply(op.key, sound, written.span, self.found)

    def _count_fits(self, op: Op, given: int, written: surface.Call) -> bool:
        least = 1 if op.variadic else len(op.params) - op.optional
        if least <= given and (op.variadic or given <= len(op.params)):
            return True
        form = _("{function}({params})").format(function=written.function, params=", ".join(op.params))
        self.found.add("PR310", _("参数的个数不对：{form}").format(form=form), written.span)
        return False

    def _count(self, listed: Expr, written: surface.Call) -> Expr | None:
        if not isinstance(listed, ListOf):
            self._report_no_list(listed)
            return None
        return Literal(type=NUMBER, span=written.span, value=Fraction(len(listed.items)))

    def _list_contains(self, listed: Expr, value: Expr, written: surface.Call) -> Expr | None:
        if not isinstance(listed, ListOf):
            self._report_no_list(listed)
            return None
        return membership(value, listed, written.span, self.found)

    def _report_no_list(self, value: Expr) -> None:
        self.found.add("PR311", _("这里要列表，得到{type}").format(type=value.type), value.span, help="[a, b]")

    def test_value(self, written: Test, place: Type) -> Expr | None:
        """What a plain test compares with: one value or a list. Cells know more names; see ``cell_tests``."""
        assert not isinstance(written, surface.Comparison | surface.Range), "not a plain test"
        return self.expr(written, place)


def constant(written: Surface) -> Literal:
    """A constant with its type."""
    match written:
        case surface.Number(value=number, unit=unit, ratio=ratio, span=span):
            powers = ((unit, 1),) if unit else ()
            bare = not unit and not ratio
            return Literal(type=Type(Kind.NUMBER, powers, ratio=ratio, literal=bare), span=span, value=number)
        case surface.Text(value=text, span=span):
            return Literal(type=TEXT, span=span, value=text)
        case surface.Truth(value=truth, span=span):
            return Literal(type=BOOL, span=span, value=truth)
        case surface.DateOf(value=day, span=span):
            return Literal(type=DATE, span=span, value=day)
        case surface.Duration(value=length, span=span):
            return Literal(type=MONTHS if isinstance(length, Months) else DAYS, span=span, value=length)
        case surface.Null(span=span):
            return Literal(type=NULL, span=span, value=None)
    raise AssertionError(written)
