"""PR4xx: tables, dates and limits."""

from policyrun.source.codes.page import CodePage

TABLES = {
    "PR406": CodePage(
        "判定表没有这个输入",
        "when 里写的输入没有在 inputs 里声明。",
        example="when: {是否就业: true}",
        fix="照建议改正，或在 inputs 里加上。",
    ),
    "PR410": CodePage(
        "两个值同一天生效",
        "一个参数有两个值的生效日相同。",
        why="那一天取哪一个不确定。",
        fix="同一天只留一个值。",
    ),
    "PR411": CodePage(
        "先后几个值没有写日期",
        "参数有几个值，其中一个没有写生效日或印发日。",
        fix="写明生效日 effective 和印发日 published。",
    ),
    "PR412": CodePage(
        "有一段时间没有值",
        "参数先后的几个值之间有空档。",
        why="空档里的记录无法计算。",
        fix="改 until 或下一个值的 effective，使两段相接。",
    ),
    "PR413": CodePage(
        "有一段时间有两个值",
        "参数先后的两个值有一段重叠。",
        fix="until 写成下一个值生效的前一天，或不写。",
    ),
    "PR414": CodePage(
        "施行期内用不上的值",
        "参数的一个值在政策施行期之外才生效或已失效。",
        fix="核对生效日 effective 和施行期 in_force。",
    ),
    "PR415": CodePage(
        "施行期首日晚于末日",
        "in_force 的 from 在 to 之后。",
        example="in_force: {from: 2023-10-31, to: 2023-04-01}",
        fix="调换 from 和 to。",
    ),
    "PR420": CodePage(
        "次序分不出先后",
        "次序的各项都相同时，两条记录可能并列。",
        why="限额是一条一条轮流算的，谁先谁后不确定，结果就不确定。",
        example="先到先得: [业务日期]",
        fix="在次序末尾加上 项目、序号。",
    ),
    "PR421": CodePage(
        "限额没有说共有多少",
        "限额没有写 room。",
        fix="写上 room，如 room: 3。",
    ),
    "PR422": CodePage(
        "限额量的不是数",
        "限额的 measure 或 room 不是数。",
        example="measure: 证书类型",
        fix="余额和所量的都写成数：次数、金额或带单位的数。",
    ),
    "PR423": CodePage(
        "不能只给一部分",
        "写了 partial，而限额量的不是补贴金额。",
        why="只有金额可以给一部分，次数不能。",
        fix="删去 partial，或把 measure 写成 补贴金额。",
    ),
    "PR424": CodePage(
        "余额和所量的单位不同",
        "room 和 measure 单位不同。",
        example="measure: 补贴金额，room: 3",
        fix="两者写成同一单位。",
    ),
    "PR425": CodePage(
        "限额的项目重复",
        "over 里同一个项目写了两次。",
        example="over: [甲, 甲]",
        fix="删去一个。",
    ),
    "PR426": CodePage(
        "限额里多余的写法",
        "就高和同类的限额没有余额，不写 room 或 partial。",
        fix="删去它；要量数目的，measure 写成式子。",
    ),
    "PR427": CodePage(
        "相连的限额次序不同",
        "两个限额管着相连的项目，却用不同的次序。",
        why="相连的项目一起轮流算，只能有一个次序。",
        fix="相连的限额用同一个次序。",
    ),
    "PR428": CodePage(
        "提示代码不由政策声明",
        "notices 里的代码不是政策可以声明的。",
        example="notices: {TOPUP: …}",
        fix="换成 LATE、PROVISIONAL 等可以声明的代码。",
    ),
    "PR429": CodePage(
        "受款人没有这一类",
        "names 里的类别不是 category 能得出的。",
        example="names: {机构: 培训承办机构}",
        fix="照提示改成 category 的一类。",
    ),
    "PR430": CodePage(
        "分摊的总额不是金额",
        "split 的 total 不是金额列。",
        fix="把这一列的类型写成 金额!。",
    ),
    "PR431": CodePage(
        "补差没有依托",
        "项目写了 top_up，没有声明 PROVISIONAL 提示。",
        why="补差补的是暂定的准予，不知道哪些是暂定的就无从补起。",
        fix="在 notices 里声明 PROVISIONAL，说明哪些准予是暂定的。",
    ),
    "PR432": CodePage(
        "取整的单位不对",
        "rounding 的 to 要大于零。",
        example="rounding: {to: 0元, how: 四舍五入}",
        fix="如 0.01元、1元。",
    ),
    "PR440": CodePage(
        "指标表的一行列数不符",
        "一行的数比表的列多或少。",
        fix="照表头的顺序写满；没有的写空。",
    ),
    "PR441": CodePage(
        "上级不在指标表里",
        "一行的上级地区没有自己的一行。",
        fix="先写上级的一行。",
    ),
    "PR442": CodePage(
        "指标表的总计行不是一个",
        "表要有且只有一个没有上级的总计行。",
        fix="其余各行写成“总计行/地区”。",
    ),
    "PR443": CodePage(
        "指标表里没有这一格",
        "更正或说明提到的格子不在表里。",
        fix="核对地区和指标的名字。",
    ),
    "PR444": CodePage(
        "下级之和不等于上级",
        "表里上级的数不等于各下级之和。",
        fix="核对抄录；文件自身就不等的，在 differences 里写明。",
    ),
    "PR445": CodePage(
        "写明的差异并不存在",
        "differences 里写的一格，上级与下级之和是相等的。",
        fix="删去这一条 differences。",
    ),
    "PR450": CodePage(
        "期限首日晚于末日",
        "期限的 first 在 last 之后。",
        fix="调换 first 和 last。",
    ),
}
