"""The Python API for what is not decided row by row: forms, indicators, targets, progress, days, splits.

Every function returns a data frame with the columns of the file that the command of its name writes; ``make_report`` is
``policyrun report``, for the plain name is that of a package. Figures are ``Decimal``, None where there is none or the
data cannot tell; all else is text, "" where blank. ``attrs["notes"]`` says what was noticed on the way.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from policyrun.app import decompose as splitting
from policyrun.app import indicators as rates
from policyrun.app import quotas as targets
from policyrun.app.api import load
from policyrun.app.api_arguments import Day, Path_, as_day, inputs_of, request
from policyrun.app.deadlines import DUE_COLUMNS, dues
from policyrun.app.evaluate import run_inputs
from policyrun.app.inputs import Wanted, wanted_of
from policyrun.app.progress import PROGRESS_COLUMNS, counting, progress_of
from policyrun.app.report import MISSING, PLACE_COLUMNS, fill_in, the_region, the_report
from policyrun.app.settings import settings_for
from policyrun.ir.policy import Policy
from policyrun.model import period as stretches
from policyrun.model.raw import SchemeInput
from policyrun.model.schedule import read_period
from policyrun.model.settings import Settings
from policyrun.source.diagnostic import Diagnostics, PolicyrunError, Severity
from policyrun.source.messages import _
from policyrun.source.render.concise import render

if TYPE_CHECKING:
    import pandas as pd

    from policyrun.app.api_arguments import Frames


def make_report(
    policy: Policy | Path_,
    frame: pd.DataFrame,
    name: str,
    period: str,
    region: str | None = None,
    as_of: Day | None = None,
    readings: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """A form filled in from records, a row for every region.

    Args:
        frame: the records the form is made from.
        name: of the form, such as 统计表.
        period: a month ``2022-04``, a quarter ``2022-2`` or a year ``2022``.
        region: only this one and those below it, such as 杭州市 or 温州市/经开区.

    Raises:
        PolicyrunError: if it could not be made.
    """
    found, checked = Diagnostics(), _checked(policy)
    wanted = the_report(checked, name, found)
    stretch = stretches.month(period) or stretches.quarter(period) or stretches.year(period)
    if stretch is None:
        found.add(
            "PR676", _("看不懂“{text}”").format(text=period), help=_("月写成 2022-04，季度写成 2022-2，年写成 2022")
        )
    within = the_region(checked, wanted, region, found) if wanted and region else ()
    settings = _settings(checked, as_of, readings, found)
    if wanted is None or stretch is None or within is None or found.failed:
        raise PolicyrunError(found)
    (data,) = _read([Wanted(wanted.record, checked.records[wanted.record])], frame, found)
    run = fill_in(checked, wanted, data, stretch, settings, found, within)
    return _frame(run.columns, run.rows(), set(run.columns) - set(PLACE_COLUMNS), found)


def indicators(
    policy: Policy | Path_,
    frame: pd.DataFrame,
    certificates: pd.DataFrame | None = None,
    as_of: Day | None = None,
    readings: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The indicators of a policy in every region.

    Args:
        frame: the records that all of them can be worked out from.
        certificates: the records that some are better worked out from.

    Raises:
        PolicyrunError: if they could not be worked out.
    """
    found, checked = Diagnostics(), _checked(policy)
    main, others = rates.records_of(checked)
    if not main:
        found.add("PR677", _("政策“{policy}”没有指标").format(policy=checked.ref))
    if certificates is not None and len(others) != 1:
        found.add("PR679", _("这个政策的指标用不上 --certificates"))
    settings = _settings(checked, as_of, readings, found)
    if found.failed:
        raise PolicyrunError(found)
    frames = {main: frame} if certificates is None else {main: frame, others[0]: certificates}
    run = rates.from_records(checked, _read(rates.wanted_records(checked), frames, found), settings, found)
    return _frame(rates.INDICATOR_COLUMNS, run.rows(), ("分子", "分母", "值", "核验进度"), found)


def progress(
    policy: Policy | Path_,
    frame: Frames,
    scheme: str | None = None,
    as_of: Day | None = None,
    known_on: Day | None = None,
    history: Path_ | Sequence[Path_] = (),
    exceptions: Path_ | None = None,
    readings: Mapping[str, str] | None = None,
    lists: Path_ | None = None,
) -> pd.DataFrame:
    """What quotas and goals have come to, by granted records; the arguments are those of ``evaluate``.

    Frames of forms that targets count may be among ``frame``.
    """
    found, checked = Diagnostics(), counting(_checked(policy))
    asked = request(as_of, known_on, history, exceptions, readings, lists)
    inputs = inputs_of([wanted_of(checked, one) for one in checked.schemes], frame, scheme, found)
    run = run_inputs(checked, asked, inputs, found)
    if run is None:
        raise PolicyrunError(found)
    rows = [standing.cells() for standing in progress_of(run)]
    return _frame(PROGRESS_COLUMNS, rows, ("目标", "完成"), found)


