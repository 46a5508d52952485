"""Tables of boundary points (.xlsx or .csv): one row for each point, found by the names of the columns."""

from __future__ import annotations

from shoutu.errors import BadInput, Text, Where
from shoutu.layers.parcels import Axes, Parcel, Point, axes_of

_PARCEL = ("地块编号", "地块号", "地块名称", "图斑编号", "宗地号", "宗地代码", "项目名称", "parcel", "id")
_RING = ("圈号", "环号", "地块圈号", "ring")
_FIRST = ("x", "x坐标", "x(m)", "x（m）", "纵坐标", "北坐标", "x坐标(m)", "经度", "lon", "longitude")
_SECOND = ("y", "y坐标", "y(m)", "y（m）", "横坐标", "东坐标", "y坐标(m)", "纬度", "lat", "latitude")


def has_points(columns: list[str]) -> bool:
    """Whether the columns are those of a table of points."""
    return _find(columns, _FIRST) is not None and _find(columns, _SECOND) is not None


def _find(columns: list[str], names: tuple[str, ...]) -> int | None:
    plain = [column.strip().lower().replace(" ", "") for column in columns]
    return next((plain.index(name) for name in names if name in plain), None)


def parse(
    columns: list[str], rows: list[tuple[int, list[str]]], where: Where
) -> tuple[list[Parcel], Axes, list[Text]]:
    """Parcels in the order in which they first appear. `rows`: (row of the file from 1, texts)."""
    first, second = _find(columns, _FIRST), _find(columns, _SECOND)
    if first is None or second is None:
        raise BadInput(
            Text("表中没有坐标列", "the table has no columns of coordinates"),
            where=where,
            found="、".join(columns),
            remedy=Text("列名写 X、Y（或 经度、纬度）", "name the columns X and Y, or 经度 and 纬度"),
        )
    name, ring = _find(columns, _PARCEL), _find(columns, _RING)
    parcels: dict[str, Parcel] = {}
    for row, texts in rows:
        key = texts[name] if name is not None else ""
        if name is not None and not key:
            raise _fault(row, columns[name], Text("没有地块编号", "no parcel's number"), None, where)
        label = {} if name is None else {columns[name]: key}
        parcel = parcels.setdefault(key, Parcel(row, label))
        a, b = (_number(row, columns[at], texts[at], where) for at in (first, second))
        parcel.points.append(Point(row, (texts[ring] if ring is not None else "") or "1", a, b))
    found = list(parcels.values())
    axes = axes_of(found, where)
    return found, axes, []


def _number(row: int, column: str, text: str, where: Where) -> float:
    try:
        return float(text)
    except ValueError:
        raise _fault(row, column, Text("坐标不是数字", "the coordinate is no number"), text, where) from None


def _fault(row: int, column: str, what: Text, found: object, where: Where) -> BadInput:
    return BadInput(
        what,
        where=Where(file=where.file, layer=where.layer, row=row, field=column),
        found=found,
        remedy=Text("改正这一格", "mend this cell"),
    )
