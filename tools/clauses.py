"""Write docs/reference/clauses.md from the Ordos pack. `--check` only says whether it is stale."""

from __future__ import annotations

import sys
from pathlib import Path

from shoutu.policy import Pack, load_pack

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "clauses.md"


def page(pack: Pack) -> str:
    lines = [
        "# Clauses, numbers and readings",
        "",
        f"Written by `python tools/clauses.py` from the pack `{pack.name}`; do not edit. {pack.title.zh}.",
        "The ids are ours and stand in no document. `shoutu policy coverage` says what carries each clause.",
        "",
        "| id | 要求 | what is asked |",
        "|---|---|---|",
        *(f"| {clause.id} | {clause.text.zh} | {clause.text.en} |" for clause in pack.clauses.values()),
        "",
        "## Numbers",
        "",
        "| number | value | unit | from | words of the order |",
        "|---|---|---|---|---|",
    ]
    for number in pack.numbers.values():
        for since, value in number.values:
            lines.append(f"| `{number.id}` | {value} | {number.unit} | {since} | {number.quotation} |")
    lines += ["", "## Readings", "", "| name | question | options, the default first |", "|---|---|---|"]
    for reading in pack.readings.values():
        options = "; ".join(f"`{option.name}` {option.text.en}" for option in reading.options)
        lines.append(f"| `{reading.name}` | {reading.question.zh}: {reading.question.en} | {options} |")
    lines += ["", "## Slips of the print (勘误)", ""]
    lines += [f"- {slip.printed} → {slip.read_as}: {slip.note.en}" for slip in pack.errata]
    return "\n".join(lines) + "\n"


def main() -> None:
    text = page(load_pack())
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text(encoding="utf-8") == text else "docs/reference/clauses.md is stale")
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
