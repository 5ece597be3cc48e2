"""Records that every engine can take: no blanks, nothing about cells to check, age and sex already worked out.

Limits as a fold, blanks that stay unknown, reasons and clauses are left out: the peers cannot express them.
"""

from __future__ import annotations

import numpy
import pyarrow

from synthetic.columns import chosen
from synthetic.people import Rows

POLICY, SCHEME, AS_OF = "record-level", "逐条补贴", "2021-12-31"

_LEVELS = ("一级", "二级", "三级", "四级", "五级", "专项能力", "其他")
_SKILL = _LEVELS.index("专项能力")
_CERTIFICATES = ("职业资格证书", "职业技能等级证书", "专项能力证书", "特种作业操作证", "培训合格证书", "无")
_PAYEES = ("个人", "自主评价企业", "行业协会")
_YES = {
    "市区户籍": 600,
    "市区常住": 900,
    "居住证": 750,
    "市区就业创业": 900,
    "参保": 900,
    "市区失业登记": 100,
    "领取养老金": 40,
    "本单位职工": 950,
    "紧缺职业": 250,
}


def columns(rows: Rows) -> dict[str, pyarrow.Array]:
    row = rows.row
    level = numpy.where(row.happens("other level", 15), 6, row.below("level", 6))
    certificate = numpy.where(level == _SKILL, 2, row.below("certificate", 2))
    certificate = numpy.where(row.happens("any certificate", 60), row.below("which", 6), certificate)
    return {
        "序号": pyarrow.array(rows.numbers),
        "年龄": pyarrow.array((18 + row.below("age", 47)).astype(numpy.int32)),
        "性别": chosen(("男", "女"), row.below("sex", 2)),
        **{name: pyarrow.array(row.happens(name, yes)) for name, yes in _YES.items()},
        "参保月数": pyarrow.array(row.below("months", 60).astype(numpy.int32)),
        "项目等级": chosen(_LEVELS, level),
        "证书类型": chosen(_CERTIFICATES, certificate),
        "组织主体": chosen(_PAYEES, row.weighted("payee", (60, 30, 10))),
        "培训费用": _money(row.below("cost", 500_000)),
    }


def _money(fen: numpy.ndarray) -> pyarrow.Array:
    """Yuan with two decimals, exactly: a decimal is its number of fen."""
    words = numpy.zeros((len(fen), 2), dtype=numpy.int64)
    words[:, 0] = fen
    return pyarrow.Array.from_buffers(pyarrow.decimal128(12, 2), len(fen), [None, pyarrow.py_buffer(words)])
