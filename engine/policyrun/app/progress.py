"""What quotas and goals have come to: 表, 上级, 地区, 指标, 目标, 完成, 完成率, 说明 of the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from policyrun.app.engine import EngineName
from policyrun.app.evaluate import Request, run
from policyrun.app.report_engine import planned_first
from policyrun.app.result import InputFile, RunResult
from policyrun.app.sentence import quantity_text
from policyrun.app.tally import Counting, Path, Places, Tallied, Tallying, counted_schemes, is_placed
from policyrun.ir.policy import Policy
from policyrun.ir.tally import Target
from policyrun.model.targets import scale
from policyrun.model.vocabulary import ABOUT, GOALS, Goal, Quota, QuotaCell, QuotaNode, SourceStatus
from policyrun.source.diagnostic import Diagnostics

if TYPE_CHECKING:
    from policyrun.columnar.embedded import Embedded

PROGRESS_COLUMNS = ("表", "上级", "地区", "指标", "目标", "完成", "完成率", "说明")

#: Regions that records name and a table does not have, listed at most so many.
_LISTED = 5


@dataclass(frozen=True, slots=True)
class Aim:
    """A target as it is judged; ``tolerance`` in its unit, as for ``Goal``."""

    target: Fraction
    unit: str
    bound: str
    tolerance: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of the result.

    Attributes:
        done: in the unit of the target; None where the records cannot tell.
        said: what has come of it, or what is missing.
    """

    table: str
    above: str
    region: str
    indicator: str
    aim: Aim
    done: Fraction | None
    said: str

    def cells(self) -> tuple[str, ...]:
        """A text per column of ``PROGRESS_COLUMNS``; Chinese in every locale."""
        return (
            self.table,
            self.above,
            self.region,
            self.indicator,
            quantity_text(self.aim.target),
            "" if self.done is None else quantity_text(self.done),
            "" if self.done is None or not self.aim.target else percent_text(self.done / self.aim.target),
            self.said,
        )


def counting(policy: Policy) -> Policy:
    """The policy to evaluate when targets are counted: forms are read beside the schemes."""
    return replace(policy, schemes=counted_schemes(policy))


@dataclass(frozen=True, slots=True)
class ProgressRun:
    """What targets have come to by the records of files; ``files``: every file read."""

    policy: Policy
    standings: Sequence[Standing]
    files: tuple[InputFile, ...]


def progress_run(
    policy: Policy, asked: Request, found: Diagnostics, engine: Embedded | None = None
) -> ProgressRun | None:
    """Reads and decides what a request names and counts it; None, with the reasons in ``found``, if it cannot.

    Args:
        engine: the database that decides and counts; None: the reference does.
    """
    counted = counting(policy)

    def by_reference() -> ProgressRun | None:
        result = run(counted, replace(asked, engine=EngineName.REFERENCE), found)
        return None if result is None else ProgressRun(policy, progress_of(result), result.inputs)

    if engine is None:
        return by_reference()
    return planned_first(lambda noticed: _by_plan(counted, asked, noticed, engine), by_reference, found)


def _by_plan(policy: Policy, asked: Request, found: Diagnostics, engine: Embedded) -> ProgressRun | None:
    """What is counted of rows that stay in a database."""
    from policyrun.app.stream import stream
    from policyrun.app.tally_planned import PlannedTallies

    result = stream(policy, asked, engine, found)
    return None if result is None else ProgressRun(policy, standings(policy, PlannedTallies(result)), result.inputs)


def progress_of(result: RunResult) -> list[Standing]:
    """Every target in the order of the file, regions before those below them; a yearly one once for each year."""
    return standings(result.policy, Counting(result))


def standings(policy: Policy, counting: Tallying) -> list[Standing]:
    """``progress_of`` by what counts the rows of a run."""
    tables = [row for quota in policy.quotas for row in _quota(policy, quota, counting)]
    return tables + [row for goal in policy.goals for row in _goal(policy, goal, counting)]


def _goal(policy: Policy, goal: Goal, counting: Tallying) -> Iterator[Standing]:
    target = ("", goal.name)
    aim = Aim(goal.target, goal.unit, goal.bound, goal.tolerance)
    tally = policy.tallies.counted.get(target)
    tallied = None if tally is None else counting.tallied(tally)
    if tally is None or tallied is None or not tallied.given:
        yield Standing(GOALS, "", "", goal.name, aim, None, _missing(policy, target, tallied, aim))
        return
    come_to = tallied.counted.come_to({place: [()] for place in tallied.counted.places()})
    for year in tallied.years():
        done = come_to.get(((), year), Fraction(0)) / scale(goal.unit)
        said = _joined(_unit(aim), verdict(aim, done), *_caveats(tallied), goal.note)
        yield Standing(GOALS, "", "", _named(goal.name, year), aim, done, said)


def _quota(policy: Policy, quota: Quota, counting: Tallying) -> Iterator[Standing]:
    columns = [_Column(policy, quota, name, counting) for name in quota.indicators]
    yield from _region(quota, quota.root, (), columns)


def _region(quota: Quota, node: QuotaNode, above: Path, columns: list[_Column]) -> Iterator[Standing]:
    path = (*above, node.region)
    cells = {cell.indicator: cell for cell in node.cells}
    for column in columns:
        if column.name in cells:
            yield from column.standings(path, node, cells[column.name])
    for child in node.children:
        yield from _region(quota, child, path, columns)


