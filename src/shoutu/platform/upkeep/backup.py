"""Writing one consistent set while the server runs.

The records are taken first: files are written before the rows that name them and never change, so
every file that the snapshot names is there when it is read.
"""

from __future__ import annotations

import os
import tempfile
from importlib.metadata import version
from pathlib import Path

from django.db import connection

from shoutu import clocks
from shoutu.errors import BadInput, Text, Where
from shoutu.platform.home import home
from shoutu.platform.ledger import queries as ledger
from shoutu.platform.upkeep import records
from shoutu.platform.upkeep.archive import FOLDERS, Manifest, Writer


def backup(out: Path) -> Manifest:
    """Write the set to `out`, which must not exist; complete or not at all. Holds keys: mode 0600."""
    if out.exists():
        raise BadInput(
            Text("文件已存在。", "The file exists."),
            where=Where(file=str(out)),
            remedy=Text("换一个名字；备份从不覆盖。", "Choose another name; a backup never replaces one."),
        )
    draft = out.with_name(f"{out.name}.part")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as target:
            manifest = _write(Writer(target))
            target.flush()
            os.fsync(target.fileno())
        os.link(draft, out)
    except OSError as error:
        raise BadInput(
            Text("写不了备份。", "The backup cannot be written."),
            where=Where(file=str(out)),
            found=error.strerror,
            remedy=Text("核对路径、权限和剩余空间。", "Check the path, its permissions and the space left."),
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _write(writer: Writer) -> Manifest:
    # Before the snapshot: the set's ledger may be longer than this, never shorter.
    migrations = records.applied()
    head = ledger.head()
    with tempfile.TemporaryDirectory(dir=home() / "caches") as folder:
        for path in records.dump(Path(folder)):
            writer.add(path, f"records/{path.name}")
    for name in FOLDERS:
        for path in sorted((home() / name).rglob("*")):
            within = path.relative_to(home())
            # A layer that is being built is no version yet, and is made again from its source.
            begun = name == "layers" and any(part.startswith(".") for part in within.parts)
            if path.is_file() and not path.is_symlink() and not begun:
                writer.add(path, within.as_posix())
    manifest = Manifest(
        made_at=clocks.now().isoformat(timespec="seconds"),
        version=version("shoutu"),
        database=connection.vendor,
        migrations=migrations,
        ledger_size=head.size,
        ledger_root=head.root.hex(),
        files=writer.files,
    )
    writer.close(manifest)
    return manifest
