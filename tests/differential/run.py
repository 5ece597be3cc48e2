"""Policies by number, each on several datasets: what is found in them, made small and written down as a case."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from random import Random

from policyrun.app.load import load
from policyrun.ir.policy import Policy
from policyrun.source.data import data_dir
from policyrun.source.diagnostic import Diagnostics

from . import coverage
from .compare import Answer, Engine, answer, differences, reference
from .engines import DECLINING
from .found import FOLDER, write_case
from .policies import Drawn, draw_policy, loaded
from .records import Dataset, draw_dataset
from .shrink import Budget, fewer, shrink

#: Policies of one seed are numbered from 0; those of the next seed begin after so many.
POLICIES = 10_000_000
DATASETS = 1000
#: Datasets are smaller and larger than asked: an engine may take few rows another way than many.
_SIZES = (0.05, 0.45, 1, 1.5, 2)
POLICY_FILES = sorted(data_dir("policies").glob("*/*/v*.yaml"))


@dataclass(frozen=True, slots=True)
class Plan:
    """A run: its seed, how many datasets a policy has, how many rows one has on average, and where finds are written.

    Attributes:
        shipped: whether to take the policies that come with the engine instead of drawing some.
        without: keys that drawn policies do without.
    """

    seed: int
    datasets: int = 4
    rows: int = 500
    folder: Path | None = FOLDER
    shrink_tries: int = 2000
    shrink_seconds: float = 120
    shipped: bool = False
    without: tuple[str, ...] = ()


@dataclass(slots=True)
class Tried:
    """What became of one policy, or of all so far.

    Attributes:
        number: of the policy; of the last of them.
        pairs: records compared, each with its policy.
        declined: why an engine left records to the reference, by records.
    """

    number: int = -1
    policies: int = 0
    pairs: int = 0
    declined: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)

    def add(self, other: Tried) -> None:
        self.number = max(self.number, other.number)
        self.policies += other.policies
        self.pairs += other.pairs
        self.declined += other.declined
        self.seen += other.seen
        self.found += other.found


def try_policy(plan: Plan, engine: Engine, number: int) -> Tried:
    """One policy on all its datasets; of a policy that shows a find, no further dataset is tried."""
    drawn = shipped(plan, number) if plan.shipped else draw_policy(plan.seed * POLICIES + number, plan.without)
    tried = Tried(number, policies=1, seen=coverage.of_policy(drawn))
    for place in range(plan.datasets):
        number = drawn.seed * DATASETS + place
        data = draw_dataset(drawn.policy, number, round(plan.rows * Random(f"size {number}").choice(_SIZES)))
        try:
            told, expected = find(drawn.policy, data, engine)
        except DECLINING as left:
            tried.declined[f"{type(left).__name__}: {left}"] += data.rows
            continue
        tried.pairs += data.rows
        tried.seen += coverage.of_answer(expected) + coverage.of_data(drawn.policy, data)
        if told:
            tried.found.append(_written(plan, drawn, data, engine, told))
            break
    return tried


def shipped(plan: Plan, number: int) -> Drawn:
    """The policies that come with the engine, in turn; their trees are left whole."""
    path = POLICY_FILES[number % len(POLICY_FILES)]
    return Drawn(plan.seed * POLICIES + number, {}, path.read_text(encoding="utf-8"), _loaded_file(path), Counter())


@cache
def _loaded_file(path: Path) -> Policy:
    found = Diagnostics()
    policy = load(str(path), found)
    assert policy is not None, [each.message for each in found]
    return policy


def find(policy: Policy, data: Dataset, engine: Engine) -> tuple[str, Answer]:
    """What is wrong in a few words, "" where nothing is; and what the reference says."""
    expected: Answer = None
    try:
        got = answer(engine, policy, data)  # first, for it may leave the records to the reference
        expected = answer(reference, policy, data)
        others = differences(policy, expected, got)
    except DECLINING:
        raise
    except Exception as stopped:  # noqa: BLE001 - wherever it stops, that is what is told
        where = traceback.extract_tb(stopped.__traceback__)[-1]
        return f"{type(stopped).__name__} in {where.name}: {stopped}"[:200], expected
    return others[0].column if others else "", expected


def _shows(policy: Policy, data: Dataset, engine: Engine, told: str) -> bool:
    """Whether the same is still wrong."""
    try:
        return find(policy, data, engine)[0] == told
    except DECLINING:
        return False


def _written(plan: Plan, drawn: Drawn, data: Dataset, engine: Engine, told: str) -> str:
    """Makes a find small and writes it as a case; says what it is and where it lies."""
    shows, budget = partial(_shows, engine=engine, told=told), Budget(plan.shrink_tries, plan.shrink_seconds)
    if drawn.tree:
        small = shrink(drawn.tree, data, shows, budget)
        text, policy, data = small.text, loaded(small.text), small.data
    else:
        text, policy, data = drawn.text, drawn.policy, fewer(drawn.policy, data, shows, budget)
    assert policy is not None
    said = [f"seed {drawn.seed}: {told}", *_details(policy, data, engine)]
    if plan.folder is None:
        return "\n".join([*said, text])
    return "\n".join([str(write_case(text, data, said, plan.folder)), *said])


def _details(policy: Policy, data: Dataset, engine: Engine) -> list[str]:
    try:
        return [
            str(each) for each in differences(policy, answer(reference, policy, data), answer(engine, policy, data))
        ]
    except Exception as stopped:  # noqa: BLE001 - what stopped it is what is told
        frames = traceback.extract_tb(stopped.__traceback__)[-4:]  # by file names alone: paths are those of one machine
        return [*(f"{Path(frame.filename).name}, {frame.name}: {frame.line}" for frame in frames), str(stopped)]
