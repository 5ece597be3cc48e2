"""Measures policyrun against SQL written by hand, against other engines, and against itself at other sizes.

    make bench                                                    1 million rows
    make bench ROWS="1000000 5000000 20000000 80000000" WRITE=1   the table in README.md

Nothing here passes or fails by time. A result that differs from that of the other side ends the run with 1.
"""

from __future__ import annotations

import argparse
import compileall
import json
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import compiling
import duckdb
import figures
import startup
from generate import write as write_records
from machine import described, is_busy
from measure import POLICYRUN, Measured, Turns, in_turns, measure, middle
from synthetic import jinhua, record_level

import policyrun
from policyrun.app.manifest import manifest_path
from policyrun.app.result import RESULT_COLUMNS

HERE = Path(__file__).parent
DATA = HERE / "data"
OURS, THEIRS, WHOLE = (DATA / f"{whose}.parquet" for whose in ("ours", "theirs", "whole"))
PEERS = HERE / ".venv-peers"
PEER_PYTHON = PEERS / "bin" / "python"
REQUIREMENTS = HERE / "peers" / "requirements.txt"

#: Rows from which on one pair has to do, and input files are not kept.
LARGE = 40_000_000
KEPT = 5_000_000
#: Situations that OpenFisca is given: its time grows faster than they do.
MOST_SITUATIONS = 20_000
#: Records that zen-engine is given: its time grows as they do.
MOST_BATCHED = 500_000


@dataclass(frozen=True)
class AtSize:
    """What a number of rows costs.

    Attributes:
        turns: of ours, of SQL by hand and, but for the largest, of the same with a digest and sums as ours takes them.
        hand: SQL by hand.
        within: ours under a memory budget.
    """

    rows: int
    turns: Turns | None
    hand: tuple[Measured, ...]
    within: Measured | None


@dataclass(frozen=True)
class Peer:
    """Another engine on the record-level workload.

    Attributes:
        runs: of the engine.
        reasons: rows of which it says another reason code.
        amounts: rows that it grants another amount.
        yuan: its total less ours.
    """

    name: str
    rows: int
    runs: Measured
    reasons: int = 0
    amounts: int = 0
    yuan: str = "0.00"


def records(policy: str, rows: int) -> Path:
    """The synthetic file of so many rows, made where it is not there yet; another generator makes another file."""
    sources = sorted((HERE / "synthetic").glob("*.py"))
    stamp = sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]
    path = DATA / f"{policy}-{rows}-{stamp}.parquet"
    if not path.exists():
        print(f"generating {rows:,} rows", file=sys.stderr)
        write_records(path, policy, rows, seed=1, as_text=False)
    return path


def engine_command(
    source: Path, output: Path, policy: str = jinhua.POLICY, data: ModuleType = jinhua, memory: str | None = None
) -> list[str]:
    what = ["--policy", policy, "--scheme", data.SCHEME, "--as-of", data.AS_OF]
    budget = ["--memory", memory] if memory else []
    return [*POLICYRUN, "evaluate", *what, "--input", str(source), "--output", str(output), *budget]


def hand_command(source: Path, output: Path, *more: str) -> list[str]:
    return [sys.executable, str(HERE / "reference.py"), "--input", str(source), "--output", str(output), *more]


def fingerprint(result: Path) -> tuple[object, ...]:
    """The number of rows of a result, and a hash over every cell and its place."""
    cells = ", ".join(f"coalesce(\"{name}\", '')" for name in RESULT_COLUMNS)
    query = f"SELECT count(*), bit_xor(hash(file_row_number, {cells})) FROM read_parquet(?, file_row_number = true)"
    return duckdb.execute(query, [str(result)]).fetchone() or ()


def at_size(rows: int, pairs: int, hand_only: bool, memory: str | None) -> AtSize:
    source = records(jinhua.POLICY, rows)
    pairs = 1 if rows >= LARGE else pairs
    print(f"{rows:,} rows", file=sys.stderr)
    by_hand = hand_command(source, THEIRS)
    try:
        if hand_only:
            alone = tuple(measure(by_hand) for _ in range(pairs))
            _clear()
            return AtSize(rows, None, alone, None)
        ways = [engine_command(source, OURS), by_hand]
        found = in_turns(ways if rows >= LARGE else [*ways, hand_command(source, WHOLE, "--digest")], pairs)
        _must_agree(OURS, THEIRS)
        if rows < LARGE:
            _must_have_digest(OURS, WHOLE)
        within = measure(engine_command(source, OURS, memory=memory)) if memory else None
        _must_agree(OURS, THEIRS)
        _clear()  # what differs stays, to be looked at
        return AtSize(rows, found, found.runs[1], within)
    finally:
        if rows > KEPT:
            source.unlink()


