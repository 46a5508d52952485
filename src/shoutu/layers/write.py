"""Writes a layer version: a complete folder, or nothing.

Files first into a folder of its own beside the goal, each forced to the disk, then one rename, then
the parent is forced. Whoever looks sees no version or the whole of it, after a crash too. A version is
never changed afterwards; it goes by being unlinked, and what is mapped of it stays readable.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa

from shoutu.errors import BadInput, Refused, Text, Where
from shoutu.geometry.corrections import Corrections
from shoutu.geometry.index import Tree
from shoutu.geometry.prepared import Prepared
from shoutu.geometry.reference import Reference, arrays_of, make_reference
from shoutu.geometry.rings import Rings
from shoutu.layers.arrays import Arrays, write_arrays
from shoutu.layers.classes import encode_classes
from shoutu.layers.meta import ATTRIBUTES, GEOMETRY, META, VersionMeta, encode

UNFINISHED = ".unfinished-"
ROWS = 65_536
"""Rows that stand together in the file of attributes."""
PREPARED = tuple(name for name in Prepared.__dataclass_fields__ if name != "features")
CORRECTIONS = tuple(name for name in Corrections.__dataclass_fields__ if name != "tree")
TREE = ("tree_nodes", "tree_levels", "tree_origin")
AGAIN = "again_"
"""Before the names of the corrections' arrays."""


def write_version(
    folder: Path,
    polygons: Prepared | Reference,
    attributes: pa.Table,
    meta: VersionMeta,
    delivered: Rings | None = None,
) -> VersionMeta:
    """Write `folder`, which must not exist, and return its meta with counts and checksums.

    attributes  one row for each feature, in file order
    delivered   the rings in the delivered CRS where that is projected; else the outlines are the original
    """
    reference = polygons if isinstance(polygons, Reference) else make_reference(polygons)
    if len(attributes) != reference.polygons.features:
        raise ValueError("attributes must have one row for each feature")
    if meta.class_field is not None and attributes.column_names.count(meta.class_field) != 1:
        raise BadInput(
            Text("没有这个字段，或有多个同名字段", "no such field, or several of that name"),
            where=Where(layer=meta.name, field=meta.class_field),
            found=", ".join(attributes.column_names),
            remedy=Text("写其中一个字段名", "name one of these fields"),
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = folder.parent / f"{UNFINISHED}{os.getpid()}-{folder.name}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        write_arrays(work / GEOMETRY, _arrays(reference, attributes, meta, delivered))
        _write_table(work / ATTRIBUTES, attributes)
        sealed = _described(reference, meta, work).sealed()
        _write(work / META, encode(sealed))
        _force(work)
        _publish(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return sealed


def remove_unfinished(parent: Path) -> list[str]:
    """Remove what writers that died left in `parent`; the names removed."""
    removed = []
    for path in sorted(parent.glob(f"{UNFINISHED}*")):
        pid = path.name.removeprefix(UNFINISHED).split("-")[0]
        if not _alive(int(pid)):
            shutil.rmtree(path)
            removed.append(path.name)
    return removed


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _arrays(reference: Reference, attributes: pa.Table, meta: VersionMeta, delivered: Rings | None) -> Arrays:
    arrays: Arrays = {name: getattr(reference.polygons, name) for name in PREPARED}
    arrays |= {
        "component": reference.component,
        **_tree_arrays(reference.tree, ""),
        **{f"{AGAIN}{name}": getattr(reference.corrections, name) for name in CORRECTIONS},
        **_tree_arrays(reference.corrections.tree, AGAIN),
    }
    if delivered is not None:
        arrays |= {
            "delivered_xy": delivered.xy,
            "delivered_starts": delivered.starts,
            "delivered_owners": delivered.owners,
        }
    if meta.class_field is not None:
        codes, names = encode_classes(attributes.column(meta.class_field))
        arrays |= {
            "class_codes": codes,
            "class_names": np.frombuffer(msgspec.json.encode(names), np.uint8),
        }
    return arrays


def _tree_arrays(tree: Tree, prefix: str) -> Arrays:
    return {f"{prefix}{name}": np.asarray(array) for name, array in zip(TREE, arrays_of(tree), strict=True)}


def _described(reference: Reference, meta: VersionMeta, work: Path) -> VersionMeta:
    polygons = reference.polygons
    return msgspec.structs.replace(
        meta,
        features=polygons.features,
        with_geometry=int((polygons.feature_rings[:, 1] > polygons.feature_rings[:, 0]).sum()),
        area_m2=float(polygons.area.sum()),
        overlapping=reference.overlapping,
        overlap_ignored_m2=reference.ignored,
        files={name: sha256(work / name) for name in (GEOMETRY, ATTRIBUTES)},
    )


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_table(path: Path, table: pa.Table) -> None:
    with path.open("wb") as file:
        with pa.ipc.new_file(file, table.schema) as writer:
            for first in range(0, len(table), ROWS):
                writer.write_table(table.slice(first, ROWS).combine_chunks())
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _force(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _publish(work: Path, folder: Path) -> None:
    try:
        work.rename(folder)
    except OSError as exc:
        if not folder.exists():
            raise
        raise Refused(
            Text(
                "该图层版本已存在，版本写定后不可更改",
                "this layer version exists; a version is never changed",
            ),
            where=Where(file=folder.name),
            remedy=Text("导入为新版本", "import it as a new version"),
        ) from exc
    _force(folder.parent)
