"""The call: order of rows, threads, progress, stopping."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from shoutu.errors import Stopped
from shoutu.geometry.prepared import prepare
from shoutu.geometry.reference import make_reference
from shoutu.overlay import LayerView, Row, overlay
from shoutu.testing.parcels import CLASSES, make_parcels, make_patches
from tests import oracles
from tests.geometry.polygons import assert_close, ready

BOX = (109.0, 39.0, 109.2, 39.15)


@pytest.fixture(scope="module")
def layer() -> LayerView:
    parcels = make_parcels(40, 30, BOX, enlarged=0.1)
    return LayerView("parcels", make_reference(prepare(parcels.rings)), parcels.codes, CLASSES)


def test_rows_are_in_order(layer: LayerView) -> None:
    names = ("二", "Z", "a", "")
    unsorted = LayerView("unsorted", layer.ground, layer.class_codes % 4, names)
    result = overlay(prepare(make_patches(300, BOX)), [unsorted, layer])
    rows = list(result.rows())
    assert rows == sorted(
        rows, key=lambda row: (row.patch, ["unsorted", "parcels"].index(row.layer), row.class_)
    )
    assert isinstance(rows[0], Row)
    assert min(row.area_m2 for row in rows) >= 0.001


def test_parcels_cover_their_box_once(layer: LayerView) -> None:
    """In a cover without gaps, in one class, a patch inside takes its own area whatever overlaps there."""
    patches = prepare(make_patches(400, (109.02, 39.02, 109.18, 39.13)))
    one = LayerView("all", layer.ground, np.zeros_like(layer.class_codes), [""])
    result = overlay(patches, [one])
    assert result.patch.tolist() == list(range(400))
    allowed = np.maximum(1e-3, 1e-6 * patches.area)
    assert (np.abs(result.area_m2 - patches.area) <= allowed).all()


def test_threads_change_no_bit(layer: LayerView) -> None:
    patches = prepare(make_patches(2000, BOX))
    one, three = (overlay(patches, [layer], threads=threads) for threads in (1, 3))
    assert one.area_m2.tobytes() == three.area_m2.tobytes()
    assert one.patch.tobytes() == three.patch.tobytes()


def test_progress_and_stop(layer: LayerView) -> None:
    patches = prepare(make_patches(2000, BOX))
    seen: list[tuple[int, int]] = []
    overlay(patches, [layer], progress=lambda done, whole: seen.append((done, whole)))
    assert seen[-1][0] == seen[-1][1] == len(seen)
    for threads in (1, 2):
        with pytest.raises(Stopped):
            overlay(patches, [layer], threads=threads, should_stop=lambda: True)


def test_nothing_asked_nothing_found(layer: LayerView) -> None:
    nowhere = ready([shapely.box(0, 0, 1, 1)])
    assert len(overlay(nowhere, [layer]).area_m2) == 0
    assert len(overlay(nowhere, []).area_m2) == 0
    empty = ready([shapely.MultiPolygon()])
    assert len(overlay(empty, [layer]).area_m2) == 0
    assert len(overlay(nowhere, [LayerView("empty", empty, np.zeros(1, np.int32), [""])]).area_m2) == 0


def test_rows_start_at_a_thousandth() -> None:
    """0.0008 m² is no row, 0.0012 m² is one."""
    field = ready([shapely.box(109, 39, 109.001, 39.001)])
    side = np.sqrt([0.0008, 0.0012]) / 111_000
    specks = [shapely.box(109.0005, 39.0005, 109.0005 + s / 0.777, 39.0005 + s) for s in side]
    result = overlay(ready(specks), [LayerView("f", field, np.zeros(1, np.int32), [""])])
    assert result.patch.tolist() == [1]
    assert_close(result.area_m2[0], oracles.area(specks[1]))


@pytest.mark.parametrize(
    ("codes", "names"), [([0, 1], ["a"]), ([0], ["a"]), ([-1, 0], ["a"]), ([0, 0], ["a", "a"])]
)
def test_a_view_that_does_not_fit_is_refused(codes: list[int], names: list[str]) -> None:
    two = ready([shapely.box(109, 39, 110, 40), shapely.box(110, 39, 111, 40)])
    with pytest.raises(ValueError, match="layer l"):
        LayerView("l", two, np.array(codes, np.int32), names)
