"""PR71x: trying out a change."""

from policyrun.source.codes.page import CodePage

CHANGE = {
    "PR710": CodePage(
        "没有可以比较的样例",
        "要在自带的样例上比较，两个政策旁边却都没有 sample.xlsx。",
        example="policyrun diff 草稿/一稿.yaml 草稿/二稿.yaml --data sample",
        fix="用 --data 给出记录；或在政策旁边放一份 sample.xlsx。",
    ),
    "PR711": CodePage(
        "看不懂要试的值",
        "--vary 写的不是“参数=从..到/步长”，也不是逐个列出的值，或三处单位不同。",
        example="--vary 紧缺上浮=0..30%",
        fix="写成 紧缺上浮=0%..30%/5%，或 每年次数=2,3,4。",
    ),
    "PR712": CodePage(
        "要试的值太多，或一个也没有",
        "从比到大，步长不大于 0，或分出两百个以上的值。",
        example="--vary 紧缺上浮=30%..0%/5%",
        fix="从小到大写；步长写大些。",
    ),
    "PR713": CodePage(
        "要试的参数政策里没有",
        "--vary 点名的参数不在 parameters 一节。",
        example="--vary 上浮比例=0%..30%/5%",
        fix="照 policyrun show 列出的参数名写；写死在公式里的数先改成参数。",
    ),
    "PR714": CodePage(
        "参数不能是所试的值",
        "所试的值类型或单位与参数不符，或放进去后政策不再成立。",
        example="--vary 紧缺上浮=2元,3元",
        fix="照政策里的写法写值，如 5%、2000元、3个月。",
    ),
}
