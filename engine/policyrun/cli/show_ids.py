"""The rules of the catalogue over all policies: where each one stands, and which policies have one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.cli.output import say, table, tell
from policyrun.cli.usage import Misuse, did_you_mean
from policyrun.source.diagnostic import Diagnostics
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.coverage import Place


def list_ids(policy: str | None, folders: Sequence[Path]) -> None:
    """Prints every id with its places, and how many are 计入 and how many 列示; of one policy or of all."""
    from policyrun.app.coverage import is_encoded

    known = _known(policy, folders)
    rows = (
        (rule, _kind(place.encoded), place.policy, place.words, f"{place.at.file.path}:{place.at.line}")
        for rule, places in known.items()
        for place in places
    )
    table((_("编号"), _("计入或列示"), _("政策"), _("位置"), _("行")), rows)
    encoded = sum(map(is_encoded, known.values()))
    said = _("{all} 个编号：{encoded} 个计入结果，{shown} 个只列示").format(
        all=len(known), encoded=encoded, shown=len(known) - encoded
    )
    tell(said)


def policies_with(rule: str, folders: Sequence[Path]) -> tuple[str, ...]:
    """The policies in which an id stands; an id that stands in none is a mistake of the user."""
    known = _known(None, folders)
    if rule not in known:
        raise Misuse("PR027", _("没有政策写到编号“{rule}”").format(rule=rule), did_you_mean(rule, known))
    return tuple(dict.fromkeys(place.policy for place in known[rule]))


def _known(policy: str | None, folders: Sequence[Path]) -> Mapping[str, Sequence[Place]]:
    from policyrun.app.coverage import coverage

    found = Diagnostics()
    known = coverage(found, folders=folders, only=policy)
    say(found)
    return known


def _kind(encoded: bool) -> str:
    return _("计入") if encoded else _("列示")
