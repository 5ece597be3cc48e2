"""PR0xx: the command line."""

from policyrun.source.codes.page import CodePage

USAGE = {
    "PR001": CodePage(
        "没有这个命令",
        "policyrun 后面的第一个词不是它的命令。",
        example="policyrun evalute --policy hebei-2023",
        fix="照建议改正，或用 policyrun --help 看全部命令。",
    ),
    "PR002": CodePage(
        "没有这个选项",
        "这个命令没有所写的选项。",
        why="不认识的选项如果略过不理，运行的就不是您要的。",
        example="policyrun check --polcy hebei-2023",
        fix="照建议改正，或用“policyrun 命令 --help”看全部选项。",
    ),
    "PR003": CodePage(
        "缺少选项或参数",
        "命令缺少必需的选项或参数。",
        example="policyrun evaluate --input 名册.xlsx",
        fix="补上缺少的部分，例如 --policy hebei-2023；有哪些政策，policyrun list 列出。",
    ),
    "PR004": CodePage(
        "选项的值多了或少了",
        "要带值的选项后面没有值，或不带值的选项给了值。",
        example="policyrun evaluate --policy",
        fix="在选项后写上值，或去掉多余的值。",
    ),
    "PR005": CodePage(
        "选项的值不在允许之列",
        "选项只接受列出的几个值。",
        example="policyrun check --all --format xml",
        fix="换成列出的值之一。",
    ),
    "PR006": CodePage(
        "参数过多或写法不对",
        "命令行里有命令用不上的参数，或几个选项不能这样合用。",
        why="有空格的文件名不加引号会变成几个参数。",
        example="policyrun code PR203 PR204",
        fix="去掉多余的参数；有空格的文件名加引号。",
    ),
    "PR007": CodePage(
        "日期写法不对",
        "命令行里的日期要写成 年-月-日，而且要是真有的一天。",
        example="policyrun evaluate --policy hebei-2023 --as-of 2023/8/31",
        fix="写成 2023-08-31。",
    ),
    "PR008": CodePage(
        "不是“名称=值”",
        "这个选项的值要由名称、等号和值组成。",
        example="policyrun evaluate --policy hebei-2023 --reading 计年日期",
        fix="写成 --reading 计年日期=培训结束日期。",
    ),
    "PR009": CodePage(
        "找不到文件或文件夹",
        "命令行里给出的文件或文件夹不存在，或者该是文件的是文件夹。",
        example="policyrun evaluate --policy hebei-2023 --input 没有的.xlsx",
        fix="检查路径；有空格的路径加引号。",
    ),
    "PR010": CodePage(
        "没有这个诊断代码",
        "要查的代码不在代码表里。",
        example="policyrun code PR999",
        fix="不带代码运行 policyrun code 可列出全部代码。",
    ),
    "PR011": CodePage(
        "同一名称给了两个值",
        "同一个名称在命令行里两次给出，值却不同。",
        why="取哪一个都可能不是您要的。",
        example="policyrun evaluate --policy hebei-2023 --reading 计年日期=发证时间 --reading 计年日期=培训结束日期",
        fix="只留一个。",
    ),
    "PR012": CodePage(
        "读写失败",
        "操作系统不让读或写某个文件：没有权限、磁盘已满、文件正被别的程序占用等。",
        example="policyrun evaluate --policy hebei-2023 --output /只读/结果.csv",
        fix="照系统所说的原因处理；文件在 Excel 里打开着的先关掉。",
    ),
    "PR020": CodePage(
        "没有说结果写到哪里",
        "给了数据，没有给 --output。",
        example="policyrun evaluate --policy hebei-2023 --input 名册.xlsx",
        fix="写明结果写到哪里，如 --output 结果.xlsx。",
    ),
    "PR021": CodePage(
        "退回表只对一个文件",
        "--return 只能与一个 --input 合用。",
        example="policyrun evaluate --policy hebei-2023 --input 甲.xlsx --input 乙.xlsx --return 退.xlsx …",
        fix="一次给一个 xlsx 文件。",
    ),
    "PR022": CodePage(
        "退回表会覆盖输入",
        "--return 写的就是 --input 的文件。",
        example="policyrun evaluate --policy hebei-2023 --input 甲.xlsx --output 果.xlsx --return 甲.xlsx",
        fix="换一个文件名。",
    ),
    "PR023": CodePage(
        "没有说查哪一个",
        "trace 要用 --row、--rule、--clause 之一说明查什么，只能用一个。",
        example="policyrun trace --policy hebei-2023",
        fix="例如 --row 职业培训补贴:12。",
    ),
    "PR024": CodePage(
        "没有这一行",
        "--row 所写的项目或序号，在读入的记录里没有。",
        example="policyrun trace --policy hebei-2023 --row 职业培训补贴:99999",
        fix="照提示核对项目和序号。",
    ),
    "PR025": CodePage(
        "没有这条规则或条款",
        "--rule、--clause 所写的，政策里没有，或没有一行的决定用到。",
        example="policyrun trace --policy hebei-2023 --rule HB-X9",
        fix="照建议改正；规则编号和条款见政策文件的 ids 和 cite。",
    ),
    "PR026": CodePage(
        "合成记录只写成工作簿",
        "sample 的 --output 不以 .xlsx 结尾。",
        example="policyrun sample --policy hebei-2023 --output 样例.csv",
        fix="文件名以 .xlsx 结尾。",
    ),
    "PR027": CodePage(
        "政策里没有这个名称",
        "show 的名称、--id 或 --scheme 所写的，政策里没有。",
        example="policyrun show --policy hebei-2023 就业窗囗",
        fix="照建议改正；不带名称运行可读出整个政策，--ids 列出所有编号。",
    ),
    "PR028": CodePage(
        "看不懂内存的大小",
        "--memory 写成一个数和单位：KB、MB、GB 或 TB。",
        example="policyrun evaluate --policy hebei-2023 --input 六月.csv --output 结果.csv --memory 很多",
        fix="例如 --memory 4GB。",
    ),
    "PR029": CodePage(
        "--spark-master 只用于 Spark",
        "给了集群的地址，却没有要 Spark 核算；地址不会有任何用处。",
        example="policyrun evaluate --policy hebei-2023 --input 六月.csv --output 结果.csv --spark-master spark://主机:7077",
        fix="加上 --engine spark，或者去掉 --spark-master。",
    ),
}
