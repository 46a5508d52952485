"""Acting at the command line: the same password, the same lock-out as on the page."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.http import HttpRequest

from shoutu import clocks
from shoutu.errors import Refused, Text, Where
from shoutu.platform.accounts import logins, throttle
from shoutu.platform.accounts.models import Term
from shoutu.platform.doors import Actor, Role

TERMINAL = "127.0.0.1"


def actor_at_terminal(login: str, password: str, role: Role | None = None) -> Actor:
    """The person behind a login, in their post of `role`, or in their first.

    Refused where the password is wrong, too many were tried, or there is no such post in force.
    """
    name = logins.normal(login)
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = TERMINAL
    request.path_info = "shoutu"
    tried_too_often = throttle.wait(name, TERMINAL, clocks.now()) > 0
    person = None if tried_too_often else authenticate(request, username=name, password=password)
    if person is None:
        raise Refused(
            Text("用户名或密码不对，或输错次数过多。", "Wrong login or password, or too many tries."),
            where=Where(field="login"),
            found=login,
            remedy=Text(
                "核对后再试；连续输错 5 次须等 15 分钟。",
                "Check both; after five wrong ones wait 15 minutes.",
            ),
        )
    running = Term.objects.on(clocks.today()).filter(person_id=person.pk).select_related("post")
    if role is not None:
        running = running.filter(post__role=role)
    term = running.order_by("starts", "id").first()
    if term is None:
        raise Refused(
            Text("此人现在没有这样的职务。", "This person holds no such post now."),
            where=Where(field="login"),
            found=login if role is None else f"{login}, {role}",
            remedy=Text("请安全管理员授予职务。", "Ask the security administrator to grant the post."),
        )
    return Actor(term.person_id, term.id, Role(term.post.role), term.post.region)
