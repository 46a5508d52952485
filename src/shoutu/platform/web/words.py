"""What roles and acts are called on pages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from shoutu.platform.doors import Role

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
    "layer.register": gettext_lazy("登记图层"),
    "measure.decide": gettext_lazy("决定措施"),
    "measure.propose": gettext_lazy("拟办措施"),
    "month.announce": gettext_lazy("预警告知"),
    "month.answer-objection": gettext_lazy("答复月度异议"),
    "month.correct": gettext_lazy("更正预警"),
    "month.issue": gettext_lazy("签发预警"),
    "month.object": gettext_lazy("提出月度异议"),
    "patch.answer-objection": gettext_lazy("答复图斑异议"),
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


def subject_words(subject: str) -> str:
    """`patch:abc` → 图斑 abc."""
    kind, _, rest = subject.partition(":")
    return f"{SUBJECTS.get(kind, kind)} {rest}"


FACTS: dict[str, Promise] = {
    "act": gettext_lazy("事项"),
    "actor_name": gettext_lazy("当事人"),
    "answer": gettext_lazy("答复"),
    "area": gettext_lazy("面积"),
    "area_m2": gettext_lazy("面积（㎡）"),
    "as_of": gettext_lazy("现状日期"),
    "batch": gettext_lazy("批次"),
    "category": gettext_lazy("核实认定意见"),
    "checksum": gettext_lazy("校验值"),
    "codes": gettext_lazy("行政区代码"),
    "count": gettext_lazy("个数"),
    "decided_on": gettext_lazy("决定日期"),
    "digest": gettext_lazy("摘要"),
    "document": gettext_lazy("文号"),
    "ends": gettext_lazy("止"),
    "facts_sha256": gettext_lazy("事实摘要"),
    "farmland": gettext_lazy("耕地"),
    "farmland_m2": gettext_lazy("耕地（㎡）"),
    "features": gettext_lazy("图形个数"),
    "kind": gettext_lazy("种类"),
    "layers": gettext_lazy("图层"),
    "level": gettext_lazy("等级"),
    "login": gettext_lazy("用户名"),
    "measures": gettext_lazy("措施"),
    "month": gettext_lazy("月份"),
    "name": gettext_lazy("名称"),
    "note": gettext_lazy("说明"),
    "number": gettext_lazy("编号"),
    "outcome": gettext_lazy("结果"),
    "pack": gettext_lazy("规则"),
    "parts": gettext_lazy("部分"),
    "patches": gettext_lazy("图斑"),
    "person": gettext_lazy("人员"),
    "post": gettext_lazy("职务"),
    "project": gettext_lazy("项目"),
    "reason": gettext_lazy("理由"),
    "region": gettext_lazy("行政区"),
    "role": gettext_lazy("岗位"),
    "rows": gettext_lazy("行数"),
    "secrecy": gettext_lazy("密级"),
    "sha256": gettext_lazy("摘要"),
    "shown": gettext_lazy("审核时所示"),
    "starts": gettext_lazy("起"),
    "state": gettext_lazy("状态"),
    "text": gettext_lazy("内容"),
    "title": gettext_lazy("标题"),
    "unit": gettext_lazy("单位"),
    "version": gettext_lazy("版本"),
    "warnings": gettext_lazy("预警"),
}
"""Names of facts in the record; a name that is not here is shown as it was recorded."""


def fact_words(path: str) -> str:
    """`parts.1.area_m2` → 部分.1.面积（㎡）."""
    return ".".join(str(FACTS.get(part, part)) for part in path.split("."))
