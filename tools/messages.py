"""Keep the English catalogue in step with the Chinese sentences in code and templates.

    python tools/messages.py           write new sentences, without English, and drop those that went
    python tools/messages.py --check   say which sentences lack English; exit 1 when any does

`make install` compiles the catalogue; a translator edits only locale/en/LC_MESSAGES/django.po.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
PLATFORM = ROOT / "src" / "shoutu" / "platform"
CATALOGUE = PLATFORM / "locale" / "en" / "LC_MESSAGES" / "django.po"
ONE = {"gettext", "gettext_lazy", "gettext_noop", "_"}
TWO = {"ngettext", "ngettext_lazy"}
_CALL = re.compile(r"\b(gettext|ngettext|_)\(((?:[^()'\"]|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")*)\)")


@dataclass(frozen=True)
class Found:
    """A sentence, its plural when it has one, and the file that says it."""

    singular: str
    plural: str
    file: str

    @property
    def key(self) -> str | tuple[str, str]:
        return (self.singular, self.plural) if self.plural else self.singular


def sentences() -> list[Found]:
    """Every translatable sentence of the platform, by file."""
    found = [one for path in sorted(PLATFORM.rglob("*.py")) for one in _of_python(path)]
    found += [one for path in sorted(PLATFORM.rglob("templates/**/*.html")) for one in _of_template(path)]
    return found


def _of_python(path: Path) -> Iterator[Found]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [
            arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if name in ONE - {"_"} and texts:
            yield Found(texts[0], "", _named(path))
        elif name in TWO and len(texts) > 1:
            yield Found(texts[0], texts[1], _named(path))


def _of_template(path: Path) -> Iterator[Found]:
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    for name, arguments in _CALL.findall(templatize(path.read_text("utf-8"))):
        call = ast.parse(f"f({arguments})", mode="eval").body
        assert isinstance(call, ast.Call)
        texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
        if name == "ngettext":
            yield Found(texts[0], texts[1], _named(path))
        elif texts:
            yield Found(texts[0], "", _named(path))


def _named(path: Path) -> str:
    return str(path.relative_to(PLATFORM))


def read() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def _english(known: Catalog, singular: str) -> Message | None:
    return known.get(singular)


def lacking() -> list[Found]:
    """Sentences without English, each once."""
    known = read()
    missing = {}
    for one in sentences():
        message = _english(known, one.singular)
        strings = (
            [] if message is None else [message.string] if isinstance(message.string, str) else message.string
        )
        if not strings or not all(strings):
            missing.setdefault(one.singular, one)
    return list(missing.values())


def update() -> None:
    """Rewrite the catalogue: by file, with the English that was there."""
    known = read()
    renewed = Catalog(locale="en", project="shoutu", version="", fuzzy=False, header_comment="")
    for one in sentences():
        message = _english(known, one.singular)
        english = "" if message is None else message.string
        if one.plural and isinstance(english, str):
            english = (english, english)
        if one.singular in renewed:
            renewed[one.singular].locations.append((one.file, None))
        else:
            renewed.add(one.key, english, locations=[(one.file, None)])
    with CATALOGUE.open("wb") as file:
        write_po(file, renewed, width=0, omit_header=True, include_lineno=False)
    text = CATALOGUE.read_text("utf-8")
    CATALOGUE.write_text(_HEADER + text, "utf-8")


_HEADER = """msgid ""
msgstr ""
"Project-Id-Version: shoutu\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def main(arguments: list[str]) -> int:
    if "--check" not in arguments:
        update()
    missing = lacking()
    for one in missing:
        print(f"{one.file}: no English for {one.singular}")
    return 1 if missing and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
