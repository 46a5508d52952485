"""Each delivered row accepted, or refused with its place, what was found and what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from shoutu.errors import BadInput, Text, Where
from shoutu.platform.discovery.ground import shared
from shoutu.platform.discovery.intake.placing import Places, place
from shoutu.platform.discovery.intake.source import Source
from shoutu.platform.discovery.states import LABELS
from shoutu.proof.canonical import canonical
from shoutu.units import m2_to_mu, to_text

PART, WHOLE = "拆分", "被拆分"
SAME_GROUND_M2 = 1.0
SAME_GROUND_SHARE = 0.01
AREA_TOLERANCE = Fraction(2, 100)
"""Delivered and measured area may differ by this share before it is remarked on: projected areas do."""
_SHOWN = 120


@dataclass(frozen=True)
class Fault:
    """A row that cannot be published."""

    row: int
    field: str
    found: str
    what: Text
    remedy: Text


@dataclass(frozen=True)
class Staged:
    """A row ready to be published. `index` is its position in the source."""

    index: int
    row: int
    number: str
    banner: str
    township: str
    place: str
    project: str
    attributes: Mapping[str, str]
    area_m2: str


@dataclass(frozen=True)
class Judged:
    """rows      accepted, in file order
    faults    refused rows; a row may have several
    remarks   what the publisher should know and need not mend
    left_out  rows that the chosen view leaves out (parts, or wholes that were split)
    """

    rows: tuple[Staged, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[Text, ...]
    left_out: int
    series: str
    """监测批次, where all rows say the same."""

    @property
    def faulty_rows(self) -> frozenset[int]:
        return frozenset(fault.row for fault in self.faults)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical accepted rows: what was shown is what is published."""
        rows = [
            [r.row, r.number, r.banner, r.township, r.place, r.project, dict(r.attributes), r.area_m2]
            for r in self.rows
        ]
        return hashlib.sha256(canonical({"rows": rows})).hexdigest()


@dataclass
class _Desk:
    """What is gathered while the rows are gone through."""

    faults: list[Fault] = field(default_factory=list)
    remarks: list[Text] = field(default_factory=list)


def judge(
    source: Source, mapping: Mapping[str, str], *, view: str, number: str, excluded: Sequence[int] = ()
) -> Judged:
    """Go through all rows.

    view      `issued`: 原始下发, without the parts; `judged`: 核实后, without the wholes that were split;
              empty where the list holds only one of them
    number    the batch's 期号, from which rows without a patch number get theirs
    excluded  row numbers that the publisher leaves out
    """
    desk = _Desk()
    taken, left_out = _in_view(source, mapping, view)
    taken = [index for index in taken if source.numbers[index] not in set(excluded)]
    numbers = _numbers(source, mapping, taken, number, desk)
    places = place(source, mapping)
    texts = {key: source.column(mapping.get(key)) for key in ("place", "project", "area_mu", "series")}
    rows = []
    for index in taken:
        _check_shape(source, index, desk)
        _check_place(source, places, index, desk)
        _check_lengths(source.numbers[index], numbers[index], mapping, texts, index, desk)
        area = "" if source.ground is None else source.ground.area_text(index)
        _check_area(source.numbers[index], texts["area_mu"][index], area, desk)
        rows.append(
            Staged(
                index=index,
                row=source.numbers[index],
                number=numbers[index],
                banner=places.banner[index],
                township=places.township[index],
                place=texts["place"][index],
                project=texts["project"][index],
                attributes=dict(zip(source.columns, source.rows[index], strict=True)),
                area_m2=area,
            )
        )
    _check_overlaps(source, taken, desk)
    series = {texts["series"][index] for index in taken}
    bad = {fault.row for fault in desk.faults}
    return Judged(
        rows=tuple(row for row in rows if row.row not in bad),
        faults=tuple(desk.faults),
        remarks=(*_repaired(source), *_summed(desk.remarks)),
        left_out=left_out,
        series=series.pop() if len(series) == 1 else "",
    )


