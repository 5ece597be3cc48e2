"""Vocabularies: those a policy declares and those it takes from shared files."""

from __future__ import annotations

from policyrun.check.citations import Citer, lower_documents
from policyrun.check.hints import did_you_mean
from policyrun.check.names import Names, Noun
from policyrun.check.shape import entries_at, items_at, named_mappings, scalars_at
from policyrun.model.vocabulary import Enumeration
from policyrun.source.diagnostic import Diagnostics, Label
from policyrun.source.messages import _
from policyrun.syntax.nodes import Mapping, Scalar
from policyrun.syntax.source_policy import PolicySource, Shared


def lower_vocabulary(source: PolicySource, citer: Citer, names: Names, found: Diagnostics) -> dict[str, Enumeration]:
    """All vocabularies a policy can name, imported ones first."""
    enumerations: dict[str, Enumeration] = {}
    places: dict[str, Scalar] = {}
    for shared in source.shared:
        for key, node in _taken(shared):
            enumerations[key.text] = _enumeration(key, node, Citer(lower_documents(shared.root, found), found), found)
            places[key.text] = key
            for set_name, _members in entries_at(node, "sets"):
                names.declare(Noun.SET, set_name.text, set_name.span, own=False)
    for name in _import_names(source.root):
        names.declare_aside(Noun.IMPORT, name.text, name.span)
    for key, node in named_mappings(source.root, "vocabulary"):
        if key.text in places:
            found.add(
                "PR238",
                _("词汇“{name}”既是引入的，又在这里声明").format(name=key.text),
                key.span,
                others=(Label(places[key.text].span, _("引入的是这一个")),),
                help=_("删去这里的声明，或不引入它"),
            )
            continue
        enumerations[key.text] = _enumeration(key, node, citer, found)
        loose = node.key("ids") is None  # one with a rule of the catalogue states that rule, used or not
        if loose:
            names.declare_aside(Noun.VOCABULARY, key.text, key.span)
        for set_name, _members in entries_at(node, "sets"):
            names.declare(Noun.SET, set_name.text, set_name.span, own=loose)
    return enumerations


def _import_names(root: Mapping) -> tuple[Scalar, ...]:
    return tuple(
        item
        for key, _names in entries_at(root, "imports")
        for item in items_at(root.get("imports"), key.text)
        if isinstance(item, Scalar)
    )


def _taken(shared: Shared) -> list[tuple[Scalar, Mapping]]:
    return [(key, node) for key, node in named_mappings(shared.root, "vocabulary") if key.text in shared.names]


def _enumeration(key: Scalar, node: Mapping, citer: Citer, found: Diagnostics) -> Enumeration:
    members: dict[str, Scalar] = {}
    for member in scalars_at(node, "values"):
        if member.text in members:
            _repeated(member, members[member.text], found)
        members.setdefault(member.text, member)
    return Enumeration(
        name=key.text,
        members=tuple(members),
        aliases=_aliases(node, members, found),
        sets=_sets(node, members, found),
        grounds=citer.grounds(node),
    )


def _aliases(node: Mapping, members: dict[str, Scalar], found: Diagnostics) -> dict[str, str]:
    aliases: dict[str, str] = {}
    places = dict(members)
    for member, _others in entries_at(node, "aliases"):
        _require_member(member, members, found)
        for alias in scalars_at(node.get("aliases"), member.text):
            if alias.text in places:
                _repeated(alias, places[alias.text], found)
            places.setdefault(alias.text, alias)
            aliases.setdefault(alias.text, member.text)
    return aliases


def _sets(node: Mapping, members: dict[str, Scalar], found: Diagnostics) -> dict[str, tuple[str, ...]]:
    sets: dict[str, tuple[str, ...]] = {}
    for name, _members in entries_at(node, "sets"):
        listed = scalars_at(node.get("sets"), name.text)
        for member in listed:
            _require_member(member, members, found)
        sets[name.text] = tuple(member.text for member in listed)
    return sets


def _require_member(member: Scalar, members: dict[str, Scalar], found: Diagnostics) -> None:
    if member.text not in members:
        found.add(
            "PR235",
            _("“{member}”不是这个词汇的取值").format(member=member.text),
            member.span,
            help=did_you_mean(member.text, members),
        )


def _repeated(second: Scalar, first: Scalar, found: Diagnostics) -> None:
    found.add(
        "PR236",
        _("“{member}”在词汇中出现了两次").format(member=second.text),
        second.span,
        others=(Label(first.span, _("先出现在这里")),),
        help=_("删去一处"),
    )
