"""People, the posts that they hold, and from when to when."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models

from shoutu.platform.doors import ADMINISTRATORS, Actor, Role, may, stem
from shoutu.platform.ids import new_id


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(login=username)


class Person(AbstractBaseUser):
    """One natural person: one row, however many posts. The record knows them by `id` alone."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    login = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    certificate = models.CharField(max_length=40, blank=True)
    """Enforcement certificate number (执法证号), printed on what an officer signs."""
    is_active = models.BooleanField(default=True)
    temporary = models.BooleanField(default=False)
    """The password was made for this person and opens only the page that changes it."""
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    last_login = None

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = PersonManager()

    def __str__(self) -> str:
        return self.name

    def check_password(self, raw_password: str | None) -> bool:
        """Without Django's silent re-hash: the row is written by acts only."""
        return check_password(raw_password, self.password)


class Post(models.Model):
    """A named responsibility over a region (职务), such as 伊金霍洛旗自然资源局执法大队队员."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    title = models.CharField(max_length=120)
    unit = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    region = models.CharField(max_length=12)


class TermQuerySet(models.QuerySet["Term"]):
    def seen_by(self, actor: Actor | None) -> TermQuerySet:
        """The terms of posts in the actor's region: who holds what is open to those who may see people."""
        if actor is None or not may(actor, "see.people", actor.region):
            return self.none()
        return self.filter(post__region__startswith=stem(actor.region))

    def on(self, day: date) -> TermQuerySet:
        """The terms that run on `day`."""
        return self.filter(models.Q(ends__isnull=True) | models.Q(ends__gte=day), starts__lte=day)


class Term(models.Model):
    """Who held a post from when to when (任职期间). `ends` is the last day, None while it runs."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="terms")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="terms")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("starts")),
                name="accounts_term_ends_after_start",
            ),
        )


class Key(models.Model):
    """A department's key for its programs. Only the SHA-256 of the 256 random bits is kept."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="keys")
    label = models.CharField(max_length=60)
    scopes = models.JSONField()
    region = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    """The last characters, by which its holder knows it."""
    issued_at = models.DateTimeField()
    expires = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)


class KeyUse(models.Model):
    """The day when a key was last used: bookkeeping."""

    key = models.OneToOneField(Key, on_delete=models.CASCADE, primary_key=True, related_name="use")
    last_used = models.DateField()


def excludes(roles: set[str], role: str) -> bool:
    """Whether `role` may not be held beside `roles`: an administrator holds no other post's powers."""
    return bool(roles - {role}) and (role in ADMINISTRATORS or bool(roles & ADMINISTRATORS))
