"""Read papers back with pypdf and python-docx, and glyph positions from the content streams."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import docx
import pypdf
from docx.table import Table
from docx.text.paragraph import Paragraph
from pypdf.generic import ContentStream

POINT = 25.4 / 72  # mm
HEIGHT = 297.0


@dataclass(frozen=True)
class Run:
    """Characters set at one baseline: millimetres from the page's left and top."""

    text: str
    x: float
    baseline: float
    size: float

    @property
    def top(self) -> float:
        """The top of the em box, which the template puts 0.88 em over the baseline."""
        return self.baseline - 0.88 * self.size * POINT


def pages(blob: bytes) -> list[list[Run]]:
    found = []
    for page in pypdf.PdfReader(io.BytesIO(blob)).pages:
        runs: list[Run] = []

        def visit(text, cm, tm, font, size, runs=runs):
            if text.strip():
                runs.append(Run(text.strip(), cm[4] * POINT, HEIGHT - cm[5] * POINT, size))

        page.extract_text(visitor_text=visit)
        found.append(runs)
    return found


def pitches(blob: bytes, page: int, size: float) -> list[list[float]]:
    """For each run of Han characters of `size`, the distances between neighbouring glyphs in mm.

    A Han glyph is one em wide; the numbers in a TJ array take thousandths of an em away.
    """
    reader = pypdf.PdfReader(io.BytesIO(blob))
    current, found = 0.0, []
    for operands, operator in ContentStream(reader.pages[page].get_contents(), reader).operations:
        if operator == b"Tf":
            current = float(operands[1])
        elif operator == b"TJ" and current == size:
            steps = [float(item) for item in operands[0] if not isinstance(item, bytes | str)]
            found.append([size * (1 - step / 1000) * POINT for step in steps])
    return found


def squeezed(text: str) -> str:
    """Without white space and break hints: what two renderers must share."""
    return re.sub(r"[\s\u200b]", "", text)


def pdf_text(blob: bytes) -> str:
    """The text between the marks of the upper margin and the page number."""
    kept = (run.text for page in pages(blob) for run in page if 28 < run.baseline < 265)
    return squeezed("".join(kept))


def docx_paragraphs(blob: bytes) -> list[str]:
    """Body paragraphs and table rows in order."""
    document = docx.Document(io.BytesIO(blob))
    lines = []
    for item in document.iter_inner_content():
        if isinstance(item, Paragraph):
            lines.append(item.text)
        elif isinstance(item, Table):
            lines.extend(" | ".join(c.text.replace("\n", " / ") for c in row.cells) for row in item.rows)
    return lines


def docx_text(blob: bytes) -> str:
    return squeezed("".join(docx_paragraphs(blob))).replace("|", "").replace("/", "")
