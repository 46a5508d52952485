"""The acts on regions and layers."""

from __future__ import annotations

from shoutu import clocks
from shoutu.errors import BadInput, Refused, Text, Where
from shoutu.platform.acts import Recorded, act
from shoutu.platform.doors import Actor, covers
from shoutu.platform.home import home
from shoutu.platform.territory import queries, registered
from shoutu.platform.territory.inputs import RegisterLayer, RegisterRegions
from shoutu.platform.territory.models import LayerVersion, Region


@act("region.register", clause="3.8", region=lambda data: data.regions[0].code)
def register_regions(actor: Actor, data: RegisterRegions) -> Recorded[tuple[str, ...]]:
    """Add regions, or renew the name and outline of those that are there."""
    for row in data.regions:
        if not covers(data.regions[0].code, row.code):
            raise BadInput(
                Text("行政区不在第一个行政区之内。", "This region does not lie in the first one."),
                where=Where(field="code"),
                found=row.code,
                remedy=Text("上级排在最前。", "Put the one that covers all first."),
            )
        Region.objects.update_or_create(
            code=row.code,
            defaults={
                "name": row.name,
                "name_en": row.name_en,
                "level": row.level,
                "outline": row.outline,
                "illustrative": row.illustrative,
            },
        )
    codes = tuple(row.code for row in data.regions)
    return Recorded(codes, f"region:{codes[0]}", {"codes": list(codes)})


@act("layer.register", clause="1.2", region=lambda data: queries.city().code)
def register_layer(actor: Actor, data: RegisterLayer) -> Recorded[LayerVersion]:
    """Register a version whose files are complete. The same name and checksum again change nothing."""
    if data.secrecy not in ("open", "internal"):
        raise Refused(
            Text("本机联网，涉密图层不予接收。", "This installation is connected: no secret layers."),
            where=Where(field="secrecy"),
            found=data.secrecy,
            remedy=Text(
                "公开或内部图层请注明“公开”或“内部”；涉密数据只在涉密单机上使用。",
                "Say open or internal; secret data belong on a machine of their own.",
            ),
        )
    folder = (home() / data.folder).resolve()
    if not folder.is_dir() or not folder.is_relative_to(home() / "layers"):
        raise BadInput(
            Text("图层文件不在数据目录中。", "The layer's files are not in the data directory."),
            where=Where(field="folder"),
            found=data.folder,
            remedy=Text("先用 shoutu layer import 写入。", "Write it first with `shoutu layer import`."),
        )
    row = LayerVersion.objects.filter(name=data.name, checksum=data.checksum).first()
    if row is None:
        row = LayerVersion.objects.create(
            name=data.name,
            kind=data.kind,
            title=data.title,
            version=data.version,
            checksum=data.checksum,
            as_of=data.as_of,
            secrecy=data.secrecy,
            source=data.source,
            features=data.features,
            folder=data.folder,
            registered_at=clocks.now(),
            synthetic=data.synthetic,
        )
        registered.tell(actor, row)
    facts = {
        "name": row.name,
        "kind": row.kind,
        "checksum": row.checksum,
        "as_of": row.as_of.isoformat(),
        "secrecy": row.secrecy,
        "features": row.features,
    }
    return Recorded(row, f"layer:{row.id}", facts)
