"""A record's decision as indented text: requirement by requirement, the amount, the limits, what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from policyrun.app.result import RunResult, SchemeResult
from policyrun.app.sentence import reason_sentence
from policyrun.app.trace import trace_row
from policyrun.cli.page import ALARM, BAD, DOUBT, GOOD, LABEL, Page, yuan
from policyrun.cli.personal import payee_name
from policyrun.cli.trace_dates import dates_of, why_taken
from policyrun.ir.policy import Limit, SameKind, Total
from policyrun.model.decision import Conclusion, LimitState, Outcome, Reason, RowRef
from policyrun.model.trace import Fact, FactKind, Step, Trace
from policyrun.model.types import MONEY, NUMBER, Type
from policyrun.model.values import Value
from policyrun.model.vocabulary import Grounds, Status
from policyrun.report.shown import value_text
from policyrun.source.mask import mask_id, mask_text
from policyrun.source.messages import _

_STYLES = {
    Conclusion.GRANTED: GOOD,
    Conclusion.DENIED: BAD,
    Conclusion.UNDECIDED: DOUBT,
    Conclusion.INVALID: BAD,
}


def write_trace(run: RunResult, outcome: Outcome, *, personal: bool = False) -> None:
    """Prints why a row was decided as it was."""
    _story(Page(), run, outcome, personal).tell()


def write_gist(run: RunResult, outcome: Outcome, *, heading: str, personal: bool = False) -> None:
    """Prints what decided a row: the conditions that are not met, what it comes to, the limits in its way."""
    page = Page()
    page.heading(heading)
    _story(page, run, outcome, personal).tell_gist()


def _story(page: Page, run: RunResult, outcome: Outcome, personal: bool) -> _Story:
    part = next(part for part in run.schemes if part.scheme.name == outcome.scheme)
    return _Story(page, run, part, trace_row(run, part, outcome.row), personal)


class _Story:
    """One record being told."""

    def __init__(self, page: Page, run: RunResult, part: SchemeResult, trace: Trace, personal: bool) -> None:
        self._page = page
        self._run = run
        self._part = part
        self._trace = trace
        self._personal = personal

    def tell(self) -> None:
        self._result()
        if self._trace.requirements:
            self._page.heading(_("条件"))
            for step in self._trace.requirements:
                self._requirement(step)
        if self._trace.amount is not None:
            self._page.heading(_("金额"))
            self._amount(self._trace.amount)
        if self._trace.outcome.limits:
            self._page.heading(_("限额"))
            for state in self._trace.outcome.limits:
                self._limit(state)
        if self._trace.changes:
            self._page.heading(_("怎样才会不同"))
            self._ways_out()

    def tell_gist(self) -> None:
        self._result()
        for step in self._trace.requirements:
            if step.value is not True:
                self._requirement(step)
        refused = self._trace.outcome.reason is Reason.INELIGIBLE
        if self._trace.amount is not None and not refused:
            self._sum(self._trace.amount)
        for state in self._trace.outcome.limits:
            if not state.passed or self._left(state) is not None:
                self._limit(state)
        if not refused:
            self._ways_out()

    def _ways_out(self) -> None:
        for change in self._trace.changes:
            self._page.line("→ ", self._masked(change), indent=2)

    def _result(self) -> None:
        outcome, page = self._trace.outcome, self._page
        serial = _("序号 {serial}").format(serial=outcome.serial)
        page.line((f"{outcome.scheme} · {serial}", "bold"), (f"  {self._masked(self._trace.where)}", LABEL))
        if self._run.policy.status is Status.DRAFT:
            page.line((_("草案：不作为拨付依据"), ALARM), indent=2)
        page.line(
            (outcome.conclusion.value, f"bold {_STYLES[outcome.conclusion]}"),
            "  ",
            self._masked(reason_sentence(outcome, self._run.policy)),
            (f"  {outcome.code}", LABEL),
            indent=2,
        )
        pairs = [(_("受款"), self._payee(outcome)), (_("资金渠道"), outcome.fund or "")]
        pairs.append((_("规则"), "；".join(outcome.rules)))
        pairs.append((_("条款"), "；".join(map(str, outcome.clauses))))
        pairs.append((_("提示"), "；".join(notice.value for notice in outcome.notices)))
        if outcome.conclusion is Conclusion.UNDECIDED and self._trace.amount is not None:
            pairs.append((_("可能金额"), _between(outcome)))
        page.pairs(((name, text) for name, text in pairs if text), indent=4)

    def _payee(self, outcome: Outcome) -> str:
        if outcome.conclusion is not Conclusion.GRANTED or outcome.payee is None:
            return ""
        name = payee_name(self._part, outcome, self._personal)
        return f"{outcome.payee} {name}".rstrip()

    def _requirement(self, step: Step) -> None:
        mark, style = {True: ("✓", GOOD), False: ("✗", BAD), None: ("?", DOUBT)}[_truth(step.value)]
        self._page.line((mark, style), " ", (step.name, "bold"), (f"  {_grounds(step.grounds)}", LABEL), indent=2)
        if step.text != step.name:
            self._page.line(step.text, indent=4)
        if step.value is not True or len(step.facts) <= _FEW:
            self._facts(step.facts, 4)
        for change in step.changes:
            self._page.line(("→ ", DOUBT), self._masked(change), indent=4)

    def _amount(self, step: Step) -> None:
        self._sum(step)
        self._facts(step.facts, 4)

    def _sum(self, step: Step) -> None:
        known = step.value is not None
        said = value_text(step.value, MONEY) if step.value is not None else _("未知")
        self._page.line(
            ("=" if known else "?", GOOD if known else DOUBT),
            " ",
            (said, "bold"),
            "  ",
            step.text,
            (f"  {_grounds(step.grounds)}", LABEL),
            indent=2,
        )

    def _facts(self, facts: Iterable[Fact], indent: int) -> None:
        self._page.columns(
            (line for depth, fact in _flat(facts, 0, set()) for line in self._lines(fact, depth)), indent=indent
        )

    def _lines(self, fact: Fact, depth: int) -> Iterator[tuple[str, ...]]:
        """A fact, and below it the values it would have had if they had been published by then."""
        about = fact.formula if fact.dating is None else why_taken(fact.dating)
        kind = f"{fact.kind.value} {about}".rstrip()
        yield "  " * depth + fact.name, self._shown(fact), kind, _grounds(fact.grounds)
        for value in fact.dating.hidden if fact.dating else ():
            text = value_text(value.value, self._type(fact))
            known_on = fact.dating.known_on if fact.dating else ""
            why = _("{when}，晚于已知日 {day}，未用").format(when=dates_of(value), day=known_on)
            yield "  " * (depth + 1) + _("尚未印发"), text, why, _grounds(value.grounds)

    def _shown(self, fact: Fact) -> str:
        if fact.value is None:
            return _("空") if fact.kind is FactKind.COLUMN else _("未知")
        text = value_text(fact.value, self._type(fact))
        return mask_id(text) if fact.personal and not self._personal else self._masked(text)

    def _type(self, fact: Fact) -> Type:
        """The type a fact's value is shown by."""
        policy = self._run.policy
        match fact.kind:
            case FactKind.PARAMETER if fact.name in policy.parameters:
                return policy.parameters[fact.name].type
            case FactKind.DECISION if fact.name in policy.decisions:
                return policy.decisions[fact.name].type
            case FactKind.COLUMN:
                column = self._part.scheme.record.field(fact.name)
                return column.type if column else NUMBER
            case _:
                return NUMBER

    def _limit(self, state: LimitState) -> None:
        mark, style = ("✓", GOOD) if state.passed else ("!", DOUBT) if state.waived else ("✗", BAD)
        limit = next(limit for limit in self._run.policy.limits if limit.name == state.limit)
        self._page.line((mark, style), " ", (state.limit, "bold"), (f"  {_grounds(limit.grounds)}", LABEL), indent=2)
        key = "，".join(f"{label} {self._key_text(value)}" for label, value in state.key)
        self._page.line(_("同一 {key}").format(key=key), indent=4)
        self._page.line(_room(limit, state), indent=4)
        left = self._left(state)
        if left is not None:
            granted = value_text(self._trace.outcome.amount or left, MONEY)
            said = _("还剩 {left}，不够本条所需，给 {granted}")
            self._page.line((said.format(left=value_text(left, MONEY), granted=granted), DOUBT), indent=4)
        if state.users:
            self._page.columns((self._user(ref) for ref in state.users), right=(3,), indent=6)
        if state.waived:
            self._page.line((_("没有余额，经例外或读法放行"), DOUBT), indent=4)

    def _left(self, state: LimitState) -> Fraction | None:
        """What a limit that paid in part had left; None where it did not."""
        granted = self._trace.outcome.conclusion is Conclusion.GRANTED
        if not granted or not state.passed or state.room is None or not isinstance(state.asks, Fraction):
            return None
        left = state.room - (state.used if isinstance(state.used, Fraction) else Fraction(0))
        return left if left < state.asks else None

    def _key_text(self, value: Value | None) -> str:
        return _("空") if value is None else self._masked(value_text(value, NUMBER))

    def _user(self, ref: RowRef) -> tuple[str, ...]:
        source = _("历史") if ref.from_history else _("本次")
        serial = _("序号 {serial}").format(serial=ref.serial)
        return (source, f"{ref.scheme} {serial}", str(ref.day or ""), _("{amount} 元").format(amount=yuan(ref.granted)))

    def _masked(self, text: str) -> str:
        return text if self._personal else mask_text(text)


