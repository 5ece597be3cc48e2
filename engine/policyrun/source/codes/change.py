"""PR71x: trying out a change."""

from policyrun.source.codes.page import CodePage

CHANGE = {
    "PR710": CodePage(
        "没有可以比较的样例",
        "要在自带的样例上比较，两个政策旁边却都没有 sample.xlsx。",
        example="policyrun diff 草稿/一稿.yaml 草稿/二稿.yaml --data sample",
        fix="用 --data 给出记录；或在政策旁边放一份 sample.xlsx。",
    ),
}