def _in_view(source: Source, mapping: Mapping[str, str], view: str) -> tuple[list[int], int]:
    """Positions of the rows of one view. A list that holds both wholes and parts counts ground twice."""
    status = source.column(mapping.get("status"))
    unknown = next((s for s in status if s not in ("", "空", PART, WHOLE)), None)
    if unknown is not None:
        raise BadInput(
            Text("图斑状态不认识。", "This patch status is not known."),
            where=Where(file=source.file, row=source.numbers[status.index(unknown)], field=mapping["status"]),
            found=unknown,
            remedy=Text("应为空、被拆分或拆分。", "It should be empty, 被拆分 or 拆分."),
        )
    parts, wholes = status.count(PART), status.count(WHOLE)
    if parts and wholes and view not in ("issued", "judged"):
        raise BadInput(
            Text(
                f"清单同时有“被拆分”{wholes} 行和“拆分”{parts} 行，全部导入会把同一块地算两次。",
                f"The list holds {wholes} split wholes and {parts} parts: taking all counts ground twice.",
            ),
            where=Where(file=source.file, field=mapping["status"]),
            remedy=Text(
                "选择“原始下发”（空和被拆分）或“核实后”（空和拆分）。",
                "Choose the list as issued (empty and 被拆分) or as judged (empty and 拆分).",
            ),
        )
    dropped = {"issued": PART, "judged": WHOLE}.get(view)
    taken = [index for index, value in enumerate(status) if value != dropped]
    return taken, len(status) - len(taken)


def _numbers(
    source: Source, mapping: Mapping[str, str], taken: Sequence[int], batch: str, desk: _Desk
) -> dict[int, str]:
    """A number for each row: its own, a part's with 甲, 乙 …, or the batch's with the row's."""
    column = mapping.get("number")
    if column is None:
        width = len(str(max(source.numbers, default=1)))
        return {index: f"{batch}-{source.numbers[index]:0{width}d}" for index in taken}
    given, status = source.column(column), source.column(mapping.get("status"))
    seen: dict[str, int] = {}
    parts: dict[str, int] = {}
    numbers: dict[int, str] = {}
    for index in taken:
        own, row = given[index], source.numbers[index]
        if status[index] == PART and own:
            label = LABELS[parts.get(own, 0) % len(LABELS)]
            parts[own] = parts.get(own, 0) + 1
            own = f"{own}-{label}"
        if not own:
            desk.faults.append(_fault(row, column, "", _NO_NUMBER, _GIVE_NUMBER))
        elif own in seen:
            same = Text(f"编号与第 {seen[own]} 行相同。", f"Row {seen[own]} has the same number.")
            desk.faults.append(_fault(row, column, own, same, _GIVE_NUMBER))
        seen.setdefault(own, row)
        numbers[index] = own
    return numbers


LONGEST = {"number": 70, "place": 200, "project": 200}
"""Characters; a part adds its label to the number."""

_NO_NUMBER = Text("没有图斑编号。", "It has no patch number.")
_GIVE_NUMBER = Text("补上或改正编号，或排除此行。", "Give it a number of its own, or leave the row out.")


def _fault(row: int, column: str, found: str, what: Text, remedy: Text) -> Fault:
    return Fault(row, column, found if len(found) <= _SHOWN else found[:_SHOWN] + "…", what, remedy)


def _check_lengths(
    row: int,
    number: str,
    mapping: Mapping[str, str],
    texts: Mapping[str, Sequence[str]],
    index: int,
    desk: _Desk,
) -> None:
    """Texts longer than the records hold are refused, never cut."""
    given = {"number": number, "place": texts["place"][index], "project": texts["project"][index]}
    for field_name, text in given.items():
        most = LONGEST[field_name]
        if len(text) > most:
            what = Text(f"太长，最多 {most} 字。", f"Too long: at most {most} characters.")
            remedy = Text("缩短，或排除此行。", "Shorten it, or leave the row out.")
            desk.faults.append(_fault(row, mapping.get(field_name, field_name), text, what, remedy))


