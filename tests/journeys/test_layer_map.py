"""A layer's page on the map, in Chromium: what the map reports, and areas and coordinates against pyproj."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pyproj import Transformer

from tests.journeys.ground import plant_outlines
from tests.journeys.survey import GEOD, MIDDLE, Survey, area_m2, plant_survey

pytestmark = pytest.mark.django_db(transaction=True)

ATLAS = "document.querySelector('[data-atlas]').atlas"


class Chart:
    """The page of the newer version, with the map's own answers."""

    def __init__(self, page: Page, server: str, survey: Survey) -> None:
        self.page, self.server, self.survey = page, server, survey

    def open(self, identifier: str, at: tuple[float, float] = MIDDLE, zoom: float = 14.5) -> None:
        self.page.goto(f"{self.server}/layers/{identifier}/")
        self.page.wait_for_selector("[data-map][data-ready]", state="attached", timeout=180_000)
        self.go(at, zoom)

    def go(self, at: tuple[float, float], zoom: float) -> None:
        self.page.evaluate(f"([center, zoom]) => {ATLAS}.map.jumpTo({{ center, zoom }})", [list(at), zoom])
        self.rest()

    def rest(self) -> None:
        """Until the map has nothing more to load or draw."""
        self.page.evaluate(
            f"() => new Promise((done) => {{ const map = {ATLAS}.map;"
            " map.once('idle', () => done()); map.triggerRepaint(); })"
        )

    def ask(self, words: str) -> Any:
        return self.page.evaluate(f"() => {ATLAS}.{words}")

    def pixel(self, at: tuple[float, float]) -> tuple[float, float]:
        """Where a place lies in the window."""
        x, y = self.page.evaluate(
            f"(at) => {{ const map = {ATLAS}.map, box = map.getCanvas().getBoundingClientRect();"
            " const point = map.project(at); return [box.x + point.x, box.y + point.y]; }",
            list(at),
        )
        return x, y

    def click(self, at: tuple[float, float]) -> None:
        self.page.mouse.click(*self.pixel(at))

    def drawn(self, layer: str) -> list[dict[str, Any]]:
        """Properties of what of a layer is drawn in view."""
        found: list[dict[str, Any]] = self.page.evaluate(
            f"(name) => {ATLAS}.map.queryRenderedFeatures({{ layers: [name] }}).map((one) => one.properties)",
            f"{layer}:fill",
        )
        return found

    def classes_at(self, at: tuple[float, float], layer: str) -> list[str]:
        found: list[str] = self.page.evaluate(
            f"([at, name]) => {{ const map = {ATLAS}.map;"
            " return map.queryRenderedFeatures(map.project(at), { layers: [name] })"
            ".map((one) => one.properties.class); }",
            [list(at), f"{layer}:fill"],
        )
        return found


@pytest.fixture
def chart(
    committed_people: Any, sign_in: Callable[..., None], page: Page, server: str, tmp_path: Path
) -> Chart:
    plant_outlines()
    survey = plant_survey(committed_people.carol, tmp_path)
    sign_in(committed_people.carol)
    return Chart(page, server, survey)


