"""The sample's people on the sign-in page, with their one password.

`shoutu demo` announces the password by a file among the keys of its data directory; an installation
that is no sample has no such file, and its sign-in page lists nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from shoutu import clocks
from shoutu.platform.accounts.models import Term
from shoutu.platform.home import prepare

FILE = "sample-password"


@dataclass(frozen=True)
class Player:
    login: str
    name: str
    post: str


def announce(password: str) -> None:
    """Let the sign-in page say this password: for the sample only."""
    (prepare() / "keys" / FILE).write_text(password, "utf-8")


def sample_password() -> str | None:
    path = prepare() / "keys" / FILE
    return path.read_text("utf-8") if path.exists() else None


def players() -> list[Player]:
    """Everybody in office, by region and role."""
    terms = Term.objects.on(clocks.today()).filter(person__is_active=True).select_related("person", "post")
    return [
        Player(term.person.login, term.person.name, f"{term.post.unit} {term.post.title}")
        for term in terms.order_by("post__region", "post__role", "person__login")
    ]
