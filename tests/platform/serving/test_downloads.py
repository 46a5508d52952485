"""A layer taken out of the house: whole, a box, a banner's part; each time an entry in the ledger."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import pyogrio
import pytest

from shoutu.errors import BadInput, ShoutuError
from shoutu.layers.export_child import export_apart
from shoutu.platform.ledger.models import Entry
from shoutu.platform.serving import reach

pytestmark = pytest.mark.django_db


def take(client: Any, version: str, **said: str) -> Any:
    return client.post(f"/layers/{version}/download", {"format": "gpkg", **said})


def content(response: Any) -> bytes:
    assert response.status_code == 200, response.content[:2000]
    return b"".join(response.streaming_content)


def read(folder: Path, response: Any) -> Any:
    name = response["Content-Disposition"].partition('filename="')[2].strip('"')
    file = folder / name
    file.write_bytes(content(response))
    if not name.endswith(".zip"):
        return pyogrio.read_dataframe(file)
    inside = {n.split("/")[0] for n in zipfile.ZipFile(file).namelist()}
    of = next(n for n in sorted(inside) if n.endswith((".gdb", ".shp")))
    return pyogrio.read_dataframe(f"/vsizip/{file}/{of}")


@pytest.mark.parametrize("format_", ["gpkg", "shp", "gdb"])
def test_the_whole_version_in_each_format(
    people: Any, as_person: Any, layers: Any, tmp_path: Path, format_: str
) -> None:
    frame = read(tmp_path, take(as_person(people.carol), layers["inner"], format=format_))
    assert len(frame) == 13
    assert frame["DLBM"].tolist()[:3] == ["0301", "0103", "0103"]
    assert "旱地" in frame[next(name for name in frame.columns if name.startswith("地类"))].tolist()
    assert frame.crs.to_epsg(min_confidence=20) == 4525


def test_a_shapefile_says_its_encoding_and_keeps_chinese_names(
    people: Any, as_person: Any, layers: Any, tmp_path: Path
) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(content(take(as_person(people.carol), layers["new"], format="shp")))
    archive = zipfile.ZipFile(file)
    cpg = next(name for name in archive.namelist() if name.endswith(".cpg"))
    encoding = archive.read(cpg).decode().strip()
    table = archive.read(cpg.replace(".cpg", ".dbf"))
    heads = [table[32 * k : 32 * k + 11].rstrip(b"\0").decode(encoding) for k in range(1, 6)]
    assert heads == ["DLBM", "地类名", "TBMJ", "编号", "变更"]


def test_a_box_and_a_banner_narrow_the_file(people: Any, as_person: Any, layers: Any, tmp_path: Path) -> None:
    box = "109.8032,39.5502,109.8058,39.5508"
    frame = read(tmp_path, take(as_person(people.carol), layers["new"], box=box))
    assert frame["编号"].tolist() == [103, 104, 105]
    part = read(tmp_path, take(as_person(people.alice), layers["inner"]))
    assert part["编号"].tolist() == [100, 101, 102, 103, 104]
    both = read(tmp_path, take(as_person(people.alice), layers["new"], box=box))
    assert both["编号"].tolist() == [103, 104]


def test_each_download_is_an_entry_with_the_digest_of_the_file(
    people: Any, as_person: Any, layers: Any
) -> None:
    before = Entry.objects.count()
    client = as_person(people.alice)
    data = content(take(client, layers["new"], once="first-time"))
    assert Entry.objects.count() == before + 1
    entry = Entry.objects.order_by("-index").first()
    assert entry is not None
    text = bytes(entry.body).decode()
    assert "layer.download" in text
    assert hashlib.sha256(data).hexdigest() in text
    assert '"features":5' in text
    content(take(client, layers["new"], once="first-time"))
    assert Entry.objects.count() == before + 1


@pytest.mark.parametrize(
    ("who", "layer", "status"),
    [("walt", "new", 403), ("sam", "new", 403), ("xena", "new", 403), ("vera", "inner", 200)],
)
def test_by_role(people: Any, as_person: Any, layers: Any, who: str, layer: str, status: int) -> None:
    before = Entry.objects.count()
    assert take(as_person(getattr(people, who)), layers[layer]).status_code == status
    assert (Entry.objects.count() > before) == (status == 200)


def test_what_does_not_fit_hands_out_nothing(people: Any, as_person: Any, layers: Any) -> None:
    client, before = as_person(people.carol), Entry.objects.count()
    for said in ({"format": "dwg"}, {"box": "1,2,3"}, {"box": "1,1,2,2"}, {"format": ""}):
        assert take(client, layers["new"], **said).status_code == 422
    assert client.post("/layers/0000/download", {"format": "gpkg"}).status_code == 404
    assert Entry.objects.count() == before
    assert "GeoPackage" in client.get(f"/layers/{layers['new']}/download").content.decode()


def test_nothing_stays_behind(people: Any, as_person: Any, layers: Any, settings: Any) -> None:
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    before = sorted(folder.iterdir())
    content(take(as_person(people.carol), layers["new"]))
    assert sorted(folder.iterdir()) == before


def test_a_child_that_fails_is_told_and_leaves_nothing(people: Any, layers: Any, tmp_path: Path) -> None:
    row = reach.readable_by_id(people.carol, layers["new"])
    with pytest.raises(ShoutuError, match=r"did not come to its end|没有完成"):
        export_apart(tmp_path / "nowhere", tmp_path / "a.gpkg", "gpkg", None, 13)
    with pytest.raises(BadInput):
        export_apart(row.folder, tmp_path / "nowhere" / "a.gpkg", "gpkg", None, 13)
    assert not list(tmp_path.iterdir())
