"""The same call on two workers of a Dask cluster: equal bytes, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from shoutu.errors import BadInput, Stopped
from shoutu.geometry.prepared import prepare
from shoutu.layers.meta import VersionMeta
from shoutu.layers.open import open_version
from shoutu.layers.query import view
from shoutu.layers.write import write_version
from shoutu.overlay import LayerView, overlay
from shoutu.overlay.cluster import overlay_on
from shoutu.testing.parcels import CLASSES, make_parcels, make_patches
from tests.compiled import share_compiled

BOX = (109.0, 39.0, 109.2, 39.15)
distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> LayerView:
    parcels = make_parcels(40, 30, BOX, enlarged=0.1)
    folder = tmp_path_factory.mktemp("shared") / "land"
    meta = VersionMeta(
        name="land", version="1", source_file="made", source_sha256="", as_of=None, crs="EPSG:4490",
        secrecy="open", class_field="class",
    )  # fmt: skip
    texts = pa.table({"class": pa.array(np.array(CLASSES)[parcels.codes])})
    write_version(folder, prepare(parcels.rings), texts, meta)
    return view(open_version(folder), "class")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("worker")
    share_compiled(home)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SHOUTU_HOME", str(home))
        with distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            local_directory=str(home),
        ) as cluster:
            yield cluster.scheduler_address


def test_two_workers_give_the_same_bytes(layer: LayerView, address: str) -> None:
    patches = prepare(make_patches(2000, BOX))
    seen: list[tuple[int, int]] = []
    there = overlay_on(address, patches, [layer], progress=lambda done, whole: seen.append((done, whole)))
    here = overlay(patches, [layer])
    for column in ("patch", "layer", "class_code", "area_m2", "patch_area_m2"):
        assert getattr(there, column).tobytes() == getattr(here, column).tobytes()
    assert len(here.patch) > 2000
    assert seen[-1][0] == seen[-1][1] == len(seen)


def test_a_stop_is_heard(layer: LayerView, address: str) -> None:
    with pytest.raises(Stopped):
        overlay_on(address, prepare(make_patches(2000, BOX)), [layer], should_stop=lambda: True)


def test_a_file_is_no_layer_of_a_cluster(layer: LayerView, address: str) -> None:
    alone = LayerView("file", layer.ground, layer.class_codes, layer.class_names)
    with pytest.raises(BadInput, match="imported layers only"):
        overlay_on(address, prepare(make_patches(10, BOX)), [layer, alone])


def test_nobody_answers(layer: LayerView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shoutu.overlay.cluster.PATIENCE", 0.5)
    with pytest.raises(BadInput, match="no Dask scheduler answers"):
        overlay_on("tcp://127.0.0.1:9", prepare(make_patches(10, BOX)), [layer])


def test_another_version_under_the_same_path(layer: LayerView, address: str, tmp_path: Path) -> None:
    from dataclasses import replace

    from shoutu.errors import VerificationFailed

    assert layer.kept is not None
    other = replace(layer, kept=replace(layer.kept, checksum="0" * 64))
    with pytest.raises(VerificationFailed, match="another version"):
        overlay_on(address, prepare(make_patches(10, BOX)), [other])
