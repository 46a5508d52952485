"""The paper between the fields and the two renderers: what stands where, without any type face.

PDF and Word are made from the same `Sheet`, so their texts agree.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from shoutu.errors import BadInput, Text, Where
from shoutu.platform.documents.authority import refuse_forbidden
from shoutu.platform.documents.fields import Form, Letterhead

TITLE_CHARACTERS = 19
"""Characters of 22 pt in the 156 mm of a line: 20, less one for gaps that Word may put in."""
DRAFT_MARK = "拟稿　未编号　不得外发"
COMPUTED_MARK = "系统测算，不作为处理决定依据"
SAMPLE_MARK = "演示数据"
UNNUMBERED = "（未编号）"
MARK_ENDINGS = {"file": "文件", "letter": "", "minutes": "约谈纪要"}


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """`lead` is set in 黑体 before the text; `hang` aligns the following lines after the lead.

    `gap` leaves a line blank before it.
    """

    text: str
    lead: str = ""
    hang: bool = False
    gap: bool = False
    block: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, kw_only=True)
class Heading:
    """Level 1 一、 in 黑体, level 2 （一） in 楷体."""

    text: str
    level: Literal[1, 2]
    block: Literal["heading"] = "heading"


@dataclass(frozen=True, kw_only=True)
class Column:
    title: str
    width: float
    """Millimetres; the columns of a table sum to 156."""
    number: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """Cells may hold several lines, parted by newline. `footer` is the row of sums."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    footer: tuple[str, ...] = ()
    block: Literal["table"] = "table"


@dataclass(frozen=True, kw_only=True)
class Note:
    """Smaller text on an annex: sources, conversions."""

    text: str
    block: Literal["note"] = "note"


Block = Paragraph | Heading | Table | Note


@dataclass(frozen=True, kw_only=True)
class Annex:
    label: str
    title: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    form: Form
    draft: bool
    sample: bool
    mark: str
    number: str
    signer: str
    classification: tuple[str, ...]
    title: tuple[str, ...]
    addressees: str
    body: tuple[Block, ...]
    attachments: tuple[str, ...]
    signed_by: str
    dated: str
    remark: str
    """附注: in brackets under the date."""
    annexes: tuple[Annex, ...]
    copies: str
    printer: str
    printed: str

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands boxed in the upper margin of every page."""
        draft = (DRAFT_MARK, COMPUTED_MARK) if self.draft else ()
        return draft + ((SAMPLE_MARK,) if self.sample else ())

    @property
    def headline(self) -> str:
        return "".join(self.title)


def compose(
    head: Letterhead,
    *,
    title: Sequence[str],
    body: Sequence[Block],
    annexes: Sequence[tuple[Sequence[str], Sequence[Block]]] = (),
    contact: str | None = None,
    names: Sequence[str] = (),
) -> Sheet:
    """Head and foot from `head`, the rest as given; every text is checked.

    title    the title's parts, which a line may end after but not within
    annexes  title, in such parts, and blocks of each
    names    proper names in the text, which the check of words passes over
    """
    numbered = len(annexes) > 1
    sheet = Sheet(
        form=head.form,
        draft=head.draft,
        sample=head.sample,
        mark=head.issuer + MARK_ENDINGS[head.form],
        number=head.number or UNNUMBERED,
        signer=(head.signer or "") if head.upward else "",
        classification=tuple(mark for mark in (head.secrecy, head.urgency) if mark),
        title=break_title(title),
        addressees="，".join(head.addressees) + "：" if head.addressees else "",
        body=tuple(body),
        attachments=tuple(
            f"{i}. {''.join(name)}" if numbered else "".join(name) for i, (name, _) in enumerate(annexes, 1)
        ),
        signed_by="" if head.form == "minutes" else head.issuer,
        dated="" if head.form == "minutes" else day_or_blank(head.dated),
        remark=f"（联系人及电话：{contact}）" if contact else "",
        annexes=tuple(
            Annex(label=f"附件{i}" if numbered else "附件", title=break_title(name), blocks=tuple(blocks))
            for i, (name, blocks) in enumerate(annexes, 1)
        ),
        copies="，".join(head.copies) + "。" if head.copies else "",
        printer="" if head.form == "letter" else (head.printer or head.issuer),
        printed="" if head.form == "letter" else f"{day_or_blank(head.printed or head.dated)}印发",
    )
    _check(sheet, names)
    return sheet


def _check(sheet: Sheet, names: Sequence[str]) -> None:
    for text in texts(sheet):
        for character in text:
            if character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
                raise BadInput(
                    Text("文字里有不能印出的字符", "the text holds a character that cannot be printed"),
                    where=Where(field="text"),
                    found=f"U+{ord(character):04X}：{text!r}",
                    remedy=Text("删去该字符", "remove the character"),
                )
    for block in (*sheet.body, *(b for annex in sheet.annexes for b in annex.blocks)):
        if isinstance(block, Paragraph | Heading):
            bare = block.text
            for name in sorted(filter(None, names), key=len, reverse=True):
                bare = bare.replace(name, "")
            refuse_forbidden(bare, "text")


def texts(sheet: Sheet) -> Iterator[str]:
    """Every text of the sheet, in the order in which it is read."""
    yield from (*sheet.marks, *sheet.classification, sheet.mark, sheet.number, sheet.signer)
    yield from (*sheet.title, sheet.addressees)
    for block in sheet.body:
        yield from _block_texts(block)
    yield from (*sheet.attachments, sheet.signed_by, sheet.dated, sheet.remark)
    for annex in sheet.annexes:
        yield from (annex.label, *annex.title)
        for block in annex.blocks:
            yield from _block_texts(block)
    yield from (sheet.copies, sheet.printer, sheet.printed)


def _block_texts(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield from (column.title for column in block.columns)
        for row in (*block.rows, block.footer):
            yield from row
    else:
        yield (block.lead + block.text) if isinstance(block, Paragraph) else block.text


def break_title(parts: Sequence[str]) -> tuple[str, ...]:
    """The title in as few lines as fit, of widths as even as the parts allow (词意完整，梯形或菱形).

    A part wider than a line is cut by width, for want of anything better.
    """
    pieces = [piece for part in parts for piece in _cut(part)]
    best: dict[int, tuple[int, float, tuple[str, ...]]] = {0: (0, 0.0, ())}
    for end in range(1, len(pieces) + 1):
        options = []
        for start in range(end):
            line = "".join(pieces[start:end])
            if start in best and _width(line) <= TITLE_CHARACTERS:
                lines, cost, before = best[start]
                options.append((lines + 1, cost + (TITLE_CHARACTERS - _width(line)) ** 2, (*before, line)))
        best[end] = min(options)
    return best[len(pieces)][2]


def _cut(part: str) -> Iterator[str]:
    line = ""
    for character in part:
        if _width(line + character) > TITLE_CHARACTERS:
            yield line
            line = ""
        line += character
    yield line


def _width(text: str) -> float:
    """In Han characters: ASCII counts half."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def day_or_blank(day: date | None) -> str:
    return chinese_day(day) if day else "　　年　月　日"


def chinese_moment(moment: datetime) -> str:
    return f"{chinese_day(moment)}{moment.hour}时{moment.minute:02d}分"


def chinese_month(month: str) -> str:
    """2026-10 as 2026年10月."""
    year, number = month.split("-")
    return f"{year}年{int(number)}月"


def numeral(number: int) -> str:
    """1 to 99 in Chinese, for headings."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else digits[tens] + "十")
    return head + (digits[ones] if ones or not tens else "")
