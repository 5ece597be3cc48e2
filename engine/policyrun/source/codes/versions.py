"""PR26x to PR28x: which value, which version, which release."""

from policyrun.source.codes.page import CodePage

VERSIONS = {
    "PR260": CodePage(
        "取值所按的不是日期列",
        "参数的 dated_by 写的，不是任何记录里的日期列。",
        example="dated_by: 证书编号",
        fix="写一个类型为日期的列，如 培训开始日期；按业务日期取值的不写 dated_by。",
    ),
}
