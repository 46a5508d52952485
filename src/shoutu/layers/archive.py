"""Zip archives from outside: what is inside is counted while it is read, never believed.

Limits (per archive): 2 GiB unpacked, 200 times its own size (beyond 16 MiB, for a padded table packs
very well), 2,000 entries, one level. Refused: `..`, absolute names, links, devices, encryption.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from shoutu.errors import BadInput, Text, Where

MAX_BYTES = 2 << 30
MAX_RATIO = 200
FREE_BYTES = 16 << 20
MAX_ENTRIES = 2_000
_CHUNK = 1 << 20

_REPACK = Text("重新打包后提交", "pack it again and hand it in")


def unpack(archive: Path, into: Path, suffixes: frozenset[str], *, where: Where) -> list[Path]:
    """Write the members with one of `suffixes` (lower case, with dot) under `into`; their paths.

    Members of one folder stay together, in a folder named by number, so that no name from the
    archive becomes a path but the file's own. A folder with `.gdbtable` members is a FileGDB: all of it
    is written, and its name ends in `.gdb`. Raises BadInput on every breach, naming the member.
    """
    try:
        with zipfile.ZipFile(archive) as source:
            members = source.infolist()
            if len(members) > MAX_ENTRIES:
                raise _breach(
                    Text(f"压缩包超过 {MAX_ENTRIES} 项", f"more than {MAX_ENTRIES} entries"),
                    where,
                    len(members),
                )
            return _write_members(source, members, into, suffixes, archive.stat().st_size, where)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, UnicodeDecodeError
    ) as error:  # fmt: skip
        raise BadInput(
            Text("压缩包损坏或格式不支持", "the archive is damaged or packed in an unsupported way"),
            where=where,
            found=str(error),
            remedy=_REPACK,
        ) from error


def _write_members(
    source: zipfile.ZipFile,
    members: list[zipfile.ZipInfo],
    into: Path,
    suffixes: frozenset[str],
    packed: int,
    where: Where,
) -> list[Path]:
    allowed = min(MAX_BYTES, max(FREE_BYTES, packed * MAX_RATIO))
    databases = {
        path.parent
        for member in members
        if (path := PurePosixPath(_name(member).replace("\\", "/"))).suffix.lower() == ".gdbtable"
    }
    folders: dict[PurePosixPath, Path] = {}
    written: list[Path] = []
    for member in members:
        name = _name(member)
        path = _checked(member, name, where)
        wanted = path.suffix.lower() in suffixes or path.parent in databases
        if member.is_dir() or path.parts[0] == "__MACOSX" or not wanted:
            continue
        name_of = f"{len(folders)}{'.gdb' if path.parent in databases else ''}"
        folder = folders.setdefault(path.parent, into / name_of)
        folder.mkdir(exist_ok=True)
        target = folder / path.name
        if target.exists():
            raise _breach(Text("压缩包内有重名文件", "two members of one name"), where, name)
        allowed -= _copy(source, member, target, allowed, where)
        written.append(target)
    return written


def _copy(source: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, allowed: int, where: Where) -> int:
    total = 0
    with source.open(member) as packed, target.open("xb") as out:
        while chunk := packed.read(_CHUNK):
            total += len(chunk)
            if total > allowed:
                raise _breach(
                    Text(
                        f"解压后超过 2 GiB 或压缩包的 {MAX_RATIO} 倍",
                        f"unpacks to more than 2 GiB or {MAX_RATIO} times its size",
                    ),
                    where,
                    member.filename,
                )
            out.write(chunk)
    return total


def _name(member: zipfile.ZipInfo) -> str:
    """The name as its maker meant it: without the UTF-8 flag Python reads CP437, makers wrote
    UTF-8 (macOS) or GBK (Windows in China).
    """
    if member.flag_bits & 0x800:
        return member.filename
    raw = member.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _checked(member: zipfile.ZipInfo, name: str, where: Where) -> PurePosixPath:
    path = PurePosixPath(name.replace("\\", "/"))
    mode = member.external_attr >> 16
    if path.is_absolute() or ".." in path.parts or not path.parts or ":" in path.parts[0]:
        raise _breach(Text("压缩包内的路径越界", "a member's name leads outside"), where, name)
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _breach(Text("压缩包内有链接或设备", "a member is a link or a device"), where, name)
    if member.flag_bits & 0x1:
        raise _breach(Text("压缩包已加密", "a member is encrypted"), where, name)
    return path


def _breach(what: Text, where: Where, found: object) -> BadInput:
    return BadInput(
        Text(f"压缩包不予接收：{what.zh}", f"the archive is refused: {what.en}"),
        where=where,
        found=found,
        remedy=_REPACK,
    )
