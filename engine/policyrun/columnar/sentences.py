"""原因 and 提示 as SQL: the templates of ``model.sentence_templates`` filled in from columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from string import Formatter
from typing import TypeAlias

from sqlglot import exp

from policyrun.columnar.book import is_marked
from policyrun.columnar.dialect import Dialect
from policyrun.columnar.fold_spec import LimitSpec, Measure
from policyrun.columnar.folding import Sql, among, binary, both, cases, cast, compare, equal, text, whole
from policyrun.ir.policy import Limit, Policy, Scheme, Total
from policyrun.model.decision import NoticeCode, Reason
from policyrun.model.sentence_templates import (
    CLAUSE,
    HOW,
    LACKING,
    STATE_OF_KIND,
    STATE_OF_ROOM,
    STATE_OF_STANDARD,
    STATE_UNTOLD,
    TEMPLATES,
    period_text,
    template_of,
    unit_text,
)

#: The bit of each notice in a mask; lower bits are printed first.
NOTICE_BITS = {code: 1 << place for place, code in enumerate(NoticeCode)}

#: What has an exact decimal of more digits than these reads as a fraction.
_MOST_DECIMALS = 6
#: Digits for which databases keep a decimal in 64 bits.
_DECIMAL_DIGITS = 18

#: What stands in the places of a template, worked out where the template has the place.
_Fields: TypeAlias = Mapping[str, Callable[[], Sql]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a row's sentence is made of: expressions over the columns at hand.

    Attributes:
        reason: the text of a ``Reason``; never null.
        about: what 原因代码 says after the colon; "" of a grant.
        amount: what a grant is paid, in ``1 / per_yuan`` yuan; read for grants alone.
        notices: a mask of ``NOTICE_BITS``.
        clauses: the column ``texts.CLAUSES``.
        lacks_said: the column ``texts.LACKS_SAID``; "" where an undecided row is not so for want of a cell.
        refused_by: the place of the limit that refused, as the fold's outcome has it; null elsewhere.
        used, asks, room: of that limit, ×``LimitSpec.den``; ``used_text`` and ``asks_text``: of a limit to one kind.
    """

    reason: Sql
    about: Sql
    amount: Sql
    per_yuan: int
    notices: Sql
    clauses: Sql
    lacks_said: Sql
    refused_by: Sql
    used: Sql
    asks: Sql
    room: Sql
    used_text: Sql
    asks_text: Sql

    @property
    def quantities(self) -> Mapping[str, Sql]:
        """What the limit counted, by the names of templates."""
        return {"used": self.used, "asks": self.asks, "room": self.room}


def sentence(
    policy: Policy,
    scheme: Scheme,
    limits: Sequence[LimitSpec],
    said: Said,
    dialect: Dialect,
    ends: Collection[tuple[Reason, str]],
) -> Sql:
    """原因 of the rows of a scheme, as ``app.sentence.reason_sentence`` says it.

    Args:
        limits: those of the scheme's fold; ``said.refused_by`` is a place among them.
        ends: reasons that rows may have, each with what 原因代码 says after the colon.
    """
    checks = scheme.amount is None
    fields = _fields(policy, scheme, limits, said, dialect)
    arms: list[tuple[Sql, Sql]] = []
    for reason in Reason:
        abouts = {about for each, about in ends if each is reason}
        if not abouts:
            continue
        own = equal(said.reason, text(reason.value))
        told: _Fields = fields
        if reason is Reason.UNDECIDED:
            told = {**fields, "about": partial(_lacking, said, dialect)}
        general = template_of("", reason.value, checks)
        for code in _codes_of(reason):
            about, template = code.partition(":")[2], template_of(code, reason.value, checks)
            if about in abouts and template != general:
                is_so = both((own, equal(said.about, text(about))))
                arms.append((is_so, _filled(template, told, dialect)))
        arms.append((own, _filled(general, told, dialect)))
    return cases(arms)


