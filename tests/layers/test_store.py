"""A version on disk: whole or absent, checked, mapped, asked."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pytest
import shapely

from shoutu.errors import BadInput, NotFound, Refused, VerificationFailed
from shoutu.geometry.prepared import prepare
from shoutu.layers import write
from shoutu.layers.arrays import map_arrays, write_arrays
from shoutu.layers.classes import encode_classes
from shoutu.layers.meta import GEOMETRY, META, VersionMeta
from shoutu.layers.open import LayerVersion, open_version
from shoutu.layers.query import attributes_of, features_in, outlines, view
from shoutu.layers.write import remove_unfinished, write_version
from shoutu.overlay import LayerView, overlay
from shoutu.testing.parcels import CLASSES, make_parcels, make_patches
from tests import oracles
from tests.geometry.polygons import rings_of

BOX = (109.0, 39.0, 109.1, 39.08)
META_OF = VersionMeta(
    name="dltb", version="2024", source_file="dltb.gpkg", source_sha256="0" * 64, as_of="2024-01-31",
    crs="EPSG:4490", secrecy="open", class_field="DLBM",
)  # fmt: skip
PARCELS = make_parcels(16, 12, BOX)
TABLE = pa.table(
    {
        "DLBM": pa.array(np.array(CLASSES)[PARCELS.codes]),
        "n": pa.array([None if k % 3 == 0 else k % 3 for k in range(192)], pa.int64()),
        "区": pa.array([f"村{k % 5}" for k in range(192)]),
    }
)


@pytest.fixture
def version(tmp_path: Path) -> LayerVersion:
    write_version(tmp_path / "dltb" / "2024", prepare(PARCELS.rings), TABLE, META_OF)
    return open_version(tmp_path / "dltb" / "2024")


def test_the_store_answers_as_memory_does(version: LayerVersion) -> None:
    patches = prepare(make_patches(300, BOX))
    stored = overlay(patches, [view(version, "DLBM")])
    there = overlay(patches, [LayerView("dltb", prepare(PARCELS.rings), PARCELS.codes, CLASSES)])
    assert stored.area_m2.tobytes() == there.area_m2.tobytes()
    assert [row.class_ for row in stored.rows()] == [row.class_ for row in there.rows()]


def test_any_field_classes_at_query_time(version: LayerVersion) -> None:
    assert view(version, "n").class_names == ["", "1", "2"]
    assert view(version, "区").class_names == [f"村{k}" for k in range(5)]
    assert view(version).class_names == ("",)
    with pytest.raises(BadInput) as caught:
        view(version, "无")
    assert "DLBM" in str(caught.value.found)


def test_meta_counts_and_verifies(version: LayerVersion) -> None:
    meta = version.meta
    assert (meta.features, meta.with_geometry, meta.overlapping) == (192, 192, 0)
    assert meta.as_of == "2024-01-31"
    assert len(meta.checksum) == 64
    version.verify()
    content = bytearray((version.folder / GEOMETRY).read_bytes())
    content[-100] ^= 1
    (version.folder / GEOMETRY).write_bytes(content)
    with pytest.raises(VerificationFailed) as caught:
        version.verify()
    assert caught.value.where.file == GEOMETRY


def test_a_changed_meta_is_seen(version: LayerVersion) -> None:
    changed = msgspec.structs.replace(version.meta, as_of="2025-01-31")
    (version.folder / META).write_bytes(msgspec.json.encode(changed))
    with pytest.raises(VerificationFailed):
        open_version(version.folder).verify()


def test_questions(version: LayerVersion) -> None:
    box = (109.03, 39.03, 109.031, 39.045)
    window = shapely.box(*box)
    polygons = [shapely.Polygon(outlines(version, k)[0]) for k in range(192)]
    found = set(features_in(version, box).tolist())
    assert {k for k, p in enumerate(polygons) if p.intersects(window)} <= found
    assert found == {k for k, p in enumerate(polygons) if shapely.box(*p.bounds).intersects(window)}
    assert attributes_of(version, [5, 2])[0] == {"DLBM": CLASSES[PARCELS.codes[5]], "n": 2, "区": "村0"}


def test_delivered_geometry_comes_back_to_the_bit(tmp_path: Path) -> None:
    x, y = oracles.transformer("EPSG:4524").transform(109.2, 39.6, direction="INVERSE")
    rings = rings_of(
        [shapely.box(x, y, x + 900, y + 40), shapely.MultiPolygon(), shapely.box(x, y + 50, x + 9, y + 60)]
    )
    prepared = prepare(rings, lambda xy: oracles.to_lonlat("EPSG:4524", xy))
    table = pa.table({"DLBM": ["a", None, "b"]})
    meta = msgspec.structs.replace(META_OF, crs="EPSG:4524")
    write_version(tmp_path / "v", prepared, table, meta, rings)
    opened = open_version(tmp_path / "v")
    assert np.array_equal(opened.delivered().xy, rings.xy)
    assert opened.delivered().owners.tolist() == [0, 2]
    assert opened.meta.with_geometry == 2
    assert view(opened, "DLBM").class_names == ["", "a", "b"]


def test_written_once(version: LayerVersion) -> None:
    with pytest.raises(Refused):
        write_version(version.folder, prepare(PARCELS.rings), TABLE, META_OF)
    assert [path.name for path in version.folder.parent.iterdir()] == ["2024"]


def test_what_is_mapped_outlives_the_folder(version: LayerVersion) -> None:
    for path in version.folder.iterdir():
        path.unlink()
    patches = prepare(make_patches(50, BOX))
    assert len(overlay(patches, [view(version, "DLBM")]).area_m2) > 0


def _die(folder: Path, step: str) -> None:
    """Write a version and be killed at the given step."""

    def kill(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(write, step, kill)
    write_version(folder, prepare(PARCELS.rings), TABLE, META_OF)


@pytest.mark.parametrize("step", ["write_arrays", "_write_table", "_write", "_force", "_publish"])
def test_killed_while_writing_leaves_nothing(tmp_path: Path, step: str) -> None:
    child = multiprocessing.get_context("fork").Process(target=_die, args=(tmp_path / "v", step))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    with pytest.raises(NotFound):
        open_version(tmp_path / "v")
    assert len(remove_unfinished(tmp_path)) == 1
    assert list(tmp_path.iterdir()) == []


def test_arrays_of_every_shape(tmp_path: Path) -> None:
    arrays = {
        "empty": np.zeros((0, 2)),
        "flags": np.array([1, 0], np.uint8),
        "deep": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
        "big": np.arange(5, dtype=">i8"),
    }
    write_arrays(tmp_path / "a", arrays)
    back = map_arrays(tmp_path / "a")
    for name, array in arrays.items():
        assert np.array_equal(back[name], array)
        assert back[name].ctypes.data % 64 == 0 or not array.size
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes()[:-64])
    with pytest.raises(VerificationFailed):
        map_arrays(tmp_path / "a")
    (tmp_path / "b").write_bytes(b"something else, of whatever length")
    with pytest.raises(VerificationFailed):
        map_arrays(tmp_path / "b")


def test_classes_are_texts() -> None:
    codes, names = encode_classes(pa.chunked_array([[1.0, 2.5], [None, 1.0]]))
    assert [names[code] for code in codes] == ["1", "2.5", "", "1"]
    codes, names = encode_classes(pa.array(["b", "", None, "a"]))
    assert names == ["", "a", "b"]
    assert codes.tolist() == [2, 0, 0, 1]
    assert encode_classes(pa.array([], pa.string()))[1] == []


def test_rows_in_blocks_and_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version of many blocks answers as one of a single block does, such as older releases wrote."""
    asked = [191, 0, 7, 7, 64, 63, 3]
    answers = []
    for rows in (10, 1 << 20):
        monkeypatch.setattr(write, "ROWS", rows)
        write_version(tmp_path / str(rows), prepare(PARCELS.rings), TABLE, META_OF)
        version = open_version(tmp_path / str(rows))
        assert version.attributes.equals(TABLE)
        assert len(version.attributes.column(0).chunks) == -(-192 // min(rows, 192))
        assert version.rows([]).num_rows == 0
        answers.append(attributes_of(version, asked))
    assert answers[0] == answers[1] == TABLE.take(asked).to_pylist()


def test_pages_let_go_are_read_again(version: LayerVersion) -> None:
    before = version.reference.polygons.xy.tobytes(), version.attributes.to_pylist()
    version.release()
    assert (version.reference.polygons.xy.tobytes(), version.attributes.to_pylist()) == before
