"""国土TXT: the text of parcel coordinates in which approvals arrive. The form is in docs/reference.

Not published as a standard; read as the tools in use write it: sections [属性描述] and [地块坐标], a
parcel's line ends in @, a point's is `J1,ring,northing,easting`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from shoutu.errors import BadInput, Text, Where
from shoutu.layers.formats import read_text
from shoutu.layers.parcels import Axes, Parcel, Point, axes_of

COLUMNS = ("界址点数", "地块面积", "地块编号", "地块名称", "图形属性", "图幅号", "地块用途", "地类编码")
_LABEL = re.compile(r"[A-Za-z]+-?\d+")
_COUNT = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
# First code of a block of EPSG by datum, width of the zones and whether the easting leads with the zone.
_CODES = {
    ("CGCS2000", 3, True): 4513, ("CGCS2000", 3, False): 4534,
    ("CGCS2000", 6, True): 4491, ("CGCS2000", 6, False): 4502,
    ("Xian 1980", 3, True): 2349, ("Xian 1980", 3, False): 2370,
    ("Xian 1980", 6, True): 2327, ("Xian 1980", 6, False): 2338,
    ("Beijing 1954", 3, True): 2401, ("Beijing 1954", 3, False): 2422,
    ("Beijing 1954", 6, True): 21413, ("Beijing 1954", 6, False): 21453,
}  # fmt: skip
_FIRST_ZONE = {3: 25, 6: 13}


def parse(path: Path, where: Where) -> tuple[list[Parcel], Axes, str | None, list[Text]]:
    """Parcels, how their numbers are to be read, the CRS that the head states (or None), and notes."""
    head, parcels = _sections(read_text(path.read_bytes()), where)
    axes = axes_of(parcels, where)
    notes = []
    if not axes.northing_first:
        notes.append(
            Text(
                "东坐标在前、北坐标在后，已按数值对调",
                "the easting came first; the axes were swapped by their size",
            )
        )
    wrong = [parcel for parcel in parcels if _miscounted(parcel)]
    if wrong:
        rows = ", ".join(str(parcel.row) for parcel in wrong[:5])
        notes.append(
            Text(f"{len(wrong)} 个地块的界址点数与实际不符（第 {rows} 行）",
                 f"{len(wrong)} parcels state another number of points than they have (rows {rows})")
        )  # fmt: skip
    return parcels, axes, _crs(head, axes, where), notes


def _sections(text: str, where: Where) -> tuple[dict[str, str], list[Parcel]]:
    head: dict[str, str] = {}
    parcels: list[Parcel] = []
    section = ""
    for row, line in _lines(text):
        if line.startswith("["):
            section = line.strip("[]")
        elif section == "属性描述":
            key, _, value = line.partition("=")
            head[key.strip()] = value.strip()
        elif section == "地块坐标":
            if line.rstrip(",").endswith("@"):
                parcels.append(_parcel(row, line))
            elif not parcels:
                raise _fault(row, Text("界址点前没有地块行", "points before any parcel's line"), line, where)
            else:
                parcels[-1].points.append(_point(row, line, where))
    for parcel in parcels:
        if not parcel.points:
            raise _fault(parcel.row, Text("地块没有界址点", "a parcel without points"), None, where)
    return head, parcels


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Rows that hold something, with the marks of a Chinese keyboard as those of the form."""
    for row, line in enumerate(text.splitlines(), 1):
        plain = line.replace("，", ",").replace("＝", "=").replace("＠", "@").strip()
        if plain:
            yield row, plain


def _parcel(row: int, line: str) -> Parcel:
    values = [value.strip() for value in line.rstrip(",").removesuffix("@").rstrip(",").split(",")]
    return Parcel(row, dict(zip(COLUMNS, values, strict=False)))


def _point(row: int, line: str, where: Where) -> Point:
    """`J1,ring,a,b`; the label, or the ring, or both may be missing."""
    values = [value.strip() for value in line.rstrip(",").split(",")]
    numbers = values[-2:]
    rest = values[:-2]
    if len(values) < 2 or len(rest) > 2 or not all(_NUMBER.fullmatch(number) for number in numbers):
        raise _fault(row, Text("界址点行无法识别", "a point's line cannot be read"), line[:80], where)
    # Two values before the coordinates are the point's label, with or without its J, and its ring.
    ring = rest[-1] if len(rest) == 2 or (rest and not _LABEL.fullmatch(rest[0])) else ""
    if ring and not (ring.isascii() and ring.isdigit()):
        raise _fault(row, Text("圈号不是数字", "the ring's number is no number"), ring, where)
    return Point(row, ring or "1", float(numbers[0]), float(numbers[1]))


def _miscounted(parcel: Parcel) -> bool:
    """Whether the stated number of points is neither that of the lines nor that of unlike points."""
    stated = parcel.attributes.get("界址点数", "")
    rings = {point.ring for point in parcel.points}
    return _COUNT.fullmatch(stated) is not None and int(stated) not in (
        len(parcel.points),
        len(parcel.points) - len(rings),
        len(parcel.points) + len(rings),
    )


def _crs(head: dict[str, str], axes: Axes, where: Where) -> str | None:
    """The EPSG code that the head and the numbers state together; None where they do not suffice."""
    unit = head.get("计量单位", "米")
    if unit not in ("米", "m", "M", "", "度"):
        raise BadInput(
            Text("计量单位不是米", "the unit is not the metre"),
            where=where,
            found=unit,
            remedy=Text("以米为单位重新导出", "export it again in metres"),
        )
    datum = _datum(head.get("坐标系", ""))
    if datum is None:
        return None
    if axes.degrees:
        return {"CGCS2000": "EPSG:4490", "Xian 1980": "EPSG:4610", "Beijing 1954": "EPSG:4214"}[datum]
    stated = re.sub(r"\D", "", head.get("带号", ""))[:9]
    zone = axes.zone
    if stated and zone is not None and int(stated) != zone:
        raise BadInput(
            Text("文件头的带号与坐标的带号不一致", "the zone of the head is not that of the coordinates"),
            where=where,
            found=f"带号={stated}, {zone}",
            remedy=Text("核对后改正带号或坐标", "check which is right and mend the other"),
        )
    if zone is None and stated:
        zone = int(stated)
    width = re.sub(r"\D", "", head.get("几度分带", ""))
    if zone is None:
        return None
    # The zones of China are 13–23 in six degrees and 25–45 in three: none is in both.
    known_width = int(width) if width in ("3", "6") else 3 if zone >= 25 else 6
    code = _CODES[(datum, known_width, axes.zone is not None)] + zone - _FIRST_ZONE[known_width]
    if not 0 <= zone - _FIRST_ZONE[known_width] <= (20 if known_width == 3 else 10):
        raise BadInput(
            Text("带号与分带不符", "the zone is not one of that width"),
            where=where,
            found=f"{known_width}°, {zone}",
            remedy=Text("核对几度分带和带号", "check the width and the number of the zone"),
        )
    return f"EPSG:{code}"


def _datum(name: str) -> str | None:
    for mark, datum in (("2000", "CGCS2000"), ("80", "Xian 1980"), ("54", "Beijing 1954")):
        if mark in name:
            return datum
    return None


def _fault(row: int, what: Text, found: object, where: Where) -> BadInput:
    return BadInput(
        what,
        where=Where(file=where.file, row=row),
        found=found,
        remedy=Text("按国土坐标格式改正这一行", "mend this row to the form of 国土TXT"),
    )
