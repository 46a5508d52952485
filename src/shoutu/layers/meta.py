"""What a layer version says of itself: the document meta.json of docs/format/layer-v1.md."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from shoutu.crs import too_uncertain

FORMAT = 1
GEOMETRY = "geometry.bin"
ATTRIBUTES = "attributes.arrow"
META = "meta.json"


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """One feature whose geometry was mended: from 0, why, and the area in m² that the mending changed."""

    feature: int
    reason: str
    area_changed_m2: float


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the file's numbers became degrees of the one datum, where that was more than a projection.

    swapped        the northing or latitude came first
    operation      the named way from another datum or from shifted degrees (see `shoutu.crs`)
    uncertainty_m  of that way, metres, where its author states one
    """

    swapped: bool = False
    operation: str | None = None
    uncertainty_m: float | None = None


class VersionMeta(msgspec.Struct, frozen=True, kw_only=True):
    """The caller gives the first part; `write_version` fills in the second."""

    name: str
    version: str
    source_file: str
    source_sha256: str
    as_of: str | None
    """The date, YYYY-MM-DD, of which the source tells."""
    crs: str
    """The CRS in which the file was delivered, as AUTHORITY:CODE or WKT."""
    secrecy: Literal["open", "internal"]
    class_field: str | None = None
    repairs: tuple[Repair, ...] = ()
    # Absent, not null, where there is nothing to say: a version written before stays the same bytes.
    reading: Reading | msgspec.UnsetType = msgspec.UNSET
    name_field: str | msgspec.UnsetType = msgspec.UNSET
    """The field that names a feature."""
    date_field: str | msgspec.UnsetType = msgspec.UNSET
    """The field with the day of which a feature tells."""

    format: int = FORMAT
    features: int = 0
    with_geometry: int = 0
    area_m2: float = 0.0
    """Sum of the features' own areas, overlaps counted as often as they occur."""
    overlapping: int = 0
    """Features that overlap another one of the layer."""
    overlap_ignored_m2: float = 0.0
    """Sum of the overlaps below 1e-4 m², which count as touching."""
    files: dict[str, str] = {}
    """SHA-256 of each file beside this one."""
    checksum: str = ""
    """SHA-256 over this document with an empty checksum: it names the version's whole content."""

    @property
    def only_for_finding(self) -> bool:
        """Whether its places are too uncertain to measure by."""
        way = None if self.reading is msgspec.UNSET else self.reading.uncertainty_m
        return too_uncertain(way)

    def sealed(self) -> VersionMeta:
        bare = msgspec.structs.replace(self, checksum="")
        return msgspec.structs.replace(self, checksum=hashlib.sha256(encode(bare)).hexdigest())


def encode(meta: VersionMeta) -> bytes:
    return msgspec.json.encode(meta, order="sorted")
