"""Posts and who held them from when to when: the ground of clause 4.3's responsibility."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from shoutu import clocks
from shoutu.errors import NotFound, Refused, Text, Where
from shoutu.platform.accounts.inputs import EndTerm, NewPost, NewTerm
from shoutu.platform.accounts.models import Post, Term, excludes
from shoutu.platform.accounts.services.people import present
from shoutu.platform.acts import Recorded, act, require_other_person
from shoutu.platform.doors import Actor, Role
from shoutu.platform.ledger import services as ledger

_NEVER_WITHOUT = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
"""Without one of these nobody could be entered, or granted anything, ever again."""


def _region_of_post(data: NewTerm) -> str:
    post = Post.objects.filter(id=data.post).first()
    if post is None:
        raise _absent("post", data.post)
    return post.region


def _region_of_term(data: EndTerm) -> str:
    return term_with_post(data.term).post.region


def term_with_post(term: str) -> Term:
    """The term with its post; NotFound where there is none."""
    row = Term.objects.select_related("post").filter(id=term).first()
    if row is None:
        raise _absent("term", term)
    return row


@act("post.create", clause="4.3", region=lambda data: data.region)
def create_post(actor: Actor, data: NewPost) -> Recorded[str]:
    post = Post.objects.create(title=data.title, unit=data.unit, role=data.role, region=data.region)
    return Recorded(
        post.id,
        f"post:{post.id}",
        {"role": data.role.value, "title": ledger.seal(data.title), "unit": ledger.seal(data.unit)},
    )


@act("term.grant", clause="4.3", region=_region_of_post)
def grant_term(actor: Actor, data: NewTerm) -> Recorded[str]:
    """Give a post to a person. Administrators exclude one another and every other post."""
    require_other_person(
        actor, data.person, what=Text("不能给自己授予职务。", "You may not grant a post to yourself.")
    )
    person = present(data.person)
    post = Post.objects.get(id=data.post)
    beside = _overlapping(Term.objects.filter(person=person), data.starts, data.ends)
    if beside.filter(post=post).exists():
        raise Refused(
            Text("此人在这段时间已任此职。", "This person holds this post in that time already."),
            where=Where(field="starts"),
            found=data.starts,
            remedy=Text("核对起止日期。", "Check the dates."),
        )
    if excludes({term.post.role for term in beside.select_related("post")}, post.role):
        raise Refused(
            Text(
                "系统、安全、审计管理员互斥，也不兼任其他职务。",
                "System, security and audit administrators exclude one another and every other post.",
            ),
            where=Where(field="post"),
            found=post.role,
            remedy=Text("请另选一人。", "Choose another person."),
        )
    term = Term.objects.create(person=person, post=post, starts=data.starts, ends=data.ends)
    return Recorded(
        term.id,
        f"person:{person.id}",
        {
            "term": term.id,
            "post": post.id,
            "role": post.role,
            "starts": data.starts.isoformat(),
            "ends": None if data.ends is None else data.ends.isoformat(),
        },
    )


@act("term.end", clause="4.3", region=_region_of_term)
def end_term(actor: Actor, data: EndTerm) -> Recorded[str]:
    """Set the last day of a term. It takes force at the person's next request."""
    term = term_with_post(data.term)
    if data.ends < term.starts:
        raise Refused(
            Text("止期早于起期。", "The last day is before the first."),
            where=Where(field="ends"),
            found=data.ends,
            remedy=Text("改正日期。", "Correct the date."),
        )
    if term.post.role in _NEVER_WITHOUT:
        _keep_one(term)
    if not Term.objects.filter(id=term.id, ends=term.ends).update(ends=data.ends):
        raise Refused(
            Text("别人刚改过这个任期。", "Somebody else has just changed this term."),
            remedy=Text("刷新后再办。", "Reload and try again."),
        )
    return Recorded(
        term.id,
        f"person:{term.person_id}",
        {
            "term": term.id,
            "before": None if term.ends is None else term.ends.isoformat(),
            "ends": data.ends.isoformat(),
        },
    )


def _keep_one(term: Term) -> None:
    others = Term.objects.filter(post__role=term.post.role, ends=None).exclude(id=term.id)
    if not others.on(clocks.now().date()).exists():
        raise Refused(
            Text("这是最后一名在任的此类管理员。", "This is the last administrator of this kind in office."),
            where=Where(field="term"),
            found=term.post.role,
            remedy=Text("先授予另一人，再结束此任期。", "Grant the post to another person first."),
        )


def _overlapping(terms: QuerySet[Term], starts: date, ends: date | None) -> QuerySet[Term]:
    """Those that share a day with starts … ends, None meaning for ever."""
    shared = terms.filter(Q(ends=None) | Q(ends__gte=starts))
    return shared if ends is None else shared.filter(starts__lte=ends)


def _absent(field: str, found: str) -> NotFound:
    return NotFound(
        Text("没有这一项。", "There is no such entry."),
        where=Where(field=field),
        found=found,
        remedy=Text("从人员页选取。", "Choose from the people page."),
    )
