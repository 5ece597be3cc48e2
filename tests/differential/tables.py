"""Decision tables at random that hold what the checker asks: no overlap, no gap, no dead row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from .kinds import BOOL, DATE, ENUMS, HOURS, MONEY, MONTHS, NUMBER, ORDERED, TEXT, Type
from .literals import TEXTS, ascending
from .scribe import Leaf, Scribe

_INPUTS = (BOOL, BOOL, *ENUMS, NUMBER, MONEY, HOURS, DATE, MONTHS, TEXT)
_MOST_ROWS = 8

Node = dict[str, Any]
Case = Mapping[str, str]


def table(scribe: Scribe, type_: Type, cited: Callable[[Node], Node], readings: Sequence[tuple[Leaf, tuple[str, ...]]]):
    """A table of outcomes of a type.

    Args:
        cited: gives a mapping its own clause.
        readings: names of readings with their ways, which tables may look at as well.
    """
    rng = scribe.rng
    hit = rng.choice("UUAFF")
    scribe.used[f"table {hit}"] += 1
    inputs: Node = {}
    parts: dict[str, list[str]] = {}
    for place in range(rng.randint(1, 3)):
        label = f"入{place + 1}"
        chosen = _input(scribe, readings)
        if chosen is not None:
            inputs[label], parts[label] = chosen
    if not inputs:
        inputs["入1"], parts["入1"] = "基准日 >= 2023年6月30日", ["true", "false"]
    cases = list(_cases(rng, list(inputs), parts))
    complete, cases = len(cases) <= _MOST_ROWS, cases[:_MOST_ROWS]
    rows = [cited({"when": dict(case), "then": _outcome(scribe, type_, cited)}) for case in cases]
    rows = _with_overlap(scribe, hit, rows, parts, cited)
    node: Node = {"hit": hit, "inputs": inputs, "rows": rows}
    if not complete or rng.random() < 0.3:
        if len(rows) > 1 and rng.random() < 0.5:
            del rows[rng.randrange(len(rows))]
        node["default"] = cited({"then": _value(scribe, type_)})
        scribe.used["table default"] += 1
    return node


def _input(scribe: Scribe, readings: Sequence[tuple[Leaf, tuple[str, ...]]]) -> tuple[str, list[str]] | None:
    """An input as written, and the tests that cut its values into parts; None where there is no name to look at."""
    rng = scribe.rng
    if readings and rng.random() < 0.15:
        leaf, ways = rng.choice(readings)
        return leaf.text, _parted(rng, list(ways), lambda way: way)
    type_ = rng.choice(_INPUTS)
    leaves = [leaf for leaf in scribe.scope.leaves.get(type_, ()) if leaf.columns and not leaf.text.startswith("(")]
    plain = [leaf for leaf in leaves if leaf.text in leaf.columns or leaf.factors == 0]
    if type_ in (BOOL, NUMBER, DATE) and rng.random() < 0.25:
        return scribe.write(type_, 1), _parts(scribe, type_)
    named = [leaf for leaf in plain if leaf.text in leaf.columns] if type_ in (*ENUMS, TEXT) else plain
    if not named:
        return None
    leaf = rng.choice(named)
    scribe.columns |= leaf.columns
    scribe.needs |= leaf.needs
    scribe.factors += leaf.factors
    return leaf.text, _parts(scribe, type_)


def _parts(scribe: Scribe, type_: Type) -> list[str]:
    rng = scribe.rng
    if type_ is BOOL:
        parts = rng.choice((["true", "false"], ["是", "否"]))
    elif type_ in ENUMS:
        parts = _parted(rng, list(scribe.scope.members[type_]), lambda member: member)
    elif type_ is TEXT:
        parts = _parted(rng, rng.sample(TEXTS, 2), lambda text: f'"{text}"', others=True)
    else:
        assert type_ in ORDERED
        parts = _spans(type_, rng)
    if rng.random() < 0.2:
        scribe.used["table null"] += 1
        parts = [*parts, "null"]
    return parts


def _parted(rng: Random, values: list[str], written: Callable[[str], str], others: bool = False) -> list[str]:
    """Values in two or three groups; the last may be told as all that is not in the first ones."""
    rng.shuffle(values)
    cut = rng.randint(1, max(1, len(values) - 1))
    groups = [values] if others else [group for group in (values[:cut], values[cut:]) if group]
    tests = [", ".join(map(written, group)) for group in groups]
    if others or (len(tests) > 1 and rng.random() < 0.4):
        tests = [tests[0], f"not({tests[0]})"]
    return tests


def _spans(type_: Type, rng: Random) -> list[str]:
    cuts = ascending(type_, rng, rng.choice((1, 2, 2)))
    ends = rng.choice(
        (("< {}", "[{}..{})", ">= {}"), ("<= {}", "({}..{}]", "> {}"), ("不满 {}", "[{}..{})", "不少于 {}"))
    )
    middle = [ends[1].format(cuts[0], cuts[1])] if len(cuts) == 2 else []
    return [ends[0].format(cuts[0]), *middle, ends[2].format(cuts[-1])]


def _cases(rng: Random, labels: Sequence[str], parts: Mapping[str, Sequence[str]]) -> Iterator[Case]:
    """Cases that share nothing and leave nothing out: an input cut into its parts, each perhaps cut further."""
    if not labels:
        yield {}
        return
    label, *rest = labels
    for test in parts[label]:
        for inner in _cases(rng, rest if rng.random() < 0.7 else [], parts):
            yield {label: test, **inner}


def _with_overlap(
    scribe: Scribe, hit: str, rows: list[Node], parts: Mapping[str, Sequence[str]], cited: Callable[[Node], Node]
) -> list[Node]:
    """What only some hit policies allow: rows that share a case, and cells that look at more than constants."""
    rng = scribe.rng
    if hit == "A":
        again = rng.choice(rows)
        extra = [label for label in parts if label not in again["when"]]
        narrower = {label: rng.choice(parts[label]) for label in extra}
        rows = [*rows, cited({"when": {**again["when"], **narrower}, "then": again["then"]})]
    elif hit == "F" and rng.random() < 0.6:
        last = rows[-1]["when"]
        if len(last) > 1:
            del last[rng.choice(list(last))]
        scribe.used["table overlap"] += 1
    return rows


def _outcome(scribe: Scribe, type_: Type, cited: Callable[[Node], Node]) -> Any:
    rng = scribe.rng
    if rng.random() < 0.15:
        scribe.used["table dated"] += 1
        days = ("2022-01-01", "2023-07-01")
        return [
            cited({"effective": day, "published": day, "value": _plain(scribe, type_)})
            for day in days[: rng.randint(1, 2)]
        ]
    return _value(scribe, type_)


def _value(scribe: Scribe, type_: Type) -> str:
    if scribe.rng.random() < 0.05:
        return "null"
    return scribe.write(type_, scribe.rng.choice((0, 0, 0, 1)))


def _plain(scribe: Scribe, type_: Type) -> str:
    """A constant as it stands where only a constant may: members, words and texts without quotes."""
    return scribe.constant(type_).strip('"') if type_ in (TEXT, *ENUMS) else scribe.constant(type_)
