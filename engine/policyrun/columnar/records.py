"""From raw cells to typed columns, or to the column that does not type: ``interp.records`` as steps of a plan."""

from __future__ import annotations

from collections.abc import Sequence

from policyrun.columnar.plan import Step
from policyrun.ir.policy import Policy, Scheme
from policyrun.model.relation import RawRelation
from policyrun.model.settings import Settings


def typed_steps(
    policy: Policy, scheme: Scheme, data: RawRelation, settings: Settings, dialect: object
) -> Sequence[Step]:
    """Steps whose last gives relation ``cells_name(scheme)``, one row per row of ``data``, with the columns

    * ``row_no``;
    * ``invalid``: the place in ``scheme.record.fields`` of the first column that does not type or breaks a rule of
      the form; null where the row is sound. 序号 that several rows share counts as a cell that does not type;
    * every field under its name, typed: numbers as integers (money as fen), null where blank or wrong; yes/no columns
      that a given list decides hold what the list says;
    * ``serial_text``: 序号 as written, "" where there is none;
    * ``name:<column>``: the trimmed text, of each column that names payees or is looked up in lists and is there;
    * ``overruled:<column>``: whether the cell says otherwise than the list, of each column that a list decides;
    * ``lacking:<column>``: whether the row's file lacks the column, of each column that some file lacks and another
      does not;
    * ``too_wide``: whether some number is too large for the arithmetic of plans (``CELL_BOUND``).
    """
    raise NotImplementedError


def cells_name(scheme: Scheme) -> str:
    """The relation of a scheme's typed rows."""
    return f"{scheme.name}_单元格"
