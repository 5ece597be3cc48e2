"""PR55x to PR59x: lists, exceptions, history, cases and result files."""

from policyrun.source.codes.page import CodePage

BESIDE = {
    "PR550": CodePage(
        "找不到名单文件夹",
        "--lists 给出的文件夹不存在。",
        example="--lists 没有",
        fix="核对路径。",
    ),
    "PR551": CodePage(
        "名单没有读取",
        "名单文件夹里有政策不用的名单。",
        example="紧缺职业目录.csv",
        fix="文件名改成政策所用的名单名，格式 .csv。",
    ),
    "PR552": CodePage(
        "名单的一行不对",
        "名单的一行没有名称和代码，日期不对，或失效早于生效。",
        example="去年",
        fix="每行写 名称 或 统一代码、生效、失效、依据；失效当天仍算在名单内。",
    ),
    "PR555": CodePage(
        "例外的一格不对",
        "例外表的一格空着或不合类型。",
        why="例外要有人批准，每一项都要填。",
        example="无依据",
        fix="填上 项目、序号、限额、批准人、依据、日期。",
    ),
    "PR556": CodePage(
        "例外重复",
        "两行例外说的是同一条记录的同一个限额。",
        example="两行相同",
        fix="删去其中一行。",
    ),
    "PR557": CodePage(
        "例外所写的名字没有",
        "例外表里的项目或限额，政策里没有。",
        example="每年两次",
        fix="照建议改正。",
    ),
    "PR560": CodePage(
        "历史缺少要用的列",
        "历史文件没有某个限额要用的列。",
        why="不知道用掉了多少，就不知道还剩多少。",
        example="无身份证号码",
        fix="用 --keep-input 写出的结果作历史，或补上这些列。",
    ),
    "PR561": CodePage(
        "历史的一格不对",
        "计入限额的历史行有一格空着或不合类型。",
        example="发证时间 昨天",
        fix="改正这一格。",
    ),
    "PR562": CodePage(
        "历史的行没有计入",
        "历史里有些项目和本次的项目没有共用的限额，略过并计数。",
        example="其他项目",
        fix="若应当计入，核对“项目”一列的写法。",
    ),
    "PR565": CodePage(
        "历史的结论不认识",
        "历史行的结论不是“准予”或“撤销”，这一行不计。",
        example="同意",
        fix="已发放的写“准予”，收回的写“撤销”。",
    ),
    "PR570": CodePage(
        "例子没有这一项",
        "政策例子文件里有不认识的键。",
        fix="照建议改正。",
    ),
    "PR571": CodePage(
        "文件里没有例子",
        "例子文件里既没有 cases 也没有 grid。",
        fix="写上 cases 或 grid。",
    ),
    "PR572": CodePage(
        "例子的一行格数不对",
        "grid 的一行与 given、expect 的列数不符。",
        fix='先是 given 的各列，再是 expect 的各列；空格写成 ""。',
    ),
    "PR573": CodePage(
        "看不懂例子里的人",
        "例子里的人要写出生日期和性别，由此生成合成的身份证号码。",
        example="张三",
        fix="写成出生日期、空格、男或女，如 1970-01-01 男。",
    ),
    "PR574": CodePage(
        "例子的补充文件没有装入",
        "例子所用的补充文件有问题，见前面的诊断。",
        fix="先改好补充文件。",
    ),
    "PR575": CodePage(
        "例子里的名字没有",
        "例子提到的项目、列、参数等，政策里没有。",
        fix="照建议改正。",
    ),
    "PR576": CodePage(
        "例子没有写明结果",
        "例子的一行没有 expect，跑了也不知对错。",
        fix="写上 expect，如 {结论: 准予}。",
    ),
    "PR577": CodePage(
        "例子的历史不对",
        "例子的历史记录有一格不合类型。",
        fix="改正这一格。",
    ),
    "PR578": CodePage(
        "例子的例外不完整",
        "例子的例外有一项没有填。",
        fix="每一项都填上。",
    ),
    "PR580": CodePage(
        "样例说明没有这一项",
        "sample 说明里有不认识的键。",
        fix="照建议改正。",
    ),
    "PR581": CodePage(
        "不是整百分数",
        "样例说明里的比例要写成整百分数。",
        example="0.05",
        fix="写成 0% 到 100%，如 5%。",
    ),
    "PR582": CodePage(
        "不是整数",
        "样例说明里的行数等要写成整数。",
        example="rows: 很多",
        fix="只写数字。",
    ),
    "PR583": CodePage(
        "样例说明的项目没有",
        "样例说明提到的补贴项目，政策里没有。",
        fix="照政策的项目名改正。",
    ),
    "PR584": CodePage(
        "样例说明的列没有",
        "样例说明提到的列，政策里没有。",
        fix="照政策的列名改正。",
    ),
    "PR585": CodePage(
        "数字表的表头不对",
        "cases/figures.csv 的表头缺列或有不认识的列。",
        example="节,名称,值",
        fix="表头写成 版本,节,名称,上级,地区,指标,约束,值,单位,来源状态，次序不限。",
    ),
    "PR586": CodePage(
        "数字表的一行格数不对",
        "cases/figures.csv 的一行与表头的格数不符。",
        example=",目标,培训人次",
        fix="补上缺的格，空着也要有逗号；内容里有逗号的，两边加英文双引号。",
    ),
    "PR587": CodePage(
        "数字表的节没有",
        "cases/figures.csv 的“节”不是政策里会写数的那几节。",
        example=",定额,附件,…",
        fix="写 文件、施行期、参数、任务分解、期限 或 目标。",
    ),
    "PR588": CodePage(
        "数字表写了两行",
        "cases/figures.csv 里同一个数有两行。",
        fix="删去一行。",
    ),
    "PR590": CodePage(
        "结果格式不认识",
        "输出文件的扩展名不是这个命令能写的。",
        example="--output 结果.doc",
        fix="文件名以 .xlsx、.csv 或 .parquet 结尾。",
    ),
    "PR592": CodePage(
        "结果会覆盖输入",
        "输出文件就是本次读入的文件。",
        example="`policyrun evaluate --input 六月.xlsx --output 六月.xlsx`",
        fix="换一个文件名。",
    ),
    "PR593": CodePage(
        "工作簿放不下",
        "结果的行数或一格的字数超过工作簿的限度。",
        example="一百二十万行的 csv 写成 .xlsx",
        fix="改用 .csv 或 .parquet。",
    ),
    "PR594": CodePage(
        "工作簿里有的内容换了样子",
        "有的内容工作簿不能照原样保存，已换成可见的写法或移到说明里。",
        example="姓名一栏粘贴进了 U+0007",
        fix="需要原样保存时改用 .csv。",
    ),
    "PR595": CodePage(
        "单元格会被当作公式",
        "csv 里有单元格以 = + - @ 开头，Excel 打开时会当作公式执行。",
        example="备注栏为 `=1+1`，`--excel-csv --keep-input`",
        fix="来路不明的数据请改用 .xlsx，其中文字不会被执行。",
    ),
    "PR596": CodePage(
        "退回表只有 .xlsx",
        "退回表由 .xlsx 生成，也只写成 .xlsx。",
        example="`--input 职业培训补贴=六月.csv --return 退回.xlsx`",
        fix="其他格式请看结果表的“原因”一栏。",
    ),
    "PR597": CodePage(
        "退回表生成不了",
        "工作簿的格式无法保留，不能生成退回表。",
        example="某些软件导出的 .xlsx",
        fix="在 Excel 或 WPS 中另存为新的 .xlsx 再试。",
    ),
    "PR598": CodePage(
        "空白表没有这个项目",
        "要生成空白表的项目，政策里没有。",
        example="policyrun template --policy hebei-2023 --scheme 培训",
        fix="照建议改正。",
    ),
    "PR599": CodePage(
        "项目名不能作工作表名",
        "项目名太长，或有工作表名不能用的符号。",
        example="`schemes: {培训/补贴: …}`",
        fix="工作表名最多 31 个字，不含 [ ] : * ? / \\ '。",
    ),
}
