"""`shoutu policy new`: a pack to begin with, documented in each of its files, whose cases pass."""

from __future__ import annotations

from pathlib import Path

from shoutu.errors import BadInput, Text
from shoutu.policy.pack import NAME, installed

SKELETON = Path(__file__).parent / "skeleton"
_PLACEHOLDER = "mycity"


def write_new_pack(city: str, into: Path) -> Path:
    """Write the pack into the folder `city` of `into` and return that folder.

    city  its name: a-z, 0-9 and _, beginning with a letter; not that of an installed pack
    BadInput when the name cannot be one, when `into` is not a folder, or when the folder is there already.
    """
    if not NAME.fullmatch(city):
        raise BadInput(
            Text("规则包名只能用小写字母、数字和下划线，以字母开头", "not a name for a pack"),
            found=city,
            remedy=Text("例如 baotou_2025", "a-z, 0-9 and _, beginning with a letter: baotou_2025"),
        )
    if city in installed():
        raise BadInput(
            Text("已有同名的已安装规则包", "an installed pack has this name"),
            found=city,
            remedy=Text("换一个名称，例如加上年份", "take another, for example with the year"),
        )
    if not into.is_dir():
        raise BadInput(Text("没有这个文件夹", "no such folder"), found=str(into))
    folder = into / city
    if folder.exists() or folder.is_symlink():
        raise BadInput(
            Text("文件夹已存在，不覆盖", "it is there already, and is not written over"),
            found=str(folder),
            remedy=Text("换一个名称或另选 --into", "take another name, or another --into"),
        )
    for path in sorted(SKELETON.rglob("*")):
        if path.is_file() and path.suffix in (".md", ".yaml", ".txt", ".py"):
            target = folder / path.relative_to(SKELETON)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8").replace(_PLACEHOLDER, city)
            target.write_text(text, encoding="utf-8")
    return folder
