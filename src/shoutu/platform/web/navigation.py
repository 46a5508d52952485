"""The nine words of the top bar, and what the apps above hang on the shell.

`web` lies below the apps, so it asks none of them. An app registers, in its `AppConfig.ready`, how
many things wait for an actor under one word, or whether the records are made up; the shell calls
what was registered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from shoutu.platform import doors
from shoutu.platform.doors import Actor


@dataclass(frozen=True)
class Word:
    """One word of the bar. `url` is a name of the URL table; `tab` puts it at the foot of a phone."""

    key: str
    label: Promise
    url: str
    door: str
    tab: bool = False


WORDS: tuple[Word, ...] = (
    Word("board", gettext_lazy("总览"), "board", "see.board", tab=True),
    Word("clearing", gettext_lazy("月清"), "clearing", "see.patches", tab=True),
    Word("batches", gettext_lazy("批次"), "batches", "see.patches"),
    Word("review", gettext_lazy("审核"), "review", "see.patches", tab=True),
    Word("warnings", gettext_lazy("预警"), "warnings", "see.warnings", tab=True),
    Word("documents", gettext_lazy("文书"), "documents", "see.documents"),
    Word("layers", gettext_lazy("图层"), "layers", "see.layers"),
    Word("people", gettext_lazy("人员"), "people", "see.people"),
    Word("ledger", gettext_lazy("台账"), "ledger", "see.ledger"),
)

Count = Callable[[Actor], int]

_counts: dict[str, Count] = {}
_names: list[Callable[[Actor], Me]] = []
_synthetic: list[Callable[[], bool]] = []


@dataclass(frozen=True)
class Me:
    """What the bar says of the reader: name, region and post, in words."""

    name: str
    region: str
    post: str
    posts: int = 1
    """How many posts the person may choose from."""


@dataclass(frozen=True)
class Item:
    """A word as one reader sees it. `waiting` is what waits for this reader, 0 when nothing does."""

    key: str
    label: Promise
    href: str
    waiting: int
    tab: bool


def register_count(key: str, count: Count) -> None:
    """Let `count(actor)` say how many things wait under the word `key`."""
    if key not in {word.key for word in WORDS}:
        raise RuntimeError(f"no word of the bar is called {key}")
    _counts[key] = count


def register_me(describe: Callable[[Actor], Me]) -> None:
    """Let `describe(actor)` name the reader in the bar."""
    _names[:] = [describe]


def register_synthetic(made_up: Callable[[], bool]) -> None:
    """Let `made_up()` say whether the records are 演示数据."""
    _synthetic.append(made_up)


def items(actor: Actor | None) -> list[Item]:
    """The words that this actor's post may open, with their counts. Nobody sees none.

    A word whose page is not installed is left out.
    """
    seen = []
    for word in WORDS:
        if actor is None or not doors.may(actor, word.door, actor.region):
            continue
        try:
            href = reverse(word.url)
        except NoReverseMatch:
            continue
        count = _counts.get(word.key)
        seen.append(Item(word.key, word.label, href, count(actor) if count else 0, word.tab))
    return seen


def me(actor: Actor | None) -> Me | None:
    return _names[0](actor) if actor is not None and _names else None


def synthetic() -> bool:
    """Whether any registered source says that what is shown is 演示数据."""
    return any(made_up() for made_up in _synthetic)
