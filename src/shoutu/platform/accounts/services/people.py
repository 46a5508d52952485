"""Acts on persons. A person's name and login stand on the record sealed only."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override

from shoutu import clocks
from shoutu.errors import BadInput, NotFound, Refused, Text, Where
from shoutu.platform.accounts import logins
from shoutu.platform.accounts.inputs import (
    Administrator,
    ChangePassword,
    ErasePerson,
    FirstAdministrators,
    NewPerson,
    ResetPassword,
)
from shoutu.platform.accounts.models import Key, Person, Post, Term
from shoutu.platform.acts import Recorded, act, require_other_person
from shoutu.platform.doors import ADMINISTRATORS, Actor, Role
from shoutu.platform.ids import new_id
from shoutu.platform.ledger import services as ledger

ERASED_NAME = "（已删除）"


@dataclass(frozen=True)
class WithPassword:
    """A person with the password made for them: shown once, kept nowhere."""

    person: str
    password: str


def _whole_installation(data: object) -> str:
    """Persons belong to no region: the door asked is that of the system administrator's own."""
    posts = Post.objects.filter(role=Role.SYSTEM_ADMIN).order_by("id")
    return posts.values_list("region", flat=True)[0]


@act("person.create", clause="4.3", region=_whole_installation)
def create_person(actor: Actor, data: NewPerson) -> Recorded[WithPassword]:
    """Enter a person with a password that must be changed at the first sign-in."""
    password = made_password()
    person = _insert(data.login, data.name, password, certificate=data.certificate, temporary=True)
    return Recorded(
        WithPassword(person.id, password),
        f"person:{person.id}",
        {"login": ledger.seal(person.login), "name": ledger.seal(person.name)},
    )


@act("person.reset-password", clause="4.3", region=_whole_installation)
def reset_password(actor: Actor, data: ResetPassword) -> Recorded[WithPassword]:
    """Make a new password for somebody who lost theirs; whoever is signed in with the old one is out."""
    require_other_person(
        actor, data.person, what=Text("不能重置自己的密码。", "You may not reset your own password.")
    )
    person = present(data.person)
    password = made_password()
    Person.objects.filter(id=person.id).update(password=make_password(password), temporary=True)
    return Recorded(WithPassword(person.id, password), f"person:{person.id}", {})


@act("person.change-password", clause="4.3", region=lambda data: data.region)
def change_password(actor: Actor, data: ChangePassword) -> Recorded[None]:
    person = Person.objects.select_for_update().get(id=actor.person)
    if not person.check_password(data.current):
        raise Refused(
            Text("原密码不对。", "The current password is wrong."),
            where=Where(field="current"),
            remedy=Text("重新输入原密码。", "Type the current password again."),
        )
    check_password_rules(data.new, person, field="new")
    Person.objects.filter(id=person.id).update(password=make_password(data.new), temporary=False)
    return Recorded(None, f"person:{person.id}", {})


@act("person.erase", clause="4.3", region=_whole_installation)
def erase_person(actor: Actor, data: ErasePerson) -> Recorded[int]:
    """Destroy a person's name: the row is blanked and the salts of its sealed texts are gone.

    The record keeps what was done and by which id; who that was can no longer be shown. The proof
    stays valid, for it covers the commitment. Returns how many sealed texts were destroyed.
    """
    require_other_person(actor, data.person, what=Text("不能删除自己。", "You may not erase yourself."))
    person = present(data.person)
    today = clocks.now().date()
    if Term.objects.on(today).filter(person=person).exists():
        raise Refused(
            Text("此人仍在任。", "This person still holds a post."),
            where=Where(field="person"),
            remedy=Text("先由安全管理员结束其任职。", "The security administrator ends the term first."),
        )
    destroyed = ledger.destroy_seals(f"person:{person.id}")
    Key.objects.filter(term__person=person, revoked_at=None).update(revoked_at=clocks.now())
    Person.objects.filter(id=person.id, erased_at=None).update(
        login=f"erased-{person.id}",
        name=ERASED_NAME,
        certificate="",
        password=make_password(None),
        is_active=False,
        erased_at=clocks.now(),
    )
    return Recorded(
        len(destroyed), f"person:{person.id}", {"ground": ledger.seal(data.ground), "destroyed": destroyed}
    )


