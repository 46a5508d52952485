"""A delivered file as texts and shapes, whatever its format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.repair import Repair, to_rings
from shoutu.layers.columns import propose
from shoutu.layers.formats import is_workbook
from shoutu.layers.read import read
from shoutu.layers.table import Table, read_table
from shoutu.platform.discovery.ground import Ground, of_rings
from shoutu.platform.discovery.intake.columns import MEANINGS


@dataclass(frozen=True)
class Source:
    """numbers (n,) the row of each record as the file counts it, from 1; rows n × columns, texts.

    ground   None for a list without shapes
    repairs  what was mended in the shapes, by record
    """

    file: str
    layer: str
    columns: list[str]
    numbers: list[int]
    rows: list[list[str]]
    ground: Ground | None
    repairs: tuple[Repair, ...]
    notes: tuple[Text, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str | None) -> list[str]:
        """The texts of one column; empty texts where there is none of that name."""
        if not name:
            return [""] * len(self)
        at = self.columns.index(name)
        return [row[at].strip() for row in self.rows]


def open_source(
    path: Path, *, name: str, layer: str | None = None, crs: str | None = None, listed: Path | None = None
) -> Source:
    """Read a file of shapes, or a workbook's list; both in a limited process.

    name    the file as its sender called it, for messages
    listed  a workbook whose columns are joined to the shapes by 图斑编号
    """
    if is_workbook(path):
        table = read_table(path, name=name, sheet=layer)
        return _list_alone(table)
    shapes = _shapes(path, name, layer, crs)
    return shapes if listed is None else _joined(shapes, read_table(listed, name=listed.name))


def _list_alone(table: Table) -> Source:
    note = Text(
        "清单没有图形：图斑可以填报和审核，但没有系统测算面积，也不与图层比对。",
        "A list has no shapes: its patches can be reported, but have no measured areas and cross no layer.",
    )
    return Source(table.file, table.sheet, table.columns, table.numbers, table.rows, None, (), (note,))


def _shapes(path: Path, name: str, layer: str | None, crs: str | None) -> Source:
    try:
        features = read(path, crs=crs, layer=layer)
        rings, repairs = to_rings(features)
    except BadInput as error:
        raise _named(error, name) from error
    texts = [features.texts(column) for column in features.fields.column_names]
    return Source(
        file=name,
        layer=features.layer,
        columns=list(features.fields.column_names),
        numbers=list(range(1, len(features) + 1)),
        rows=[list(row) for row in zip(*texts, strict=True)] if texts else [[] for _ in range(len(features))],
        ground=of_rings(rings, features.crs),
        repairs=tuple(repairs),
        notes=features.notes,
    )


def _named(error: BadInput, name: str) -> BadInput:
    """The same fault under the name that the sender gave the file, not the one under which it lies here."""
    place = {**vars(error.where), "file": name}
    return BadInput(error.what, where=Where(**place), found=error.found, remedy=error.remedy)


def _joined(shapes: Source, table: Table) -> Source:
    """Each shape with the columns of the list's row of the same number; its own columns come first."""
    ours, theirs = (propose(columns, MEANINGS).get("number") for columns in (shapes.columns, table.columns))
    if ours is None or theirs is None:
        raise BadInput(
            Text(
                "两个文件中有一个没有图斑编号列，无法对应。",
                "One of the files has no column of patch numbers.",
            ),
            where=Where(file=shapes.file if ours is None else table.file),
            remedy=Text("补上“图斑编号”列。", "Add a column 图斑编号 to it."),
        )
    by_number = _by_number(table, theirs)
    added = [column for column in table.columns if column not in shapes.columns]
    places = [table.columns.index(column) for column in added]
    rows = []
    for row, number in zip(shapes.rows, shapes.column(ours), strict=True):
        listed = by_number.pop(number, None)
        rows.append([*row, *("" if listed is None else listed[at] for at in places)])
    notes = (*shapes.notes, *_unmatched(list(by_number)))
    return Source(
        shapes.file,
        shapes.layer,
        [*shapes.columns, *added],
        shapes.numbers,
        rows,
        shapes.ground,
        shapes.repairs,
        notes,
    )


def _by_number(table: Table, column: str) -> dict[str, list[str]]:
    at = table.columns.index(column)
    return {row[at].strip(): row for row in table.rows}


def _unmatched(numbers: Sequence[str]) -> tuple[Text, ...]:
    if not numbers:
        return ()
    shown = "、".join(numbers[:5]) + ("…" if len(numbers) > 5 else "")
    return (
        Text(
            f"清单中有 {len(numbers)} 个图斑没有图形，未导入：{shown}",
            f"{len(numbers)} patches of the list have no shape and are left out: {shown}",
        ),
    )
