"""Write the golden texts anew: `python -m tests.platform.documents.renew`, then read the diff."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shoutu.platform.documents import KINDS
from tests.platform.documents import reading, samples

GOLDEN = Path(__file__).parent / "golden"
PAPERS: dict[str, tuple[str, Any]] = {
    f"{name}-{state}": (name, group[name])
    for name in KINDS
    for state, group in (("draft", samples.DRAFTS), ("issued", samples.ISSUED))
}


def text_of(paper: str) -> str:
    name, fields = PAPERS[paper]
    return "\n".join(reading.docx_paragraphs(KINDS[name].render_docx(fields))) + "\n"


def main() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for paper in PAPERS:
        (GOLDEN / f"{paper}.txt").write_text(text_of(paper), encoding="utf-8")


if __name__ == "__main__":
    main()
