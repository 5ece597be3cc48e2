"""The record-level workload in OpenFisca-core: a variable per decision, vectors of numpy behind them.

    python benchmarks/peers/openfisca_peer.py arrays INPUT.parquet OUTPUT.parquet
    python benchmarks/peers/openfisca_peer.py situations INPUT.parquet OUTPUT.parquet

``situations`` hands records over as its documentation, its tests and its web API do: a dictionary of entities, checked
value by value. ``arrays`` goes by what lies beneath, a column at a time, unchecked.
"""

from __future__ import annotations

import sys

import numpy
import pandas
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import MONTH
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERIOD = "2021-12"

Record = build_entity(key="record", plural="records", label="", is_person=True)


class Level(Enum):
    一级 = "一级"
    二级 = "二级"
    三级 = "三级"
    四级 = "四级"
    五级 = "五级"
    专项能力 = "专项能力"
    其他 = "其他"


class Certificate(Enum):
    职业资格证书 = "职业资格证书"
    职业技能等级证书 = "职业技能等级证书"
    专项能力证书 = "专项能力证书"
    特种作业操作证 = "特种作业操作证"
    培训合格证书 = "培训合格证书"
    无 = "无"


class Payee(Enum):
    个人 = "个人"
    自主评价企业 = "自主评价企业"
    行业协会 = "行业协会"


class Reason(Enum):
    """The first requirement that a record fails."""

    准予 = "GRANTED"
    证书类别 = "INELIGIBLE:证书类别"
    等级标准 = "INELIGIBLE:等级标准"
    等级相符 = "INELIGIBLE:等级相符"
    补贴对象 = "INELIGIBLE:补贴对象"
    本单位职工 = "INELIGIBLE:本单位职工"
    金额为零 = "INELIGIBLE:金额为零"


def _given(name: str, value_type: type, **more: object) -> type[Variable]:
    """A variable that comes from the file."""
    body = {"value_type": value_type, "entity": Record, "definition_period": MONTH, "label": name, **more}
    return type(name, (Variable,), body)


YES_NO = (
    *("市区户籍", "市区常住", "居住证", "市区就业创业", "参保", "市区失业登记"),
    *("领取养老金", "本单位职工", "紧缺职业", "男"),
)
GIVEN = [
    *(_given(name, bool) for name in YES_NO),
    *(_given(name, int) for name in ("年龄", "参保月数")),
    _given("培训费用", float),
    _given("项目等级", Enum, possible_values=Level, default_value=Level.其他),
    _given("证书类型", Enum, possible_values=Certificate, default_value=Certificate.无),
    _given("组织主体", Enum, possible_values=Payee, default_value=Payee.个人),
]


class 补贴对象(Variable):  # noqa: N801 - the names of variables are the policy's own
    value_type = bool
    entity = Record
    definition_period = MONTH
    label = "Who is supported"

    def formula(record, period):  # noqa: N805 - OpenFisca calls formulas with the entity
        of_age = record("年龄", period) < numpy.where(record("男", period), 60, 55)
        insured = record("市区就业创业", period) * record("参保", period) * (record("参保月数", period) >= 6)
        way = record("市区常住", period) * record("居住证", period) + insured + record("市区失业登记", period)
        return numpy.logical_not(record("领取养老金", period)) * (record("市区户籍", period) + of_age * way)


class 核定金额(Variable):  # noqa: N801
    value_type = float
    entity = Record
    definition_period = MONTH
    label = "Amount in yuan, if it is granted"

    def formula(record, period):  # noqa: N805
        level = record("项目等级", period)
        standards = {
            Level.一级: 3000,
            Level.二级: 2500,
            Level.三级: 2000,
            Level.四级: 900,
            Level.五级: 800,
            Level.专项能力: 600,
        }
        standard = numpy.select([level == one for one in standards], list(standards.values()), 0)
        standard = standard * numpy.where(record("紧缺职业", period), 1.3, 1)
        amount = numpy.minimum(record("培训费用", period) * 0.85, standard)
        return numpy.floor(amount * 100 + 0.5) / 100


class 原因代码(Variable):  # noqa: N801
    value_type = Enum
    possible_values = Reason
    default_value = Reason.准予
    entity = Record
    definition_period = MONTH
    label = "What a record comes to"

    def formula(record, period):  # noqa: N805
        level, certificate = record("项目等级", period), record("证书类型", period)
        kinds = (Certificate.职业资格证书, Certificate.职业技能等级证书, Certificate.专项能力证书)
        right_kind = (certificate == kinds[0]) + (certificate == kinds[1]) + (certificate == kinds[2])
        fits = (certificate == Certificate.专项能力证书) == (level == Level.专项能力)
        own = (record("组织主体", period) == Payee.个人) + record("本单位职工", period)
        supported, amount = record("补贴对象", period), record("核定金额", period)
        failed = [~right_kind, level == Level.其他, ~fits, ~supported, ~own, amount <= 0]
        return EnumArray(numpy.select(failed, range(1, len(Reason)), 0), Reason)


class 补贴金额(Variable):  # noqa: N801
    value_type = float
    entity = Record
    definition_period = MONTH
    label = "Amount in yuan"

    def formula(record, period):  # noqa: N805
        return record("核定金额", period) * (record("原因代码", period) == Reason.准予)


def from_arrays(system: TaxBenefitSystem, frame: pandas.DataFrame) -> Simulation:
    """A simulation whose inputs are columns."""
    simulation = SimulationBuilder().build_default_simulation(system, count=len(frame))
    for variable in GIVEN:
        name = variable.__name__
        values = frame[name].to_numpy()
        choices = getattr(system.get_variable(name), "possible_values", None)
        if choices is not None:
            values = choices.encode(values.astype(str))
        simulation.set_input(name, PERIOD, values)
    return simulation


def from_situation(system: TaxBenefitSystem, frame: pandas.DataFrame) -> Simulation:
    """A simulation whose inputs are a situation: entities by name, each with its values by period."""
    names = [variable.__name__ for variable in GIVEN]
    columns = [frame[name].tolist() for name in names]
    people = {
        str(serial): {name: {PERIOD: value} for name, value in zip(names, row, strict=True)}
        for serial, *row in zip(frame["序号"].tolist(), *columns, strict=True)
    }
    return SimulationBuilder().build_from_entities(system, {Record.plural: people})


WAYS = {"arrays": from_arrays, "situations": from_situation}


def main(way: str, source: str, output: str) -> None:
    frame = pandas.read_parquet(source)
    frame["男"] = frame["性别"] == "男"
    frame["培训费用"] = frame["培训费用"].astype(float)
    system = TaxBenefitSystem([Record])
    system.add_variables(*GIVEN, 补贴对象, 核定金额, 原因代码, 补贴金额)
    simulation = WAYS[way](system, frame)
    amount = simulation.calculate("补贴金额", PERIOD)
    reason = simulation.calculate("原因代码", PERIOD)
    codes = pandas.Categorical.from_codes(numpy.asarray(reason), [one.value for one in Reason])
    result = pandas.DataFrame({"序号": frame["序号"], "补贴金额": amount, "原因代码": codes})
    result.to_parquet(output, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
