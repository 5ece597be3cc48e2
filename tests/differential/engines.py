"""The engines that are held against the reference: the columnar one, and the reference made to work otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from random import Random
from unittest.mock import patch

from policyrun.app.planned import decide_by_plan
from policyrun.columnar.embedded import Embedded
from policyrun.columnar.plan import Beyond, Unlowered
from policyrun.ir.nodes import Apply, Literal
from policyrun.ir.policy import Limit, Policy, Total
from policyrun.model import relation
from policyrun.model.past import ExceptionEntry, HistoryRow
from policyrun.model.raw import SchemeInput
from policyrun.model.settings import Settings
from policyrun.source.diagnostic import Diagnostics

from .compare import Answer, reference

#: One dataset in so many is decided in the way of millions of rows, which takes twice as long.
_SELDOM = 4
#: What an engine raises to leave a policy or its records to the reference: no find, but counted.
DECLINING = (Unlowered, Beyond)


def columnar(
    policy: Policy,
    inputs: Sequence[SchemeInput],
    settings: Settings,
    history: Sequence[HistoryRow],
    exceptions: Sequence[ExceptionEntry],
) -> Answer:
    """The columnar engine on DuckDB, by the plan alone: what that cannot decide is raised, not handed on."""
    with _as_if_many(sum(len(one.rows) for one in inputs) % _SELDOM == 0):
        return decide_by_plan(policy, inputs, settings, history, exceptions, Diagnostics())


@contextmanager
def _as_if_many(is_so: bool) -> Iterator[None]:
    """A database takes its time over the queries and folds some people at a time, as for many millions of rows."""
    if not is_so:
        yield
        return
    with patch.object(relation, "FEW", -1), patch.object(Embedded, "portions", lambda _engine, _rows: 3):
        yield


def shuffled(
    policy: Policy,
    inputs: Sequence[SchemeInput],
    settings: Settings,
    history: Sequence[HistoryRow],
    exceptions: Sequence[ExceptionEntry],
) -> Answer:
    """The reference on the same rows in another order, schemes, history and exceptions too."""
    rng = Random(len(inputs[0].rows))
    orders = {one.scheme: rng.sample(range(len(one.rows)), len(one.rows)) for one in inputs}
    moved = [
        replace(
            one,
            rows=[one.rows[at] for at in orders[one.scheme]],
            origins=[one.origins[at] for at in orders[one.scheme]],
        )
        for one in inputs
    ]
    moved.reverse()
    past, excepted = list(history), list(exceptions)
    rng.shuffle(past)
    rng.shuffle(excepted)
    given = reference(policy, moved, settings, past, excepted)
    if given is None:
        return None
    back = {scheme: dict(zip(order, given[scheme], strict=True)) for scheme, order in orders.items()}
    return {scheme: [back[scheme][at] for at in range(len(rows))] for scheme, rows in given.items()}


# ------------------------------------------------------------------------------- wrong on purpose, to try the harness


def rounding_down(policy: Policy, *given: Sequence) -> Answer:
    """The reference with what is left of a step of rounding thrown away."""
    return reference(replace(policy, rounding=replace(policy.rounding, op="round_down")), *given)


def roomy(policy: Policy, *given: Sequence) -> Answer:
    """The reference with one more in the room of every limit."""
    return reference(replace(policy, limits=tuple(map(_with_room, policy.limits))), *given)


def _with_room(limit: Limit) -> Limit:
    if not isinstance(limit.measure, Total):
        return limit
    room = limit.measure.room
    one = Literal(type=room.type, span=room.span, value=Fraction(1))
    more = Apply(type=room.type, span=room.span, op="add", args=(room, one))
    return replace(limit, measure=replace(limit.measure, room=more))


def backwards(policy: Policy, *given: Sequence) -> Answer:
    """The reference with the first key of every order turned round."""
    turned = {
        id(limit.order): replace(
            limit.order,
            keys=(
                replace(limit.order.keys[0], descending=not limit.order.keys[0].descending),
                *limit.order.keys[1:],
            ),
        )
        for limit in policy.limits
    }
    limits = tuple(replace(limit, order=turned[id(limit.order)]) for limit in policy.limits)
    return reference(replace(policy, limits=limits), *given)


WRONG = (rounding_down, roomy, backwards)
