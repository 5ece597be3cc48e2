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
}
