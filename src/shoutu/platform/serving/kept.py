"""Tiles as they go out, gzip-packed: made when asked for, kept in a file where making them takes long.

    SHOUTU_HOME/caches/tiles/CHECKSUM/EDITION/PART/z/x/y.mvt.gz

The checksum names the version's content and PART the caller's part of it (`reach.Reach.part`), so a file
never has to be changed; each is written beside and renamed into place.
"""

from __future__ import annotations

import gzip
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from shoutu.geometry.rings import Ints
from shoutu.layers import tiles
from shoutu.layers.tiles import Tile
from shoutu.platform.home import home
from shoutu.platform.serving.reach import Reach

EDITION = "1"
"""To be raised whenever the same tile would come out otherwise."""
_LEVEL = 5


def tag(reach: Reach, tile: Tile) -> str:
    """The entity tag, without quotes: two answers with one tag are equal byte for byte."""
    return f"{reach.row.checksum[:32]}-{EDITION}-{reach.part}-{tile.z}-{tile.x}-{tile.y}"


def packed(reach: Reach, tile: Tile) -> bytes:
    """The tile, gzip-packed; a packed nothing where nothing is drawn."""
    file = _file(reach, tile)
    if file.exists():
        return file.read_bytes()
    features = tiles.found(reach.version, tile, reach.mask)
    if len(features) > tiles.CROWDED:
        return keep(reach, tile, features)
    return _pack(tiles.encode(reach.version, tile, features))


def is_kept(reach: Reach, tile: Tile) -> bool:
    return _file(reach, tile).exists()


def keep(reach: Reach, tile: Tile, features: Ints) -> bytes:
    """Make the tile of `features` and keep it."""
    data = _pack(tiles.encode(reach.version, tile, features))
    file = _file(reach, tile)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    draft.write_bytes(data)
    draft.replace(file)
    return data


def drop_all_but(checksums: Iterable[str]) -> list[str]:
    """Remove the tiles of versions that are not registered any more; their checksums."""
    root, wanted = home() / "caches" / "tiles", set(checksums)
    gone = sorted(path.name for path in root.glob("*") if path.name not in wanted)
    for name in gone:
        shutil.rmtree(root / name)
    return gone


def _pack(data: bytes) -> bytes:
    return gzip.compress(data, _LEVEL, mtime=0)


def _file(reach: Reach, tile: Tile) -> Path:
    root = home() / "caches" / "tiles" / reach.row.checksum / EDITION / reach.part
    return root / str(tile.z) / str(tile.x) / f"{tile.y}.mvt.gz"
