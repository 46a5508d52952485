"""Pieces of WordprocessingML that python-docx has no words for: grid, frames, borders, page fields."""

from __future__ import annotations

from typing import Any, Literal

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor

from shoutu.platform.documents.sheet import Column, Sheet, Table

Face = Literal["fang", "title", "hei", "kai", "song"]
EAST_ASIAN: dict[Face, str] = {
    "fang": "仿宋_GB2312",
    "title": "方正小标宋简体",
    "hei": "黑体",
    "kai": "楷体_GB2312",
    "song": "宋体",
}
LATIN = "Times New Roman"
BODY, TITLE, SMALL = 16.0, 22.0, 14.0
LINE = 156 / 25.4 * 72
CELL = LINE / 28
PITCH = 29.0
# w:docGrid counts lines in twentieths of a point and characters in 4096ths: 580 is 29 pt,
# -848 takes 0.207 pt from each 16 pt character, so that 28 fill the line.
LINE_PITCH, CHARACTER_SPACE = "580", "-848"


# The schema's order of the children written here; Word calls a file damaged that breaks it.
_ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl pBdr tabs autoSpaceDE autoSpaceDN"
    " snapToGrid spacing ind jc rPr",
    "tblPr": "tblStyle tblpPr tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "rPr": "rStyle rFonts b snapToGrid color sz szCs bdr lang",
}


def put(parent: Any, child: Any) -> None:
    """Insert `child` where the schema wants it, instead of one of its name."""
    order = _ORDER[_local(parent)].split()
    name = _local(child)
    for old in parent.findall(child.tag):
        parent.remove(old)
    later = order[order.index(name) + 1 :]
    after = next((node for node in parent if _local(node) in later), None)
    if after is None:
        parent.append(child)
    else:
        after.addprevious(child)


def _local(node: Any) -> str:
    return str(node.tag).rpartition("}")[2]


def element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def write(
    paragraph: Any, text: str, face: Face = "fang", size: float = BODY, colour: RGBColor | None = None
) -> Any:
    """Add a run whose Chinese face is named; a newline breaks the line.

    Only body text keeps to the character grid; other sizes would be spread over it.
    """
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = LATIN
    properties = run._element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), EAST_ASIAN[face])
    put(properties, element("w:lang", val="en-US", eastAsia="zh-CN"))
    if size != BODY:
        put(properties, element("w:snapToGrid", val="0"))
    if colour is not None:
        run.font.color.rgb = colour
    return run


def set_page(document: Any, sheet: Sheet) -> None:
    """Paper, margins, grid, default face, marks in the header and page numbers in the footer."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(23)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(
        element("w:docGrid", type="linesAndChars", linePitch=LINE_PITCH, charSpace=CHARACTER_SPACE)
    )
    normal = document.styles["Normal"]
    normal.font.size = Pt(BODY)
    normal.font.name = LATIN
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    # Word counts the grid's characters from Normal, LibreOffice from the document's defaults.
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for properties in (normal.element.get_or_add_rPr(), defaults):
        properties.get_or_add_rFonts().set(qn("w:eastAsia"), EAST_ASIAN["fang"])
        put(properties, element("w:sz", val=str(int(2 * BODY))))
        put(properties, element("w:lang", val="en-US", eastAsia="zh-CN"))
    for spacing in ("autoSpaceDE", "autoSpaceDN"):  # no gap between Han and Latin, as in the PDF
        put(normal.element.get_or_add_pPr(), element(f"w:{spacing}", val="0"))
    document.settings.odd_and_even_pages_header_footer = True
    letter = sheet.form == "letter"
    section.different_first_page_header_footer = letter
    _marks(section.header.paragraphs[0], sheet.marks)
    _marks(section.even_page_header.paragraphs[0], sheet.marks)
    _page_number(section.footer.paragraphs[0], odd=True)
    _page_number(section.even_page_footer.paragraphs[0], odd=False)
    if letter:
        _marks(section.first_page_header.paragraphs[0], sheet.marks)
        rule = section.first_page_footer.paragraphs[0]
        frame(rule, width=Mm(170), top=Mm(276))
        border(rule, ("top", "thinThickSmallGap", 24, 0))


def _marks(paragraph: Any, marks: tuple[str, ...]) -> None:
    for place, mark in enumerate(marks):
        if place:
            paragraph.add_run("　")
        run = write(paragraph, mark, "hei", 11)
        put(run._element.rPr, element("w:bdr", val="single", sz="6", space="1", color="auto"))


def _page_number(paragraph: Any, *, odd: bool) -> None:
    """— 1 — in 4号 宋体, odd pages right and even left, one character in."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if odd else WD_ALIGN_PARAGRAPH.LEFT
    if odd:
        paragraph.paragraph_format.right_indent = Pt(SMALL)
    else:
        paragraph.paragraph_format.left_indent = Pt(SMALL)
    write(paragraph, "— ", "song", SMALL)
    run = write(paragraph, "", "song", SMALL)._element
    run.append(element("w:fldChar", fldCharType="begin"))
    instruction = element("w:instrText")
    instruction.text = "PAGE"
    run.append(instruction)
    run.append(element("w:fldChar", fldCharType="end"))
    write(paragraph, " —", "song", SMALL)


