"""Net areas against GEOS with quadrature, polygon by polygon; figures against fractions."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from shoutu.cli import main
from shoutu.errors import BadInput
from shoutu.layers.importing import import_layer
from shoutu.overlay import overlay
from shoutu.overlay.facts import LayerView
from shoutu.overlay.files import Request, overlay_sources
from shoutu.overlay.net import net_areas, net_figure, ridges
from shoutu.units import round_half_up, to_text
from tests import oracles
from tests.geometry.polygons import assert_close, ready, star
from tests.layers import made


def land(rng: np.random.Generator, count: int = 30) -> tuple[list[shapely.Geometry], list[str], list[int]]:
    cells = [
        shapely.box(
            109 + 0.001 * (k % 6), 39 + 0.001 * (k // 6), 109.001 + 0.001 * (k % 6), 39.001 + 0.001 * (k // 6)
        )
        for k in range(count)
    ]
    shares = [str(rng.choice(["", "0", "0.1185", "0.0321", "0.25"])) for _ in cells]
    return cells, shares, [int(code) for code in rng.integers(0, 3, count)]


def test_each_polygon_gives_its_own_share() -> None:
    rng = np.random.default_rng(2)
    cells, shares, codes = land(rng)
    view = LayerView("land", ready(cells), np.array(codes, np.int32), ("0101", "0103", "1003"))
    patches = [star(rng, (109.003, 39.0025), 0.002, 9) for _ in range(12)]
    ridge = ridges(view, shares, "KCXS")
    found = overlay(ready(patches), [view, ridge.view])
    net = net_areas(found, {0: ridge}, 1)
    rows = [row for row, layer in zip(found.rows(), found.layer, strict=True) if layer == 0]
    for row, got in zip(rows, net, strict=True):
        want = 0.0
        for cell, share, code in zip(cells, shares, codes, strict=True):
            if view.class_names[code] == row.class_:
                ground = oracles.area(shapely.intersection(patches[row.patch], cell))
                want += ground * (1 - float(share or 0))
        assert_close(got, want)
        assert got <= row.area_m2


def test_overlapping_polygons_with_unlike_shares_give_their_mean() -> None:
    twice = [shapely.box(109, 39, 109.001, 39.001)] * 2
    view = LayerView("land", ready(twice), np.zeros(2, np.int32), ("",))
    ridge = ridges(view, ["0.1", "0.3"], "KCXS")
    found = overlay(ready([twice[0]]), [view, ridge.view])
    (net,) = net_areas(found, {0: ridge}, 1)
    assert net == pytest.approx(0.8 * oracles.area(twice[0]), rel=1e-9)


@pytest.mark.parametrize("text", ["1", "11.85", "-0.1", "n/a", "1/0", "nan"])
def test_a_share_that_is_none_is_refused_with_its_feature(text: str) -> None:
    view = LayerView("land", ready([shapely.box(109, 39, 109.1, 39.1)] * 2), np.zeros(2, np.int32), ("",))
    with pytest.raises(BadInput) as caught:
        ridges(view, ["0.1", text], "KCXS")
    assert caught.value.where.feature == 1
    assert caught.value.where.field == "KCXS"


PARTS = st.lists(
    st.tuples(
        st.integers(0, 10**7).map(lambda n: Fraction(n, 1000)), st.sampled_from(["0", "0.1185", "0.07"])
    ),
    max_size=6,
)


@given(PARTS)
def test_figures_sum_and_lie_within_a_step_of_the_exact_deduction(parts: list[tuple[Fraction, str]]) -> None:
    exact = [(area, Fraction(share)) for area, share in parts]
    gross = Fraction(round(sum((area for area, _ in exact), Fraction(0)) * 100), 100)
    net, taken = net_figure(gross, exact)
    assert net + taken == gross
    assert (100 * net).denominator == (100 * taken).denominator == 1
    assert abs(taken - sum(area * share for area, share in exact)) <= Fraction(len(parts), 100)
    assert 0 <= taken <= gross


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A patch of about 5.2 mu, wholly on terraced farmland whose ridges take 11.85 %."""
    square = made.polygon(made.square(110.0, 40.0, 0.004))
    terraces = made.geojson(tmp_path / "land.geojson", (square, {"DLBM": "0103", "KCXS": 0.1185}))
    patch = made.polygon(made.square(110.001, 40.001, 0.000605))
    return made.geojson(tmp_path / "patches.geojson", (patch, {"id": 1})), terraces