def _figure(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def test_legend_counts_and_measures_each_class(chart: Chart) -> None:
    chart.open(chart.survey.newer)
    count: dict[str, int] = defaultdict(int)
    area: dict[str, float] = defaultdict(float)
    for ring, code, name in chart.survey.parcels:
        count[f"{code} {name}"] += 1
        area[f"{code} {name}"] += area_m2(ring)
    rows = chart.page.locator("table.legend:not(.changes) tbody tr")
    assert rows.count() == len(count)
    shown = 0.0
    for row in rows.all():
        name = row.locator("th span").inner_text()
        cells = row.locator("td")
        assert int(cells.nth(0).inner_text()) == count[name]
        mu, m2 = cells.nth(1).inner_text().split("\n")
        assert _figure(m2) == pytest.approx(area[name], abs=0.02)
        assert _figure(mu) == pytest.approx(area[name] * 15 / 10_000, abs=0.01)
        shown += _figure(m2)
    whole = chart.page.locator("table.legend:not(.changes) tfoot td").nth(1).inner_text().split("\n")[1]
    assert round(shown, 2) == _figure(whole), "the classes sum to the whole"
    inks = chart.page.evaluate(
        "() => [...document.querySelectorAll('table.legend canvas')].map((one) => one.toDataURL())"
    )
    assert len(set(inks)) == len(count), "every class has a swatch of its own"


def test_map_draws_every_parcel_with_its_class(chart: Chart) -> None:
    chart.open(chart.survey.newer, zoom=13.3)
    drawn = chart.drawn(chart.survey.newer)
    assert {one["id"] for one in drawn} == set(range(len(chart.survey.parcels)))
    assert {one["id"]: one["class"] for one in drawn} == {
        index: code for index, (_, code, _) in enumerate(chart.survey.parcels)
    }


def test_layers_are_switched_thinned_and_ordered_by_key(chart: Chart) -> None:
    newer, basic = chart.survey.newer, chart.survey.basic
    chart.open(newer, zoom=13.3)
    page = chart.page
    page.get_by_role("tab", name="叠放").click()
    row = page.locator(f"[data-layer='{basic}']")
    row.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    chart.rest()
    assert len({one["id"] for one in chart.drawn(basic)}) == 3
    row.get_by_role("slider").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert chart.ask(f"map.getPaintProperty('{basic}:fill', 'fill-opacity')") == 0.6
    assert row.locator("output").inner_text() == "60%"
    order = chart.ask("map.getStyle().layers.map((one) => one.id)")
    assert order.index(f"{newer}:fill") < order.index(f"{basic}:fill"), "tinted land lies lowest"
    row.get_by_role("button", name="下移").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.value") == "down"
    order = chart.ask("map.getStyle().layers.map((one) => one.id)")
    assert order.index(f"{basic}:fill") < order.index(f"{newer}:fill")
    assert order.index(f"{newer}:line") < order.index("banners:line"), "outlines of regions stay on top"
    row.get_by_role("checkbox").uncheck()
    chart.rest()
    assert chart.ask(f"map.getLayoutProperty('{basic}:fill', 'visibility')") == "none"
    page.get_by_role("tab", name="图例").click()
    expect(page.locator(f"[data-legend-of='{basic}']")).to_be_hidden()


def test_slider_goes_to_the_older_version_and_the_map_stays(chart: Chart) -> None:
    older, newer, grown = chart.survey.older, chart.survey.newer, chart.survey.grown
    chart.open(newer, grown, 15)
    page = chart.page
    assert chart.classes_at(grown, newer) == ["0702"]
    before = chart.ask("map.getCenter().toArray()")
    page.locator("[data-editions]").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**/layers/{older}/")
    chart.rest()
    assert chart.classes_at(grown, older) == ["0103"]
    assert chart.ask(f"map.getLayoutProperty('{newer}:fill', 'visibility')") == "none"
    assert chart.ask("map.getCenter().toArray()") == before
    expect(page.locator("#which")).to_contain_text("2024年12月31日")
    expect(page.locator("#which")).to_contain_text("已有新版")
    expect(page.locator("#features")).to_contain_text("2024年12月31日")
    village = page.locator("table.legend:not(.changes) tbody tr", has_text="0702").locator("td").first
    expect(village).to_have_text("4")
    assert page.evaluate("() => document.activeElement.matches('[data-editions]')"), "the focus stays"
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/layers/{newer}/")
    chart.rest()
    assert chart.classes_at(grown, newer) == ["0702"]
    page.get_by_role("link", name="较早一版").click()
    page.wait_for_url(f"**/layers/{older}/")
    expect(page.locator("[data-edition-now]")).to_contain_text("第 1 版，共 2 版")
    page.reload()
    expect(page.locator("#which")).to_contain_text("2024年12月31日")


def test_a_feature_says_what_it_is_by_click_and_by_key(chart: Chart) -> None:
    grown = chart.survey.grown
    chart.open(chart.survey.newer, grown, 15)
    page = chart.page
    number, ring = next(
        (index, ring) for index, (ring, _, _) in enumerate(chart.survey.parcels) if index == 10 * 5 + 3
    )
    chart.click(grown)
    article = page.locator("[data-identified] article")
    expect(article).to_have_count(1)
    clicked = article.inner_text()
    assert "0702 农村宅基地" in clicked
    assert "2025年12月31日" in clicked
    assert page.locator("#origin dd.mono").inner_text() in clicked
    assert article.get_attribute("data-feature") == str(number)
    figures = article.locator("dd").nth(2).inner_text()
    mu, m2 = figures.split("\n")
    assert _figure(m2.split()[0]) == pytest.approx(area_m2(ring), abs=0.01)
    assert _figure(mu.split()[0]) == pytest.approx(area_m2(ring) * 15 / 10_000, abs=0.006)
    state = chart.ask(
        f"map.getFeatureState({{ source: '{chart.survey.newer}', sourceLayer: 'features', id: {number} }})"
    )
    assert state == {"on": True}
    expect(page.locator("table[data-features] tr.on th")).to_have_count(0)  # row 53 is on the next page
    page.get_by_role("tab", name="图例").click()
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Control+ArrowLeft")
    expect(page.locator(".map-cross")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="查询")).to_have_attribute("aria-selected", "true")
    expect(article).to_have_text(clicked, use_inner_text=True)
    page.get_by_role("button", name="在图上看全").click()
    chart.rest()
    box = chart.ask("map.getBounds().toArray().flat()")
    assert all(box[0] < x < box[2] and box[1] < y < box[3] for x, y in ring)
    chart.go((MIDDLE[0] + 0.2, MIDDLE[1]), 14)
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-identified]")).to_contain_text("没有已显示图层的图形")


