"""What changed between two versions: GEOS draws and quadrature measures the same, accounts balance."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from shoutu.errors import BadInput
from shoutu.geometry.prepared import prepare
from shoutu.geometry.rings import Rings
from shoutu.layers.difference import NOTHING, Difference, difference
from shoutu.layers.export_difference import writer_for
from shoutu.layers.meta import VersionMeta
from shoutu.layers.open import LayerVersion, open_version
from shoutu.layers.write import write_version
from tests import oracles
from tests.geometry.polygons import rings_of
from tests.scale import times

CELL = 0.001
CORNER = (109.0, 39.0)
ALLOWED = 2e-3
"""m². Two pieces below 0.001 m² may hide in a cell."""
_number = count()

Layer = list[tuple[shapely.Geometry, str]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("versions")


def version_of(root: Path, layer: Layer, crs: str = "EPSG:4490") -> LayerVersion:
    rings = rings_of([shape for shape, _ in layer])
    folder = root / str(next(_number))
    geographic = oracles.is_geographic(crs)
    to_degrees = None if geographic else lambda xy: oracles.to_lonlat(crs, xy)
    meta = VersionMeta(
        name="land", version=folder.name, source_file="land.gpkg", source_sha256="0" * 64, as_of=None,
        crs=crs, secrecy="open", class_field="class",
    )  # fmt: skip
    table = pa.table({"class": pa.array([name for _, name in layer], pa.string())})
    delivered = None if geographic else rings
    write_version(folder, prepare(rings, to_degrees), table, meta, delivered=delivered)
    return open_version(folder)


def union(layer: Layer, name: str) -> shapely.Geometry:
    return shapely.union_all([shape for shape, own in layer if own == name])


def measured(a: Layer, b: Layer) -> dict[tuple[str | None, str | None], float]:
    """By GEOS and quadrature, for layers that do not overlap themselves."""
    names = sorted({name for _, name in (*a, *b)})
    all_a, all_b = (shapely.union_all([shape for shape, _ in layer]) for layer in (a, b))
    cells: dict[tuple[str | None, str | None], float] = {}
    for one in names:
        cells[one, None] = oracles.area(shapely.difference(union(a, one), all_b))
        cells[None, one] = oracles.area(shapely.difference(union(b, one), all_a))
        for other in names:
            cells[one, other] = oracles.area(shapely.intersection(union(a, one), union(b, other)))
    return cells


def assert_equal_cells(found: Difference, want: dict[tuple[str | None, str | None], float]) -> None:
    got = {(total.from_class, total.to_class): total.area_m2 for total in found.totals}
    for cell in {*got, *want}:
        assert got.get(cell, 0.0) == pytest.approx(want.get(cell, 0.0), rel=1e-6, abs=ALLOWED), cell


def assert_balanced(found: Difference) -> None:
    """Each side's account, and the rows' with it."""
    for side, nothing in zip(found.sides, ("from_class", "to_class"), strict=True):
        cells = sum(t.area_m2 for t in found.totals if getattr(t, nothing) is not None)
        assert side.totals_m2 == pytest.approx(cells, rel=1e-12)
        assert abs(side.rest_m2) <= max(1e-5, 1e-9 * side.area_m2)
    unequal = sum(t.area_m2 for t in found.totals if t.from_class != t.to_class)
    assert float(found.area_m2.sum()) + found.unwritten_m2 == pytest.approx(unequal, abs=1e-2)
    assert sum(t.pieces for t in found.totals) == len(found)


def assert_drawn(found: Difference) -> None:
    """Each shape has the area that its row states."""
    for shape, area in zip(found.shapes(0, len(found)), found.area_m2, strict=True):
        drawn = 0.0 if shape is None else oracles.area(shapely.from_wkb(shape))
        assert drawn == pytest.approx(area, rel=1e-6, abs=ALLOWED)


def disjoint(shapes: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    kept: list[shapely.Geometry] = []
    for shape in shapes:
        left = shapely.difference(shape, shapely.union_all(kept)) if kept else shape
        faces = [p for p in shapely.get_parts(left) if p.geom_type == "Polygon" and p.area > 1e-10]
        if faces:
            kept.append(faces[0] if len(faces) == 1 else shapely.MultiPolygon(faces))
    return kept


corner = st.tuples(st.integers(0, 24), st.integers(0, 24))
triangle = st.tuples(corner, corner, corner).map(
    lambda points: shapely.Polygon(np.array(points) * CELL / 4 + CORNER)
)
shapes = st.lists(triangle.filter(lambda shape: shape.area > 1e-8), min_size=1, max_size=6)
classes = st.sampled_from(["01", "03", "06"])


def turned(shape: shapely.Geometry) -> shapely.Geometry:
    """The same polygon, begun at another vertex."""
    if shape.geom_type != "Polygon":
        return shape
    ring = np.asarray(shape.exterior.coords)[:-1]
    moved = np.roll(ring, 1, axis=0)
    return shapely.Polygon(np.concatenate([moved, moved[:1]]), [hole.coords for hole in shape.interiors])


@st.composite
def two_layers(draw: st.DrawFn) -> tuple[Layer, Layer]:
    """A layer, and a later one in which some features stay, some change class, some go and some come."""
    a = [(shape, draw(classes)) for shape in disjoint(draw(shapes))]
    kept = [
        (turned(shape) if draw(st.booleans()) else shape, name) for shape, name in a if draw(st.booleans())
    ]
    stay = [(shape, draw(classes) if draw(st.booleans()) else name) for shape, name in kept]
    ground = shapely.union_all([shape for shape, _ in stay])
    fresh = disjoint([f for s in draw(shapes) for f in disjoint([shapely.difference(s, ground)])])
    return a, [*stay, *((shape, draw(classes)) for shape in fresh)]


@settings(max_examples=times(20, 1000))
@given(two_layers())
def test_as_geos_and_quadrature_say(root: Path, layers: tuple[Layer, Layer]) -> None:
    a, b = layers
    found = difference(version_of(root, a), version_of(root, b))
    assert_equal_cells(found, measured(a, b))
    assert_balanced(found)
    assert_drawn(found)


@settings(max_examples=times(15, 500))
@given(
    st.lists(st.tuples(triangle.filter(lambda s: s.area > 1e-8), classes), min_size=1, max_size=6),
    st.lists(st.tuples(triangle.filter(lambda s: s.area > 1e-8), classes), min_size=1, max_size=6),
    st.integers(0, 3),
)
def test_layers_that_overlap_themselves_balance(root: Path, a: Layer, b: Layer, kept: int) -> None:
    b = [*b, *a[:kept]]
    found = difference(version_of(root, a), version_of(root, b))
    assert_balanced(found)
    assert_drawn(found)
    for side, layer in zip(found.sides, (a, b), strict=True):
        assert side.area_m2 == pytest.approx(sum(oracles.area(shape) for shape, _ in layer), rel=1e-6)
        assert side.covered_twice_m2 >= -1e-6


def test_equal_versions_have_no_row(root: Path) -> None:
    layer = [(shapely.box(109 + k * CELL, 39, 109 + (k + 1) * CELL, 39.001), "01") for k in range(5)]
    again = [(turned(shape), name) for shape, name in reversed(layer)]
    found = difference(version_of(root, layer), version_of(root, again))
    assert (len(found), found.equal_features, found.unwritten_m2) == (0, 5, 0.0)
    assert [(t.from_class, t.to_class, t.pieces) for t in found.totals] == [("01", "01", 0)]


def test_two_equal_features_are_two(root: Path) -> None:
    """One of the two is dropped: the ground that was covered twice is covered once."""
    square = shapely.box(109, 39, 109.001, 39.001)
    found = difference(version_of(root, [(square, "01"), (square, "01")]), version_of(root, [(square, "01")]))
    assert [found.change(row) for row in range(len(found))] == ["removed"]
    assert found.area_m2[0] == pytest.approx(oracles.area(square))
    assert_balanced(found)


def test_a_class_alone_changes_without_geos(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    square = shapely.box(109, 39, 109.001, 39.001)
    found = difference(version_of(root, [(square, "01")]), version_of(root, [(square, "06")]))
    monkeypatch.setattr(shapely, "intersection", None)
    assert [found.change(0), found.name(found.from_class[0]), found.name(found.to_class[0])] == [
        "changed", "01", "06",
    ]  # fmt: skip
    assert shapely.from_wkb(found.shapes(0, 1)[0]).equals(square)


def test_a_hole_and_features_without_geometry(root: Path) -> None:
    whole = shapely.box(109, 39, 109.003, 39.003)
    ring = shapely.difference(whole, shapely.box(109.001, 39.001, 109.002, 39.002))
    a: Layer = [(shapely.MultiPolygon(), "01"), (whole, "01")]
    b: Layer = [(ring, "01"), (shapely.MultiPolygon(), "03")]
    found = difference(version_of(root, a), version_of(root, b))
    assert [
        (found.change(k), int(found.from_feature[k]), int(found.to_feature[k])) for k in range(len(found))
    ] == [("removed", 1, NOTHING)]
    assert_equal_cells(
        found, {("01", "01"): oracles.area(ring), ("01", None): oracles.area(whole) - oracles.area(ring)}
    )
    assert_drawn(found)
    assert_balanced(found)


@pytest.mark.parametrize("later", ["EPSG:4525", "EPSG:4549"])
def test_projected_versions(root: Path, later: str) -> None:
    """Zone 37 of 3 degrees, and the same ground in another projection: the areas stay the kernel's."""
    east, north = 37_500_000.0, 4_320_000.0
    cells = [
        shapely.box(east + 900 * i, north + 900 * j, east + 900 * i + 900, north + 900 * j + 900)
        for i in range(3) for j in range(3)
    ]  # fmt: skip
    a: Layer = [(cell, "01" if k % 2 else "03") for k, cell in enumerate(cells)]
    b: Layer = [(cell, "06" if k == 4 else name) for k, (cell, name) in enumerate(a) if k != 8]
    b[0] = (shapely.box(east, north, east + 450, north + 900), "03")
    there = b
    if later != "EPSG:4525":

        def carried(xy: np.ndarray) -> np.ndarray:
            forward = oracles.transformer(later).transform
            return np.stack(forward(*oracles.to_lonlat("EPSG:4525", xy).T, direction="INVERSE"), axis=1)

        there = [(shapely.transform(shapely.segmentize(shape, 5), carried), name) for shape, name in b]
    found = difference(version_of(root, a, "EPSG:4525"), version_of(root, there, later))
    want = measured(*([(oracles.on_globe(s, "EPSG:4525"), n) for s, n in layer] for layer in (a, b)))
    loose = ALLOWED if later == "EPSG:4525" else 0.05
    got = {(t.from_class, t.to_class): t.area_m2 for t in found.totals}
    for cell in {*got, *want}:
        assert got.get(cell, 0.0) == pytest.approx(want.get(cell, 0.0), rel=1e-6, abs=loose), cell
    assert found.crs == ("EPSG:4525" if later == "EPSG:4525" else "EPSG:4490")
    for shape, area in zip(found.shapes(0, len(found)), found.area_m2, strict=True):
        drawn = shapely.from_wkb(shape)
        assert oracles.area(oracles.on_globe(drawn, found.crs)) == pytest.approx(area, rel=1e-5, abs=0.1)
    assert_balanced(found)


