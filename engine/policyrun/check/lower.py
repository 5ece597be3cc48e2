"""From a policy as written to the checked policy, or to all that is wrong with it."""

from __future__ import annotations

from policyrun.check.citations import Citer, lower_documents
from policyrun.check.columns import declare_records
from policyrun.check.dates import lower_period
from policyrun.check.decision_tables import TableReader
from policyrun.check.decisions import Decisions, declare_decisions
from policyrun.check.desk import Desk
from policyrun.check.frame import lower_in_force, lower_rounding, rule_ids
from policyrun.check.indicators import lower_indicators
from policyrun.check.limits import lower_limits
from policyrun.check.lists import lower_lists
from policyrun.check.names import Names
from policyrun.check.orders import lower_orders
from policyrun.check.overlays import Overlays, read_overlays
from policyrun.check.parameters import Parameters, lower_parameters
from policyrun.check.quotas import lower_quotas
from policyrun.check.readings import lower_readings
from policyrun.check.records import lower_records
from policyrun.check.reporting_parts import Surroundings
from policyrun.check.reports import lower_reports
from policyrun.check.resolver import Resolver
from policyrun.check.schedule import lower_deadlines, lower_goals
from policyrun.check.schemes import lower_schemes
from policyrun.check.shape import entries_at, text_at
from policyrun.check.tables import check_table
from policyrun.check.tallies import lower_tallies
from policyrun.check.target_relations import with_relations
from policyrun.check.vocabulary import lower_vocabulary
from policyrun.ir.policy import Policy
from policyrun.model.vocabulary import Document, Enumeration, Reading, Status
from policyrun.source.diagnostic import Diagnostics
from policyrun.syntax.source_policy import PolicySource


def lower_policy(source: PolicySource, found: Diagnostics) -> Policy | None:
    """The checked policy; None if anything in it is an error. All findings, warnings too, are added to ``found``."""
    own = Diagnostics()
    lowering = _Lowering(source, own)
    policy = lowering.policy() if lowering.names.typed else None
    found.extend(own)
    return None if own.failed else policy


class _Lowering:
    """One policy on its way: what is declared first, then what refers to it."""

    def __init__(self, source: PolicySource, found: Diagnostics) -> None:
        self.source = source
        self.root = source.root
        self.found = found
        self.documents: tuple[Document, ...] = lower_documents(source.root, found)
        self.citer = Citer(self.documents, found)
        self.overlays: Overlays = read_overlays(source.overlays, found)
        self.names = Names(found)
        self.period = lower_period(source.root, found)
        self.enumerations: dict[str, Enumeration] = lower_vocabulary(source, self.citer, self.names, found)
        self.declared = declare_records(source.root, self.enumerations, self.names, found)
        self.readings: dict[str, Reading] = lower_readings(
            source.root, self.overlays.readings, self.citer, self.names, found
        )
        self.parameters: Parameters = lower_parameters(
            source.root, self.overlays, self.enumerations, self.declared, self.period, self.citer, self.names, found
        )
        self.tables = TableReader(self.period, found)
        self.resolver = self._resolver()
        self.decisions = self._decisions()

    def _resolver(self) -> Resolver:
        return Resolver(
            names=self.names,
            records=self.declared,
            readings=self.readings,
            parameters=self.parameters,
            enumerations=self.enumerations,
            schemes=tuple(key.text for key, _node in entries_at(self.root, "schemes")),
            found=self.found,
        )

    def _decisions(self) -> Decisions:
        declared = declare_decisions(
            self.root, self.parameters.replaced, self.enumerations, self.citer, self.names, self.found
        )
        self.resolver.decisions = Decisions(declared, self.declared, self.resolver.scope, self.tables, self.found)
        return self.resolver.decisions

    def policy(self) -> Policy:
        """Everything that holds expressions, then the checks that look at the whole."""
        quotas = lower_quotas(self.root, self.citer, self.found)
        records = lower_records(self.resolver, {quota.name: quota for quota in quotas}, self.citer, self.found)
        desk = Desk(self.resolver, records, self.citer, self.found)
        decisions = self.decisions.all()
        schemes = lower_schemes(self.root, desk)
        by_name = {scheme.name: scheme for scheme in schemes}
        orders = lower_orders(self.root, desk)
        limits = lower_limits(self.root, by_name, orders, desk)
        in_force = lower_in_force(self.root, self.period, desk)
        rounding = lower_rounding(self.root, desk)
        goals = lower_goals(self.root, self.citer, self.found)
        quotas = with_relations(self.root, quotas, goals, self.citer, self.found)
        tallies = lower_tallies(self.root, schemes, quotas, desk)
        around = Surroundings(desk, {quota.name: quota for quota in quotas})
        reports, indicators = lower_reports(self.root, around), lower_indicators(self.root, around)
        lists = lower_lists(self.root, self.declared, self.citer, self.found)
        for name, table in self.tables.lowered:
            check_table(name, table, records, self.found)
        if not self.found.failed:  # what could not be read may be what would have used a name
            self.names.report_unused()
        return Policy(
            id=text_at(self.root, "policy"),
            version=int(text_at(self.root, "version")),
            title=text_at(self.root, "title"),
            status=Status(text_at(self.root, "status")),
            documents=(*self.documents, *self.overlays.documents),
            in_force=in_force,
            enumerations=self.enumerations,
            lists=lists,
            readings=self.readings,
            parameters=self.parameters.refs,
            parameter_grounds=self.parameters.grounds,
            decisions=decisions,
            schemes=schemes,
            orders=tuple(orders.values()),
            limits=limits,
            rounding=rounding,
            records=records,
            quotas=quotas,
            reports=reports,
            indicators=indicators,
            goals=goals,
            deadlines=lower_deadlines(self.root, self.citer, self.found),
            tallies=tallies,
            ids=rule_ids((self.root, *self.source.overlays)),
            digest=self.source.digest,
            path=self.source.file.path,
            overlays=self.overlays.paths,
        )
