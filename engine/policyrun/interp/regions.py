"""Which region of a tree a row's cells name."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum

from policyrun.model.regions import Path, RegionColumn, lowest_of
from policyrun.model.vocabulary import Quota
from policyrun.source.messages import N_


class Astray(Enum):
    """Why a name names no region."""

    UNKNOWN = "unknown"
    ABOVE = "above"
    WHICH = "which"
    ELSEWHERE = "elsewhere"

    @property
    def text(self) -> str:
        """The reason for people, as result files say it in every locale."""
        return {
            Astray.UNKNOWN: N_("不是任务分解表里的地区"),
            Astray.ABOVE: N_("是上级地区，要填到最下一级"),
            Astray.WHICH: N_("几处都有这个名字，要填明上级地区"),
            Astray.ELSEWHERE: N_("不在所填的上级地区"),
        }[self]


class RegionFinder:
    """Finds regions by name; remembers what it found, for names repeat from row to row."""

    def __init__(self, column: RegionColumn, quota: Quota) -> None:
        self._aliases = column.aliases
        self._shared = column.shared
        self._paths: defaultdict[str, list[Path]] = defaultdict(list)
        self._higher: set[str] = set()
        self._known: dict[tuple[str, str | None], Path | Astray] = {}
        for path in lowest_of(quota):
            self._paths[path[-1]].append(path)
            self._higher.update(path[:-1])

    def find(self, name: str, above: str | None) -> Path | Astray:
        """The region of a name; ``above`` is what the row says of the region it lies in, None where it does not."""
        key = name, above
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._find(self._aliases.get(name, name), above)
        return found

    def _find(self, name: str, above: str | None) -> Path | Astray:
        paths = self._paths.get(name, [])
        if not paths:
            return Astray.ABOVE if name in self._higher else Astray.UNKNOWN
        if above is None:
            return Astray.WHICH if len(paths) > 1 or name in self._shared else paths[0]
        inside = [path for path in paths if above in path[:-1]]
        if not inside:
            return Astray.ELSEWHERE
        return inside[0] if len(inside) == 1 else Astray.WHICH
