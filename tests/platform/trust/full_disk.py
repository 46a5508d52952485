"""T3: the disk fills while people work. Runs inside a mount namespace of its own; see test_full_disk.

    unshare -m python -m tests.platform.trust.full_disk TEMPLATE FOLDER

FOLDER becomes a file system of a few megabytes, which holds the data directory and, on SQLite, the
records. A ballast is grown until the work stops, then removed: the same process must go on.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

BLOCK = 4096


def main() -> None:
    template, folder = Path(sys.argv[1]), Path(sys.argv[2])
    size = sum(path.stat().st_size for path in template.rglob("*") if path.is_file()) + (3 << 20)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)], check=True)
    home = folder / "home"
    shutil.copytree(template, home, symlinks=True)
    os.environ["SHOUTU_HOME"] = str(home)
    from shoutu.platform import setup

    setup.load()
    print(json.dumps(fill(home)))


def fill(home: Path) -> dict[str, object]:
    """Work with less and less room; each step is refused for want of space at least once, then done."""
    from shoutu.platform.ledger.models import Entry
    from shoutu.platform.space import NoSpace
    from tests.platform.trust import story
    from tests.platform.trust.crashes import sound

    story.read_once()
    story.lay_ground()
    found: dict[str, object] = {"told": 0, "done": 0, "messages": [], "kinds": []}
    refused = []
    for step in story.steps():
        before = story.state()
        ballast = grow(home)
        try:
            step.do()
        except NoSpace as error:
            found["told"] += 1  # type: ignore[operator]
            refused.append(step.kind)
            found["messages"] = [error.diagnostics("en"), error.diagnostics("zh")]
            assert story.state() == before, f"{step.name} left something"
            assert Entry.objects.count() == len(before["ledger_entry"]), "reads go on"
        ballast.unlink()
        step.do()
        found["done"] += 1  # type: ignore[operator]
        sound()
        assert not story.rows_without_file()
    found["kinds"] = sorted(set(refused))
    found["state"] = story.outcome()["measures"] != []
    return found


def grow(home: Path) -> Path:
    """Take every block that is left."""
    from django.db import connection

    # What the log of SQLite has reserved already would let an act through.
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = home / "ballast"
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * BLOCK)
        except OSError:
            pass
    return path


if __name__ == "__main__":
    main()