class _Column:
    """An indicator of a table with all that counts in it."""

    def __init__(self, policy: Policy, quota: Quota, name: str, counting: Tallying) -> None:
        self.name = name
        self._policy = policy
        self._quota = quota
        self._unit = dict(zip(quota.indicators, quota.units, strict=True))[name]
        self._tally = policy.tallies.counted.get((quota.name, name))
        self._tallied = None if self._tally is None else counting.tallied(self._tally, quota)
        placed = self._tally is not None and is_placed(policy, self._tally, quota)
        self._places = Places(quota, policy.tallies.placing.get(quota.name)) if placed else None
        self._come_to: Mapping[tuple[Path, int | None], Fraction] = {}
        self._undecided: Counter[Path] = Counter()
        self._nowhere: Counter[str] = Counter()
        if self._tallied is not None:
            self._spread(self._tallied)

    def _spread(self, tallied: Tallied) -> None:
        """Puts every row into its region and all above it; into the whole alone, where the table does not have it."""
        places = tallied.counted.places()
        if self._places is not None:
            self._nowhere += Counter({place: n for place, n in places.items() if self._places.path(place) is None})
        self._come_to = tallied.counted.come_to({place: self._paths(place) for place in places})
        for place, count in tallied.undecided.items():
            for path in self._paths(place):
                self._undecided[path] += count

    def _paths(self, place: str) -> list[Path]:
        found = None if self._places is None else self._places.path(place)
        path = found or (self._quota.root.region,)
        return [path[:length] for length in range(1, len(path) + 1)]

    def standings(self, path: Path, node: QuotaNode, cell: QuotaCell) -> Iterator[Standing]:
        """A row for a region, or one for each year."""
        aim = Aim(cell.target, self._unit, node.bound)
        above = path[-2] if len(path) > 1 else ""
        tally, tallied = self._tally, self._tallied
        if tally is None or tallied is None or not tallied.given or (above and self._places is None):
            said = _missing(self._policy, (self._quota.name, self.name), tallied, aim)
            if tallied is not None and tallied.given:
                said = _joined(_unit(aim), "记录没有写明算在哪一行")
            yield Standing(self._quota.table, above, node.region, self.name, aim, None, said)
            return
        for year in tallied.years():
            done = self._come_to.get((path, year), Fraction(0)) / scale(self._unit)
            about = [_left_out(self._undecided[path])] if above else self._about(tallied)
            said = _joined(_unit(aim), verdict(aim, done), *about, _source(cell))
            yield Standing(self._quota.table, above, node.region, _named(self.name, year), aim, done, said)

    def _about(self, tallied: Tallied) -> Iterator[str]:
        """What is said once, beside the whole."""
        yield from _caveats(tallied)
        if self._nowhere:
            names = "、".join(sorted(name or "（空）" for name in self._nowhere)[:_LISTED])
            more = "等" if len(self._nowhere) > _LISTED else ""
            yield f"{self._nowhere.total()} 行的地区不在表里，只计入总数：{names}{more}"


def verdict(aim: Aim, done: Fraction) -> str:
    """Whether a target is met, in the words of the document."""
    gap, unit = done - aim.target, aim.unit
    off = quantity_text(abs(gap))
    match aim.bound:
        case "超过" if gap > 0:
            return f"已超过，多{off}{unit}"
        case "超过":
            return "恰为目标数，不算超过" if gap == 0 else f"未超过，还差{off}{unit}"
        case "左右":
            return _about(aim, done)
        case "等于" if gap > 0:
            return f"已完成，超出{off}{unit}"
        case _ if gap >= 0:
            return "恰好完成" if gap == 0 else f"已完成，多{off}{unit}"
        case _:
            return f"未完成，还差{off}{unit}"


def _about(aim: Aim, done: Fraction) -> str:
    """左右 only hints: how far it reaches is nowhere written."""
    if aim.tolerance is None:
        return f"{ABOUT}没有容差，不作判断"
    low, high = aim.target - aim.tolerance, aim.target + aim.tolerance
    said = "在" if low <= done <= high else "低于" if done < low else "高于"
    return f"{said}{quantity_text(low)}至{quantity_text(high)}{aim.unit}的范围（{ABOUT}的容差待确认，只作提示）"


def percent_text(ratio: Fraction) -> str:
    """A ratio as a percentage with two decimals, half-up."""
    hundredths = (ratio * 20_000 + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _missing(policy: Policy, target: Target, tallied: Tallied | None, aim: Aim) -> str:
    if tallied is not None:
        return _joined(_unit(aim), f"没有给出{'、'.join(tallied.lacking)}的记录")
    needs = policy.tallies.needs.get(target)
    return _joined(_unit(aim), f"记录算不出：缺{needs}" if needs else "记录算不出：政策没有写明怎样计数")


def _source(cell: QuotaCell) -> str:
    """What stands behind a target, where that is not simply the document; one to be checked judges nobody."""
    match cell.status:
        case SourceStatus.TO_CHECK:
            return f"目标待核，确认之前不据以考核：{cell.note}"
        case SourceStatus.CORRECTED:
            return f"目标含更正：{cell.note}"
        case _:
            return cell.note


def _caveats(tallied: Tallied) -> Iterator[str]:
    yield _left_out(tallied.undecided.total(), tallied.invalid)
    if tallied.unclear:
        yield f"{tallied.unclear} 行算不算不明，未计入"
    if tallied.lacking:
        yield f"没有给出{'、'.join(tallied.lacking)}的记录"


def _left_out(undecided: int, invalid: int = 0) -> str:
    rows = {"待核实": undecided, "数据错误": invalid}
    left = "，".join(f"{name} {count} 行" for name, count in rows.items() if count)
    return f"{left}，未计入" if left else ""


def _unit(aim: Aim) -> str:
    return f"单位{aim.unit}"


def _named(name: str, year: int | None) -> str:
    return name if year is None else f"{name}（{year}年）"


def _joined(*parts: str) -> str:
    return "；".join(part for part in parts if part)
