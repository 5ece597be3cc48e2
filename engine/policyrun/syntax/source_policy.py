"""A policy as it was written: its file, the shared files it imports from, and the overlays laid over it."""

from __future__ import annotations

from dataclasses import dataclass

from policyrun.source.text import SourceFile
from policyrun.syntax.nodes import Mapping


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Shared:
    """An import: the names taken from a shared file, all of which the file has.

    Attributes:
        ref: how the policy names the file, such as ``national/skills``.
        names: the vocabularies taken, in the order written.
        root: the shared file.
    """

    ref: str
    names: tuple[str, ...]
    root: Mapping


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PolicySource:
    """Texts that have the right shape; names, types and dates are still to be checked.

    Attributes:
        root: the policy file.
        file: its text.
        shared: its imports, in the order written.
        overlays: overlay files in the order given; a later one wins. Every target they name exists.
        digest: SHA-256, in hex, of all texts in order: the policy, its shared files, the overlays.
    """

    root: Mapping
    file: SourceFile
    shared: tuple[Shared, ...] = ()
    overlays: tuple[Mapping, ...] = ()
    digest: str = ""