def _must_agree(ours: Path, theirs: Path) -> None:
    one, other = fingerprint(ours), fingerprint(theirs)
    if one != other:
        sys.exit(f"results differ: {ours} {one}, {theirs} {other}; see compare.py")


def _must_have_digest(ours: Path, theirs: Path) -> None:
    one = json.loads(manifest_path(ours).read_text("utf-8"))["result_digest"]
    other = theirs.with_name(f"{theirs.name}.digest").read_text("utf-8")
    if one != other:
        sys.exit(f"digests differ: {ours} {one}, {theirs} {other}")


def _clear() -> None:
    """Takes away what runs have written."""
    for path in (OURS, THEIRS, WHOLE, *DATA.glob("*.manifest.json"), *DATA.glob("*.digest")):
        path.unlink(missing_ok=True)


def peer_environment() -> None:
    """Makes the peers' own environment, or brings it up to its list of requirements."""
    stamp = PEERS / "installed"
    wanted = REQUIREMENTS.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("installing the peers", file=sys.stderr)
    venv.create(PEERS, clear=True, with_pip=True)
    install = [PEER_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]
    subprocess.run(install, check=True)
    stamp.write_text(wanted)


def peers(rows: int, runs: int) -> Iterator[Peer]:
    """Ours first, then each peer on the same records; the slow ones once, on some of them."""
    peer_environment()
    yield Peer("policyrun", rows, middle([measure(_record_level(rows)) for _ in range(runs)]))
    yield _peer("pandas by hand", "pandas_peer.py", rows, runs)
    yield _peer("OpenFisca-core, arrays", "openfisca_peer.py", rows, runs, "arrays")
    few = min(rows // 100, MOST_SITUATIONS)
    measure(_record_level(few))
    yield _peer("OpenFisca-core, situations", "openfisca_peer.py", few, 1, "situations")
    few = min(rows // 10, MOST_BATCHED)
    measure(_record_level(few))
    yield _peer("zen-engine", "zen_peer.py", few, 1)
    _clear()


def _record_level(rows: int) -> list[str]:
    policy = str(HERE / "record-level" / "v1.yaml")
    return engine_command(records(record_level.POLICY, rows), OURS, policy, record_level)


def _peer(name: str, script: str, rows: int, runs: int, *more: str) -> Peer:
    """Measures a peer and compares what it pays with the result of ours that was written last."""
    print(name, file=sys.stderr)
    source = records(record_level.POLICY, rows)
    command = [str(PEER_PYTHON), str(HERE / "peers" / script), *more, str(source), str(THEIRS)]
    taken = middle([measure(command) for _ in range(runs)])
    return Peer(name, rows, taken, *differences(OURS, THEIRS))


def differences(ours: Path, theirs: Path) -> tuple[int, int, str]:
    """Rows with another reason code, rows paid otherwise, and the difference of the totals in yuan."""
    query = """
      WITH pairs AS (
        SELECT ours.原因代码 AS reason, theirs.原因代码 AS reason_there, ours.补贴金额::DECIMAL(18, 2) AS amount,
               round(theirs.补贴金额::DOUBLE, 2)::DECIMAL(18, 2) AS amount_there
        FROM read_parquet(?) AS ours JOIN read_parquet(?) AS theirs ON ours.序号::BIGINT = theirs.序号)
      SELECT count(*) FILTER (reason <> reason_there),
             count(*) FILTER (reason = reason_there AND amount <> amount_there),
             (sum(amount_there) - sum(amount))::VARCHAR
      FROM pairs"""
    found = duckdb.execute(query, [str(ours), str(theirs)]).fetchone()
    assert found is not None
    return found[0], found[1], found[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--memory", help="also run ours within a budget, such as 4GB, at the largest size run in turns")
    parser.add_argument("--peer-rows", type=int, default=2_000_000, help="0: leave the peers out")
    parser.add_argument("--hand-only", action="store_true", help="the SQL by hand alone")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    asked = parser.parse_args()
    DATA.mkdir(exist_ok=True)
    compileall.compile_dir(Path(policyrun.__file__).parent, quiet=1)  # as a package that is installed comes
    busy = is_busy()
    sizes = sorted(asked.rows)
    budgeted = max((rows for rows in sizes if rows < LARGE), default=sizes[-1])
    measured = [
        at_size(rows, asked.pairs, asked.hand_only, asked.memory if rows == budgeted else None) for rows in sizes
    ]
    others = list(peers(asked.peer_rows, 3)) if asked.peer_rows and not asked.hand_only else []
    commands = startup.times()
    policies = list(compiling.compiled())
    text = figures.text(described(PEER_PYTHON), busy, commands, policies, measured, others, asked.memory)
    print(text)
    if asked.write:
        figures.put_into(HERE / "README.md", text)


if __name__ == "__main__":
    main()
