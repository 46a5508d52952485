"""A sheet as an editable Word file: the same texts, the licensed faces by name, the same grid.

The bureau's Word or WPS has 方正小标宋简体, 仿宋_GB2312, 楷体_GB2312 and 黑体; none is embedded.
python-docx names Latin faces only, so `w:eastAsia` is written here by hand.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt, RGBColor

from shoutu.platform.documents import word_parts as parts
from shoutu.platform.documents.archive import settled
from shoutu.platform.documents.sheet import Block, Heading, Note, Paragraph, Sheet, Table
from shoutu.platform.documents.word_parts import CELL, LINE, PITCH, SMALL, TITLE, write

# Fixed, so that equal sheets give equal bytes; the date of the paper stands in its text.
_CREATED = datetime(2012, 7, 1, tzinfo=UTC)
RED = RGBColor(0xD7, 0x00, 0x0F)


def docx(sheet: Sheet) -> bytes:
    """The paper as .docx; equal sheets give equal bytes."""
    document = Document()
    parts.set_page(document, sheet)
    _head(document, sheet)
    for row in sheet.title:
        _title_line(document, row)
    _blank(document)
    if sheet.addressees:
        write(_paragraph(document), sheet.addressees)
    for block in sheet.body:
        _block(document, block)
    _attachments(document, sheet.attachments)
    _signature(document, sheet)
    if sheet.remark:
        write(_paragraph(document, indent=2), sheet.remark)
    for annex in sheet.annexes:
        label = _paragraph(document)
        label.paragraph_format.page_break_before = True
        write(label, annex.label, "hei")
        _blank(document)
        for row in annex.title:
            _title_line(document, row)
        _blank(document)
        for block in annex.blocks:
            _block(document, block)
    _foot(document, sheet)
    out = io.BytesIO()
    document.core_properties.title = sheet.headline
    document.core_properties.author = sheet.mark
    document.core_properties.comments = ""
    document.save(out)
    return settled(out.getvalue(), _CREATED)


def _paragraph(document: Any, *, indent: float = 0, align: Any = None) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(indent * CELL)
    paragraph.alignment = align
    return paragraph


def _blank(document: Any, count: int = 1) -> None:
    for _ in range(count):
        _paragraph(document)


def _exact(paragraph: Any, points: float) -> None:
    parts.loose(paragraph)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(points)


def _title_line(document: Any, text: str) -> None:
    paragraph = _paragraph(document, align=WD_ALIGN_PARAGRAPH.CENTER)
    _exact(paragraph, PITCH)
    write(paragraph, text, "title", TITLE)


def _head(document: Any, sheet: Sheet) -> None:
    letter = sheet.form == "letter"
    mark = _paragraph(document, align=WD_ALIGN_PARAGRAPH.CENTER)
    size = min(34.0 if letter else 44.0, 156 / 25.4 * 72 / (len(sheet.mark) * 1.04))
    _exact(mark, size * 1.15)
    write(mark, sheet.mark, "title", size, RED)
    if letter:
        parts.frame(mark, width=Mm(170), top=Mm(30))
        parts.border(mark, ("bottom", "thickThinSmallGap", 24, 11))
    else:
        mark.paragraph_format.space_before = Mm(35)
        _blank(document, 2)
    number = _paragraph(document, align=WD_ALIGN_PARAGRAPH.RIGHT if letter else WD_ALIGN_PARAGRAPH.CENTER)
    if letter:
        number.paragraph_format.space_before = Mm(17)
    if sheet.signer:
        number.alignment = WD_ALIGN_PARAGRAPH.LEFT
        parts.right_tab(number, 27 * CELL)
        write(number, sheet.number)
        write(number, "\t签发人：")
        write(number, sheet.signer, "kai")
    else:
        write(number, sheet.number)
    if not letter:
        parts.border(number, ("bottom", "single", 12, 11))
    for text in sheet.classification:
        write(_paragraph(document), text, "hei")
    _blank(document, 2)


def _block(document: Any, block: Block) -> None:
    if isinstance(block, Heading):
        paragraph = _paragraph(document, indent=2)
        paragraph.paragraph_format.keep_with_next = True
        write(paragraph, block.text, "hei" if block.level == 1 else "kai")
    elif isinstance(block, Paragraph):
        _body_paragraph(document, block)
    elif isinstance(block, Table):
        parts.data_table(document, block)
    else:
        _note(document, block)


def _body_paragraph(document: Any, block: Paragraph) -> None:
    if block.gap:
        _blank(document)
    paragraph = _paragraph(document, indent=2, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    if block.hang:
        lead = len(block.lead) * CELL
        paragraph.paragraph_format.left_indent = Pt(2 * CELL + lead)
        paragraph.paragraph_format.first_line_indent = Pt(-lead)
    if block.lead:
        write(paragraph, block.lead, "hei")
    write(paragraph, block.text)


def _note(document: Any, block: Note) -> None:
    paragraph = _paragraph(document)
    _exact(paragraph, 17)
    paragraph.paragraph_format.space_before = Pt(6)
    write(paragraph, block.text, size=11)


def _attachments(document: Any, names: tuple[str, ...]) -> None:
    if not names:
        return
    _blank(document)
    for place, name in enumerate(names):
        paragraph = _paragraph(document)
        paragraph.paragraph_format.left_indent = Pt(5 * CELL)
        paragraph.paragraph_format.first_line_indent = Pt(-3 * CELL if place == 0 else 0)
        write(paragraph, ("附件：" if place == 0 else "") + name)


def _signature(document: Any, sheet: Sheet) -> None:
    if not sheet.signed_by:
        return
    _blank(document, 3)
    date_width = parts.text_width(sheet.dated)
    over = max(0.0, (parts.text_width(sheet.signed_by) - date_width) / 2)
    for text, inset in ((sheet.signed_by, max(0.0, 4 - over)), (sheet.dated, 4.0)):
        paragraph = _paragraph(document, align=WD_ALIGN_PARAGRAPH.RIGHT)
        paragraph.paragraph_format.right_indent = Pt(inset * CELL)
        paragraph.paragraph_format.keep_with_next = text == sheet.signed_by
        write(paragraph, text)


def _foot(document: Any, sheet: Sheet) -> None:
    rows: list[tuple[str, str]] = []
    if sheet.copies:
        rows.append((f"抄送：{sheet.copies}", ""))
    if sheet.printer:
        rows.append((sheet.printer, sheet.printed))
    table = document.add_table(rows=len(rows), cols=1)
    parts.pin_to_bottom(table, ruled=sheet.form != "letter")
    for row, (left, right) in zip(table.rows, rows, strict=True):
        paragraph = row.cells[0].paragraphs[0]
        _exact(paragraph, 22)
        parts.right_tab(paragraph, LINE - SMALL)
        paragraph.paragraph_format.left_indent = Pt(SMALL if right else 4 * SMALL)
        paragraph.paragraph_format.first_line_indent = Pt(0 if right else -3 * SMALL)
        write(paragraph, left, size=SMALL)
        if right:
            write(paragraph, f"\t{right}", size=SMALL)
    # A document may not end in a table; this paragraph takes no room.
    _exact(_paragraph(document), 1)
