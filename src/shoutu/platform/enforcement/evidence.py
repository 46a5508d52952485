"""Evidence files: checked, then kept by the hash of their content, read-only for ever."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shoutu.errors import BadInput, Text, Where
from shoutu.platform.contents import keep_content

MOST_BYTES = 50 << 20
MOST_PIXELS = 120_000_000
_KINDS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
_IMAGES = ("image/jpeg", "image/png")


@dataclass(frozen=True)
class Kept:
    sha256: str
    path: str
    """Relative to SHOUTU_HOME."""
    size: int
    media_type: str


def keep(file: Path, *, name: str) -> Kept:
    """Check a file and keep it; the same content is kept once. BadInput names what is wrong.

    The original stays as it came, EXIF and all, for it is evidence; what is shown to others is made
    from it without them.
    """
    size = file.stat().st_size
    media_type = _media_type(file, name, size)
    with file.open("rb") as source:
        digest, path = keep_content(source, "evidence")
    return Kept(digest, path, size, media_type)


def _media_type(file: Path, name: str, size: int) -> str:
    """By content, never by name."""
    with file.open("rb") as opened:
        head = opened.read(16)
    found = next((media for magic, media in _KINDS if head.startswith(magic)), None)
    if found is None or not 0 < size <= MOST_BYTES:
        raise BadInput(
            Text("只收 50 MB 以内的 JPEG、PNG、PDF 和 zip。", "JPEG, PNG, PDF and zip up to 50 MB only."),
            where=Where(file=name),
            found=f"{size} B, {found or head[:8].hex()}",
            remedy=Text("转换或压缩后再传。", "Convert or compress it."),
        )
    if found in _IMAGES:
        _check_image(file, name)
    return found


def _check_image(file: Path, name: str) -> None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file, formats=("JPEG", "PNG")) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise _bad_image(name, f"{width} × {height}")
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise _bad_image(name, str(error)[:200]) from error


def _bad_image(name: str, found: str) -> BadInput:
    return BadInput(
        Text("照片打不开或过大。", "The picture cannot be opened, or is too large."),
        where=Where(file=name),
        found=found,
        remedy=Text("重新导出照片后再传。", "Export the picture again."),
    )
