"""The categories of a report, as data by province and year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from shoutu.errors import BadInput, Text, Where

PROVINCE = "150000"


@dataclass(frozen=True)
class Category:
    """What an officer may state of a patch.

    suspected  such a patch is (part of) a 涉嫌违法用地
    proofs     kind of evidence → how many at least
    doubtful   kinds of layers on which this category asks for a second look
    """

    code: str
    name: Text
    suspected: bool
    aliases: tuple[str, ...]
    proofs: Mapping[str, int]
    doubtful: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Scheme:
    """One list of categories. `name` is `<province>-<first year>`."""

    name: str
    from_year: int
    source: str
    proofs: Mapping[str, Text]
    categories: Mapping[str, Category]

    def category(self, code: str) -> Category:
        try:
            return self.categories[code]
        except KeyError:
            raise BadInput(
                Text("没有这个类别。", "There is no such category."),
                where=Where(field="category"),
                found=code,
                remedy=Text("从列表中选一项。", f"Choose one of: {', '.join(self.categories)}."),
            ) from None

    def by_word(self, word: str) -> Category | None:
        """The category of this name or alias, as lists from elsewhere write it."""
        for category in self.categories.values():
            if word in (category.name.zh, *category.aliases):
                return category
        return None


@cache
def schemes(province: str = PROVINCE) -> tuple[Scheme, ...]:
    """The province's lists, oldest first."""
    found = [_read(path) for path in sorted(Path(__file__).parent.glob(f"{province}-*.yaml"))]
    return tuple(sorted(found, key=lambda scheme: scheme.from_year))


def scheme_for(year: int, province: str = PROVINCE) -> Scheme:
    """The list in force for a campaign year; the oldest for years before it."""
    lists = schemes(province)
    return next((scheme for scheme in reversed(lists) if scheme.from_year <= year), lists[0])


def scheme_named(name: str) -> Scheme:
    """The list from which an earlier report was chosen."""
    return next(scheme for scheme in schemes(name.partition("-")[0]) if scheme.name == name)


def _read(path: Path) -> Scheme:
    # BaseLoader: every scalar is text, so that a code like 0103 or the word "no" stays what it is.
    data = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    proofs = {kind: Text(words["zh"], words["en"]) for kind, words in data["proofs"].items()}
    return Scheme(
        name=path.stem,
        from_year=int(data["from"]),
        source=data["source"],
        proofs=proofs,
        categories={code: _category(code, entry) for code, entry in data["categories"].items()},
    )


def _category(code: str, entry: Mapping[str, object]) -> Category:
    proofs, aliases, doubtful = entry["proofs"], entry.get("aliases", []), entry.get("doubtful", [])
    assert isinstance(proofs, dict)
    assert isinstance(aliases, list)
    assert isinstance(doubtful, list)
    return Category(
        code=code,
        name=Text(str(entry["zh"]), str(entry["en"])),
        suspected=entry["suspected"] == "yes",
        aliases=tuple(aliases),
        proofs={kind: int(least) for kind, least in proofs.items()},
        doubtful=tuple(doubtful),
        note=str(entry.get("note", "")),
    )
