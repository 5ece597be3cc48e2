"""PR46x and PR67x: forms, reports and indicators, as written in a policy and as made from data."""

from policyrun.source.codes.page import CodePage

REPORTS = {
    "PR460": CodePage(
        "必填的列说了没有这一列时怎样",
        "列的类型以 ! 结尾，却写了 absent。",
        why="没有必填列的文件不能用，轮不到说没有时怎样。",
        example="农民工: {type: 是否!, absent: 未知}",
        fix="把 ! 改成 ?，或删去 absent。",
    ),
    "PR461": CodePage(
        "规则怪的列不存在",
        "records 的 checks 里，blames 写的不是这份记录的列。",
        example="blames: 资金渠道，而列名是 资金来源",
        fix="照 columns 里的列名写。",
    ),
    "PR462": CodePage(
        "没有这张任务分解表",
        "region 或 regions 点名的表不在 quotas 一节。",
        example="region: {tree: 附件四, …}",
        fix="照 quotas 里的名字写。",
    ),
    "PR463": CodePage(
        "填地区的列不是文本",
        "写了 region 的列，或它的 above 列，类型不是文本。",
        example="所属行政区: {type: 是否!, region: {…}}",
        fix="类型写成 文本! 或 文本?。",
    ),
    "PR464": CodePage(
        "地区不在表的最下一级",
        "aliases 或 shared 写的地区，任务分解表最下一级没有。",
        example="aliases: {上虞: [上虞市]}，而表里是 上虞区",
        fix="照表里最下一级的名字写。",
    ),
    "PR465": CodePage(
        "记录没有说每行是哪个地区的",
        "报表或指标用的记录没有一列写了 region，或任务分解表没有写 levels。",
        why="报表和指标每个地区一行，不知道地区就无从归并。",
        example="record: 信息表，而 所属行政区 只写了 文本!",
        fix="给填地区的列写上 region，给任务分解表写上 levels，如 [省, 市, 县]。",
    ),
    "PR466": CodePage(
        "相加的不是数",
        "报表或指标的 sum 得到的不是金额、计数或数。",
        example="sum: 人员类别",
        fix="写一列金额或数；要数行数的写 count。",
    ),
    "PR467": CodePage(
        "有的栏不在任何一页或在两页",
        "报表的 parts 没有把每一栏恰好列一次。",
        example="parts: {主表: [1, 2]}，而 columns 有 1、2、3",
        fix="补上漏的，删去重的。",
    ),
    "PR468": CodePage(
        "关系何时成立看了列",
        "报表 relations 的 when 看了某一列。",
        why="关系对每个地区的一行成立，那时已没有单条记录。",
        example="when: 农民工",
        fix='只看读法，如 创业培训口径 = "其中项"。',
    ),
    "PR469": CodePage(
        "报表没有这一栏",
        "parts 或 relations 写的栏，columns 里没有。",
        example="equals: [3, 40]，而表只有 39 栏",
        fix="照 columns 里的栏号写。",
    ),
    "PR470": CodePage(
        "几份记录的地区不是一张表的",
        "指标的 from 有几份记录，各自的地区出自不同的任务分解表。",
        example="一份的 region 是附件3，另一份是附件1",
        fix="改成同一张表，或分成几个指标。",
    ),
    "PR471": CodePage(
        "任务分解表没有这一列",
        "指标分母的 target 不是任务分解表的列。",
        example="target: 培训人数，而表的列是 技能培训",
        fix="照 quotas 里 indicators 的名字写。",
    ),
}

