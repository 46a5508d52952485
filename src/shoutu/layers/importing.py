"""From a delivered file to a version of a layer: SHOUTU_HOME/layers/NAME/NUMBER-KEY.

NUMBER counts the imports of a name from 0001; the last is the current one. KEY is the digest of the
file's bytes and of all that was said about them, so the same file with the same words is the same
version, and importing it again changes nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal, cast

import msgspec

from shoutu.errors import BadInput, NotFound, Refused, Text, Where
from shoutu.geometry.repair import Repair
from shoutu.layers.build import LIMITS, Limits, Progress, build_version
from shoutu.layers.fields import latest_day, set_or_unset
from shoutu.layers.likeness import Ground
from shoutu.layers.meta import Reading, VersionMeta
from shoutu.layers.open import meta_of
from shoutu.layers.read import Features, read, split_source
from shoutu.layers.sandbox import FEATURES, PREFIX
from shoutu.layers.versions import find_version, folders_of, number_of
from shoutu.layers.work import working
from shoutu.layers.write import remove_unfinished

_OPEN = {"open": "open", "公开": "open", "internal": "internal", "内部": "internal"}
_SECRET = ("涉密", "秘密", "机密", "绝密", "secret", "confidential")
_LONGEST_NAME = 60
_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True)
class Imported:
    """The version, whether it was written now, and what was found while reading (empty when it was not)."""

    folder: Path
    meta: VersionMeta
    created: bool
    repairs: tuple[Repair, ...] = ()
    notes: tuple[Text, ...] = ()


def import_layer(
    source: str | Path,
    *,
    name: str,
    secrecy: str,
    home: Path,
    by: str | None = None,
    label: str | None = None,
    dated: str | None = None,
    crs: str | None = None,
    as_of: str | None = None,
    strict: bool = False,
    near: Ground | None = None,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> Imported:
    """Write a version of layer `name` under `home`, or find the one that is there already.

    secrecy  open or internal (公开, 内部); anything classified is Refused
    by       the field that the layer is classed by when no other is asked for
    label    the field that names a feature
    dated    the field with the day of which a feature tells; its latest is `as_of` where that is not said
    as_of    the day of which the file tells, YYYY-MM-DD
    near     outlines that the file should fit (see `read`)
    strict   refuse invalid geometry instead of repairing it
    progress called while a layer beyond `limits.at_once` is built

    Raises BadInput for the file, the name, the field or the date, and leaves nothing. Stopped when the
    user interrupts it: then, and after a crash, the same call goes on where it was (`layers.work`).
    """
    level = checked_secrecy(secrecy)
    name = checked_name(name)
    day = _day(as_of)
    path, inside = split_source(source)
    digest = digest_of(path) if Path(path).exists() else ""
    asked = {
        "source": path.rpartition("/")[2],
        "sha256": digest,
        "layer": inside,
        "crs": crs,
        "by": by,
        "label": label,
        "dated": dated,
        "as_of": day,
        "secrecy": level,
        "strict": strict,
    }
    with working(home / "layers", name, asked) as work, _told(work, progress):
        features = read(source, crs=crs, keep=work, near=near)
        if dated is not None and day is None:
            latest = latest_day(features.texts(dated))
            day = None if latest is None else latest.isoformat()
        blank = VersionMeta(
            name=name,
            version="",
            source_file=Path(features.file).name,
            source_sha256=digest,
            as_of=day,
            crs=features.crs.definition,
            secrecy=level,
            class_field=by,
            reading=_reading(features),
            name_field=set_or_unset(label),
            date_field=set_or_unset(dated),
        )
        return _imported(
            home,
            features,
            blank,
            partial(build_version, strict=strict, work=work, limits=limits, progress=progress),
        )


Build = Callable[[Path, Features, VersionMeta], tuple[VersionMeta, list[Repair]]]


def _imported(home: Path, features: Features, blank: VersionMeta, build: Build) -> Imported:
    """The version that is there, or the one that `build` writes as the next."""
    for field in (blank.class_field, blank.name_field, blank.date_field):
        if isinstance(field, str):
            features.column(field)
    said = {
        "source": blank.source_sha256,
        "layer": features.layer,
        "crs": features.crs.definition,
        "by": blank.class_field,
        "as_of": blank.as_of,
        "secrecy": blank.secrecy,
    }
    # What an earlier release did not ask stands here only where it was said: keys stay the same.
    more = {"label": blank.name_field, "dated": blank.date_field, "axes": "yx" if features.swapped else None}
    said |= {name: value for name, value in more.items() if isinstance(value, str)}
    key = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
    parent = home / "layers" / blank.name
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(parent):
        remove_unfinished(parent)
        if there := sorted(parent.glob(f"[0-9]*-{key}")):
            return Imported(there[0], meta_of(there[0]), created=False)
        last = max(map(number_of, folders_of(parent)), default=0)
        folder = parent / f"{last + 1:04d}-{key}"
        meta, repairs = build(folder, features, msgspec.structs.replace(blank, version=folder.name))
        return Imported(folder, meta, True, tuple(repairs), features.notes)


def _reading(features: Features) -> Reading | msgspec.UnsetType:
    crs = features.crs
    if not features.swapped and crs.operation is None:
        return msgspec.UNSET
    return Reading(swapped=features.swapped, operation=crs.operation, uncertainty_m=crs.uncertainty_m)


@contextmanager
def _told(work: Path, progress: Progress | None) -> Iterator[None]:
    """While the block runs and the child reads, how many MiB it has written."""
    ended = threading.Event()

    def tell() -> None:
        while not ended.wait(1.0):
            written = sum(path.stat().st_size for path in work.glob(f"{PREFIX}*/{FEATURES}"))
            if written and progress is not None:
                progress("read", written >> 20, 0)

    if progress is None:
        yield
        return
    thread = threading.Thread(target=tell, name="shoutu-told", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def current(name: str, home: Path) -> Path | None:
    """The folder of the last imported version of `NAME`, or of that which `NAME@WHICH` means
    (`layers.versions`); None when there is no such layer."""
    try:
        return find_version(unicodedata.normalize("NFC", name), home)
    except (BadInput, NotFound):
        return None


def every_version(home: Path) -> list[VersionMeta]:
    """All versions by name, then in the order of their import."""
    root = home / "layers"
    folders = [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []
    names = sorted(path.name for path in folders if path.name[0] != ".")
    return [meta_of(folder) for name in names for folder in folders_of(root / name)]


def checked_name(name: str) -> str:
    """`name` as the name of a layer and its folder: one to 60 characters, no path, no mark of a source."""
    name = unicodedata.normalize("NFC", name)
    bad = (
        not 0 < len(name) <= _LONGEST_NAME
        or name[0] in ".-"
        or name != name.strip()
        or any(sign in "/\\|=:" or not sign.isprintable() for sign in name)
    )
    if bad:
        raise BadInput(
            Text("图层名不合规", "this cannot be a layer's name"),
            where=Where(field="name"),
            found=name[:80],
            remedy=Text(
                "一至六十个字符，不含 / \\ | = :，不以点或横线开头",
                "one to sixty characters without / \\ | = :, not beginning with a dot or dash",
            ),
        )
    return name


def checked_secrecy(said: str) -> Literal["open", "internal"]:
    """`open` or `internal` for what was said; Refused for anything classified, BadInput for anything else."""
    if said.strip().lower() in _SECRET:
        raise Refused(
            Text("涉密数据不得导入本系统", "classified data must not be imported into this system"),
            where=Where(field="secrecy"),
            found=said,
            remedy=Text(
                "涉密数据只在涉密单机上使用；确属公开或内部的，注明 open 或 internal",
                "classified data belong on a machine of their own; say open or internal only where it is so",
            ),
        )
    level = _OPEN.get(said.strip().lower())
    if level is None:
        raise BadInput(
            Text("密级应为 open 或 internal", "secrecy is open or internal"),
            where=Where(field="secrecy"),
            found=said,
            remedy=Text(
                "公开写 open，内部写 internal", "write open for public data, internal for internal data"
            ),
        )
    return cast(Literal["open", "internal"], level)


def _day(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise BadInput(
            Text("日期无法识别", "the date cannot be read"),
            where=Where(field="as-of"),
            found=text,
            remedy=Text("写作 2024-12-31", "write it as 2024-12-31"),
        ) from error


def digest_of(path: str) -> str:
    """SHA-256 of a file; of a loose shapefile or a FileGDB over its parts, each with its name and size."""
    real = Path(path)
    if real.is_dir():
        return _digest_of_parts((part.name, part) for part in sorted(real.iterdir()) if part.is_file())
    if real.suffix.lower() == ".shp":
        beside = ((s, real.with_suffix(s), real.with_suffix(s.upper())) for s in _SHAPEFILE)
        found = ((s, lower if lower.is_file() else upper) for s, lower, upper in beside)
        return _digest_of_parts((suffix, part) for suffix, part in found if part.is_file())
    with real.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_of_parts(parts: Iterable[tuple[str, Path]]) -> str:
    whole = hashlib.sha256()
    for name, part in parts:
        whole.update(f"{name} {part.stat().st_size}\n".encode())
        with part.open("rb") as file:
            while block := file.read(1 << 20):
                whole.update(block)
    return whole.hexdigest()


@contextmanager
def _alone(parent: Path) -> Iterator[None]:
    """One import of a name at a time; the lock goes with the process, whatever becomes of it."""
    handle = os.open(parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