def grant_sentence(scheme: Scheme, amount: Sql, how: Sql, dialect: Dialect) -> Sql:
    """原因 of a grant: ``amount`` as ``money_text`` writes it, ``how`` as ``how_text``."""
    template = template_of(Reason.GRANTED.value, Reason.GRANTED.value, scheme.amount is None)
    return _filled(template, _given(amount=amount, how=how), dialect)


def grant_halves(scheme: Scheme, how: Sql, dialect: Dialect) -> tuple[Sql, Sql]:
    """What stands before and after the amount in 原因 of a grant."""
    template = template_of(Reason.GRANTED.value, Reason.GRANTED.value, scheme.amount is None)
    before, _amount, after = template.partition("{amount}")
    return _filled(before, _given(how=how), dialect), _filled(after, _given(how=how), dialect)


def how_text(mask: Sql, dialect: Dialect, codes: Collection[NoticeCode] = tuple(NoticeCode)) -> Sql:
    """What is special about a grant with these notices; ``codes``: those there may be, in their order."""
    pieces = [cases([(_has(mask, code), text(HOW[code]))], text("")) for code in codes if code in HOW]
    return dialect.joined(*pieces) if pieces else text("")


def notices_text(mask: Sql, dialect: Dialect, codes: Collection[NoticeCode] = tuple(NoticeCode)) -> Sql:
    """提示: the codes of a mask, separated by ``;``; ``codes``: those there may be, in their order."""
    pieces = [cases([(_has(mask, code), text(f";{code.value}"))], text("")) for code in codes]
    return dialect.substring(dialect.joined(*pieces), whole(2)) if pieces else text("")


def money_text(amount: Sql, per_yuan: int, dialect: Dialect, most: int | None = None) -> Sql:
    """An amount that is not negative, in ``1 / per_yuan`` yuan, as yuan with two decimals, half-up.

    Args:
        most: how large it can be; None: nobody knows. Where a decimal has room for that, it is written as one: quicker.
    """
    if per_yuan == 100 and most is not None and most < 10**_DECIMAL_DIGITS:
        fen = cast(amount, exp.DataType.build(f"DECIMAL({_DECIMAL_DIGITS}, 0)"))
        one_fen = cast(exp.Literal.number("0.01"), exp.DataType.build("DECIMAL(3, 2)"))
        return dialect.as_text(binary(exp.Mul, fen, one_fen))
    cents = amount if per_yuan == 100 else _to_cents(amount, per_yuan, dialect)
    return _with_decimals(cents, 100, 2, dialect)


