"""Readings: clauses that can be read in more than one way."""

from __future__ import annotations

from collections.abc import Mapping

from policyrun.check.citations import Citer
from policyrun.check.hints import did_you_mean
from policyrun.check.names import Names, Noun
from policyrun.check.shape import named_mappings, scalar_at, scalars_at, text_at
from policyrun.model.vocabulary import Reading
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar


def lower_readings(
    root: nodes.Mapping, overrides: Mapping[str, Scalar], citer: Citer, names: Names, found: Diagnostics
) -> dict[str, Reading]:
    """The readings of a policy; ``overrides`` are the defaults that overlays set instead."""
    readings: dict[str, Reading] = {}
    for key, node in named_mappings(root, "readings"):
        word = scalar_at(node, "as") or key
        names.declare(Noun.READING, word.text, word.span)
        ways = tuple(way.text for way in scalars_at(node, "ways"))
        if len(set(ways)) < max(2, len(ways)):
            found.add(
                "PR240",
                _("“{name}”要有两种以上、各不相同的读法").format(name=key.text),
                key.span,
                help=_("只有一种读法的，不必写在 readings 里"),
            )
        readings[key.text] = Reading(
            name=key.text,
            ways=ways,
            default=_default(key, node, ways, overrides, found),
            question=text_at(node, "question"),
            reason=text_at(node, "reason"),
            grounds=citer.grounds(node),
            issue=text_at(node, "issue"),
            word=word.text,
        )
    return readings


def _default(
    key: Scalar, node: nodes.Mapping, ways: tuple[str, ...], overrides: Mapping[str, Scalar], found: Diagnostics
) -> str:
    chosen = overrides.get(key.text) or scalar_at(node, "default")
    if chosen is None:
        return ways[0] if ways else ""
    if chosen.text not in ways:
        found.add(
            "PR241",
            _("“{name}”没有“{way}”这种读法").format(name=key.text, way=chosen.text),
            chosen.span,
            help=did_you_mean(chosen.text, ways) or _("读法有：{ways}").format(ways="、".join(ways)),
        )
    return chosen.text