def test_row_of_the_list_lies_lit_on_the_map(chart: Chart) -> None:
    chart.open(chart.survey.newer)
    chart.page.keyboard.press("j")
    chart.page.keyboard.press("j")
    chart.rest()
    state = chart.ask(
        f"map.getFeatureState({{ source: '{chart.survey.newer}', sourceLayer: 'features', id: 1 }})"
    )
    assert state == {"on": True}
    chart.page.keyboard.press("Enter")
    chart.page.wait_for_url("**/features/1/")
    expect(chart.page.locator("h1")).to_have_text("图形 1")


def test_distance_and_area_are_those_of_the_ellipsoid(chart: Chart) -> None:
    chart.open(chart.survey.newer)
    page = chart.page
    page.get_by_role("tab", name="量算").click()
    corners = [(-0.006, -0.004), (0.006, -0.004), (0.007, 0.003), (-0.005, 0.004)]
    points = [(MIDDLE[0] + x, MIDDLE[1] + y) for x, y in corners]
    for point in points:
        chart.click(point)
    field = page.locator("#measure-points")
    written = [tuple(map(float, row.split())) for row in field.input_value().split("\n")]
    assert written == [pytest.approx(point, abs=4e-5) for point in points]
    lons, lats = zip(*written, strict=True)
    expect(page.locator("[data-measuring] [data-m]")).to_have_text(f"{GEOD.line_length(lons, lats):,.2f}")
    assert chart.ask("map.queryRenderedFeatures({ layers: ['measured:points'] }).length") >= 4
    page.get_by_role("radio", name="面积").check()
    ring = [(x, y) for x, y in written]
    expect(page.locator("[data-measuring] [data-m2]")).to_have_text(f"{area_m2(ring):,.2f}")
    expect(page.locator("[data-measuring] [data-mu]")).to_have_text(f"{area_m2(ring) * 15 / 10_000:,.2f}")
    around = GEOD.line_length([*lons, lons[0]], [*lats, lats[0]])
    expect(page.locator("[data-measuring] [data-m]")).to_have_text(f"{around:,.2f}")
    chart.rest()
    assert chart.ask("map.queryRenderedFeatures({ layers: ['measured:fill'] }).length") >= 1


def test_measuring_works_by_key_and_by_typed_coordinates(chart: Chart) -> None:
    chart.open(chart.survey.newer)
    page = chart.page
    page.get_by_role("tab", name="图例").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="量算")).to_have_attribute("aria-selected", "true")
    page.get_by_role("radio", name="面积").check()
    page.locator(".maplibregl-canvas").focus()
    places = []
    for key in ("ArrowUp", "ArrowRight", "ArrowDown"):
        page.keyboard.press("Enter")
        places.append(tuple(chart.ask("map.getCenter().toArray()")))
        for _ in range(9):
            page.keyboard.press(f"Control+{key}")
    field = page.locator("#measure-points")
    written = [tuple(map(float, row.split())) for row in field.input_value().split("\n")]
    assert written == [pytest.approx(place, abs=1e-8) for place in places]
    ring = [(x, y) for x, y in written]
    expect(page.locator("[data-measuring] [data-m2]")).to_have_text(f"{area_m2(ring):,.2f}")
    page.keyboard.press("Backspace")
    expect(page.locator("[data-measuring] [data-m2]")).to_have_text("—")
    crossed = ["109.60 39.79", "109.62 39.80", "109.62 39.79", "109.60 39.80"]
    field.fill("\n".join(crossed))
    expect(page.locator("[data-measure-fault]")).to_have_text("边线相交，围不成面积。")
    expect(page.locator("[data-measuring] [data-m2]")).to_have_text("—")
    plane = Transformer.from_crs("EPSG:4490", "EPSG:4525", always_xy=True)
    rows = ["X {1:.4f} Y {0:.4f}".format(*plane.transform(x, y)) for x, y in ring]
    field.fill("\n".join(rows))
    expect(page.locator("[data-measuring] [data-m2]")).to_have_text(f"{area_m2(ring):,.2f}")