#: A requirement that is met shows what it looked at only if that is little.
_FEW = 4


def _room(limit: Limit, state: LimitState) -> str:
    """What a limit had seen before this record, and what this one asks of it."""
    match limit.measure:
        case Total(measure=measure):
            used, asks = (value_text(value or Fraction(0), measure.type) for value in (state.used, state.asks))
            room = value_text(state.room, measure.type) if state.room is not None else _("未知")
            return _("此前已用 {used}，本条需要 {asks}，总共可用 {room}").format(used=used, asks=asks, room=room)
        case SameKind() if state.used is None:
            return _("此前没有给付，本条按“{asks}”").format(asks=state.asks)
        case SameKind():
            return _("此前按“{used}”给付过，本条按“{asks}”").format(used=state.used, asks=state.asks)
    asks = value_text(state.asks, MONEY)
    if not state.used:
        return _("此前没有给付，本条标准 {asks}").format(asks=asks)
    return _("此前已给付 {used}，本条标准 {asks}").format(used=value_text(state.used, MONEY), asks=asks)


def _truth(value: Value | None) -> bool | None:
    assert value is None or isinstance(value, bool), "a requirement is a condition"
    return value


def _between(outcome: Outcome) -> str:
    least = _("最少 {amount} 元").format(amount=yuan(outcome.least)) if outcome.least is not None else ""
    most = _("最多 {amount} 元").format(amount=yuan(outcome.most)) if outcome.most is not None else _("最多未知")
    return "，".join(part for part in (least, most) if part)


def _grounds(grounds: Grounds) -> str:
    clauses = dict.fromkeys(citation.clause for citation in grounds.cite)
    return " ".join([*grounds.ids, *clauses])


def _flat(facts: Iterable[Fact], depth: int, told: set[str]) -> Iterator[tuple[int, Fact]]:
    """Facts and what lies behind them, with how deep they stand; a derived value is taken apart once."""
    for fact in facts:
        if fact.kind is not FactKind.DECISION:
            yield depth, fact
        elif fact.name in told:
            yield depth, replace(fact, formula=_("见上"))
        else:
            told.add(fact.name)
            yield depth, fact
            yield from _flat(fact.inner, depth + 1, told)
