"""Every row by itself: the gates, the time in force, the requirements and the amount before any limit.

``interp.judge`` as columns of a relation: ``why`` says what a row comes to (see ``endings``), the others what a
candidate is to be paid, what an undecided row lacks, and what either rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from policyrun.columnar.book import Book, Marks, book_of, lacking_marks
from policyrun.columnar.bounds import bounds
from policyrun.columnar.cells_text import trimmed
from policyrun.columnar.conditions import FALSE, TRUE, Condition, all_of, any_of
from policyrun.columnar.endings import CANDIDATE, Endings
from policyrun.columnar.folding import (
    Sql,
    binary,
    boolean,
    cases,
    column,
    compare,
    equal,
    is_false,
    is_nothing,
    is_null,
    negated,
    not_null,
    nothing,
    text,
    typed,
    whole,
)
from policyrun.columnar.functions_numbers import rounded
from policyrun.columnar.grounds import Used, grounds_lacking, grounds_used
from policyrun.columnar.lowering import Lowering
from policyrun.columnar.numbers import Number, multiply, number
from policyrun.columnar.plan import Unlowered
from policyrun.columnar.records import payee_column
from policyrun.columnar.unknowns import Asked, names_lacking
from policyrun.columnar.verdict_words import notice_bits, words_by_why
from policyrun.ir.nodes import Expr, Given, Supplied, looks_at
from policyrun.ir.policy import Limit, Policy, SameKind, Scheme, Total
from policyrun.model.decision import NoticeCode, Reason
from policyrun.model.relation import RawRelation
from policyrun.model.sentence_templates import IN_FORCE, ZERO_AMOUNT
from policyrun.model.vocabulary import Grounds, Status
from policyrun.source.messages import _

#: Words for a reading of ``InForce.outside``.
_HINTED, _REFUSED = "提示", "不予"

#: Names with the conditions under which a row lacks them.
Lacks = Mapping[str, Condition]


@dataclass(frozen=True, slots=True)
class Judged:
    """The columns of a judged row, and what their numbers mean.

    Attributes:
        columns: by name: ``why``, ``amount`` (of a candidate, in ``1 / per_yuan`` yuan), ``payee``, ``payee_name``,
            ``fund``, ``notices`` and, of a grant, ``grant_notices`` besides (``NOTICE_BITS``), ``least`` and ``most``
            (of an undecided row, null: no bound), the words of ``book`` and of ``lacking``.
        undecided: ``why`` of a row for want of cells; its names are among ``lacking``.
        zero: ``why`` of a row that is due nothing.
        greatest: how far from 0 columns go of whole numbers, but for those that are known later.
        rare: rows of which more is asked than of others; None where that would not pay.
        unsure: of a scheme that splits, ``why`` of a row that is eligible but lacks what a limit needs.
        eligible: whether every requirement is true; never null, and only meant where ``why`` is 0 or ``undecided``.
    """

    columns: Mapping[str, Sql]
    endings: Endings
    book: Book
    lacking: Marks[str]
    undecided: int
    zero: int
    unsure: int
    eligible: Condition
    amount: Number
    greatest: Mapping[str, int]
    rare: Condition | None


class Judge:
    """Judges the rows of a scheme, over the columns that a lowering looks at.

    Args:
        data: the raw cells: which columns say who is paid.
    """

    def __init__(
        self,
        policy: Policy,
        scheme: Scheme,
        lowering: Lowering,
        per_yuan: int,
        data: RawRelation,
    ) -> None:
        self._policy = policy
        self._scheme = scheme
        self._lowering = lowering
        self._layers = lowering.bench.layers
        self._per_yuan = per_yuan
        self._data = data
        self._endings = Endings()
        self._zero = self._unsure = CANDIDATE
        self._greatest: dict[str, int] = {}
        self._arms: list[tuple[Condition, Sql]] = []
        self._lacks: list[tuple[int, Lacks]] = []
        self._rests: list[tuple[int, Used]] = []
        self._truths = [lowering.truth(requirement.test) for requirement in scheme.requirements]
        self._eligible = all_of(self._holds(truth) for truth in self._truths)

    def judged(self) -> Judged:
        amount = self._amount()
        self._set_apart_invalid()
        self._set_apart_by_gates()
        outside = self._set_apart_out_of_force()
        self._refuse()
        undecided = self._leave_undecided(amount)
        why = self._layers.bind(cases(self._arms, whole(CANDIDATE)), "why")
        self._rests.append((CANDIDATE, self._of_a_grant()))
        book = book_of(self._policy, self._scheme)
        lacking = lacking_marks(self._policy, self._scheme, (name for _, lacks in self._lacks for name in lacks))
        columns = {
            "why": why,
            "amount": _share(cases([(equal(why, whole(CANDIDATE)), amount.num)])),
            **self._paid_to(why),
            **self._notices(why, outside),
            **self._between(why, undecided, amount),
            **self._words_of_grounds(why, book),
            **self._words_of_names(why, lacking),
        }
        rare = equal(why, whole(undecided)) if self._scheme.split is None else None
        self._greatest |= {"why": len(self._endings.all), **book.marks.greatest, **lacking.greatest}
        whys = (undecided, self._zero, self._unsure)
        return Judged(columns, self._endings, book, lacking, *whys, self._eligible, amount, self._greatest, rare)

    def _holds(self, truth: Sql) -> Condition:
        return holds(self._lowering, truth)

    # what sets a row apart, in the order of contract section 2

    def _set_apart_invalid(self) -> None:
        ways = [self._endings.invalid(field.name) for field in self._scheme.record.fields]
        invalid = column("invalid")
        self._arms.append((not_null(invalid), binary(exp.Add, invalid, whole(ways[0]))))

    def _set_apart_by_gates(self) -> None:
        for gate in self._scheme.gates:
            open_ = self._lowering.truth(gate.when)
            lacks = names_lacking([Asked(gate.when, gate.name)], self._lowering)
            if not is_false(is_null(open_)):
                why = self._endings.undecided(grounds=[gate.grounds])
                self._arms.append((is_null(open_), whole(why)))
                self._lacks.append((why, lacks))
            self._arms.append((open_, whole(self._endings.undecided(gate.name, [gate.grounds]))))

    def _set_apart_out_of_force(self) -> Condition:
        """Returns whether a row is outside the time in force and judged all the same."""
        force = self._policy.in_force
        if force.outside is None or self._lowering.day is None:
            return boolean(False)
        day = self._lowering.value(self._lowering.day)
        ends = [
            compare(kind, day, _date(bound))
            for kind, bound in ((exp.LT, force.first), (exp.GT, force.last))
            if bound is not None
        ]
        outside = self._layers.bind(any_of(self._holds(end) for end in ends), "期外")
        way = self._lowering.value(force.outside)
        hinted, refused = equal(way, text(_HINTED)), equal(way, text(_REFUSED))
        denied = self._endings.denied(Reason.INELIGIBLE, IN_FORCE, [force.grounds])
        left = self._endings.undecided(IN_FORCE, [force.grounds])
        self._arms.append((all_of((outside, self._holds(refused))), whole(denied)))
        self._arms.append((all_of((outside, negated(self._holds(hinted)))), whole(left)))
        return all_of((outside, self._holds(hinted)))

    def _refuse(self) -> None:
        for requirement, truth in zip(self._scheme.requirements, self._truths, strict=True):
            denied = self._endings.denied(Reason.INELIGIBLE, requirement.name, [requirement.grounds])
            self._arms.append((negated(truth), whole(denied)))

    def _leave_undecided(self, amount: Number) -> int:
        """Rows of nothing, then rows that lack something; returns ``why`` of the latter."""
        own = self._scheme.amount
        if own is not None:
            self._zero = self._endings.denied(Reason.INELIGIBLE, ZERO_AMOUNT, [own.grounds])
        undecided = self._endings.undecided()
        lacks, rests, limits_lack = self._lacking(amount)
        # Whoever fails a requirement is refused by now: one that is not true is unknown.
        self._arms.append((any_of(map(is_null, self._truths)), whole(undecided)))
        if self._scheme.split is None:
            unsure = [*limits_lack]
            if own is not None:
                self._arms.append((compare(exp.LTE, amount.num, whole(0)), whole(self._zero)))
                unsure.append(is_null(amount.num))
            self._arms.append((any_of(unsure), whole(undecided)))
        self._lacks.append((undecided, lacks))
        self._rests.append((undecided, rests))
        if self._scheme.split is not None:
            self._unsure = self._endings.undecided()
            self._arms.append((any_of(limits_lack), whole(self._unsure)))
            self._lacks.append((self._unsure, lacks))
            self._rests.append((self._unsure, rests))
        return undecided

    # amounts

    def _amount(self) -> Number:
        own = self._scheme.amount
        if own is None or self._scheme.split is not None:
            return Number(whole(0), 1, 0, True)
        return self._in_full_steps(self._lowering.number(own.value))

    def _in_full_steps(self, exact: Number) -> Number:
        """A sum of yuan after the one rounding, in ``1 / per_yuan`` yuan."""
        bench, rounding = self._lowering.bench, self._policy.rounding
        steps = rounded(bench, rounding.op, multiply(bench, exact, number(1 / rounding.step)), 0)
        amount = multiply(bench, steps, number(rounding.step * self._per_yuan))
        assert amount.den == 1, "an amount of whole steps is one of whole shares of a yuan"
        return replace(amount, num=self._layers.bind(amount.num, "金额"))

    def _between(self, why: Sql, undecided: int, amount: Number) -> dict[str, Sql]:
        """The least and the most an undecided row could pay; nothing if a requirement or a limit may refuse it."""
        own = self._scheme.amount
        if own is None or self._scheme.split is not None:
            return {"least": _share(nothing()), "most": _share(nothing())}
        low, high = (self._in_full_steps(bound) for bound in bounds(own.value, self._lowering))
        self._greatest |= dict.fromkeys(("least", "most"), max(amount.bound, low.bound, high.bound))
        is_open = equal(why, whole(undecided))
        least: Sql = whole(0)
        if not self._policy.limits_over(self._scheme.name):
            least = cases([(self._eligible, low.num)], whole(0))
        known = not_null(amount.num)
        return {
            "least": _share(cases([(is_open, least)])),
            "most": _share(cases([(all_of((is_open, known)), amount.num), (is_open, high.num)])),
        }

    # what an undecided row lacks and rests on

    def _lacking(self, amount: Number) -> tuple[Lacks, Used, list[Condition]]:
        """Names, grounds, and for each limit whether a row lacks what the limit needs."""
        asked = [Asked(requirement.test, requirement.name) for requirement in self._scheme.requirements]
        rests: Used = [
            (requirement.grounds, is_null(truth))
            for requirement, truth in zip(self._scheme.requirements, self._truths, strict=True)
        ]
        own = self._scheme.amount
        if own is not None and self._scheme.split is None:
            asked.append(Asked(own.value, Supplied.AMOUNT))
            unknown = is_null(amount.num)
            rests.append((own.grounds, unknown))
            rests += [
                (grounds, all_of((unknown, when))) for grounds, when in grounds_lacking(own.value, self._lowering)
            ]
        found: list[Lacks] = [names_lacking(asked, self._lowering)]
        limits_lack: list[Condition] = []
        for limit in self._policy.limits_over(self._scheme.name):
            lacks = self._limit_lacks(limit, amount)
            missing = any_of(lacks.values())
            if not is_false(missing):
                missing = self._layers.bind(missing, f"{limit.name}_缺")
                limits_lack.append(missing)
                found.append(lacks)
                rests.append((limit.grounds, missing))
        names = {name: any_of(each[name] for each in found if name in each) for lacks in found for name in lacks}
        return names, rests, limits_lack

    def _limit_lacks(self, limit: Limit, amount: Number) -> Lacks:
        """What a limit that a row meets, or may meet, needs and does not know: key, ordering date, measure.

        Raises:
            Unlowered: if that hangs on a share, which is not known yet.
        """
        per_yuan = self._per_yuan
        num = exp.Coalesce(this=amount.num, expressions=[whole(0)])
        met = self._lowering.given(**{Supplied.AMOUNT: Number(num, per_yuan, amount.bound, amount.is_natural)})
        needed = [part.expr for part in limit.per]
        match limit.measure:
            case Total(measure=measure, room=room):
                needed += [measure, room]
            case SameKind(kind=kind):
                needed.append(kind)
        if self._lowering.day is not None:
            needed.append(self._lowering.day)
        if self._scheme.split is not None and any(map(_looks_at_amount, (limit.when, *needed))):
            raise Unlowered(_("分摊的项目受限额“{limit}”，它看各人所得").format(limit=limit.name))
        if limit.when is None:
            return names_lacking([Asked(node, limit.name) for node in needed], met)
        concerned = self._holds(met.truth(limit.when))
        asked = [Asked(limit.when, limit.name), *(Asked(node, limit.name, concerned) for node in needed)]
        return names_lacking(asked, met)

    def _of_a_grant(self) -> Used:
        """What a grant rests on, but for the limits it passes."""
        scheme, lowering = self._scheme, self._lowering
        if scheme.amount is None:
            used: Used = [(requirement.grounds, TRUE) for requirement in scheme.requirements]
        else:
            used = [(scheme.amount.grounds, TRUE), *grounds_used(scheme.amount.value, lowering)]
        if scheme.split is not None:
            used.append((scheme.split.grounds, TRUE))
        if scheme.payee is not None:
            used += [(scheme.payee.grounds, TRUE), *grounds_used(scheme.payee.category, lowering)]
        if scheme.fund is not None:
            known = not_null(lowering.value(scheme.fund.source))
            of_fund = [(scheme.fund.grounds, TRUE), *grounds_used(scheme.fund.source, lowering)]
            used += [(grounds, all_of((known, when))) for grounds, when in of_fund]
        return used

    def _words_of_grounds(self, why: Sql, book: Book) -> dict[str, Sql]:
        constant: list[tuple[Grounds, Condition]] = []
        for place, ending in enumerate(self._endings.all):
            constant += [(grounds, equal(why, whole(place))) for grounds in ending.grounds]
        by_why = [(place, book.mask(used, self._bits)) for place, used in self._rests]
        return words_by_why(why, book.columns, by_why, book.mask(constant, self._bits))

    def _words_of_names(self, why: Sql, lacking: Marks[str]) -> dict[str, Sql]:
        return words_by_why(
            why,
            lacking.columns,
            [(place, lacking.mask(lacks.items(), self._bits)) for place, lacks in self._lacks],
            None,
        )

    def _bits(self, bits: Sql) -> Sql:
        return self._layers.bind(bits, "位_")

    # who is paid, and notices

    def _paid_to(self, why: Sql) -> dict[str, Sql]:
        granted = equal(why, whole(CANDIDATE))
        payee = self._scheme.payee
        columns = dict.fromkeys(("payee", "payee_name", "fund"), nothing())
        if payee is not None:
            category = self._lowering.value(payee.category)
            columns["payee"] = cases([(granted, category)])
            names = [
                (all_of((granted, self._holds(self._is(category, who)))), column(payee_column(where)))
                for who, where in payee.names.items()
                if self._data.column(where) is not None
            ]
            if names:
                name, dialect = self._layers.bind(cases(names), "收款方"), self._lowering.bench.dialect
                columns["payee_name"] = trimmed(name, dialect, is_brief=self._data.is_short)
        if self._scheme.fund is not None:
            columns["fund"] = cases([(granted, self._lowering.value(self._scheme.fund.source))])
        return {name: typed(value, exp.DataType.Type.TEXT) for name, value in columns.items()}

    def _is(self, category: Sql, who: str) -> Condition:
        return self._layers.bind(equal(category, text(who)), f"受款人是{who}")

    def _notices(self, why: Sql, outside: Condition) -> dict[str, Sql]:
        """The notices that hold whatever comes of a row, with the draft's; and those that go with a grant alone."""
        sound = is_null(column("invalid"))
        granted = equal(why, whole(CANDIDATE))
        standing: list[tuple[NoticeCode, Condition]] = [(NoticeCode.OUT_OF_FORCE, all_of((sound, outside)))]
        of_grants: list[tuple[NoticeCode, Condition]] = []
        for notice in self._scheme.notices:
            holds = self._holds(self._lowering.truth(notice.test))
            if notice.granted_only:
                of_grants.append((notice.code, all_of((granted, holds))))
            else:
                standing.append((notice.code, all_of((sound, holds))))
        if self._policy.status is Status.DRAFT:
            standing.append((NoticeCode.DRAFT, TRUE))
        return {"notices": notice_bits(standing), "grant_notices": notice_bits(of_grants)}


def _looks_at_amount(node: Expr | None) -> bool:
    """Whether what a node lacks may hang on the amount, which itself is always known."""
    return node is not None and not isinstance(node, Given) and looks_at(node, Supplied.AMOUNT)


def holds(lowering: Lowering, truth: Sql) -> Condition:
    """Whether a condition that may be unknown is true."""
    if not lowering.bench.layers.is_nullable(truth):
        return truth
    return FALSE if is_nothing(truth) else exp.Coalesce(this=truth, expressions=[boolean(False)])


def _share(value: Sql) -> Sql:
    """A column of sums in shares of a yuan."""
    return typed(value, exp.DataType.Type.BIGINT)


def _date(day: object) -> Sql:
    return exp.Cast(this=exp.Literal.string(str(day)), to=exp.DataType(this=exp.DataType.Type.DATE))
