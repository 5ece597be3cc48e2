"""The tables of README.md, and their place in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from measure import Measured, Turns, middle

if TYPE_CHECKING:
    from bench import AtSize, Peer
    from compiling import Compiled

_FIRST, _LAST = "<!-- figures: written by bench.py -->", "<!-- end of figures -->"


def text(
    machine: str,
    busy: bool,
    commands: Mapping[str, Measured],
    policies: Sequence[Compiled],
    sizes: Sequence[AtSize],
    peers: Sequence[Peer],
    memory: str | None,
) -> str:
    """Everything measured, as Markdown."""
    parts = [machine + "." + (" Others were using the machine: processor time tells more than time." if busy else "")]
    parts.append(_sizes(sizes))
    within = [f"{one.rows:,} rows within {memory}: {_cost(one.within)}." for one in sizes if one.within]
    parts += within
    if peers:
        parts.append(_peers(peers))
    parts += [_commands(commands), _policies(policies)]
    return "\n\n".join(parts)


def put_into(page: Path, found: str) -> None:
    """Replaces what stands between the two marks of a page."""
    before, first, rest = page.read_text(encoding="utf-8").partition(_FIRST)
    _, last, after = rest.partition(_LAST)
    if not first or not last:
        raise SystemExit(f"{page} has no marks {_FIRST} … {_LAST}")
    page.write_text(f"{before}{_FIRST}\n\n{found}\n\n{_LAST}{after}", encoding="utf-8")


def _sizes(sizes: Sequence[AtSize]) -> str:
    head = ["rows", "turns", "policyrun", "SQL by hand", "ratio", "with digest and sums", "ratio", "rows/s", "growth"]
    rows, before = [], None
    for one in sizes:
        ours = middle(one.turns.runs[0]) if one.turns else None
        rows.append(
            [
                f"{one.rows:,}",
                str(len(one.hand)),
                _cost(ours) if ours else "–",
                _cost(middle(one.hand)),
                _ratio(one.turns, 1),
                _cost(middle(one.turns.runs[2])) if one.turns and len(one.turns.runs) > 2 else "–",
                _ratio(one.turns, 2),
                f"{one.rows / ours.seconds:,.0f}" if ours else "–",
                f"{ours.seconds / before[1]:.2f} × for {one.rows / before[0]:.3g} ×" if ours and before else "",
            ]
        )
        before = (one.rows, ours.seconds) if ours else None
    return _table(head, rows)


def _ratio(turns: Turns | None, other: int) -> str:
    if turns is None or other >= len(turns.runs):
        return "–"
    return f"{turns.ratio(other):.2f} (cpu {turns.cpu_ratio(other):.2f})"


def _pace(peer: Peer) -> float:
    """Rows per second."""
    return peer.rows / peer.runs.seconds


def _peers(peers: Sequence[Peer]) -> str:
    head = ["engine", "rows", "cost", "rows/s", "policyrun is", "another reason code", "paid otherwise", "total, yuan"]
    ours = peers[0]
    rows = [
        [
            one.name,
            f"{one.rows:,}",
            _cost(one.runs),
            f"{_pace(one):,.0f}",
            "" if one is ours else f"{_pace(ours) / _pace(one):.1f} × as fast",
            *(("", "", "") if one is ours else (f"{one.reasons:,}", f"{one.amounts:,}", one.yuan)),
        ]
        for one in peers
    ]
    return _table(head, rows)


def _commands(commands: Mapping[str, Measured]) -> str:
    """Commands beside the first, which does nothing."""
    base = next(iter(commands.values())).seconds
    rows = [
        [
            f"`{name}`",
            f"{run.seconds * 1000:.0f} ms ({run.cpu * 1000:.0f} ms cpu)",
            f"{run.seconds / base:.1f} ×",
        ]
        for name, run in commands.items()
    ]
    return _table(["command", "time", "against doing nothing"], rows)


def _policies(policies: Sequence[Compiled]) -> str:
    """Policies as SQL."""
    rows = [
        [
            one.policy,
            str(one.schemes),
            f"{one.loaded * 1000:.0f} ms",
            f"{one.written * 1000:.0f} ms",
            f"{one.size / 1000:.0f} kB",
            f"{one.command.seconds * 1000:.0f} ms ({one.command.cpu * 1000:.0f} ms cpu)",
        ]
        for one in policies
    ]
    return _table(["policy", "schemes", "load and check, cpu", "to SQL, cpu", "SQL", "`policyrun compile`"], rows)


def _cost(run: Measured) -> str:
    return f"{run.seconds:.2f} s ({run.cpu:.2f} s cpu, {run.peak:,.0f} MB)"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
