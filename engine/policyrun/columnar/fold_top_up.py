"""补差 of provisional grants: the difference to what was paid, in a closed form.

A top-up brings what was paid for its grant to the candidate's amount, so that before each candidate the highest amount
so far has been paid, or what history says if that is more. Top-ups meet no limit and use no room.
"""

from __future__ import annotations

from policyrun.columnar.dialect import Dialect
from policyrun.columnar.fold_contest import Names
from policyrun.columnar.fold_spec import FULLY_PAID, FoldSpec, Note
from policyrun.columnar.fold_sql import all_of, amount_type, key_hash, listed, number_type, order_by, query, quoted
from policyrun.columnar.plan import Step


def top_up_step(spec: FoldSpec, dialect: Dialect) -> Step:
    """The outcome of every candidate that completes a provisional grant."""
    assert spec.top_up is not None
    key = spec.top_up.key
    ours, theirs = ([f"{one}.{quoted(part)}" for part in key] for one in "cp")
    agrees = [
        "p.scheme_no = c.scheme_no",
        f"{key_hash(theirs, dialect)} = {key_hash(ours, dialect)}",
        *(f"{mine} IS NOT DISTINCT FROM {other}" for mine, other in zip(ours, theirs, strict=True)),
    ]
    account = listed(["p.scheme_no", *theirs])
    amount, number = amount_type(spec, dialect), number_type(spec, dialect)
    pays = "CASE WHEN d.amount > d.已付 THEN d.amount - d.已付 ELSE 0 END"
    text = f"""
        SELECT
            d.scheme_no, d.row_no, d.amount > d.已付 AS granted, CAST({pays} AS {amount}) AS pays,
            CAST(0 AS BIGINT) AS passed, CASE WHEN d.amount > d.已付 THEN {Note.TOP_UP} ELSE 0 END AS notes,
            CASE WHEN d.amount <= d.已付 THEN {FULLY_PAID} END AS refused_by,
            CAST(NULL AS {number}) AS used_num, CAST(NULL AS {number}) AS asks_num, CAST(NULL AS {number}) AS room_num,
            CAST(NULL AS TEXT) AS used_text, CAST(NULL AS TEXT) AS asks_text
        FROM (
            SELECT c.scheme_no, c.row_no, c.amount, GREATEST(p.paid, COALESCE(MAX(c.amount) OVER (
                PARTITION BY {account} ORDER BY {order_by(spec, dialect, "c")}
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ), 0)) AS 已付
            FROM {quoted(spec.candidates)} AS c JOIN {quoted(spec.top_up.paid)} AS p ON {all_of(agrees)}
        ) AS d
    """
    return Step(Names(spec).top_ups, query(text), "补差：按此前已付的最高数", True)
