"""A patch against the outline that was approved: what lies outside, what is too much, what a survey can tell.

批东建西 is ground outside the approved outline, 批小建大 an area above the approved one. Every surveyed
point is somewhat off; `accuracy` is the standard error of a boundary point (点位中误差), m, and twice that
the limit, as is usual for cadastral surveys. No accuracy is assumed here: no law at hand names one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from shoutu.geometry.figure import neighbours_apart
from shoutu.geometry.prepared import Owners, Prepared, prepare
from shoutu.geometry.reference import Reference, make_reference
from shoutu.geometry.rings import Floats, Rings
from shoutu.geometry.traces import of_polygons
from shoutu.overlay.facts import LayerView
from shoutu.overlay.run import overlay
from shoutu.overlay.within import area_within

LIMIT = 2.0
"""Times the standard error: what a survey may be off."""


@dataclass(frozen=True)
class OffSite:
    """One value a patch, m²; NaN without geometry.

    actual         its own area
    approved       of the approved outline, each square metre once; 0 where nothing was approved
    off_site       of the patch outside the approved outline
    excess         actual less approved; below zero where less was used
    """

    actual: Floats
    approved: Floats
    off_site: Floats
    excess: Floats

    @property
    def share_of_actual(self) -> Floats:
        """off_site / actual."""
        return _ratio(self.off_site, self.actual)

    @property
    def share_of_approved(self) -> Floats:
        """off_site / approved; infinite where nothing was approved and something lies outside."""
        return _ratio(self.off_site, self.approved)


@dataclass(frozen=True)
class Surveyed:
    """What is left of it when each point may be off, m².

    off_site  of the patch farther than twice the accuracy outside the approved outline
    excess    up to which an excess may come from the two surveys alone
    """

    off_site: Floats
    excess: Floats


def off_site(patches: Prepared, approved: LayerView, wanted: Owners, threads: int = 2) -> OffSite:
    """Each patch against the features of `approved` whose class code is the patch's in `wanted` (features,);
    −1: nothing was approved for it."""
    ready = replace(approved, ground=_reference(approved, threads))
    found = overlay(patches, [ready], threads)
    inside = np.zeros(patches.features)
    own = found.class_code == wanted[found.patch]
    inside[found.patch[own]] = found.area_m2[own]
    allowed = np.append(_by_class(ready, threads), 0.0)[wanted]
    actual = np.where(patches.area > 0, patches.area, np.nan)
    # The kernel's two sums differ by float noise: a patch wholly inside must not be outside by 1e-9 m².
    outside = np.maximum(actual - inside, 0.0)
    outside = np.where(outside < 1e-9 * actual + 1e-6, 0.0, outside)
    return OffSite(actual, allowed, outside, actual - allowed)


def surveyed(
    patches: Prepared,
    approved: LayerView,
    wanted: Owners,
    errors: tuple[Floats, Floats],
    accuracy: float,
    threads: int = 2,
) -> Surveyed:
    """errors: `spreads` of the patches' and of the approved outlines' delivered vertices."""
    polygons = approved.ground.polygons if isinstance(approved.ground, Reference) else approved.ground
    near = area_within(
        patches, of_polygons(polygons), LIMIT * accuracy, threads, only=(approved.class_codes, wanted)
    )
    outside = np.maximum(patches.area - near, 0.0)
    outside = np.where(outside < 1e-6 * patches.area + 1e-3, 0.0, outside)
    mine, theirs = errors
    by_class = np.bincount(approved.class_codes, weights=theirs**2, minlength=len(approved.class_names))
    variance = mine**2 + np.append(by_class, 0.0)[wanted]
    return Surveyed(outside, LIMIT * accuracy * np.sqrt(variance))


def spreads(rings: Rings, lonlat: Floats) -> Floats:
    """(features,) m: standard error of each feature's area, for points with a standard error of 1 m.

    m_P² = m² / 8 · Σ D², D the distance between the two neighbours of a vertex: independent errors carried
    through the sum of cross products. Vertices are those delivered, `lonlat` the same in degrees.
    """
    squares = np.zeros(rings.features)
    neighbours_apart(lonlat, rings.starts, rings.owners, squares)
    result: Floats = np.sqrt(squares / 8)
    return result


def _reference(view: LayerView, threads: int) -> Reference:
    return view.ground if isinstance(view.ground, Reference) else make_reference(view.ground, threads)


def _by_class(view: LayerView, threads: int) -> Floats:
    """(classes,) area of each class, each square metre once: what of it lies in a box around everything."""
    out = np.zeros(len(view.class_names))
    polygons = view.ground.polygons if isinstance(view.ground, Reference) else view.ground
    if not len(polygons.piece_box):
        return out
    x0, y0, x1, y1 = polygons.box
    x0, y0, x1, y1 = (
        max(x0 - 0.01, -180.0),
        max(y0 - 0.01, -90.0),
        min(x1 + 0.01, 180.0),
        min(y1 + 0.01, 90.0),
    )
    frame = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]])
    whole = prepare(Rings(frame, np.array([0, 5]), np.zeros(1, np.int64), 1))
    found = overlay(whole, [view], threads)
    out[found.class_code] = found.area_m2
    return out


def _ratio(part: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Floats = np.where((part == 0) & (whole == 0), 0.0, part / whole)
    return result


def wanted_classes(names: Sequence[str], of_patches: Sequence[str]) -> Owners:
    """(patches,) the class code of each patch's text among the classes of the approved layer, −1 for none."""
    place = {name: code for code, name in enumerate(names)}
    return np.array([place.get(text, -1) for text in of_patches], np.int32)
