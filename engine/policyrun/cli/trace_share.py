"""``policyrun trace --rule`` and ``--clause``: the records that one of them decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from policyrun.cli.asked import Asked, request, the_policy
from policyrun.cli.by_date import run_asked
from policyrun.cli.database import Work, is_long
from policyrun.cli.output import say, tell
from policyrun.cli.usage import Misuse, did_you_mean
from policyrun.source.diagnostic import Diagnostics, PolicyrunError, Severity
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.result import Told
    from policyrun.app.share import Concerned, Share
    from policyrun.ir.policy import Policy

#: ``--rule`` and ``--clause``, of which one is given.
Named = tuple[str | None, str | None]
#: Prints a run's share of what is named, with what there is to say about the run.
Teller = Callable[["Told", str, "Share", Diagnostics], None]


def tell_share(
    given: Asked,
    named: Named,
    found: Diagnostics,
    *,
    by_date: bool,
    memory: str | None,
    rows: int,
    form: str,
    personal: bool,
) -> None:
    """Prints what a rule or a clause had a part in: of long records in a database, else of rows at hand.

    Args:
        rows: at most so many records are listed, but for JSON, which has all.
    """
    from policyrun.app.share import clauses_of, share_of

    def told(run: Told, name: str, share: Share, found: Diagnostics) -> None:
        say_notes(run, found, form, personal)
        _tell(run, name, share, rows, form)

    long = not by_date and given["inputs"] and is_long(given["inputs"], memory)
    if long and _told_from_database(given, named, memory, told):
        return
    run = run_asked(given, found, by_date=by_date)
    policies = [part.run.policy for part in run.versions] or [run.policy]
    name, share = _share(policies, named, lambda concerned: share_of(run, concerned), lambda: clauses_of(run))
    told(run, name, share, found)


def _told_from_database(given: Asked, named: Named, memory: str | None, told: Teller) -> bool:
    """The same where the rows stay in a database; False, with nothing said, if they cannot."""
    from policyrun.app.share_held import HeldShares
    from policyrun.app.stream import stream
    from policyrun.cli.working import while_working
    from policyrun.columnar.embedded import Embedded, embedded_faults
    from policyrun.columnar.plan import Beyond, Unlowered

    found = Diagnostics()
    policy = the_policy(given["policy"], given["policies"], given["overlays"])
    with embedded_faults(found), Embedded(memory) as engine:
        try:
            with while_working(Work(engine)):
                run = stream(policy, request(given), engine, found)
        except (Beyond, Unlowered):
            return False
        if run is None:
            raise PolicyrunError(found)
        held = HeldShares(run)
        name, share = _share([policy], named, held.of, held.clauses)
        told(run, name, share, found)
    return True


def _share(
    policies: Sequence[Policy],
    named: Named,
    of: Callable[[Concerned], Share],
    clauses: Callable[[], Sequence[str]],
) -> tuple[str, Share]:
    """What the rule or the clause had a part in, with its name."""
    from policyrun.app.share import by_clause, by_rule, clause_key

    rule, clause = named
    if rule is not None:
        ids = list(dict.fromkeys(each for policy in policies for each in policy.ids))
        if rule not in ids:
            raise Misuse("PR025", _("政策没有规则“{name}”").format(name=rule), did_you_mean(rule, ids))
        return rule, of(by_rule(rule))
    name = clause or ""
    share = of(by_clause(name))
    if not share.rows:
        known = clauses()
        if clause_key(name) not in map(clause_key, known):
            raise Misuse("PR025", _("没有一行的决定引用条款“{name}”").format(name=name), did_you_mean(name, known))
    return name, share


def _tell(run: Told, name: str, share: Share, rows: int, form: str) -> None:
    if form == "json":
        from policyrun.cli.trace_json import print_share

        print_share(run, name, share)
        return
    from policyrun.cli.share_text import write_share

    write_share(run, name, share, rows)


def say_notes(run: Told, found: Diagnostics, form: str, personal: bool) -> None:
    """What there is to say about the run; of the columns of the bundled sample, which nobody filled in, nothing."""
    if form != "text":
        return
    say((each for each in found if not run.sample or each.severity is not Severity.NOTE), "concise", personal=personal)
    if run.sample:
        tell(_("没有给 --input：用的是自带的合成样例，不是真实记录"))
