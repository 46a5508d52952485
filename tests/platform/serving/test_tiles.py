"""Tiles over HTTP: whose they are, what they hold, how they are kept."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest

from shoutu.layers import tiles
from shoutu.platform.outbox import jobs
from shoutu.platform.outbox.models import Progress
from shoutu.platform.outbox.worker import JobWorker
from shoutu.platform.serving import ahead, kept
from tests.platform.serving import conftest as ground

pytestmark = pytest.mark.django_db
Z, X, Y = 12, 3297, 1557
NAME = "2024-12-31-made"


def path(layer: str = "land-use", version: str = NAME, z: int = Z, x: int = X, y: int = Y) -> str:
    return f"/tiles/{layer}/{version}/{z}/{x}/{y}.mvt"


def ids(folder: Path, response: Any) -> list[int]:
    file = folder / str(Z) / str(X) / f"{Y}.mvt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(response.content)
    return sorted(pyogrio.read_dataframe(file)["id"]) if response.content else []


def test_a_tile_holds_its_features_under_the_agreed_names(
    people: Any, as_person: Any, layers: Any, tmp_path: Path
) -> None:
    answer = as_person(people.carol).get(path())
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vnd.mapbox-vector-tile")
    assert ids(tmp_path, answer) == list(range(13))
    file = tmp_path / str(Z) / str(X) / f"{Y}.mvt"
    assert [name for name, _ in pyogrio.list_layers(file)] == ["features"]
    frame = pyogrio.read_dataframe(file).set_index("id")
    assert frame.loc[0, "class"] == "0301"
    assert frame.loc[1, "class"] == "0103"


def test_a_version_is_named_by_its_own_name_or_its_id(people: Any, as_person: Any, layers: Any) -> None:
    client = as_person(people.carol)
    assert client.get(path(version=layers["new"])).content == client.get(path()).content
    old = client.get(path(version=layers["old"]))
    assert old.status_code == 200
    assert old.content != client.get(path()).content
    assert client.get(path(version="0000")).status_code == 404
    assert client.get(path(layer="redline")).status_code == 404


def test_a_banner_gets_what_shares_ground_with_it_and_no_more(
    people: Any, as_person: Any, layers: Any, tmp_path: Path
) -> None:
    assert ids(tmp_path, as_person(people.alice).get(path())) == [0, 1, 2, 3, 4]
    assert ids(tmp_path, as_person(people.frank).get(path())) == list(range(4, 13))


def test_a_region_without_an_outline_gets_nothing(people: Any, as_person: Any, layers: Any) -> None:
    from shoutu.platform.acts import unsafe_writes
    from shoutu.platform.territory.models import Region

    with unsafe_writes("test: no outline"):
        Region.objects.filter(code=people.alice.region).update(outline=None)
    assert as_person(people.alice).get(path()).status_code == 403


@pytest.mark.parametrize(
    ("who", "layer", "version", "status"),
    [
        ("carol", "land-use", NAME, 200),
        ("carol", "redline", "2024-06-30-made", 200),
        ("vera", "redline", "2024-06-30-made", 200),
        ("walt", "land-use", NAME, 200),
        ("walt", "redline", "2024-06-30-made", 404),
        ("yuri", "land-use", NAME, 403),
        ("sam", "land-use", NAME, 403),
        ("nobody", "land-use", NAME, 401),
    ],
)
def test_by_role_and_secrecy(
    people: Any, as_person: Any, layers: Any, who: str, layer: str, version: str, status: int
) -> None:
    assert as_person(getattr(people, who)).get(path(layer, version)).status_code == status


def test_another_secrecy_has_no_door(people: Any, as_person: Any, layers: Any) -> None:
    from shoutu.platform.acts import unsafe_writes
    from shoutu.platform.territory.models import LayerVersion

    with unsafe_writes("test: a third secrecy"):
        LayerVersion.objects.filter(id=layers["new"]).update(secrecy="secret")
    assert as_person(people.carol).get(path()).status_code == 404


def test_keys_open_as_bearer_and_as_password(people: Any, client: Any, layers: Any, key: Any) -> None:
    import base64

    token = key(people.carol)
    basic = base64.b64encode(f"anything:{token}".encode()).decode()
    assert client.get(path(), headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert client.get(path(), headers={"Authorization": f"Basic {basic}"}).status_code == 200
    for wrong in ("Bearer st_live_x", "Basic %%%", "Basic " + base64.b64encode(b"a:b").decode(), "Digest x"):
        assert client.get(path(), headers={"Authorization": wrong}).status_code == 401
    only_acts = key(people.carol, ("act",))
    assert client.get(path(), headers={"Authorization": f"Bearer {only_acts}"}).status_code == 403


def test_a_wrong_key_is_not_made_good_by_a_session(people: Any, as_person: Any, layers: Any) -> None:
    answer = as_person(people.carol).get(path(), headers={"Authorization": "Bearer st_live_wrong"})
    assert answer.status_code == 401


def test_gzip_entity_tag_and_lasting_caching(people: Any, as_person: Any, layers: Any) -> None:
    client = as_person(people.carol)
    plain, packed = client.get(path()), client.get(path(), headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Cache-Control"] == "private, max-age=31536000, immutable"
    again = client.get(path(), headers={"If-None-Match": packed["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", packed["ETag"])
    part = as_person(people.alice).get(path(), headers={"If-None-Match": packed["ETag"]})
    assert (part.status_code, part["Cache-Control"]) == (200, "private, no-cache")


def test_what_is_not_a_tile_is_absent_and_an_empty_one_is_empty(
    people: Any, as_person: Any, layers: Any
) -> None:
    client = as_person(people.carol)
    for z, x, y in ((12, 4096, 0), (12, 0, 4096), (23, 0, 0), (0, 1, 0)):
        assert client.get(path(z=z, x=x, y=y)).status_code == 404
    empty = client.get(path(x=0, y=0))
    assert (empty.status_code, empty.content) == (200, b"")
    assert client.post(path()).status_code in (403, 405)


def crowd(count: int) -> list[Any]:
    """`count` small squares in rows of 160, over both banners."""
    side = ground.SIDE / 20
    shapes = []
    for index in range(count):
        x, y = ground.WEST + (index % 160) * side, ground.SOUTH + (index // 160) * side
        shapes.append([[(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]])
    return shapes


@pytest.mark.django_db(transaction=True)
def test_the_act_begins_a_job_that_makes_crowded_tiles_ahead(
    committed_people: Any, as_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "CROWDED", 200)
    ground.plant_outlines()
    ground.register(committed_people.carol, "few", as_of="2024-01-01", shapes=crowd(100))
    assert not Progress.objects.exists()
    ground.register(committed_people.carol, "many", as_of="2024-01-01", shapes=crowd(800))
    (job,) = Progress.objects.values_list("job", flat=True)
    JobWorker(once=True, interval=0.01).run()
    done = jobs.progress(job)
    assert (done.state, done.done) == ("done", done.result)
    assert done.result > 10
    client = as_person(committed_people.carol)

    def forbidden(*_: Any) -> bytes:
        raise AssertionError("made again")

    url = path("many", "2024-01-01-made", 11, X >> 1, Y >> 1)
    with monkeypatch.context() as patch:
        patch.setattr(tiles, "encode", forbidden)
        ready = client.get(url)
    assert ready.content
    # a region's part is made when it is asked for, then kept
    part = as_person(committed_people.alice).get(url)
    assert part.content != ready.content
    with monkeypatch.context() as patch:
        patch.setattr(tiles, "encode", forbidden)
        assert as_person(committed_people.alice).get(url).content == part.content


@pytest.mark.django_db(transaction=True)
def test_a_job_that_was_stopped_goes_on_where_it_was(
    committed_people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "CROWDED", 200)
    version = ground.register(committed_people.carol, "broken-off", as_of="2024-01-01", shapes=crowd(900))
    made: list[str] = []
    keep = kept.keep

    def counted(part: Any, tile: Any, features: Any) -> bytes:
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(str(tile))
        return keep(part, tile, features)

    monkeypatch.setattr(kept, "keep", counted)
    with pytest.raises(KeyboardInterrupt):
        ahead.make_ahead.func(version)
    made_before = list(made)
    monkeypatch.setattr(kept, "keep", keep)
    total = ahead.make_ahead.func(version)
    assert total > 3
    assert len(set(made_before)) == 3
    assert not list((kept.home() / "caches" / "tiles").rglob(".*"))


def test_the_mask_of_a_region_is_read_from_its_file(people: Any, layers: Any) -> None:
    from shoutu.platform.serving import reach
    from shoutu.platform.territory import queries

    row = next(row for row in queries.readable_layers(people.alice) if row.id == layers["inner"])
    first = reach.reach(people.alice, row)
    reach._mask.cache_clear()
    second = reach.reach(people.alice, row)
    assert first.mask is not None
    assert second.mask is not None
    np.testing.assert_array_equal(first.mask, second.mask)
    assert first.mask.tolist() == [True] * 5 + [False] * 8