def _check_shape(source: Source, index: int, desk: _Desk) -> None:
    if source.ground is None:
        return
    row = source.numbers[index]
    if source.ground.delivered[index] is None:
        desk.faults.append(
            _fault(
                row,
                "geometry",
                "",
                Text("没有图形。", "It has no geometry."),
                Text("补上图形，或排除此行。", "Deliver its geometry, or leave the row out."),
            )
        )
    elif source.ground.area(index) < Fraction(1, 100):
        desk.faults.append(
            _fault(
                row,
                "geometry",
                f"{source.ground.area_text(index)} m²",
                Text("图形面积为零。", "Its area is nothing."),
                Text("改正图形，或排除此行。", "Mend its geometry, or leave the row out."),
            )
        )


def _check_place(source: Source, places: Places, index: int, desk: _Desk) -> None:
    if places.banner[index]:
        return
    stated = places.stated[index]
    if source.ground is not None and source.ground.delivered[index] is None:
        return
    desk.faults.append(
        _fault(
            source.numbers[index],
            "region",
            stated,
            Text("不在本市任何旗区之内。", "It lies in no banner of this city."),
            Text(
                "检查行政区代码和坐标系；确在市外的，排除此行。",
                "Check the region code and the CRS; if it lies outside the city, leave the row out.",
            ),
        )
    )


def _check_area(row: int, delivered: str, measured: str, desk: _Desk) -> None:
    """A delivered area is compared, in mu as these lists carry it; the measured one is what counts."""
    if not delivered or not measured:
        return
    try:
        stated = Fraction(Decimal(delivered))
    except (InvalidOperation, ValueError, OverflowError):
        desk.remarks.append(
            Text("监测面积不是数字，未作比较", "delivered areas that are no numbers were not compared")
        )
        return
    mu = m2_to_mu(Fraction(measured))
    if abs(stated - mu) <= max(mu * AREA_TOLERANCE, Fraction(1, 100)):
        return
    if abs(stated - Fraction(measured)) <= Fraction(measured) * AREA_TOLERANCE:
        desk.remarks.append(Text("监测面积看来以平方米计，不是亩", "delivered areas look like m², not mu"))
        return
    desk.remarks.append(
        Text(
            f"监测面积与图形测算相差超过 {to_text(AREA_TOLERANCE * 100, 0)}%，以图形为准",
            f"the delivered area differs from the measured by over {to_text(AREA_TOLERANCE * 100, 0)} %",
        )
    )


def _check_overlaps(source: Source, taken: Sequence[int], desk: _Desk) -> None:
    """Two rows on the same ground would count it twice: the later one is refused."""
    if source.ground is None:
        return
    area, within = source.ground.prepared.area, set(taken)
    for (first, second), both in sorted(shared(source.ground.prepared, source.ground.prepared).items()):
        if first >= second or both < SAME_GROUND_M2 or not {first, second} <= within:
            continue
        if both < SAME_GROUND_SHARE * min(area[first], area[second]):
            desk.remarks.append(Text("相邻图斑略有重叠", "neighbouring patches overlap slightly"))
            continue
        desk.faults.append(
            _fault(
                source.numbers[second],
                "geometry",
                f"{both:.2f} m²",
                Text(
                    f"与第 {source.numbers[first]} 行重叠，同一块地会算两次。",
                    f"It overlaps row {source.numbers[first]}: ground would count twice.",
                ),
                Text("改正图形，或排除其中一行。", "Mend the geometry, or leave one of the rows out."),
            )
        )


def _repaired(source: Source) -> tuple[Text, ...]:
    return tuple(
        Text(
            f"第 {row} 行图形已修复：{repair.what.zh}，面积变化 {repair.area_change_m2:+.2f} 平方米",
            f"row {row} was mended: {repair.what.en}, area changed by {repair.area_change_m2:+.2f} m²",
        )
        for repair in source.repairs
        if (row := source.numbers[repair.feature])
    )


def _summed(remarks: Sequence[Text]) -> tuple[Text, ...]:
    """Each remark once, with how often."""
    counts: dict[Text, int] = {}
    for remark in remarks:
        counts[remark] = counts.get(remark, 0) + 1
    return tuple(
        Text(f"{remark.zh}（{count} 行）", f"{remark.en} ({count} rows)") for remark, count in counts.items()
    )