def test_gauss_kruger_is_that_of_proj(chart: Chart) -> None:
    chart.open(chart.survey.newer)
    cases = [
        (lon, lat, zone)
        for lon, lat, zone in itertools.product(
            (106.4, 107.31, 108.0, 109.62, 111.0, 112.5), (37.2, 38.9, 39.79, 41.0), (36, 37)
        )
    ]
    ours = chart.page.evaluate(
        """async (cases) => {
            const { toPlane, toDegrees } = await import("/static/territory/gausskruger.js");
            return cases.map(([lng, lat, zone]) => {
                const { x, y } = toPlane(lng, lat, zone);
                const back = toDegrees(x, y % 1e6, zone);
                return [y, x, back.lng, back.lat];
            });
        }""",
        cases,
    )
    for (lon, lat, zone), (east, north, lng, back) in zip(cases, ours, strict=True):
        plane = Transformer.from_crs("EPSG:4490", f"EPSG:{4488 + zone}", always_xy=True)
        assert (east, north) == pytest.approx(plane.transform(lon, lat), abs=1e-5, rel=0)
        assert (lng, back) == pytest.approx((lon, lat), abs=1e-11, rel=0)


def test_six_degree_zones_are_read_too(chart: Chart) -> None:
    chart.open(chart.survey.newer)
    plane = Transformer.from_crs("EPSG:4490", "EPSG:4497", always_xy=True)  # zone 19, with its prefix
    east, north = plane.transform(*MIDDLE)
    found = chart.page.evaluate(
        """async (text) => (await import("/static/territory/reading.js")).read(text)""", f"{north} {east}"
    )
    assert (found["lng"], found["lat"]) == pytest.approx(MIDDLE, abs=1e-9)
    assert (found["zone"], found["span"]) == (19, 6)


def test_coordinates_are_shown_typed_and_copied(chart: Chart) -> None:
    chart.open(chart.survey.newer)
    page = chart.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=chart.server)
    zone = Transformer.from_crs("EPSG:4490", "EPSG:4525", always_xy=True)
    page.mouse.move(*chart.pixel((MIDDLE[0] + 0.002, MIDDLE[1] + 0.001)))
    told = page.locator("[data-map-at]").inner_text()
    lng, lat = (float(part[:-2]) for part in told.split()[:2])
    assert (lng, lat) == pytest.approx((MIDDLE[0] + 0.002, MIDDLE[1] + 0.001), abs=4e-5)
    east, north = zone.transform(lng, lat)
    x, y = (
        float(part)
        for part in told.replace("（", " ").split()
        if part[0].isdigit() and "." in part and "°" not in part
    )
    assert (x, y) == pytest.approx((north, east), abs=0.1)
    page.get_by_role("tab", name="坐标").click()
    target = (109.6543217, 39.8123456)
    east, north = zone.transform(*target)
    typed = {
        "109.6543217 39.8123456": "按经纬度读",
        "39.8123456，109.6543217": "按经纬度读",
        "109°39′15.55812″E 39°48′44.44416″N": "按经纬度读",
        f"X {north:.4f} Y {east:.4f}": "按 3° 带第 37 带读",
        f"{east:.4f}, {north:.4f}": "按 3° 带第 37 带读",
    }
    for text, said in typed.items():
        chart.go(MIDDLE, 14.5)
        page.locator("#goto").fill(text)
        page.keyboard.press("Enter")
        expect(page.locator("#goto-said")).to_have_text(said)
        assert chart.ask("map.getCenter().toArray()") == pytest.approx(target, abs=2e-9), text
    page.locator("#goto").fill(f"{north:.3f} {east % 1e6:.3f}")
    page.keyboard.press("Enter")
    expect(page.locator("#goto-said")).to_contain_text("请先选定带")
    page.get_by_label("高斯带").select_option("37")
    page.locator("#goto").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#goto-said")).to_have_text("按 3° 带第 37 带读")
    for nonsense in ("", "109.65", "x", "10 10", "109°70′E 39°N", "4400000 95500000"):
        page.locator("#goto").fill(nonsense)
        page.keyboard.press("Enter")
        expect(page.locator("#goto-said")).to_contain_text("没有读懂")
    page.get_by_role("button", name="复制高斯坐标").click()
    expect(page.locator("#goto-said")).to_contain_text("已复制")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    x, y = (float(part) for part in copied.split() if part[0].isdigit())
    assert (x, y) == pytest.approx((north, east), abs=2e-3)
    page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="复制经纬度").click()
    expect(page.locator("#goto-said")).to_contain_text("已复制：109.65432")


