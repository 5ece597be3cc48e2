"""Entries for what is made from records, not decided about them: forms, indicators, and the checks of a form.

Their parts are told as written, leaf by leaf; nobody computes with their layout: there is no meaning beside the text.
"""

from __future__ import annotations

from collections.abc import Iterator

from policyrun.app.outline import RECORDS, Entry, Part
from policyrun.app.outline_places import Places, Step
from policyrun.ir.policy import Policy
from policyrun.model.vocabulary import Grounds
from policyrun.source.messages import _
from policyrun.syntax.nodes import Mapping, Node, Scalar

#: Keys that an entry's grounds tell already.
_GROUNDS = frozenset({"cite", "ids"})


def check_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for record in policy.records.values():
        for check in record.checks:
            path = ("records", record.name, "checks", check.name)
            parts = tuple(_told(places, path, check.grounds))
            yield Entry(RECORDS, _("检查"), check.name, parts, record.name, places.at(*path))


def reporting_entries(policy: Policy, places: Places) -> Iterator[Entry]:
    for name, grounds in ((one.name, one.grounds) for one in policy.indicators):
        yield _entry(_("指标"), places, ("indicators", name), grounds)
    for name, grounds in ((one.name, one.grounds) for one in policy.reports):
        yield _entry(_("报表"), places, ("reports", name), grounds)


def _entry(section: str, places: Places, path: tuple[str, str], grounds: Grounds) -> Entry:
    return Entry(section, section, path[1], tuple(_told(places, path, grounds)), at=places.at(*path))


def _told(places: Places, path: tuple[Step, ...], grounds: Grounds) -> Iterator[Part]:
    """A part for each text at or below a path, the first with the grounds."""
    node = places.node(*path)
    for place, (label, leaf) in enumerate(_leaves(node, "") if node is not None else ()):
        text = " ".join(leaf.text.split())
        yield Part(label, text, at=leaf.span) if place else Part(label, text, grounds=grounds, at=leaf.span)


def _leaves(node: Node, label: str) -> Iterator[tuple[str, Scalar]]:
    match node:
        case Scalar():
            yield label, node
        case Mapping():
            for key, value in sorted(node, key=lambda entry: entry[0].text):
                if label or key.text not in _GROUNDS:
                    yield from _leaves(value, f"{label} {key.text}".strip())
        case _:
            for place, item in enumerate(node, 1):
                yield from _leaves(item, f"{label} {place}".strip())