def test_a_named_field_and_none(root: Path) -> None:
    square = shapely.box(109, 39, 109.001, 39.001)
    a, b = version_of(root, [(square, "01")]), version_of(root, [(square, "06")])
    assert difference(a, b, "class").classes == ("01", "06")
    with pytest.raises(BadInput, match="no such field"):
        difference(a, b, "DLBM")


def test_files_hold_every_row(root: Path, tmp_path: Path) -> None:
    a = [(shapely.box(109 + k * CELL, 39, 109 + (k + 1) * CELL, 39.001), "01") for k in range(5)]
    b = [(shape, "06" if k == 2 else name) for k, (shape, name) in enumerate(a[:4])]
    b[0] = (shapely.box(109, 39, 109 + CELL / 2, 39.001), "01")
    found = difference(version_of(root, a), version_of(root, b))
    for name in ("d.csv", "d.parquet", "d.gpkg"):
        writer_for(tmp_path / name)(found, tmp_path / name)
    want = [("removed", "01", None), ("changed", "01", "06"), ("removed", "01", None)]
    import geopandas as gpd

    frames = [gpd.read_parquet(tmp_path / "d.parquet"), gpd.read_file(tmp_path / "d.gpkg")]
    for frame in frames:
        assert [
            tuple(None if v != v else v for v in row)
            for row in zip(frame.change, frame.from_class, frame.to_class, strict=True)
        ] == want
        assert frame.crs.to_epsg() == 4490
        assert frame.area_m2.to_list() == found.area_m2.tolist()
        assert [oracles.area(g) for g in frame.geometry] == pytest.approx(found.area_m2.tolist())
        assert frame.from_feature.to_list() == [1, 3, 5]
    rows = list(csv.DictReader((tmp_path / "d.csv").open(encoding="utf-8")))
    assert [(row["change"], row["from_class"], row["to_class"] or None) for row in rows] == want
    assert [
        shapely.from_wkt(row["wkt"]).equals(g) for row, g in zip(rows, frames[0].geometry, strict=True)
    ] == [True] * 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.csv", "d.gpkg", "d.parquet"]
    with pytest.raises(BadInput, match="not supported"):
        writer_for(tmp_path / "d.shp")


def test_a_file_of_no_change_can_be_opened(root: Path, tmp_path: Path) -> None:
    layer = [(shapely.box(109, 39, 109.001, 39.001), "01")]
    found = difference(version_of(root, layer), version_of(root, layer))
    import geopandas as gpd

    for name in ("d.csv", "d.parquet", "d.gpkg"):
        writer_for(tmp_path / name)(found, tmp_path / name)
    assert len(gpd.read_file(tmp_path / "d.gpkg")) == len(gpd.read_parquet(tmp_path / "d.parquet")) == 0
    assert len((tmp_path / "d.csv").read_text("utf-8").splitlines()) == 1


def test_rings_from_nothing() -> None:
    """No feature at all, on either side."""
    empty = Rings(np.zeros((0, 2)), np.zeros(1, np.int64), np.zeros(0, np.int64), 0)
    assert prepare(empty).features == 0
