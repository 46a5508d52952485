"""Archives: limits counted while reading, names that lead nowhere."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from shoutu.errors import BadInput, Where
from shoutu.layers import archive

SUFFIXES = frozenset({".shp", ".dbf"})


def unpack(path: Path, into: Path) -> list[Path]:
    into.mkdir(exist_ok=True)
    return archive.unpack(path, into, SUFFIXES, where=Where(file=path.name))


def made(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members:
            out.writestr(name, content, zipfile.ZIP_DEFLATED)
    return path


def test_members_of_one_folder_stay_together_and_no_name_is_a_path(tmp_path: Path) -> None:
    file = made(
        tmp_path / "a.zip",
        ("甲/地块.shp", b"1"),
        ("甲/地块.dbf", b"2"),
        ("乙/地块.shp", b"3"),
        ("__MACOSX/甲/._地块.shp", b"x"),
        ("说明.docx", b"x"),
    )
    written = unpack(file, tmp_path / "out")
    assert [str(path.relative_to(tmp_path / "out")) for path in written] == [
        "0/地块.shp",
        "0/地块.dbf",
        "1/地块.shp",
    ]


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    "member",
    ["../a.shp", "a/../../b.shp", "/etc/a.shp", "C:\\a.shp", "..\\a.shp", link("a.shp")],
)
def test_names_that_lead_outside_and_links(tmp_path: Path, member: str | zipfile.ZipInfo) -> None:
    with pytest.raises(BadInput, match="refused"):
        unpack(made(tmp_path / "a.zip", (member, b"x")), tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.shp"))


def test_a_bomb_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    file = made(tmp_path / "a.zip", ("a.dbf", bytes(64 << 20)))
    assert file.stat().st_size < 100_000
    with pytest.raises(BadInput, match="200 times"):
        unpack(file, tmp_path / "out")
    assert sum(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file()) <= 17 << 20


def test_a_claimed_size_is_not_believed(tmp_path: Path) -> None:
    """The directory says 10 bytes; the bomb counts all the same."""
    file = made(tmp_path / "a.zip", ("a.dbf", bytes(64 << 20)))
    raw = bytearray(file.read_bytes())
    size = (64 << 20).to_bytes(4, "little")
    at = raw.rindex(size)
    raw[at : at + 4] = (10).to_bytes(4, "little")
    file.write_bytes(raw)
    with pytest.raises(BadInput):
        unpack(file, tmp_path / "out")


def test_too_many_entries(tmp_path: Path) -> None:
    file = made(tmp_path / "a.zip", *((f"{n}.txt", b"") for n in range(2001)))
    with pytest.raises(BadInput, match="2000"):
        unpack(file, tmp_path / "out")


def test_damaged_encrypted_and_unreadable(tmp_path: Path) -> None:
    whole = made(tmp_path / "a.zip", ("a.shp", bytes(range(256)) * 40)).read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput, match="damaged"):
        unpack(cut, tmp_path / "out")
    flipped = bytearray(whole)
    flipped[45] ^= 0xFF
    (tmp_path / "flipped.zip").write_bytes(flipped)
    with pytest.raises(BadInput):
        unpack(tmp_path / "flipped.zip", tmp_path / "out2")
    locked = bytearray(whole)
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    with pytest.raises(BadInput, match="encrypted"):
        unpack(tmp_path / "locked.zip", tmp_path / "out3")
