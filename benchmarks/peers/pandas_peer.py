"""The record-level workload in pandas by hand, money in whole hundredths of a fen.

python benchmarks/peers/pandas_peer.py INPUT.parquet OUTPUT.parquet
"""

from __future__ import annotations

import sys

import numpy
import pandas

_REASONS = ("证书类别", "等级标准", "等级相符", "补贴对象", "本单位职工", "金额为零")
_CODES = ["GRANTED", *(f"INELIGIBLE:{name}" for name in _REASONS)]
_STANDARDS = {"一级": 3000, "二级": 2500, "三级": 2000, "四级": 900, "五级": 800, "专项能力": 600}


def main(source: str, output: str) -> None:
    frame = pandas.read_parquet(source)
    level, certificate = frame["项目等级"], frame["证书类型"]
    of_age = frame["年龄"] < numpy.where(frame["性别"] == "男", 60, 55)
    insured = frame["市区就业创业"] & frame["参保"] & (frame["参保月数"] >= 6)
    way = (frame["市区常住"] & frame["居住证"]) | insured | frame["市区失业登记"]
    right_kind = certificate.isin(["职业资格证书", "职业技能等级证书", "专项能力证书"])
    fits = (certificate == "专项能力证书") == (level == "专项能力")
    supported = ~frame["领取养老金"] & (frame["市区户籍"] | (of_age & way))
    own = (frame["组织主体"] == "个人") | frame["本单位职工"]
    fen = (frame["培训费用"].astype(float) * 100).round().astype("int64")
    standard = level.map(_STANDARDS).fillna(0).astype("int64") * numpy.where(frame["紧缺职业"], 130, 100)
    amount = (numpy.minimum(fen * 85, standard * 100) + 50) // 100
    failed = [~right_kind, level == "其他", ~fits, ~supported, ~own, amount <= 0]
    reason = numpy.select(failed, range(1, len(_CODES)), 0)
    codes = pandas.Categorical.from_codes(reason, _CODES)
    paid = amount.where(reason == 0, 0) / 100
    pandas.DataFrame({"序号": frame["序号"], "补贴金额": paid, "原因代码": codes}).to_parquet(output, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
