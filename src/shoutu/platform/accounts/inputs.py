"""What each act on people, posts and keys takes."""

from __future__ import annotations

import re
from datetime import date

from shoutu.errors import BadInput, Text, Where
from shoutu.platform.accounts import logins
from shoutu.platform.doors import Role
from shoutu.platform.forms import Input

_REGION = re.compile(r"[0-9]{6}([0-9]{3}([0-9]{3})?)?")


class NewPerson(Input, frozen=True, kw_only=True):
    """A natural person. `certificate` is their enforcement certificate number, if they have one."""

    login: str
    name: str
    certificate: str = ""

    def __post_init__(self) -> None:
        logins.check(self.login)
        check_words("name", self.name, 120)
        if self.certificate:
            check_words("certificate", self.certificate, 40)


class NewPost(Input, frozen=True, kw_only=True):
    title: str
    unit: str
    role: Role
    region: str

    def __post_init__(self) -> None:
        check_words("title", self.title, 120)
        check_words("unit", self.unit, 120)
        check_region(self.region)


class NewTerm(Input, frozen=True, kw_only=True):
    """Who holds a post from when; `ends` is the last day, None while it runs."""

    person: str
    post: str
    starts: date
    ends: date | None = None

    def __post_init__(self) -> None:
        if self.ends is not None and self.ends < self.starts:
            raise _order("ends", self.ends)


class EndTerm(Input, frozen=True, kw_only=True):
    """`ends` is the last day of the term."""

    term: str
    ends: date


class NewKey(Input, frozen=True, kw_only=True):
    """A key for programs of a department, acting in the term of the person who answers for it."""

    term: str
    label: str
    scopes: tuple[str, ...]
    region: str
    expires: date

    def __post_init__(self) -> None:
        check_words("label", self.label, 60)
        check_region(self.region)
        if not self.scopes or not all(
            re.fullmatch(r"[a-z][a-z0-9:.\-]{1,63}", scope) for scope in self.scopes
        ):
            raise BadInput(
                Text("密钥至少要有一个用途。", "A key needs at least one scope."),
                where=Where(field="scopes"),
                found=", ".join(self.scopes) or None,
                remedy=Text("例如 gate:land-approval", "For example gate:land-approval"),
            )


class RevokeKey(Input, frozen=True, kw_only=True):
    key: str


class ErasePerson(Input, frozen=True, kw_only=True):
    """`ground` is why: request of the person, end of the retention period."""

    person: str
    ground: str

    def __post_init__(self) -> None:
        check_words("ground", self.ground, 400)


class ChangePassword(Input, frozen=True, kw_only=True):
    """`region` is that of the actor's own post: everyone may, for themselves."""

    region: str
    current: str
    new: str


class ResetPassword(Input, frozen=True, kw_only=True):
    person: str


class Administrator(Input, frozen=True, kw_only=True):
    """One of the first administrators, with the password that they chose."""

    login: str
    name: str
    password: str

    def __post_init__(self) -> None:
        logins.check(self.login)
        check_words("name", self.name, 120)


class FirstAdministrators(Input, frozen=True, kw_only=True):
    """The system administrator creates, the security administrator grants: two natural persons."""

    region: str
    system: Administrator
    security: Administrator

    def __post_init__(self) -> None:
        check_region(self.region)
        if logins.normal(self.system.login) == logins.normal(self.security.login):
            raise BadInput(
                Text("两名管理员须为不同的人。", "The two administrators must be two persons."),
                where=Where(field="security"),
                found=self.security.login,
                remedy=Text(
                    "请为安全管理员另写一个用户名。", "Give the security administrator a login of their own."
                ),
            )


def check_words(field: str, value: str, longest: int) -> None:
    """Not empty, not longer than the column, no control characters."""
    if value.strip() and len(value) <= longest and value.isprintable():
        return
    raise BadInput(
        Text("这一项是空的、太长或含有控制字符。", "This is empty, too long or holds control characters."),
        where=Where(field=field),
        found=value[:40] or None,
        remedy=Text(f"写 1 到 {longest} 个字。", f"Write 1 to {longest} characters."),
    )


def check_region(code: str) -> None:
    if not _REGION.fullmatch(code):
        raise BadInput(
            Text("行政区代码不对。", "This is not the code of a region."),
            where=Where(field="region"),
            found=code,
            remedy=Text("例如 150627", "For example 150627"),
        )


def _order(field: str, found: date) -> BadInput:
    return BadInput(
        Text("止期早于起期。", "The last day is before the first."),
        where=Where(field=field),
        found=found,
        remedy=Text("改正日期。", "Correct the date."),
    )
