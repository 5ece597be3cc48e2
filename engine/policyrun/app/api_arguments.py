"""Arguments of the Python API as the use cases take them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from policyrun.app.evaluate import Request
from policyrun.app.inputs import Wanted, frame_input
from policyrun.model.raw import SchemeInput
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _
from policyrun.source.suggest import closest

if TYPE_CHECKING:
    import pandas as pd

    Frames = pd.DataFrame | Mapping[str, pd.DataFrame]

#: A day as a date or as text, ``2023-08-31``.
Day = date | str
Path_ = str | os.PathLike[str]


def folders(policies: Path_ | Iterable[Path_] | None) -> tuple[Path, ...]:
    """The folders of policies that are looked in first."""
    if policies is None:
        return ()
    return (Path(policies),) if isinstance(policies, str | os.PathLike) else tuple(Path(each) for each in policies)


def request(
    as_of: Day | None,
    known_on: Day | None,
    history: Path_ | Sequence[Path_],
    exceptions: Path_ | None,
    readings: Mapping[str, str] | None,
    lists: Path_ | None,
) -> Request:
    """What a run is asked for.

    Raises:
        PolicyrunError: if a day is none.
    """
    files = [history] if isinstance(history, str | os.PathLike) else history
    return Request(
        as_of=as_day(as_of),
        known_on=as_day(known_on),
        history=tuple(os.fspath(path) for path in files),
        exceptions=None if exceptions is None else os.fspath(exceptions),
        lists=None if lists is None else os.fspath(lists),
        readings=readings or {},
    )


def as_day(day: Day | None) -> date | None:
    """The day meant, None where none is.

    Raises:
        PolicyrunError: if the text is no day.
    """
    if day is None or isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except ValueError:
        found = Diagnostics()
        found.add("PR007", _("“{value}”不是日期").format(value=day), help=_("日期写成 2023-08-31"))
        raise PolicyrunError(found) from None


def inputs_of(
    wanted: Sequence[Wanted], frame: Frames, scheme: str | None, found: Diagnostics
) -> tuple[SchemeInput, ...]:
    """The rows of each scheme, in the policy's order."""
    names = [one.name for one in wanted]
    frames = frame if isinstance(frame, Mapping) else {_only_scheme(names, scheme, found): frame}
    for name in frames:
        if name not in names and not found.failed:
            _unknown(names, name, found)
    read = [frame_input(one, frames[one.name], found) for one in wanted if one.name in frames]
    return tuple(each for each in read if each is not None)


def _only_scheme(names: Sequence[str], scheme: str | None, found: Diagnostics) -> str:
    if scheme is not None:
        return scheme
    if len(names) == 1:
        return names[0]
    found.add("PR631", _("没有说明是哪个项目的记录"), help=_all(names))
    return ""


def _unknown(names: Sequence[str], name: str, found: Diagnostics) -> None:
    near = closest(name, names)
    hint = _("是不是“{near}”？").format(near=near) if near else _all(names)
    found.add("PR540", _("政策里没有项目“{name}”").format(name=name), help=hint)


def _all(names: Sequence[str]) -> str:
    return _("项目有：{names}").format(names="、".join(names))