def frame(paragraph: Any, *, width: Length, top: Length) -> None:
    """Fix a paragraph at a height of the page, centred; it stays text and editable."""
    place = {"vAnchor": "page", "hAnchor": "page", "xAlign": "center", "y": str(top.twips)}
    put(
        paragraph._element.get_or_add_pPr(),
        element("w:framePr", w=str(width.twips), hRule="auto", wrap="notBeside", **place),
    )


def loose(paragraph: Any) -> None:
    """Let the lines of a paragraph leave the page's grid of lines."""
    put(paragraph._element.get_or_add_pPr(), element("w:snapToGrid", val="0"))


def border(paragraph: Any, *rules: tuple[str, str, int, int], colour: str = "D7000F") -> None:
    """Rules at sides of a paragraph: side, style, width in eighths of a point, distance in points."""
    borders = element("w:pBdr")
    for side, style, eighths, space in rules:
        borders.append(element(f"w:{side}", val=style, sz=str(eighths), space=str(space), color=colour))
    put(paragraph._element.get_or_add_pPr(), borders)


def right_tab(paragraph: Any, points: float) -> None:
    paragraph.paragraph_format.tab_stops.add_tab_stop(Pt(points), WD_TAB_ALIGNMENT.RIGHT)


def text_width(text: str) -> float:
    """In Han characters; ASCII counts half."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def data_table(document: Any, block: Table) -> None:
    """A ruled table whose head repeats and whose rows do not break over pages."""
    rows = [tuple(c.title for c in block.columns), *block.rows]
    if block.footer:
        rows.append(block.footer)
    table = document.add_table(rows=len(rows), cols=len(block.columns))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _cell_margins(table, Mm(1))
    for column, wanted in zip(table.columns, block.columns, strict=True):
        column.width = Mm(wanted.width)
    for i, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        properties = row._tr.get_or_add_trPr()
        properties.append(element("w:cantSplit"))
        if i == 0:
            properties.append(element("w:tblHeader"))
        strong = i == 0 or (bool(block.footer) and i == len(rows) - 1)
        for cell, column, text in zip(row.cells, block.columns, texts, strict=True):
            cell.width = Mm(column.width)
            _cell(cell.paragraphs[0], column, text, head=i == 0, strong=strong)


def _cell_margins(table: Any, width: Length) -> None:
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w=str(width.twips), type="dxa"))
    put(table._tbl.tblPr, margins)


def _cell(paragraph: Any, column: Column, text: str, *, head: bool, strong: bool) -> None:
    loose(paragraph)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(15)
    if head:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif column.number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    write(paragraph, text, "hei" if strong else "fang", 10.5 if strong else 11)


def pin_to_bottom(table: Any, *, ruled: bool) -> None:
    """版记: at the bottom of the type area, ruled 0.35 mm outside and 0.25 mm between."""
    table.autofit = False
    table.columns[0].width = Mm(156)
    properties = table._tbl.tblPr
    place = {"horzAnchor": "margin", "tblpXSpec": "left", "vertAnchor": "margin", "tblpYSpec": "bottom"}
    put(properties, element("w:tblpPr", **place))
    put(properties, element("w:tblW", w=str(Mm(156).twips), type="dxa"))
    _cell_margins(table, Mm(0))
    if ruled:
        borders = element("w:tblBorders")
        for side, eighths in (("top", "8"), ("bottom", "8"), ("insideH", "6")):
            borders.append(element(f"w:{side}", val="single", sz=eighths, space="0", color="auto"))
        put(properties, borders)
