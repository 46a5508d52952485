"""国土TXT in its variants, each to the same ground; and texts that are refused by row."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from shoutu.errors import BadInput, Where
from shoutu.layers import landtext
from shoutu.layers.parcels import wkb_of
from shoutu.layers.read import Features, read

HEAD = """\
[属性描述]
格式版本号=1.01版本
数据产生单位=测绘队
数据产生日期=2024-5-6
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=37
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
PARCEL = "5,1.0000,1,地块一,面,K49G001001,工业用地,0601,@\n"
NORTH, EAST = 4385827.895, 395212.66
CORNERS = [(0, 0), (0, 100), (100, 100), (100, 0), (0, 0)]


def lines(
    *,
    prefix: bool = True,
    swapped: bool = False,
    label: bool = True,
    ring: bool = True,
    closed: bool = True,
    number: str = "1",
    corners: list[tuple[int, int]] = CORNERS,
) -> str:
    out = ""
    for index, (north, east) in enumerate(corners if closed else corners[:-1], 1):
        pair = (f"{NORTH + north:.3f}", f"{EAST + east + (37_000_000 if prefix else 0):.3f}")
        values = [f"J{index}"] * label + [number] * ring + list(pair[::-1] if swapped else pair)
        out += ",".join(values) + "\n"
    return out


def said(path: Path, text: str, encoding: str = "utf-8", crs: str | None = None) -> Features:
    path.write_bytes(text.encode(encoding))
    return read(path, crs=crs)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("prefix", [True, False])
@pytest.mark.parametrize("swapped", [True, False])
@pytest.mark.parametrize("label", [True, False])
@pytest.mark.parametrize("closed", [True, False])
def test_every_variant_is_the_same_ground(
    tmp_path: Path, encoding: str, prefix: bool, swapped: bool, label: bool, closed: bool
) -> None:
    text = HEAD + PARCEL + lines(prefix=prefix, swapped=swapped, label=label, closed=closed)
    features = said(tmp_path / "a.txt", text, encoding)
    assert features.crs.definition == ("EPSG:4525" if prefix else "EPSG:4546")
    (wkb,) = features.wkb.to_pylist()
    shape = shapely.from_wkb(wkb)
    shift = 37_000_000 if prefix else 0
    assert shape.bounds == pytest.approx((EAST + shift, NORTH, EAST + shift + 100, NORTH + 100), abs=1e-6)
    assert shape.area == pytest.approx(10_000, abs=0.2)
    assert features.texts("地块名称") == ["地块一"]
    assert features.texts("地类编码") == ["0601"]
    notes = " ".join(note.en for note in features.notes)
    assert ("swapped" in notes) is swapped
    assert ("not closed" in notes) is not closed


def test_holes_are_rings_of_another_number(tmp_path: Path) -> None:
    hole = lines(number="2", corners=[(20, 20), (20, 40), (40, 40), (40, 20), (20, 20)])
    features = said(tmp_path / "a.txt", HEAD + PARCEL + lines() + hole)
    assert shapely.from_wkb(features.wkb.to_pylist()[0]).area == pytest.approx(10_000 - 400, abs=0.2)


