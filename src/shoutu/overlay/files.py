"""An overlay of files and imported layers: from their bytes to the rows of contract 2.

The command and the upload page both call `overlay_sources`, so that they give the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.reference import Reference, make_reference
from shoutu.layers.export import Areas
from shoutu.layers.read import read
from shoutu.overlay import net
from shoutu.overlay.cluster import overlay_on
from shoutu.overlay.facts import Overlay
from shoutu.overlay.figures import reported
from shoutu.overlay.run import overlay
from shoutu.overlay.sources import Reading, ground_of, identities, open_source


@dataclass(frozen=True)
class Request:
    """What to cross with what.

    patches  a path, `FILE|layername=NAME` where it holds several polygon layers
    layers   (name, source) in the order of the answer; a source is an imported layer's name, else a path
    by       layer name → the field whose texts are its classes
    net      layer name → the field of coefficients, 0 to below 1, that are taken off its areas (KCXS)
    id       field of the patches, unique and not null; their positions from 0 where None
    crs      for files that state none, or `X via OPERATION`; see `shoutu.crs`
    figures  add the figures to report and the uncovered rest of each patch under each layer
    strict   refuse invalid geometry instead of repairing it
    home     the data directory with imported layers; None: sources are paths only
    cluster  address of a Dask scheduler whose workers share that directory; None: this process
    """

    patches: str
    layers: tuple[tuple[str, str], ...]
    by: Mapping[str, str] = field(default_factory=dict)
    net: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None
    crs: str | None = None
    figures: bool = False
    strict: bool = False
    home: Path | None = None
    cluster: str | None = None


def overlay_sources(
    request: Request,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    threads: int = 2,
) -> tuple[Areas, list[Reading]]:
    """The rows of contract 2, and what was found in each source, patches first.

    Raises BadInput naming source, feature, field and remedy; Stopped when `should_stop` says so.
    """
    _check_names(request)
    features = read(request.patches, crs=request.crs)
    ids = identities(features, request.id)
    patches, reading = ground_of("patches", features, request.strict)
    readings = [reading]
    views, netted = [], {}
    for name, source in request.layers:
        opened = open_source(name, source, crs=request.crs, strict=request.strict, home=request.home)
        view = opened.view(request.by.get(name))
        if name in request.net and not isinstance(view.ground, Reference):
            view = replace(view, ground=make_reference(view.ground, threads))  # it is crossed twice
        views.append(view)
        readings.append(opened.reading)
        if name in request.net:
            netted[len(views) - 1] = net.ridges(views[-1], opened.texts(request.net[name]), request.net[name])
    extra = [ridges.view for ridges in netted.values()]
    if request.cluster is None:
        found = overlay(patches, [*views, *extra], threads, progress, should_stop)
    else:
        found = overlay_on(request.cluster, patches, [*views, *extra], progress, should_stop)
    areas = _as_areas(found, ids, netted, len(views))
    if request.figures:
        areas = reported(areas, ids, patches.area, [name for name, _ in request.layers])
    return areas, readings


def _check_names(request: Request) -> None:
    names = [name for name, _ in request.layers]
    if not names:
        raise BadInput(
            Text("没有指定图层", "no layer is given"),
            remedy=Text("用 --layer 名称=来源 指定", "give one with --layer NAME=SOURCE"),
        )
    for name in names:
        if not name or names.count(name) > 1:
            raise BadInput(
                Text("图层名为空或重复", "a layer's name is empty or given twice"),
                where=Where(layer=name),
                remedy=Text("给每个图层一个不同的名称", "give each layer a name of its own"),
            )
    for option, name in [
        *(("--by", name) for name in request.by),
        *(("--net", name) for name in request.net),
    ]:
        if name not in names:
            raise BadInput(
                Text(f"{option} 指向未给出的图层", f"{option} names a layer that is not given"),
                where=Where(layer=name),
                found=", ".join(names),
                remedy=Text("写 --layer 中的名称", "write a name from --layer"),
            )


def _as_areas(
    found: Overlay, ids: Sequence[int] | Sequence[str], netted: Mapping[int, net.Ridges], layers: int
) -> Areas:
    """The rows with the patches' own names; those of the views beyond `layers` only serve the net areas."""
    shown = found.layer < layers
    patch, layer, code = found.patch[shown], found.layer[shown], found.class_code[shown]
    return Areas(
        patch=[ids[row] for row in patch.tolist()],
        layer=[found.layer_names[which] for which in layer.tolist()],
        class_=[
            found.class_names[which][class_]
            for which, class_ in zip(layer.tolist(), code.tolist(), strict=True)
        ],
        area_m2=found.area_m2[shown],
        patch_area_m2=found.patch_area_m2[patch],
        net_m2=net.net_areas(found, netted, layers) if netted else None,
    )