def test_where_it_decides(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Gross the farmland reaches 5 mu and the month is orange; net it does not, and nothing is due."""
    patches, terraces = files
    request = Request(str(patches), (("land", str(terraces)),), by={"land": "DLBM"}, net={"land": "KCXS"})
    areas, _ = overlay_sources(request)
    assert areas.net_m2 is not None
    gross = round_half_up(Fraction(areas.area_m2[0]), 2)
    net, _ = net_figure(gross, [(gross, Fraction("0.1185"))])
    assert float(net) == pytest.approx(areas.net_m2[0], abs=0.01)
    levels = {}
    for name, farmland in (("gross", gross), ("net", net)):
        violation = {
            "id": "V1",
            "month": "2024-05",
            "year": 2024,
            "area_m2": to_text(gross, 2),
            "farmland_m2": to_text(farmland, 2),
            "basic_farmland_m2": "0",
        }
        facts = tmp_path / f"{name}.json"
        document = {"schema": 1, "region": "150625", "violations": [violation], "years": []}
        facts.write_text(json.dumps(document), encoding="utf-8")
        main(["policy", "evaluate", str(facts), "--json"])
        warnings = json.loads(capsys.readouterr().out)["warnings"]
        levels[name] = [
            (warning["level"], warning["because"]) for warning in warnings if warning["clause"] == "6.1"
        ]
    assert levels == {"gross": [("orange", ["farmland"])], "net": []}


def test_columns_come_only_when_asked(files: tuple[Path, Path], tmp_path: Path) -> None:
    patches, terraces = files
    plain, asked, both = (tmp_path / f"{name}.csv" for name in ("plain", "asked", "both"))
    call = ["overlay", str(patches), "--layer", f"land={terraces}", "--by", "land=DLBM"]
    main([*call, "--out", str(plain)])
    main([*call, "--net", "land=KCXS", "--out", str(asked)])
    main([*call, "--layer", f"bare={terraces}", "--net", "land=KCXS", "--out", str(both)])
    head, row = plain.read_text("utf-8").splitlines()
    assert head == "patch,layer,class,area_m2,area_mu,patch_area_m2"
    head_asked, row_asked = asked.read_text("utf-8").splitlines()
    assert head_asked == head + ",net_m2,net_mu"
    assert row_asked.startswith(row + ",")
    with both.open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert first["net_m2"] == row_asked.split(",")[6]
    figures = tmp_path / "figures.csv"
    main([*call, "--figures", "--out", str(figures)])
    lines = figures.read_text("utf-8").splitlines()
    assert lines[0] == head + ",figure_m2"
    assert lines[1].startswith(row + ",")
    assert second["net_m2"] == second["net_mu"] == ""


def test_an_imported_layer_gives_the_same(files: tuple[Path, Path], tmp_path: Path) -> None:
    patches, terraces = files
    home = tmp_path / "home"
    import_layer(str(terraces), name="land", secrecy="open", home=home, by="DLBM")
    answers = []
    for source, where in ((str(terraces), None), ("land", home)):
        request = Request(str(patches), (("land", source),), {"land": "DLBM"}, {"land": "KCXS"}, home=where)
        answers.append(overlay_sources(request)[0])
    assert answers[0].net_m2 is not None
    assert answers[1].net_m2 is not None
    assert answers[0].net_m2.tobytes() == answers[1].net_m2.tobytes()