@pytest.mark.parametrize(
    ("width", "zone", "prefix", "datum", "name"),
    [
        ("3", 36, True, "2000国家大地坐标系", "CGCS2000 / 3-degree Gauss-Kruger zone 36"),
        ("3", 37, False, "CGCS2000", "CGCS2000 / 3-degree Gauss-Kruger CM 111E"),
        ("6", 19, True, "2000", "CGCS2000 / Gauss-Kruger zone 19"),
        ("6", 18, False, "2000国家大地坐标系", "CGCS2000 / Gauss-Kruger CM 105E"),
        ("", 37, True, "2000国家大地坐标系", "CGCS2000 / 3-degree Gauss-Kruger zone 37"),
        ("", 19, True, "2000国家大地坐标系", "CGCS2000 / Gauss-Kruger zone 19"),
        ("3", 37, True, "80国家大地坐标系", "Xian 1980 / 3-degree Gauss-Kruger zone 37"),
        ("6", 19, False, "西安80", "Xian 1980 / Gauss-Kruger CM 111E"),
        ("3", 36, False, "北京54", "Beijing 1954 / 3-degree Gauss-Kruger CM 108E"),
        ("6", 18, True, "1954年北京坐标系", "Beijing 1954 / Gauss-Kruger zone 18"),
    ],
)
def test_the_head_names_a_code_of_epsg(
    tmp_path: Path, width: str, zone: int, prefix: bool, datum: str, name: str
) -> None:
    text = HEAD.replace("带号=37", f"带号={zone}").replace("几度分带=3", f"几度分带={width}")
    text = text.replace("2000国家大地坐标系", datum) + PARCEL
    east = EAST + (zone * 1_000_000 if prefix else 0)
    for north, x in ((0, 0), (100, 0), (100, 100)):
        text += f"J1,1,{NORTH + north},{east + x}\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    _, _, code, _ = landtext.parse(tmp_path / "a.txt", Where())
    assert code is not None
    assert CRS(code).name == name


def test_an_older_datum_is_refused_and_a_silent_head_asks(tmp_path: Path) -> None:
    body = PARCEL + lines()
    with pytest.raises(BadInput, match="datum other than"):
        said(tmp_path / "a.txt", HEAD.replace("2000国家", "80国家") + body)
    silent = HEAD.replace("坐标系=2000国家大地坐标系\n", "")
    with pytest.raises(BadInput) as asked:
        said(tmp_path / "a.txt", silent + body)
    assert "--crs EPSG:4525" in asked.value.diagnostics("en")
    assert said(tmp_path / "a.txt", silent + body, crs="EPSG:4525").crs.definition == "EPSG:4525"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD.replace("带号=37", "带号=36") + PARCEL + lines(), ("the zone of the head",)),
        (HEAD.replace("计量单位=米", "计量单位=公里") + PARCEL + lines(), ("metre", "公里")),
        (HEAD + lines(), ("points before any parcel", "row 13")),
        (HEAD + PARCEL + PARCEL + lines(), ("without points", "row 13")),
        (HEAD + PARCEL + lines() + "J1,1,4385827.895\n", ("neither Gauss–Krüger", "row 19")),
        (HEAD + PARCEL + lines() + "J6,1,abc,37395212\n", ("cannot be read", "row 19")),
        (HEAD + PARCEL + "J1,a,4385827.895,37395212.66\n", ("ring's number", "row 14")),
        (HEAD + PARCEL + lines(corners=CORNERS[:2]), ("fewer than three", "row 14")),
        (HEAD + PARCEL + lines(closed=False) + lines(swapped=True), ("differs from the points", "row 18")),
        (HEAD + PARCEL + "J1,1,12.5,13.5\n", ("neither Gauss–Krüger nor degrees", "row 14")),
        (HEAD, ("no boundary points",)),
    ],
)
def test_what_is_refused_names_the_row(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    with pytest.raises(BadInput) as refused:
        said(tmp_path / "a.txt", text)
    told = refused.value.diagnostics("en")
    for word in words:
        assert word in told


def test_a_wrong_number_of_points_is_told(tmp_path: Path) -> None:
    features = said(tmp_path / "a.txt", HEAD + PARCEL.replace("5,", "9,", 1) + lines())
    assert [note.en for note in features.notes] == [
        "1 parcels state another number of points than they have (rows 13)"
    ]


def test_marks_of_a_chinese_keyboard(tmp_path: Path) -> None:
    features = said(tmp_path / "a.txt", (HEAD + PARCEL + lines()).replace(",", "，").replace("@", "＠"))
    assert features.texts("地块编号") == ["1"]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_text_changed_at_random_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray((HEAD + PARCEL + lines()).encode("gb18030"))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    path = tmp_path_factory.mktemp("fuzz") / "a.txt"
    path.write_bytes(bytes(raw))
    try:
        parcels, axes, _, _ = landtext.parse(path, Where())
        for parcel in parcels:
            shapely.from_wkb(wkb_of(parcel, axes, Where())[0])
    except BadInput:
        return
