"""Before and after pictures of patches, under SHOUTU_HOME/imagery."""

from __future__ import annotations

from io import BytesIO

from shoutu.platform.contents import keep_content


def keep_picture(content: bytes) -> tuple[str, str]:
    """Keep the bytes by their hash; (sha256, path relative to SHOUTU_HOME)."""
    return keep_content(BytesIO(content), "imagery")
