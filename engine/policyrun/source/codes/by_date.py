"""PR70x: records by the versions of their days."""

from policyrun.source.codes.page import CodePage

BY_DATE = {
    "PR700": CodePage(
        "按日期选版本，却写明了版本",
        "--by-date 由每条记录的业务日期选版本，--policy 又写了一个版本。",
        example="policyrun evaluate --policy yunling-2024@2 --by-date",
        fix="只写政策编号；只用一个版本就不写 --by-date。",
    ),
    "PR702": CodePage(
        "没有可以按日期选的版本",
        "--by-date 要在“政策编号/v版本号.yaml”里选，给出的文件不在这样的文件夹里。",
        example="policyrun evaluate --policy 草稿.yaml --by-date",
        fix="用政策编号；或不写 --by-date。",
    ),
    "PR703": CodePage(
        "某个版本管的行缺少必需的列",
        "记录里有些行归一个版本管，那个版本要求的列数据里没有。",
        example="版本 2 新增必填列“开班日期”，数据里没有这一列",
        fix="在数据里加上这一列；只由其他版本管的行可以空着。",
    ),
    "PR704": CodePage(
        "例外的限额不在管这一行的版本里",
        "按日期选版本时，例外写的那一行归一个版本管，那个版本没有所写的限额。",
        why="限额在两个版本里可以改了名字，照写就不起作用。",
        example="版本 1 的“每年两次”，版本 2 改名“每年三次”，例外对 2025 年的一行写了“每年两次”",
        fix="改成管这一行的版本里的名字，报错里列出了。",
    ),
}
