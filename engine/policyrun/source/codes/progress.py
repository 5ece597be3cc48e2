"""PR641 to PR659: progress against targets, decomposition of a total, deadlines."""

from policyrun.source.codes.page import CodePage

PROGRESS = {
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
