"""Everything that the publishing act writes, made ready before its transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from shoutu.platform.discovery.ground import Ground
from shoutu.platform.discovery.inputs import Header
from shoutu.platform.discovery.intake.judging import Judged
from shoutu.platform.discovery.rows import Box


@dataclass(frozen=True)
class NewPicture:
    """A before or after picture, its file already under SHOUTU_HOME/imagery by its hash."""

    number: str
    """Of its patch."""
    moment: str
    sha256: str
    path: str
    box: Box
    taken_on: date | None = None
    sensor: str = ""


@dataclass(frozen=True)
class Crossed:
    """The patches of a batch, or the parts of a patch, under one layer version.

    areas  for each patch, m² by class; classes of nothing left out
    """

    layer: str
    kernel: str
    areas: Sequence[Mapping[str, Fraction]]


@dataclass(frozen=True)
class Publication:
    """One batch. `ground` and `areas` of `crossed` are by position in the source: `Staged.index`."""

    header: Header
    file_name: str
    sha256: str
    layer: str
    columns: Sequence[str]
    mapping: Mapping[str, str]
    judged: Judged
    excluded: Sequence[Mapping[str, str]]
    ground: Ground | None
    crossed: Sequence[Crossed]
    pictures: Sequence[NewPicture] = ()
