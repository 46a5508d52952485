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