@act("administrators.found", clause="4.3", region=lambda data: data.region)
def found_administrators(actor: Actor, data: FirstAdministrators) -> Recorded[tuple[str, str]]:
    """Enter the first system and security administrators of an empty installation.

    `founder` makes the actor: nobody is there yet to let them in, so the system administrator
    stands for themselves, and the record says so by naming them as the actor of entry 0.
    """
    if Post.objects.filter(role__in=ADMINISTRATORS).exists():
        raise Refused(
            Text("已有管理员。", "There are administrators already."),
            remedy=Text("请由现任系统管理员和安全管理员办理。", "Ask the administrators in office."),
        )
    system = _insert_administrator(data.system, Role.SYSTEM_ADMIN, data.region, actor.person, actor.term)
    security = _insert_administrator(data.security, Role.SECURITY_ADMIN, data.region, new_id(), new_id())
    return Recorded(
        (system.id, security.id),
        "administrators:first",
        {
            "persons": [system.id, security.id],
            "names": [ledger.seal(system.name), ledger.seal(security.name)],
        },
    )


def founder(region: str) -> Actor:
    """The actor of `found_administrators`: a system administrator about to be entered."""
    return Actor(new_id(), new_id(), Role.SYSTEM_ADMIN, region)


def _insert_administrator(
    data: Administrator, role: Role, region: str, person_id: str, term_id: str
) -> Person:
    check_password_rules(data.password, None, field=f"{role} password")
    person = _insert(data.login, data.name, data.password, id=person_id)
    title = "系统管理员" if role is Role.SYSTEM_ADMIN else "安全管理员"
    post = Post.objects.create(title=title, unit="本系统", role=role, region=region)
    Term.objects.create(id=term_id, person=person, post=post, starts=clocks.now().date())
    return person


def _insert(
    login: str, name: str, password: str, *, id: str = "", certificate: str = "", temporary: bool = False
) -> Person:
    login = logins.normal(login)
    if Person.objects.filter(login=login).exists():
        raise Refused(
            Text("这个用户名已有人用。", "This login is taken."),
            where=Where(field="login"),
            found=login,
            remedy=Text("换一个用户名。", "Choose another."),
        )
    return Person.objects.create(
        id=id or new_id(),
        login=login,
        name=name.strip(),
        certificate=certificate,
        password=make_password(password),
        temporary=temporary,
        created_at=clocks.now(),
    )


def present(person: str) -> Person:
    """The person, locked for this act; NotFound where there is none or they were erased."""
    row = Person.objects.select_for_update().filter(id=person, erased_at=None).first()
    if row is None:
        raise NotFound(
            Text("没有这个人。", "There is no such person."),
            where=Where(field="person"),
            found=person,
            remedy=Text("从人员页选取。", "Choose from the people page."),
        )
    return row


def made_password() -> str:
    """80 random bits in groups that can be read over a telephone."""
    text = new_id()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def check_password_rules(password: str, person: Person | None, *, field: str) -> None:
    """Length, common passwords, digits only. BadInput with the validators' sentences."""
    try:
        with override("zh-hans"):
            validate_password(password, person)
    except ValidationError as error:
        chinese = " ".join(error.messages)
        with override("en"):
            english = " ".join(str(message) for message in error.messages)
        raise BadInput(
            Text(f"密码不合要求：{chinese}", f"The password will not do: {english}"),
            where=Where(field=field),
            remedy=Text(
                "至少 12 个字符，不用常见密码，不全用数字。",
                "12 characters or more, not a common one, not digits only.",
            ),
        ) from error
