"""What roles and acts are called on pages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from shoutu.platform.doors import Role
from shoutu.platform.web.kinds import KINDS
from shoutu.platform.web.levels import LEVELS

ROLES: dict[Role, Promise] = {
    Role.PATROLLER: gettext_lazy("网格员"),
    Role.OFFICER: gettext_lazy("执法队员"),
    Role.REVIEWER: gettext_lazy("审核人"),
    Role.CITY_REVIEWER: gettext_lazy("市级审核人"),
    Role.LEADER: gettext_lazy("负责人"),
    Role.DEPARTMENT: gettext_lazy("部门"),
    Role.ENTERPRISE: gettext_lazy("用地企业"),
    Role.AUDITOR: gettext_lazy("审计"),
    Role.SYSTEM_ADMIN: gettext_lazy("系统管理员"),
    Role.SECURITY_ADMIN: gettext_lazy("安全管理员"),
    Role.AUDIT_ADMIN: gettext_lazy("审计管理员"),
}

ACTS: dict[str, Promise] = {
    "administrators.found": gettext_lazy("设立管理员"),
    "batch.publish": gettext_lazy("发布批次"),
    "batch.set-month": gettext_lazy("定批次月份"),
    "document.draft": gettext_lazy("拟稿"),
    "document.number": gettext_lazy("文书编号"),
    "finding.record": gettext_lazy("记录年度事项"),
    "key.issue": gettext_lazy("发放密钥"),
    "key.revoke": gettext_lazy("撤销密钥"),
    "layer.download": gettext_lazy("下载图层"),
    "layer.register": gettext_lazy("登记图层"),
    "measure.decide": gettext_lazy("决定措施"),
    "measure.propose": gettext_lazy("拟办措施"),
    "month.announce": gettext_lazy("预警告知"),
    "month.answer-objection": gettext_lazy("答复月度异议"),
    "month.correct": gettext_lazy("更正预警"),
    "month.issue": gettext_lazy("签发预警"),
    "month.object": gettext_lazy("提出月度异议"),
    "patch.answer-objection": gettext_lazy("答复图斑异议"),
    "facts.question": gettext_lazy("提请复核图层更新后的数字"),
    "facts.keep": gettext_lazy("维持原数"),
    "facts.renew": gettext_lazy("改用新数"),
    "patch.assign": gettext_lazy("改派"),
    "patch.attach": gettext_lazy("添加材料"),
    "patch.city-review": gettext_lazy("市级审核"),
    "patch.object": gettext_lazy("提出图斑异议"),
    "patch.report": gettext_lazy("填报"),
    "patch.review": gettext_lazy("旗区审核"),
    "patch.split": gettext_lazy("拆分图斑"),
    "patch.withdraw-split": gettext_lazy("撤销拆分"),
    "person.change-password": gettext_lazy("修改密码"),
    "person.create": gettext_lazy("登记人员"),
    "person.erase": gettext_lazy("删除个人信息"),
    "person.reset-password": gettext_lazy("重置密码"),
    "post.create": gettext_lazy("设立职务"),
    "region.register": gettext_lazy("登记行政区"),
    "restriction.impose": gettext_lazy("作出限制"),
    "restriction.lift": gettext_lazy("恢复用地审批"),
    "term.end": gettext_lazy("终止任职"),
    "term.grant": gettext_lazy("授予职务"),
    "violation.group": gettext_lazy("合并为一宗"),
    "violation.link": gettext_lazy("续作关联"),
}

SUBJECTS: dict[str, Promise] = {
    "batch": gettext_lazy("批次"),
    "document": gettext_lazy("文书"),
    "key": gettext_lazy("密钥"),
    "layer": gettext_lazy("图层"),
    "measure": gettext_lazy("措施"),
    "month": gettext_lazy("月度预警"),
    "patch": gettext_lazy("图斑"),
    "person": gettext_lazy("人员"),
    "post": gettext_lazy("职务"),
    "region": gettext_lazy("行政区"),
    "restriction": gettext_lazy("限制措施"),
    "term": gettext_lazy("任职"),
    "violation": gettext_lazy("宗"),
}


def act_word(name: str) -> str:
    return str(ACTS.get(name, name))


def subject_words(subject: str, places: Mapping[str, str]) -> str:
    """`patch:abc` → 图斑 abc; `month:150627:2026-10` → 月度预警 伊金霍洛旗 2026-10."""
    kind, *rest = subject.split(":")
    return " ".join([str(SUBJECTS.get(kind, kind)), *(places.get(part, part) for part in rest)])


FACTS: dict[str, Promise] = {
    "act": gettext_lazy("事项"),
    "accepted": gettext_lazy("采取"),
    "actor": gettext_lazy("用地主体"),
    "actor_name": gettext_lazy("用地主体"),
    "answer": gettext_lazy("答复"),
    "area": gettext_lazy("面积"),
    "area_m2": gettext_lazy("面积（㎡）"),
    "as_of": gettext_lazy("现状日期"),
    "basic_farmland": gettext_lazy("其中：永久基本农田"),
    "basis": gettext_lazy("依据"),
    "batch": gettext_lazy("批次"),
    "campaign_year": gettext_lazy("执法年度"),
    "category": gettext_lazy("核实认定意见"),
    "checksum": gettext_lazy("校验值"),
    "clause": gettext_lazy("条款"),
    "codes": gettext_lazy("行政区代码"),
    "count": gettext_lazy("个数"),
    "dated": gettext_lazy("成文日期"),
    "decided_on": gettext_lazy("决定日期"),
    "digest": gettext_lazy("摘要"),
    "destroyed": gettext_lazy("所毁封存"),
    "document": gettext_lazy("文号"),
    "due_on": gettext_lazy("期限"),
    "ends": gettext_lazy("止"),
    "evidence": gettext_lazy("材料"),
    "excluded": gettext_lazy("排除行数"),
    "expires": gettext_lazy("到期日"),
    "explanation": gettext_lazy("说明"),
    "facts_sha256": gettext_lazy("事实摘要"),
    "farmland": gettext_lazy("耕地"),
    "farmland_m2": gettext_lazy("耕地（㎡）"),
    "features": gettext_lazy("图形个数"),
    "file_sha256": gettext_lazy("文件摘要"),
    "from": gettext_lazy("原为"),
    "ground": gettext_lazy("事由"),
    "grounds": gettext_lazy("依据的宗"),
    "investigated": gettext_lazy("开展调查"),
    "issued_on": gettext_lazy("下发日期"),
    "kernel": gettext_lazy("测算程序"),
    "kind": gettext_lazy("种类"),
    "label": gettext_lazy("名称"),
    "layers": gettext_lazy("图层"),
    "level": gettext_lazy("等级"),
    "lifted_on": gettext_lazy("恢复日期"),
    "login": gettext_lazy("用户名"),
    "measures": gettext_lazy("措施"),
    "month": gettext_lazy("月份"),
    "name": gettext_lazy("名称"),
    "names": gettext_lazy("姓名"),
    "note": gettext_lazy("说明"),
    "number": gettext_lazy("编号"),
    "objection": gettext_lazy("异议"),
    "officer": gettext_lazy("承办人"),
    "outcome": gettext_lazy("结果"),
    "pack": gettext_lazy("规则"),
    "parts": gettext_lazy("部分"),
    "patch": gettext_lazy("图斑"),
    "patches": gettext_lazy("图斑"),
    "person": gettext_lazy("人员"),
    "persons": gettext_lazy("人员"),
    "post": gettext_lazy("职务"),
    "project": gettext_lazy("项目"),
    "proofs": gettext_lazy("举证材料"),
    "reason": gettext_lazy("理由"),
    "region": gettext_lazy("行政区"),
    "report": gettext_lazy("填报"),
    "restriction": gettext_lazy("限制措施"),
    "role": gettext_lazy("岗位"),
    "rows_sha256": gettext_lazy("各行摘要"),
    "rows": gettext_lazy("行数"),
    "scheme": gettext_lazy("类别表"),
    "scope": gettext_lazy("范围"),
    "scopes": gettext_lazy("用途"),
    "secrecy": gettext_lazy("密级"),
    "sha256": gettext_lazy("摘要"),
    "shown": gettext_lazy("审核时所示"),
    "shown_sha256": gettext_lazy("审核时所示摘要"),
    "size": gettext_lazy("字节数"),
    "starts": gettext_lazy("起"),
    "state": gettext_lazy("状态"),
    "stopped": gettext_lazy("责令停止"),
    "term": gettext_lazy("任职"),
    "text": gettext_lazy("内容"),
    "tie": gettext_lazy("关系"),
    "title": gettext_lazy("标题"),
    "to": gettext_lazy("改为"),
    "township": gettext_lazy("苏木乡镇"),
    "unit": gettext_lazy("单位"),
    "upheld": gettext_lazy("异议成立"),
    "version": gettext_lazy("版本"),
    "violation": gettext_lazy("宗"),
    "warnings": gettext_lazy("预警"),
    "whole_m2": gettext_lazy("整块面积（㎡）"),
    "year": gettext_lazy("年度"),
}
"""Names of facts in the record; a name that is not here is shown as it was recorded."""


def fact_words(path: str) -> str:
    """`parts.1.area_m2` → 部分 1 面积（㎡）."""
    return " ".join(str(FACTS.get(part, part)) for part in path.split("."))


VALUES: dict[str, Promise] = {
    **{role.value: word for role, word in ROLES.items()},
    **{key: level.word for key, level in LEVELS.items()},
    **{key: kind.name for key, kind in KINDS.items()},
    "True": gettext_lazy("是"),
    "False": gettext_lazy("否"),
    "internal": gettext_lazy("内部"),
    "open": gettext_lazy("公开"),
    "pass": gettext_lazy("通过"),
    "return": gettext_lazy("打回"),
    "banner": gettext_lazy("旗区"),
    "city": gettext_lazy("市"),
    "m2": gettext_lazy("平方米"),
    "mu": gettext_lazy("亩"),
    "first": gettext_lazy("首次下发"),
    "reissue": gettext_lazy("重复下发"),
    "enlargement": gettext_lazy("扩大"),
    "panorama": gettext_lazy("全景照片"),
    "near": gettext_lazy("近景照片"),
    "record": gettext_lazy("现场勘测笔录"),
    "filing": gettext_lazy("备案材料"),
    "bulletin": gettext_lazy("月度通报"),
    "warning": gettext_lazy("预警通知"),
    "interview-deputy": gettext_lazy("约谈分管负责人"),
    "interview-principal": gettext_lazy("约谈主要负责人"),
    "propose-suspension": gettext_lazy("暂停属地旗区用地审批"),
    "consider-transfer": gettext_lazy("视情况移送司法、纪检部门"),
}
"""Coded values of facts; one that is not here is shown as it was recorded."""

SECTIONS = {
    "4": gettext_lazy("第四部分"),
    "5": gettext_lazy("第五部分"),
    "6": gettext_lazy("第六部分"),
    "7": gettext_lazy("第七部分"),
}
_CLAUSE = re.compile(r"([4-7])\.[0-9]{1,2}")
_CODED = frozenset({"warnings", "measures", "clause"})
"""Facts in which `6.3` is a clause and not an amount."""


def value_words(path: str, value: str, more: Mapping[str, str]) -> str:
    """A recorded value in words: of VALUES, of `more` (regions, categories, reasons), or as it is."""
    name = path.partition(".")[0]
    clause = _CLAUSE.fullmatch(value)
    if clause and name in _CODED:
        return gettext("《意见》%s") % SECTIONS[clause[1]]
    if name == "pack":
        return pack_words(value)
    return str(VALUES.get(value) or more.get(value, value))


def pack_words(pack: str) -> str:
    """`ordos_2024_23@1` → 鄂府发〔2024〕23号，规则第 1 版; another pack by its own name."""
    name, _, version = pack.partition("@")
    if name != "ordos_2024_23":
        return pack
    return gettext("鄂府发〔2024〕23号，规则第 %s 版") % version