def quantity_text(number: Sql, den: int, dialect: Dialect) -> Sql:
    """A quantity ``number / den`` in as few characters as say it exactly: ``3``, ``2.5``, ``1/3``.

    Args:
        number: a column; it is written more than once.
    """
    if den == 1:
        return dialect.as_text(number)
    rest = dialect.remainder(number, whole(den))
    arms = [(equal(rest, whole(0)), dialect.as_text(dialect.quotient(number, whole(den))))]
    for digits in range(1, _MOST_DECIMALS + 1):
        scaled = binary(exp.Mul, rest, whole(10**digits))
        decimal = _signed(number, _with_decimals(dialect.magnitude(number), den, digits, dialect), dialect)
        if 10**digits % den == 0:
            return cases(arms, decimal)
        arms.append((equal(dialect.remainder(scaled, whole(den)), whole(0)), decimal))
    for divisor in range(den // 2, 0, -1):
        if den % divisor == 0:
            reduced = dialect.as_text(dialect.quotient(number, whole(divisor)))
            divides = equal(dialect.remainder(number, whole(divisor)), whole(0))
            arms.append((divides, dialect.joined(reduced, text(f"/{den // divisor}"))))
    return cases(arms)


def _to_cents(amount: Sql, per_yuan: int, dialect: Dialect) -> Sql:
    if 100 % per_yuan == 0:
        return binary(exp.Mul, amount, whole(100 // per_yuan))
    doubled = binary(exp.Add, binary(exp.Mul, amount, whole(200)), whole(per_yuan))
    return dialect.quotient(doubled, whole(2 * per_yuan))


def _with_decimals(number: Sql, den: int, digits: int, dialect: Dialect) -> Sql:
    """A number that is not negative over a denominator, with so many decimals; what is beyond them is cut off."""
    rest = dialect.remainder(number, whole(den))
    decimals = rest if den == 10**digits else dialect.quotient(binary(exp.Mul, rest, whole(10**digits)), whole(den))
    padded = dialect.substring(dialect.as_text(binary(exp.Add, decimals, whole(10**digits))), whole(2))
    return dialect.joined(dialect.as_text(dialect.quotient(number, whole(den))), text("."), padded)


def _signed(number: Sql, magnitude: Sql, dialect: Dialect) -> Sql:
    return dialect.joined(cases([(compare(exp.LT, number, whole(0)), text("-"))], text("")), magnitude)


def _codes_of(reason: Reason) -> list[str]:
    """The codes of a reason that have a template of their own."""
    return [code for code in TEMPLATES if code.startswith(f"{reason.value}:")]


def _given(**fields: Sql) -> _Fields:
    return {name: partial(_itself, value) for name, value in fields.items()}


def _itself(value: Sql) -> Sql:
    return value


def _filled(template: str, fields: _Fields, dialect: Dialect) -> Sql:
    """A template with its fields as SQL."""
    parts: list[Sql] = []
    for words, field, _format, _conversion in Formatter().parse(template):
        parts += [text(words)] if words else []
        parts += [fields[field]()] if field else []
    return dialect.joined(*parts) if parts else text("")


def _fields(policy: Policy, scheme: Scheme, limits: Sequence[LimitSpec], said: Said, dialect: Dialect) -> _Fields:
    return {
        "amount": partial(money_text, said.amount, said.per_yuan, dialect),
        "how": partial(how_text, said.notices, dialect),
        "about": partial(_itself, said.about),
        "clause": partial(_clause, said, dialect),
        "period": partial(text, period_text(policy.in_force.first, policy.in_force.last)),
        "state": partial(_state, policy, scheme, limits, said, dialect),
    }


def _clause(said: Said, dialect: Dialect) -> Sql:
    has_clauses = compare(exp.NEQ, said.clauses, text(""))
    return cases([(has_clauses, _filled(CLAUSE, _given(clauses=said.clauses), dialect))], text(""))


def _has(mask: Sql, code: NoticeCode) -> Sql:
    return is_marked(mask, whole(NOTICE_BITS[code]))


def _lacking(said: Said, dialect: Dialect) -> Sql:
    """The names that an undecided row lacks, or what else leaves it undecided."""
    of_names = (compare(exp.NEQ, said.lacks_said, text("")), said.lacks_said)
    of_nothing = (equal(said.about, text("")), text(""))
    return cases([of_names, of_nothing], _filled(LACKING, _given(name=said.about), dialect))


def _state(policy: Policy, scheme: Scheme, limits: Sequence[LimitSpec], said: Said, dialect: Dialect) -> Sql:
    """What stood in the way, by the limit that refused; limits that say it alike are taken together."""
    over = {limit.name: limit for limit in policy.limits_over(scheme.name)}
    places: defaultdict[Sql, list[Sql]] = defaultdict(list)
    for place, limit in enumerate(limits):
        if limit.name in over:
            places[_state_of(limit, over[limit.name], said, dialect)].append(whole(place))
    return cases([(among(said.refused_by, which), state) for state, which in places.items()], text(STATE_UNTOLD))


def _state_of(spec: LimitSpec, limit: Limit, said: Said, dialect: Dialect) -> Sql:
    if spec.measure is Measure.SAME:
        return _filled(STATE_OF_KIND, _given(used=said.used_text, asks=said.asks_text), dialect)
    fields = {name: partial(quantity_text, value, spec.den, dialect) for name, value in said.quantities.items()}
    if not isinstance(limit.measure, Total):
        return _filled(STATE_OF_STANDARD, fields, dialect)
    unit = text(unit_text(limit.measure.measure.type.unit))
    return _filled(STATE_OF_ROOM, {**fields, **_given(unit=unit)}, dialect)
