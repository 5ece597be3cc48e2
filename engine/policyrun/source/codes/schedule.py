"""PR48x and PR49x: deadlines, and how records tell what a target has come to."""

from policyrun.source.codes.page import CodePage

SCHEDULE = {
    "PR480": CodePage(
        "一项期限有几种写法",
        "一项期限同时写了几种期限，或写了 after 而没有说多久。",
        example="monthly: 4 与 last: 2022-04-04 写在一项里",
        fix="一项只写一种：first/last、monthly、quarterly、yearly、within 或 wait。",
    ),
    "PR481": CodePage(
        "不是每期都有的一天",
        "按月、按季、按年的期限要用每一期都有的日子。",
        why="每月30日、2月29日在有些期里没有，挪到哪一天要由文件说。",
        example="monthly: 31",
        fix="按月、按季写 1 至 28；按年写 月-日，如 03-31。",
    ),
    "PR482": CodePage(
        "看不懂期限的长短",
        "within、wait 写的不是几天或几个工作日。",
        example="within: 一周",
        fix="写成 7天 或 3个工作日；月和年用固定日期写。",
    ),
    "PR483": CodePage(
        "既计数又说缺什么",
        "一个目标同时写了 counts 和 needs。",
        example="counts: {from: 补贴} 与 needs: 从业人员数 写在一处",
        fix="记录算得出的只留 counts，算不出的只留 needs。",
    ),
    "PR484": CodePage(
        "去重与加总不能并用",
        "counts 同时写了 distinct 和 sum。",
        why="同样的记录只数一次时，加总取哪一条的数不确定。",
        example="distinct: 身份证号码 与 sum: 补贴金额",
        fix="数人数只留 distinct，算钱只留 sum。",
    ),
    "PR485": CodePage(
        "计数里的类型不对",
        "sum 要是数或金额，year 要是年份数或日期。",
        example="year: 职业工种",
        fix="换成合适的一列，或写成算式。",
    ),
    "PR486": CodePage(
        "地区对应没有用处",
        "任务分解写了 region，却没有一列写 counts。",
        example="region: {by: 所属区县}，各列都没有 counts",
        fix="给能从记录数出来的列写 counts，或删去 region。",
    ),
    "PR487": CodePage(
        "表里没有这个地区",
        "region 的 names 写了表里没有的地区。",
        example="names: {市本级: 市区合记}",
        fix="照表里的写法改正；重名的写出上级/下级。",
    ),
    "PR488": CodePage(
        "容差用得不对",
        "tolerance 只用于 bound: 左右，写成 10% 或与目标同单位的数。",
        example="bound: 不少于 与 tolerance: 10%",
        fix="删去 tolerance，或改正写法。",
    ),
}
