"""Rules of the form: what must hold among the cells of a row."""

from __future__ import annotations

from policyrun.check.citations import Citer
from policyrun.check.columns import RecordDeclared
from policyrun.check.hints import did_you_mean
from policyrun.check.resolver import PolicyScope
from policyrun.check.shape import scalar_at, text_at
from policyrun.check.written import lower_expression
from policyrun.ir.policy import Check
from policyrun.model.types import BOOL
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _


def lower_checks(declared: RecordDeclared, scope: PolicyScope, citer: Citer, found: Diagnostics) -> tuple[Check, ...]:
    checks = []
    for key, node in declared.checks:
        written, blames = scalar_at(node, "test"), scalar_at(node, "blames")
        test = None if written is None else lower_expression(written, scope, BOOL, found)
        if blames is not None and blames.text not in declared.columns:
            found.add(
                "PR461",
                _("规则“{name}”怪的列“{column}”不在记录“{record}”里").format(
                    name=key.text, column=blames.text, record=declared.name.text
                ),
                blames.span,
                help=did_you_mean(blames.text, declared.columns) or _("写一列的名字，照 columns 里写的"),
            )
        elif test is not None and blames is not None:
            checks.append(
                Check(
                    name=key.text,
                    blames=blames.text,
                    test=test,
                    says=text_at(node, "says"),
                    grounds=citer.grounds(node),
                    span=key.span,
                )
            )
    return tuple(checks)