def quotas(policy: Policy | Path_, check: bool = False) -> pd.DataFrame:
    """The targets of a policy, region by region.

    Args:
        check: instead, every sum and relation among them with both figures, and whether it holds.

    >>> quotas("jinhua-2020").loc[1, "目标"]
    Decimal('2.2')
    >>> quotas("jinhua-2020", check=True)["结果"].tolist()
    ['成立', '成立', '原件自身的差异', '成立', '成立']
    """
    found, checked = Diagnostics(), _checked(policy)
    if check:
        rows = [targets.check_row(*one) for one in targets.comparisons(checked)]
        return _frame(targets.CHECK_COLUMNS, rows, ("所列", "推得", "差"), found)
    return _frame(targets.QUOTA_COLUMNS, targets.quota_rows(checked), ("目标",), found)


def deadlines(
    policy: Policy | Path_, within: str | None = None, events: Mapping[str, Day] | None = None
) -> pd.DataFrame:
    """What is due when; 起 and 止 are texts, "" where nobody knows the day yet.

    Args:
        within: a month ``2022-04`` or a year ``2022``; None: the whole time in force.
        events: event → its day, for deadlines that are counted from one.

    Raises:
        PolicyrunError: if a period or an event means nothing here.
    """
    found = Diagnostics()
    period = None if within is None else read_period(within)
    if within is not None and period is None:
        found.add("PR007", _("“{value}”不是月份").format(value=within), help=_("写成 2022-04；全年写 2022"))
        raise PolicyrunError(found)
    days = {name: day for name, given in (events or {}).items() if (day := as_day(given)) is not None}
    listed = dues(_checked(policy), found, within=period, events=days)
    if listed is None:
        raise PolicyrunError(found)
    return _frame(DUE_COLUMNS, [due.cells() for due in listed], (), found)


def decompose(
    total: int | str | Decimal | Fraction,
    shares: pd.DataFrame,
    least: int | str | Decimal | Fraction | None = None,
    most: int | str | Decimal | Fraction | None = None,
    step: int | str | Decimal | Fraction = 1,
) -> pd.DataFrame:
    """A total split by shares, to the last piece, and where each remainder went.

    Args:
        shares: 单位 and 份额 of each, and its 下限 and 上限 if it has any.
        least, most: the bounds of units that have none of their own.
        step: the size of a piece.

    Raises:
        PolicyrunError: if no split keeps the bounds.

    >>> import pandas as pd
    >>> decompose(10, pd.DataFrame({"单位": ["甲", "乙", "丙"], "份额": [3, 2, 2]}))["分得"].tolist()
    [Decimal('4'), Decimal('3'), Decimal('3')]
    """
    from policyrun.datasets.header import find_table
    from policyrun.datasets.read_frame import frame_grid

    found = Diagnostics()
    grid = frame_grid(shares, _("数据框"))
    table = find_table(grid, (splitting.NAME, splitting.SHARE), splitting.SHARE_COLUMNS, found)
    low, high = (None if bound is None else Fraction(bound) for bound in (least, most))
    parts = None if table is None else splitting.shares_in(table, low, high, found)
    done = None if parts is None else splitting.split(Fraction(total), parts, Fraction(step), found)
    if done is None:
        raise PolicyrunError(found)
    return _frame(splitting.DECOMPOSITION_COLUMNS, done.rows(), ("份额", "应得", "下限", "上限", "分得"), found)


# ------------------------------------------------------------------------------------------------- what they share


def _checked(policy: Policy | Path_) -> Policy:
    return policy if isinstance(policy, Policy) else load(os.fspath(policy))


def _settings(policy: Policy, as_of: Day | None, readings: Mapping[str, str] | None, found: Diagnostics) -> Settings:
    day: date | None = as_day(as_of)
    return settings_for(policy, found, as_of=day, readings=readings or {})


def _read(wanted: Sequence[Wanted], frames: Frames, found: Diagnostics) -> tuple[SchemeInput, ...]:
    read = inputs_of(wanted, frames, wanted[0].name, found)
    if found.failed:
        raise PolicyrunError(found)
    return read


def _frame(
    columns: Sequence[str], rows: Sequence[Sequence[str]], figures: Collection[str], found: Diagnostics
) -> pd.DataFrame:
    """Rows of text as a frame, with the cells of some columns as figures."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    for name in figures:
        frame[name] = pd.Series([_figure(text) for text in frame[name]], dtype=object)
    frame.attrs["notes"] = [render(each) for each in found if each.severity is not Severity.ERROR]
    return frame


def _figure(text: str) -> Decimal | Fraction | None:
    """A number as exactly as it is written; None where there is none."""
    if text in ("", MISSING):
        return None
    return Fraction(text) if "/" in text else Decimal(text)
