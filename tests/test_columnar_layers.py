"""Which parts of expressions become columns of their own, and which are written out where they are used."""

from __future__ import annotations

from functools import reduce

import duckdb
import pytest
from sqlglot import exp

from policyrun.columnar.dialect import DIALECTS
from policyrun.columnar.folding import Sql, binary, boolean, cases, column, nothing, text, whole
from policyrun.columnar.layers import Layers

_DIALECT = DIALECTS["duckdb"]


def _sum(layers: Layers, operands: int) -> Sql:
    """``"n" + "n" + …``, every sum of it bound."""
    return reduce(lambda left, _: layers.bind(binary(exp.Add, left, column("n")), "和"), range(operands), column("n"))


def _written(operands: int) -> str:
    layers = Layers(_DIALECT, ("n",))
    part = _sum(layers, operands)
    asked = {"twice": binary(exp.Mul, part, whole(2)), "thrice": binary(exp.Mul, part, whole(3))}
    return _DIALECT.sql(layers.select(asked, "numbers"))


@pytest.mark.parametrize(("operands", "times"), [(1, 4), (2, 6), (3, 4), (6, 7)])
def test_what_is_long_by_the_short_parts_it_is_made_of_is_a_column(operands: int, times: int) -> None:
    sql = _written(operands)
    assert sql.count('"n"') == times, "twice each operand if it is written out, once if it is a column"
    connection = duckdb.connect()
    connection.execute('CREATE TABLE numbers AS SELECT 7 AS "n"')
    assert connection.execute(sql).fetchall() == [(14 * (operands + 1), 21 * (operands + 1))]


@pytest.mark.parametrize("value", [whole(0), text(""), boolean(False), nothing()])
def test_an_arm_that_says_what_all_others_say_is_none(value: Sql) -> None:
    unknown = column("n")
    assert cases([(unknown, value), (exp.Not(this=unknown), value)], value) == value


def test_only_arms_at_the_end_say_nothing_new() -> None:
    one, other = column("甲"), column("乙")
    assert cases([(one, whole(1)), (other, whole(0))], whole(0)) == cases([(one, whole(1))], whole(0))
    assert len(cases([(one, whole(0)), (other, whole(1))], whole(0)).args["ifs"]) == 2
    assert len(cases([(one, boolean(False))], whole(0)).args["ifs"]) == 1, "of another type"
