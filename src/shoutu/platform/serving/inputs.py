"""What the act of downloading takes."""

from __future__ import annotations

from typing import Literal

from shoutu.platform.forms import Input

Format = Literal["gpkg", "shp", "gdb", "parquet"]


class DownloadForm(Input, frozen=True, kw_only=True):
    """What is asked for. box: `west,south,east,north` in degrees; empty: all that the actor gets."""

    format: Format
    box: str = ""


class DownloadLayer(Input, frozen=True, kw_only=True):
    """What was handed out: features and sha256 are those of the file that was prepared before.

    layer   a version's id
    region  whose part of it: the actor's region
    box     as in the form
    """

    layer: str
    region: str
    format: Format
    box: str = ""
    features: int
    sha256: str
