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
}

REPORTING = {
    "PR670": CodePage(
        "文件没有标识列",
        "文件没有一些标识列，由它们得出的数无从知道，报表里填缺。",
        why="没有这一列和填否不是一回事。",
        example="信息表没有“农民工”一列，第4、28栏为缺",
        fix="要这些数就加上列，填是或否；有了列，空着即否。",
    ),
}
