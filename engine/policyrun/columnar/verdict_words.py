"""Columns of bits that a verdict has: its notices, and the words of what it rests on or lacks."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from policyrun.columnar.conditions import Condition, any_of
from policyrun.columnar.folding import Sql, binary, cases, equal, is_false, whole
from policyrun.columnar.sentences import NOTICE_BITS
from policyrun.model.decision import NoticeCode


def notice_bits(terms: Iterable[tuple[NoticeCode, Condition]]) -> Sql:
    """The bits of the notices whose conditions hold."""
    told = list(terms)
    bits: Sql = whole(0)
    for code in NoticeCode:
        holds = any_of(condition for each, condition in told if each is code)
        if not is_false(holds):
            bits = binary(exp.Add, bits, cases([(holds, whole(NOTICE_BITS[code]))], whole(0)))
    return bits


def words_by_why(
    why: Sql, names: Iterable[str], by_why: Iterable[tuple[int, list[Sql]]], otherwise: list[Sql] | None
) -> dict[str, Sql]:
    """Columns of words that differ by what a row came to."""
    chosen = list(by_why)
    return {
        name: cases(
            [(equal(why, whole(place)), words[number]) for place, words in chosen],
            whole(0) if otherwise is None else otherwise[number],
        )
        for number, name in enumerate(names)
    }
