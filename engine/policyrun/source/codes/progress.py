"""PR641 to PR659: progress against targets, decomposition of a total, deadlines."""

from policyrun.source.codes.page import CodePage

PROGRESS = {
    "PR641": CodePage(
        "总数分不下去",
        "各单位下限之和多于总数，或上限之和少于总数，或一个单位的下限高于上限。",
        example="总数 100，三个单位下限各 40",
        fix="改下限、上限或总数；份额为零的单位只分到下限。",
    ),
    "PR642": CodePage(
        "总数分不到那样细",
        "总数不是 --step 的整数倍，各数取整之后加不回总数。",
        example="--total 2.5，--step 默认是 1",
        fix="写明分到多细，如 --step 0.1。",
    ),
    "PR643": CodePage(
        "份额或上下限不是数",
        "份额表里的份额、下限或上限不是不小于零的数，或份额空着。",
        example="份额填 三成",
        fix="填 25、0.25 或 25%；不参与的单位填 0。",
    ),
    "PR644": CodePage(
        "份额表的单位重复或空着",
        "份额表里有一行没有单位，或同一个单位有两行。",
        example="末行是“合计”以外的空单位",
        fix="每个单位一行，删去合计行和重复的行。",
    ),
    "PR645": CodePage(
        "任务分解表里没有这一处",
        "decompose 写的表、列或地区在政策里没有，或没有下级的数。",
        example="--table 附件表三",
        fix="用 policyrun quotas 看政策有哪些表、列和地区，照着写。",
    ),
    "PR650": CodePage(
        "没有期限从这件事起算",
        "--event 给了一件事的日期，政策里没有从它起算的期限。",
        example="--event 结训=2023-08-31，政策写的是 培训结束日期",
        fix="用 policyrun deadlines 看各项期限从什么事起算，照着写。",
    ),
    "PR651": CodePage(
        "核对的事项不是期限",
        "表里的事项在政策里没有，或没有期限。",
        example="市级报统计（应为 市级报统计表）",
        fix="照 policyrun deadlines 的“事项”填写。",
    ),
    "PR652": CodePage(
        "期或报送日期看不懂",
        "报送日期不是日期，或期不是这项期限所要的月、季度、年或日期。",
        example="按季的事项，期填 2022年3月",
        fix="按月填 2022年3月，按季填 2022年第1季度，从一件事起算的填那天的日期。",
    ),
    "PR653": CodePage(
        "没有那一年的工作日",
        "期限按工作日计算，而那一年没有节假日和调休的安排。",
        why="不能拿周末代替节假日。",
        example="2003年的3个工作日",
        fix="等国务院办公厅公布那一年的安排后升级 chinesecalendar，或自行计算。",
    ),
}