REPORTING = {
    "PR670": CodePage(
        "文件没有标识列",
        "文件没有一些标识列，由它们得出的数无从知道，报表里填缺。",
        why="没有这一列和填否不是一回事。",
        example="信息表没有“农民工”一列，第4、28栏为缺",
        fix="要这些数就加上列，填是或否；有了列，空着即否。",
    ),
    "PR671": CodePage(
        "没有这张报表",
        "--report 点名的报表政策里没有。",
        example="--report 月报",
        fix="照建议改正；报表在政策的 reports 一节。",
    ),
    "PR672": CodePage(
        "数据错误的行没有计入",
        "有的行有填错的单元格，报表和指标没有计入。",
        why="填错的行该计在哪里不知道，计入或略过都要说明。",
        example="所属行政区填了不认识的地区",
        fix="用 policyrun validate 列出要改的单元格，改正后再做报表。",
    ),
    "PR673": CodePage(
        "没有归期日期的行不在任何一期",
        "有的行没有归期所按的日期，如没有发证时间。",
        example="信息表有几行发证时间空着",
        fix="补上日期；按别的日期归期的，用 --reading 选定读法。",
    ),
    "PR674": CodePage(
        "报表的栏不合关系",
        "由记录填出的报表，有一行不合政策写的栏间关系，或上级不等于下级之和。",
        why="关系是表自己要守的，不守多半是政策里栏的算法写错了。",
        example="第1栏不等于3、6至13各栏之和",
        fix="核对政策 reports 里那几栏的写法。",
    ),
    "PR675": CodePage(
        "报表要一个时期",
        "--month、--quarter、--year 一个也没有给，或给了几个。",
        example="policyrun report --policy zhejiang-2022-livelihood --report 统计表",
        fix="给一个，如 --month 2022-04。",
    ),
    "PR676": CodePage(
        "看不懂时期",
        "时期写得不对，或没有那个月、那个季度。",
        example="--month 2022-13",
        fix="月写成 2022-04，季度写成 2022-2，年写成 2022。",
    ),
    "PR677": CodePage(
        "政策没有指标",
        "政策没有 indicators 一节，算不出指标。",
        example="policyrun indicators --policy hebei-2023",
        fix="换一个有指标的政策。",
    ),
    "PR678": CodePage(
        "指标由次选的记录得出",
        "指标可由几份记录得出，排在前面的没有给出，改由后面的得出。",
        why="两份记录的口径可能不同，用了哪一份要说明。",
        example="没有给出发证信息，技能人才由信息表数",
        fix="有那份记录的，用 --certificates 给出。",
    ),
    "PR679": CodePage(
        "用不上 --certificates",
        "政策的指标没有第二份记录，或不止一份，不知道 --certificates 是哪一份。",
        example="指标只由一份记录得出，却给了 --certificates",
        fix="不给，或写成 --input 记录名=文件。",
    ),
    "PR680": CodePage(
        "报来的文件里没有这张表",
        "--check 给的文件里找不到报表的栏号和地区。",
        example="--check 给了信息表",
        fix="给 report 写出的 csv，或表样的 xlsx（保留甲、乙、1、2……一行）。",
    ),
    "PR681": CodePage(
        "报来的表里有不认识的地区",
        "报来的表有一行的地区不在任务分解表里，或不知道是哪一个。",
        example="地区填了 开发区，上面没有市",
        fix="照任务分解表填写；重名的排在它的市的下面。",
    ),
    "PR682": CodePage(
        "报来的表里一格报了两次",
        "报来的表里同一个地区的同一栏有两个数。",
        example="一个县有两行",
        fix="每个地区留一行。",
    ),
    "PR683": CodePage(
        "报来的表不合栏间关系",
        "报来的表有一行不合政策写的栏间关系，或上级不等于下级之和；舍入造成的差不算。",
        example="第15栏不等于16至21各栏之和",
        fix="退回填报单位改正。",
    ),
    "PR684": CodePage(
        "有的格没有比对",
        "记录说不出的格（缺）不能与报来的表比对。",
        example="信息表没有“农民工”一列，第4栏没有比对",
        fix="要比对就在信息表里加上那一列。",
    ),
    "PR685": CodePage(
        "--region 的地区不认识",
        "--region 写的名字不在任务分解表里，或有几处。",
        example="--region 经开区",
        fix="照表里的名字写；重名的写上级/地区，如 温州市/经开区。",
    ),
    "PR686": CodePage(
        "图只写成 svg 或 png",
        "--chart 的文件名不以 .svg 或 .png 结尾。",
        example="--chart 进度.jpg",
        fix="改成 .svg 或 .png；要在表格里看图，把 --output 写成 .xlsx。",
    ),
    "PR687": CodePage(
        "没有中文字体，画不了 png",
        "png 里的字是画出来的，要用机器上的中文字体；没有能画出图上每个汉字的字体时不画，以免满图方框。",
        example="--chart 进度.png（在没有中文字体的机器上）",
        fix="装一种中文字体，如 Noto Sans CJK、文泉驿微米黑；或把图写成 .svg，字体由看图的机器决定。",
    ),
}
