"""Did you mean: the name a user most likely meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate nearest to a name, or None where none is near.

    A Chinese character says about as much as a syllable, so half of a Chinese name may differ (发证日期 for 发证时间)
    but only a third of a name in letters. Ties go to the candidate that starts alike, then to the one that sorts
    first, so the order of candidates never matters.

    >>> closest("参保月份", ["参保", "最低参保月数", "参保月数"])
    '参保月数'
    >>> closest("evalute", ["validate", "evaluate"])
    'evaluate'
    >>> closest("性别", ["身份证号码"]) is None
    True
    """
    wanted = _folded(name)
    best: tuple[int, int, str] | None = None
    for candidate in candidates:
        other = _folded(candidate)
        distance = _distance(wanted, other)
        if distance <= _leeway(wanted, other):
            rank = (distance, -_common_prefix(wanted, other), candidate)
            best = rank if best is None else min(best, rank)
    return best[2] if best else None


def _folded(name: str) -> str:
    """Without what the eye hardly sees: width, case, blanks, and dash or underscore."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in plain.replace("_", "-") if not char.isspace())


def _leeway(left: str, right: str) -> int:
    """How many edits two names may be apart. One shared character is the least that a suggestion needs."""
    longer = max(len(left), len(right))
    share = longer // 2 if any(ord(char) > 0x2E7F for char in left + right) else max(1, longer // 3)
    return min(share, longer - 1)


def _common_prefix(left: str, right: str) -> int:
    length = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        length += 1
    return length


def _distance(left: str, right: str) -> int:
    """Edits between two texts: insert, delete, replace, or swap two neighbours."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, one in enumerate(left, 1):
        previous, row = row, [i]
        for j, other in enumerate(right, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (one != other))
            if i > 1 and j > 1 and one == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = previous
    return row[-1]
