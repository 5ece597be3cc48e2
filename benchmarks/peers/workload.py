"""The records that every engine can take: no blanks, no lists of rules about cells, age and sex already worked out.

    python benchmarks/peers/workload.py --rows 1000000 --output records.parquet

Limits as a fold, blanks that stay unknown, reasons and clauses are left out: the peers cannot express them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy
import pyarrow
from pyarrow import parquet

sys.path.insert(0, str(Path(__file__).parents[1]))

from synthetic.columns import chosen  # noqa: E402 - benchmarks are scripts, not a package
from synthetic.people import Rows  # noqa: E402

CHUNK = 983_040
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


def records(rows: Rows) -> pyarrow.Table:
    row = rows.row
    level = numpy.where(row.happens("other level", 15), 6, row.below("level", 6))
    certificate = numpy.where(level == _SKILL, 2, row.below("certificate", 2))
    certificate = numpy.where(row.happens("any certificate", 60), row.below("which", 6), certificate)
    columns = {
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
    return pyarrow.table(
        {name: column.cast(pyarrow.string()) if isinstance(column, pyarrow.DictionaryArray) else column for name, column in columns.items()}
    )


def _money(fen: numpy.ndarray) -> pyarrow.Array:
    """Yuan with two decimals, exactly: a decimal is its number of fen."""
    words = numpy.zeros((len(fen), 2), dtype=numpy.int64)
    words[:, 0] = fen
    return pyarrow.Array.from_buffers(pyarrow.decimal128(12, 2), len(fen), [None, pyarrow.py_buffer(words)])


def write(output: Path, total: int, seed: int = 1) -> None:
    writer = None
    for start in range(0, total, CHUNK):
        numbers = numpy.arange(start + 1, min(start + CHUNK, total) + 1, dtype=numpy.int64)
        table = records(Rows(seed, numbers, total))
        writer = writer or parquet.ParquetWriter(output, table.schema)
        writer.write_table(table, row_group_size=122_880)
    if writer:
        writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True)
    asked = parser.parse_args()
    write(asked.output, asked.rows)


if __name__ == "__main__":
    main()
