"""Farmland net of its ridges (田坎): each polygon's area less the share that its attribute names (KCXS).

TD/T 1057-2020 writes the coefficient into the land layer: TBDLMJ = TBMJ − KCMJ, KCMJ = TBMJ × KCXS. Where
a patch takes a part of a polygon, the same share of that part is ridge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.prepared import Owners
from shoutu.geometry.rings import Floats
from shoutu.overlay.facts import LayerView, Overlay
from shoutu.units import balance, round_half_up


@dataclass(frozen=True)
class Ridges:
    """A layer seen by class and coefficient together.

    view         one class for each pair that occurs
    class_codes  (pairs,) the class of each pair in the layer's own view
    shares       the coefficient of each pair, exact
    """

    view: LayerView
    class_codes: Owners
    shares: tuple[Fraction, ...]


def ridges(view: LayerView, texts: Sequence[str], field: str) -> Ridges:
    """The layer of `view` with the coefficient (a text) of each feature; an empty text takes nothing off.

    BadInput names the feature whose coefficient is no number from 0 to below 1.
    """
    by_text = {text: _share(text, row, view.name, field) for row, text in _first_rows(texts).items()}
    shares = sorted(set(by_text.values()))
    place = {text: shares.index(share) for text, share in by_text.items()}
    of_feature = np.array([place[text] for text in texts], np.int64)
    pairs, codes = np.unique(
        view.class_codes.astype(np.int64) * len(shares) + of_feature, return_inverse=True
    )
    return Ridges(
        LayerView(
            view.name, view.ground, codes.astype(np.int32), tuple(str(pair) for pair in range(len(pairs)))
        ),
        (pairs // max(len(shares), 1)).astype(np.int32),
        tuple(shares[int(pair) % len(shares)] for pair in pairs),
    )


def _first_rows(texts: Sequence[str]) -> dict[int, str]:
    first: dict[str, int] = {}
    for row, text in enumerate(texts):
        first.setdefault(text, row)
    return {row: text for text, row in first.items()}


def _share(text: str, row: int, layer: str, field: str) -> Fraction:
    if not text.strip():
        return Fraction(0)
    try:
        share = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share < 1:
        raise BadInput(
            Text("扣除系数应当在0以上、1以下", "a coefficient lies from 0 to below 1"),
            where=Where(layer=layer, feature=row, field=field),
            found=text,
            remedy=Text(
                "改正该值；以百分数填写的（如 TKXS）先除以100",
                "mend the value; where it is in per cent (TKXS may be) divide the field by 100",
            ),
        )
    return share


def net_areas(found: Overlay, netted: Mapping[int, Ridges], layers: int) -> Floats:
    """Net area (k,) of each row of the first `layers` views; NaN in layers that are not in `netted`.

    netted  place of a layer among the views → its ridges, whose views stand behind the layers in this order

    Where polygons of one class with unlike coefficients overlap, their mean by area is taken off.
    """
    rows = np.flatnonzero(found.layer < layers)
    out = np.full(len(rows), np.nan)
    for nth, (layer, ridge) in enumerate(netted.items()):
        classes = len(found.class_names[layer])
        pairs = found.layer == layers + nth
        code = found.class_code[pairs]
        key = found.patch[pairs] * classes + ridge.class_codes[code]
        shares = np.array([float(share) for share in ridge.shares])
        size = int(found.patch_area_m2.size * classes)
        whole = np.bincount(key, weights=found.area_m2[pairs], minlength=size)
        taken = np.bincount(key, weights=found.area_m2[pairs] * shares[code], minlength=size)
        mine = rows[found.layer[rows] == layer]
        at = found.patch[mine] * classes + found.class_code[mine]
        area = found.area_m2[mine]
        # Rows of pairs below 0.001 m² are missing from `whole`; an overlap makes it more than the area.
        twice = whole[at] > area * (1 + 1e-6) + 1e-3
        off = np.where(twice, taken[at] * area / np.where(twice, whole[at], 1.0), taken[at])
        out[np.searchsorted(rows, mine)] = area - off
    return out


def net_figure(gross: Fraction, parts: Sequence[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    """The net figure and the deduction, m² to 0.01, of a reported gross figure; they sum to it exactly.

    gross  the reported figure, a multiple of 0.01
    parts  (area, coefficient) of the ground that it is made of; the areas sum to it within 0.01 each

    As a survey does it: the parts balance to the figure, each deduction is rounded half up.
    """
    figures = balance([area for area, _ in parts], gross)
    taken = sum(
        (round_half_up(figure * share, 2) for figure, (_, share) in zip(figures, parts, strict=True)),
        Fraction(0),
    )
    return gross - taken, taken
