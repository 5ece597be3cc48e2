"""PR3xx: types and units."""

from policyrun.source.codes.page import CodePage

TYPES = {
    "PR301": CodePage(
        "类型不合",
        "运算的两边或函数的参数，类型不能这样用。",
        why="不合类型的运算没有意义；不当作空白算过去。",
        example="formula: 发证时间 + 3",
        fix="照提示改正：日期加期间（3个月），比较两边用同一类型。",
    ),
    "PR302": CodePage(
        "单位不同",
        "两边都是数，单位却不同。",
        why="3 课时加 2 人没有意义。",
        example="formula: 课时 + 人数",
        fix="换成同一单位；换算写明系数，如 课时 * 30元/课时。",
    ),
    "PR303": CodePage(
        "金额和数不能放在一起",
        "金额与没有单位的数不能加减或比较。",
        why="800 是 800 元还是 800 万元，读的人不知道。",
        example="test: 补贴标准 >= 800",
        fix="写明单位：800元、3万元。",
    ),
    "PR305": CodePage(
        "这里要条件",
        "这里要一个是或否的条件，得到的是别的。",
        example="test: 参保月数",
        fix="写成比较，如 参保月数 >= 6。",
    ),
    "PR307": CodePage(
        "永远不会相等",
        "相比的两个枚举没有共同的值。",
        why="这样的比较永远是否，多半是写错了列。",
        example="test: 项目等级 = 证书类型",
        fix="核对两边的列。",
    ),
    "PR308": CodePage(
        "文本不分大小",
        "文本不能比大小。",
        why='"10" 和 "9" 谁大，文本和数的答案不同。',
        example='test: 证书编号 > "100"',
        fix="用 = 或 属于；要比大小的列，类型写成数。",
    ),
    "PR309": CodePage(
        "两种期间混用",
        "月数和天数是两种期间，不能相加减、相比较。",
        why="一个月没有固定的天数。",
        example="test: 3个月 > 90天",
        fix="两边用同一种期间。",
    ),
    "PR311": CodePage(
        "参数的类型不对",
        "函数的某个参数不是它要的类型。",
        example='formula: 四舍五入("800", 2)',
        fix="照提示换成所要的类型。",
    ),
    "PR340": CodePage(
        "没有说可不可以空着",
        "列的类型后面没有 ! 或 ?。",
        why="空白算错误还是算不知道，要由政策写明。",
        example="- 姓名: 文本",
        fix="类型后面加 !（必填）或 ?（可空），如 文本?。",
    ),
    "PR341": CodePage(
        "必填的列说了空着的意思",
        "列是必填的，又写了 blank 或 meaning。",
        example="就业日期: {type: 日期!, meaning: 未就业}",
        fix="把 ! 改成 ?，或删去 blank 和 meaning。",
    ),
    "PR342": CodePage(
        "不是现成的值",
        "参数的值只能直接写出，不能是算式。",
        example="value: 3 * 1000元",
        fix="直接写一个值，如 3000元、30%、6个月；要算出来的写成判定（decisions）。",
    ),
    "PR343": CodePage(
        "下限大于上限",
        "列的 least 大于 most，什么数都不合。",
        example="在岗月数: {type: 数!, least: 12, most: 0}",
        fix="调换 least 和 most。",
    ),
    "PR344": CodePage(
        "不是日期",
        "这里要写日期。",
        example="from: 2023年4月",
        fix="写成 2023-04-01。",
    ),
    "PR345": CodePage(
        "不是数",
        "这里要写数字。",
        example="version: 一",
        fix="只写数字，单位另写。",
    ),
    "PR346": CodePage(
        "这一列不能有上下限",
        "只有数的列可以写 least 和 most。",
        example="姓名: {type: 文本!, most: 4}",
        fix="删去 least 和 most。",
    ),
    "PR347": CodePage(
        "不是这个词汇的值",
        "所写的值不在参数或列的词汇里。",
        example="value: 高级",
        fix="照建议改正；取值见 vocabulary。",
    ),
    "PR348": CodePage(
        "这里要文本",
        "式子的结果要是文本。",
        why="不加引号的字是名字，不是文本。",
        example="category: 个人",
        fix="文字要加引号：category: '\"个人\"'。",
    ),
    "PR349": CodePage(
        "取值不在可选之内",
        "式子可能得出这里不允许的值。",
        fix="只用可选的几种值，或用取值只有这几种的口径。",
    ),
    "PR350": CodePage(
        "名单只能决定是否列",
        "名单的 decides 所写的列不是“是否”。",
        fix="换一列，或把这一列的类型写成 是否?。",
    ),
}
