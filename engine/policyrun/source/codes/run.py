"""PR6xx: run time."""

from policyrun.source.codes.page import CodePage

RUN = {
    "PR601": CodePage(
        "程序内部出错",
        "policyrun 自己有缺陷，不是您的文件或命令有错。没有写出任何结果。",
        fix="请把出错的那一行和所用的命令报告给维护者；设环境变量 POLICYRUN_DEBUG=1 再运行一次，"
        "把多出来的记录一并附上（先看看其中有没有个人信息）。",
    ),
}