def test_zone_is_that_of_the_readers_banner(
    chart: Chart, committed_people: Any, sign_in: Callable[..., None]
) -> None:
    sign_in(committed_people.frank)
    chart.open(chart.survey.newer)
    frank = chart.page.locator("[data-zone-choice]").input_value()
    sign_in(committed_people.alice)
    chart.open(chart.survey.newer)
    alice = chart.page.locator("[data-zone-choice]").input_value()
    assert (frank, alice) == ("36", "37")


def test_page_is_clean_at_every_width_in_both_languages(
    chart: Chart, violations: Callable[[Page], list[str]]
) -> None:
    chart.open(chart.survey.newer)
    page = chart.page
    for english in (False, True):
        if english:
            page.set_viewport_size({"width": 1366, "height": 800})
            page.locator(".bar .me").get_by_role("button", name="EN").click()
            page.wait_for_selector("[data-map][data-ready]", state="attached", timeout=180_000)
            tabs = page.get_by_role("tab").all_inner_texts()
            assert tabs == ["Legend", "Layers", "Identify", "Measure", "Coordinates"]
        chart.go(chart.survey.grown, 15)
        for width in (390, 1366, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            over = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, f"scrolls sideways at {width} by {over} px"
        page.set_viewport_size({"width": 390, "height": 800})
        for tab in page.get_by_role("tab").all():
            tab.click()
            assert not violations(page), (english, tab.inner_text())


def test_paper_has_legend_scale_version_and_date(chart: Chart) -> None:
    chart.open(chart.survey.newer)
    page = chart.page
    page.get_by_role("tab", name="坐标").click()
    page.emulate_media(media="print")
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    for shown in ("#which", "table.legend:not(.changes)", "[data-map-distance]", ".map-scale svg"):
        expect(page.locator(shown)).to_be_visible()
    for hidden in ("[data-place]", ".panel-tabs", "[data-editions]", ".map-zoom"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("#which")).to_contain_text("现状 2025年12月31日")
    wide = page.locator(".map-frame").evaluate("(one) => one.getBoundingClientRect().width")
    assert wide <= 642, "the whole map fits between the margins of A4"
    pixels = page.evaluate(
        """() => {
            const canvas = document.querySelector(".maplibregl-canvas");
            const made = document.createElement("canvas");
            made.width = made.height = 60;
            const pen = made.getContext("2d");
            pen.drawImage(canvas, canvas.width / 2, canvas.height / 2, 60, 60, 0, 0, 60, 60);
            return new Set(pen.getImageData(0, 0, 60, 60).data).size;
        }"""
    )
    assert pixels > 10, "the map is on the paper"


def test_addresses_answer_faults_in_words(chart: Chart) -> None:
    page = chart.page
    newer = chart.survey.newer
    answer = page.request.get(f"{chart.server}/layers/{newer}/features/99999/")
    assert answer.status == 404
    for points in ("1", "1,2;x,y", "181,0;1,1", "nan,1;2,2", ";".join(["1,1"] * 201)):
        answer = page.request.get(
            f"{chart.server}/map/measure", params={"points": points}, headers={"Accept": "application/json"}
        )
        assert answer.status == 422, points
        assert json.loads(answer.text())["detail"]
