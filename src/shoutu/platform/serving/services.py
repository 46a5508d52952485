"""The act of taking a layer, or a part of one, out of the house."""

from __future__ import annotations

from shoutu.platform.acts import Recorded, act
from shoutu.platform.doors import Actor
from shoutu.platform.serving.inputs import DownloadLayer
from shoutu.platform.serving.reach import readable_by_id


@act("layer.download", clause="1.2", region=lambda data: data.region)
def download_layer(actor: Actor, data: DownloadLayer) -> Recorded[None]:
    """Record who takes which version, which part of it, and the digest of the file."""
    row = readable_by_id(actor, data.layer)
    facts = {
        "name": row.name,
        "checksum": row.checksum,
        "secrecy": row.secrecy,
        "format": data.format,
        "box": data.box,
        "features": data.features,
        "sha256": data.sha256,
    }
    return Recorded(None, f"layer:{row.id}", facts)
