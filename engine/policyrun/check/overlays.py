"""What overlay files lay over a policy: values of open parameters, decisions in their place, other readings."""

from __future__ import annotations

from dataclasses import dataclass, field

from policyrun.check.citations import Citer, lower_documents
from policyrun.check.shape import named_mappings, scalar_at
from policyrun.model.vocabulary import Document
from policyrun.source.diagnostic import Diagnostics
from policyrun.syntax import nodes
from policyrun.syntax.nodes import Scalar


@dataclass(frozen=True, slots=True)
class Supplement:
    """One entry of an overlay, with the reader of its citations."""

    key: Scalar
    node: nodes.Mapping
    citer: Citer


@dataclass(frozen=True, slots=True)
class Overlays:
    """All overlays of a run as one; a later file wins.

    Attributes:
        documents: the overlays' own sources.
        paths: the files, as named to the user.
        parameters, decisions: by the name of the parameter supplied.
        readings: reading → the way it is to be read.
    """

    documents: tuple[Document, ...] = ()
    paths: tuple[str, ...] = ()
    parameters: dict[str, Supplement] = field(default_factory=dict)
    decisions: dict[str, Supplement] = field(default_factory=dict)
    readings: dict[str, Scalar] = field(default_factory=dict)


def read_overlays(roots: tuple[nodes.Mapping, ...], found: Diagnostics) -> Overlays:
    documents: list[Document] = []
    overlays = Overlays(paths=tuple(root.span.file.path for root in roots))
    for root in roots:
        own = lower_documents(root, found)
        documents.extend(own)
        citer = Citer(own, found)
        for key, node in named_mappings(root, "parameters"):
            overlays.parameters[key.text] = Supplement(key, node, citer)
            overlays.decisions.pop(key.text, None)
        for key, node in named_mappings(root, "decisions"):
            overlays.decisions[key.text] = Supplement(key, node, citer)
            overlays.parameters.pop(key.text, None)
        overlays.readings.update(_readings(root))
    return Overlays(tuple(documents), overlays.paths, overlays.parameters, overlays.decisions, overlays.readings)


def _readings(root: nodes.Mapping) -> dict[str, Scalar]:
    chosen = {key.text: scalar_at(node, "default") for key, node in named_mappings(root, "readings")}
    return {name: way for name, way in chosen.items() if way is not None}
