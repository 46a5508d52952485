"""Real files through the pages and through the command: the facts of the platform are the command's rows.

The layers go in by the page that imports them, the patches by the page that takes a batch; the same files
go to `shoutu overlay`.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shoutu.overlay.files import Request, overlay_sources
from shoutu.platform.discovery.models import Fact, Patch
from tests.platform.discovery.test_real_files import ZONES, cover
from tests.scale import LONG

pytestmark = pytest.mark.django_db

STEP = 0.01
"""Facts are kept to it; where classes cover a patch they are balanced to its whole, by one step at most."""
DROPPED = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def zipped(shapefile: Path) -> bytes:
    """The shapefile with its neighbours, as a browser would send it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for suffix in DROPPED:
            if (part := shapefile.with_suffix(suffix)).is_file():
                archive.write(part, part.name)
    return out.getvalue()


def import_layer(client: Any, name: str, kind: str, body: bytes, file: str, by: str) -> None:
    said = {"name": name, "kind": kind, "title": name, "as_of": "2024-12-31", "secrecy": "internal", "by": by}
    answer = client.post("/layers/import", {**said, "file": SimpleUploadedFile(file, body)})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    answer = client.post(answer["Location"], {"field-class": by, "as_of": "2024-12-31"})
    assert answer.status_code == 302, answer.content.decode()[:2000]


def upload(client: Any, body: bytes, file: str) -> dict[int, list[str]]:
    """The batch published page by page; the rows that were refused and left out, with the reasons shown."""
    answer = client.post("/batches/upload", {"file": SimpleUploadedFile(file, body)})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    page = answer["Location"]
    head = {"number": "2026年十月一批", "issued_on": "2026-10-08", "month": "2026-10", "secrecy": "internal"}
    head |= {"report_due": "2026-10-30", "city_review_due": "2026-11-20", "campaign_year": "2026"}
    assert client.post(page, head).status_code == 302
    shown = client.get(page)
    faulty: dict[int, list[str]] = {}
    for fault in shown.context["shown"].faults:
        faulty.setdefault(fault.row, []).append(fault.what.zh)
        assert fault.what.zh in shown.content.decode()
    assert client.post(page, {**head, "excluded": [str(row) for row in faulty]}).status_code == 302
    (digest,) = re.findall(r'name="digest" value="([0-9a-f]+)"', client.get(page).content.decode())
    assert client.post(f"{page}publish", {"digest": digest}).status_code == 302
    return faulty


def command(patches: Path, layers: dict[str, tuple[Path, str]], left_out: list[int]) -> dict[Any, float]:
    """(row from 1, layer, class) → m²."""
    request = Request(
        str(patches),
        tuple((name, str(path)) for name, (path, _) in layers.items()),
        {name: by for name, (_, by) in layers.items() if by},
    )
    areas, _ = overlay_sources(request)
    rows = zip(areas.patch, areas.layer, areas.class_, areas.area_m2, strict=True)
    return {(int(p) + 1, layer, c): a for p, layer, c, a in rows if int(p) + 1 not in left_out}


def platform() -> dict[Any, float]:
    facts = Fact.objects.select_related("patch", "crossing__layer")
    return {(f.patch.row, f.crossing.layer.name, f.klass): float(f.area_m2) for f in facts}


def agree(got: dict[Any, float], wanted: dict[Any, float]) -> int:
    for key in got.keys() | wanted.keys():
        assert abs(got.get(key, 0.0) - wanted.get(key, 0.0)) <= STEP, key
    return len(wanted)


def test_mines_of_a_year_against_the_year_before_and_two_more(
    people: Any, as_person: Any, shared: Path, tmp_path: Path
) -> None:
    cover(people, -80, -30, -40, 15)
    folder = shared / "data/vector/mining_alerts"
    document = json.loads((folder / "mining_202200_simplified.geojson").read_text("utf-8"))
    document["features"] = document["features"][:: 1 if LONG else 40]
    patches = tmp_path / "mining_2022.geojson"
    patches.write_text(json.dumps(document), "utf-8")
    kinds = {2021: "approval", 2020: "mining-right", 2019: "land-use"}
    layers = {f"mines-{year}": (folder / f"mining_{year}00_simplified.geojson", "year") for year in kinds}
    client = as_person(people.carol)
    for (name, (path, by)), kind in zip(layers.items(), kinds.values(), strict=True):
        import_layer(client, name, kind, path.read_bytes(), path.name, by)
    faulty = upload(client, patches.read_bytes(), patches.name)
    assert Patch.objects.count() == len(document["features"]) - len(faulty)
    rows = agree(platform(), command(patches, layers, list(faulty)))
    print(
        f"counted: {len(document['features'])} patches, {rows} rows equal to 0.01 m², {len(faulty)} refused"
    )
    assert rows > 10


PLAN = "vector/planning_fr/30014_PLU_20171013/Donnees_geographiques/30014_"


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        (f"{PLAN}ZONE_URBA_20171013.shp", dict.fromkeys((7, 32, 89), "重叠")),
        (ZONES, {30: "面积为零"} | dict.fromkeys((41, 64, 124, 129, 147, 218), "重叠")),
    ],
    ids=["30014", "PLUi"],
)
def test_zones_of_a_plan_against_themselves_and_its_easements(
    people: Any, as_person: Any, shared: Path, path: str, refused: dict[int, str]
) -> None:
    """Zones that overlap others of their batch, or have no area, are refused by row and reason."""
    cover(people, -5, 41, 10, 52)
    zones = shared / "data" / path
    easements = shared / "data" / f"{PLAN}PRESCRIPTION_SURF_20171013.shp"
    layers = {"plan": (zones, "TYPEZONE"), "easement": (easements, "TYPEPSC")}
    client = as_person(people.carol)
    import_layer(client, "plan", "plan", zipped(zones), "plan.zip", "TYPEZONE")
    import_layer(client, "easement", "redline", zipped(easements), "easement.zip", "TYPEPSC")
    faulty = upload(client, zipped(zones), "zones.zip")
    assert sorted(faulty) == sorted(refused), faulty
    for row, word in refused.items():
        assert any(word in said for said in faulty[row]), (row, faulty[row])
    wanted = command(zones, layers, list(faulty))
    rows = agree(platform(), wanted)
    print(f"counted: {Patch.objects.count()} zones, {rows} rows equal to 0.01 m², refused: {sorted(faulty)}")
    assert rows >= Patch.objects.count()
    if "30014" in path:
        assert sum(layer == "easement" for _, layer, _ in wanted) > 20
