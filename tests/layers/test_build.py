"""A layer built in windows is the layer built at once, to the byte; a stopped build goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from shoutu import crs as systems
from shoutu.errors import BadInput, Refused
from shoutu.layers import build
from shoutu.layers.build import Limits, build_version
from shoutu.layers.meta import ATTRIBUTES, GEOMETRY, META, VersionMeta
from shoutu.layers.open import open_version
from shoutu.layers.read import Features
from shoutu.layers.runs import windows
from shoutu.testing.parcels import make_parcels
from tests import oracles

BOX = (109.0, 39.0, 109.02, 39.016)
META_OF = VersionMeta(
    name="dltb", version="0001-ab", source_file="dltb.gpkg", source_sha256="0" * 64, as_of="2024-01-31",
    crs="EPSG:4490", secrecy="open", class_field="DLBM",
)  # fmt: skip
WHOLE = Limits(at_once=1 << 40)
TINY = Limits(at_once=0, window=3000, block=200)


def features_of(shapes: list[shapely.Geometry | None], crs: str = "EPSG:4490", chunk: int = 7) -> Features:
    wkb = pa.array([None if shape is None else shapely.to_wkb(shape) for shape in shapes], pa.binary())
    count = len(shapes)
    table = pa.table(
        {
            "DLBM": pa.array([None if k % 5 == 0 else f"类{k % 3}" for k in range(count)], pa.string()),
            "n": pa.array([None if k % 4 == 1 else k for k in range(count)], pa.int64()),
            "flag": pa.array([k % 2 == 0 for k in range(count)], pa.bool_()),
        }
    )
    chunks = [wkb[first : first + chunk] for first in range(0, count, chunk)]
    rows = pa.concat_tables([table.slice(first, chunk) for first in range(0, count, chunk)] or [table])
    return Features("dltb.gpkg", "dltb", systems.parse(crs), pa.chunked_array(chunks, pa.binary()), rows)


def content(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in (GEOMETRY, ATTRIBUTES, META)]


def built(tmp_path: Path, features: Features, limits: Limits, name: str, strict: bool = False) -> list[bytes]:
    work = tmp_path / f"work-{name}"
    work.mkdir()
    meta = replace_crs(META_OF, features.crs.definition)
    build_version(tmp_path / name, features, meta, strict=strict, work=work, limits=limits)
    return content(tmp_path / name)


def replace_crs(meta: VersionMeta, crs: str) -> VersionMeta:
    import msgspec

    return msgspec.structs.replace(meta, crs=crs)


def parcels(columns: int, rows: int, enlarged: float = 0.1, detail: int = 3) -> list[shapely.Geometry]:
    rings = make_parcels(columns, rows, BOX, detail=detail, enlarged=enlarged, seed=5).rings
    return [shapely.Polygon(rings.xy[a:b]) for a, b in zip(rings.starts[:-1], rings.starts[1:], strict=True)]


def nasty() -> list[shapely.Geometry | None]:
    """Parcels that overlap, and between them what has no geometry, parts, holes, many edges, great height."""
    shapes: list[shapely.Geometry | None] = [*parcels(8, 6)]
    holed = shapely.box(109.001, 39.001, 109.004, 39.004).difference(
        shapely.box(109.002, 39.002, 109.003, 39.003)
    )
    round_ = shapely.Point(109.01, 39.008).buffer(0.004, 200)
    bow = shapely.Polygon([(109.0, 39.0), (109.002, 39.002), (109.002, 39.0), (109.0, 39.002)])
    tall = shapely.box(109.0, 33.0, 109.0001, 43.0)
    shapes[5:5] = [None, shapely.MultiPolygon()]
    shapes[20:20] = [shapely.MultiPolygon([holed, shapely.box(109.006, 39, 109.007, 39.001)]), bow, round_]
    shapes[41:41] = [tall, None, round_.difference(round_.buffer(-0.001)), shapes[0], shapes[0]]
    return shapes


def in_plane(shapes: list[shapely.Geometry | None], crs: str) -> list[shapely.Geometry | None]:
    move = oracles.transformer(crs).transform
    return [
        None
        if shape is None
        else shapely.transform(shape, lambda xy: np.column_stack(move(*xy.T, direction="INVERSE")))
        for shape in shapes
    ]


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4525"])
def test_windows_give_the_bytes_of_one_go(tmp_path: Path, crs: str) -> None:
    shapes = nasty()
    features = features_of(shapes if crs == "EPSG:4490" else in_plane(shapes, crs), crs)
    whole = built(tmp_path, features, WHOLE, "whole")
    assert len(windows(features.wkb, TINY.window)) > 5
    assert built(tmp_path, features, TINY, "tiny") == whole
    one = Limits(at_once=0, window=1, block=1, threads=3)
    assert built(tmp_path, features, one, "one") == whole
    version = open_version(tmp_path / "tiny")
    version.verify()
    assert version.meta.overlapping > 0
    assert [repair.reason for repair in version.meta.repairs] == ["self-crossing"]


def test_a_straight_window_in_a_curved_layer_is_measured_as_the_layer_is(tmp_path: Path) -> None:
    x, y = oracles.transformer("EPSG:4525").transform(109.2, 39.6, direction="INVERSE")
    small = [shapely.box(x + k, y, x + k + 0.4, y + 0.4) for k in range(6)]
    shapes = [*small, shapely.box(x, y + 10, x + 400, y + 300), None, *small]
    features = features_of(shapes, "EPSG:4525")
    assert built(tmp_path, features, TINY, "tiny") == built(tmp_path, features, WHOLE, "whole")
    windowed = Limits(at_once=0, window=100, block=5)
    assert built(tmp_path, features, windowed, "each") == content(tmp_path / "whole")
    assert list((tmp_path / "work-each").glob("run-*")) == []
    straight = features_of(small, "EPSG:4525")
    assert built(tmp_path, straight, windowed, "s1") == built(tmp_path, straight, WHOLE, "s2")


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_cutting_gives_the_same_bytes(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pool = nasty()
    picked = data.draw(st.lists(st.integers(0, len(pool) - 1), max_size=30))
    crs = data.draw(st.sampled_from(["EPSG:4490", "EPSG:4524"]))
    shapes = [pool[k] for k in picked]
    features = features_of(in_plane(shapes, crs) if crs != "EPSG:4490" else shapes, crs)
    limits = Limits(
        at_once=0,
        window=data.draw(st.sampled_from([1, 500, 2000, 20_000])),
        block=data.draw(st.sampled_from([1, 30, 400, 10_000])),
        threads=data.draw(st.integers(1, 3)),
    )
    folder = tmp_path_factory.mktemp("cut")
    assert built(folder, features, limits, "a") == built(folder, features, WHOLE, "b")


def test_windows_hold_every_feature_once() -> None:
    features = features_of(nasty(), chunk=11)
    for most in (1, 400, 5000, 1 << 30):
        cuts = windows(features.wkb, most)
        assert [first for first, _ in cuts] == [0, *(last for _, last in cuts[:-1])]
        assert cuts[-1][1] == len(features)
        sizes = [sum(len(w or b"") for w in features.wkb.slice(a, b - a).to_pylist()) for a, b in cuts]
        assert all(size <= most or b - a == 1 for size, (a, b) in zip(sizes, cuts, strict=True))


def test_faults_name_the_feature_of_the_file(tmp_path: Path) -> None:
    shapes = nasty()
    shapes.insert(31, shapely.LineString([(109, 39), (109.1, 39)]))
    with pytest.raises(BadInput) as caught:
        built(tmp_path, features_of(shapes), TINY, "v")
    assert caught.value.where.feature == 31
    with pytest.raises(BadInput) as caught:
        built(tmp_path, features_of(nasty()), TINY, "w", strict=True)
    assert nasty()[caught.value.where.feature or 0].is_valid is False
    off = [*nasty()[:30], shapely.box(200, 39, 201, 40)]
    with pytest.raises(BadInput) as caught:
        built(tmp_path, features_of(off), TINY, "x")
    assert caught.value.where.feature == 30
    assert caught.value.where.file == "dltb.gpkg"


def test_a_full_disk_is_said_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(build.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(Refused, match="room"):
        built(tmp_path, features_of(nasty()), TINY, "v")
    assert not (tmp_path / "v").exists()


def test_work_that_is_there_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    features = features_of(nasty())
    work = tmp_path / "work"
    work.mkdir()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    steps: list[tuple[str, int, int]] = []
    monkeypatch.setattr(build, "merge_runs", stop)
    with pytest.raises(KeyboardInterrupt):
        build_version(tmp_path / "v", features, META_OF, strict=False, work=work, limits=TINY)
    runs = {path.name: path.stat().st_mtime_ns for path in work.glob("run-*")}
    assert len(runs) > 5
    monkeypatch.undo()
    monkeypatch.setattr(build, "write_version", stop)
    with pytest.raises(KeyboardInterrupt):
        build_version(tmp_path / "v", features, META_OF, strict=False, work=work, limits=TINY)
    assert sorted(path.name for path in work.iterdir()) == ["merged", "repairs.json"]
    monkeypatch.undo()
    build_version(
        tmp_path / "v",
        features,
        META_OF,
        strict=False,
        work=work,
        limits=TINY,
        progress=lambda *step: steps.append(step),
    )
    assert {step for step, _, _ in steps} == {"overlaps", "write"}
    assert content(tmp_path / "v") == built(tmp_path, features, WHOLE, "whole")


def test_release_is_called_on_what_was_read(tmp_path: Path) -> None:
    calls: list[int] = []
    features = replace(features_of(nasty()), release=lambda: calls.append(1))
    built(tmp_path, features, TINY, "v")
    assert len(calls) >= len(windows(features.wkb, TINY.window))
