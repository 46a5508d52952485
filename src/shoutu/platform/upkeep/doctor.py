"""What is wrong with an installation, one line a finding, each with what to do.

Settings are read back from a live connection, not from the file that asks for them.
"""

from __future__ import annotations

import hashlib
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from shoutu import clocks
from shoutu.errors import ShoutuError, Text
from shoutu.platform.home import home
from shoutu.platform.ledger import append_only, queries
from shoutu.platform.ledger import verify as ledger

LEAST_FREE = 2 * 10**9
LEAST_SHARE = 0.10

FILES: tuple[tuple[str, str], ...] = (("enforcement", "Evidence"), ("discovery", "Picture"))
"""Tables whose rows name a file by `path`, below SHOUTU_HOME, and its `sha256`."""


@dataclass(frozen=True)
class Finding:
    """state: ok, warn (goes on, should be mended) or fail (must be mended)."""

    check: str
    state: str
    detail: Text
    remedy: Text | None = None


Check = Callable[[], Iterable[Finding]]


def examine(*, deep: bool = False) -> list[Finding]:
    """Every check; `deep` also reads every kept file and compares its hash."""
    checks: list[Check] = [
        _home,
        _space,
        _database,
        _migrations,
        _triggers,
        _ledger,
        _checkpoint,
        lambda: _files(deep=deep),
        _layers,
        _orphans,
        _administrators,
        _worker,
        _fonts,
        _calendar,
    ]
    return [finding for check in checks for finding in check()]


def _ok(check: str, zh: str, en: str) -> Finding:
    return Finding(check, "ok", Text(zh, en))


def _warn(check: str, detail: Text, remedy: Text) -> Finding:
    return Finding(check, "warn", detail, remedy)


def _fail(check: str, detail: Text, remedy: Text) -> Finding:
    return Finding(check, "fail", detail, remedy)


def _home() -> Iterator[Finding]:
    loose = [
        path
        for path in (home(), home() / "keys", *(home() / "keys").iterdir())
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if loose:
        names = ", ".join(str(path) for path in loose)
        yield _fail(
            "home",
            Text(f"他人可读：{names}", f"others may read {names}"),
            Text("chmod go= 这些路径。", "chmod go= these paths."),
        )
    else:
        yield _ok("home", f"{home()}，仅属主可读", f"{home()}, its owner's alone")


def _space() -> Iterator[Finding]:
    usage = shutil.disk_usage(home())
    gigabytes = usage.free / 10**9
    detail = Text(f"剩余 {gigabytes:.1f} GB", f"{gigabytes:.1f} GB free")
    if usage.free < LEAST_FREE or usage.free < LEAST_SHARE * usage.total:
        yield _warn("space", detail, Text("腾出空间或换更大的盘。", "Free space or move to a larger disk."))
    else:
        yield Finding("space", "ok", detail)


_SQLITE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
_POSTGRESQL = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on"}


def _database() -> Iterator[Finding]:
    sqlite = connection.vendor == "sqlite"
    for name, wanted in (_SQLITE if sqlite else _POSTGRESQL).items():
        found = _ask(f"PRAGMA {name}" if sqlite else f"SHOW {name}")
        if found == wanted:
            yield _ok("database", f"{name} = {found}", f"{name} = {found}")
        else:
            yield _fail(
                "database",
                Text(f"{name} = {found}，应为 {wanted}", f"{name} = {found}, not {wanted}"),
                Text(
                    "断电会丢已确认的记录；改数据库设置。",
                    "Power loss would lose confirmed records; change the database's settings.",
                ),
            )
    if sqlite and (found := _ask("PRAGMA quick_check")) != "ok":
        yield _fail(
            "database",
            Text(f"记录库损坏：{found}", f"the records are damaged: {found}"),
            Text("停止写入，用备份恢复。", "Stop writing and restore a backup."),
        )


def _ask(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        names = ", ".join(f"{step.app_label}.{step.name}" for step, _ in missing)
        yield _fail(
            "schema",
            Text(f"表结构未更新：{names}", f"not applied: {names}"),
            Text(
                "先备份，再运行 shoutu serve。",
                "Back up, then start `shoutu serve`, which applies them.",
            ),
        )
    else:
        yield _ok("schema", "表结构是最新的", "up to date")


def _triggers() -> Iterator[Finding]:
    missing = append_only.names(connection.vendor) - append_only.present(connection)
    if missing:
        names = ", ".join(sorted(missing))
        yield _fail(
            "append-only",
            Text(f"缺少触发器：{names}", f"triggers are missing: {names}"),
            Text(
                "查明谁取下的；用备份和外存检查点核对台账。",
                "Find out who removed them; compare the ledger with a note kept outside.",
            ),
        )
    else:
        yield _ok("append-only", "数据库拒绝改动台账", "the database refuses to change the ledger")


def _ledger() -> Iterator[Finding]:
    try:
        found = ledger.verify()
    except ShoutuError as error:
        yield _fail("ledger", error.what, error.remedy or Text("", ""))
        return
    yield _ok("ledger", f"{found.size} 条，逐条核对无误", f"{found.size} entries, all verified")


def _checkpoint() -> Iterator[Finding]:
    note = queries.last_checkpoint()
    if note is None and queries.head().size > 0:
        yield _warn(
            "checkpoint",
            Text("台账从未公布检查点", "no checkpoint was ever published"),
            Text(
                "运行 shoutu ledger checkpoint，把结果交给外面的人。",
                "Run `shoutu ledger checkpoint` and give it to somebody outside.",
            ),
        )
    elif note is not None:
        size = note.split("\n")[1]
        yield _ok("checkpoint", f"最近公布于第 {size} 条", f"the last was published at {size} entries")


def _rows() -> Iterator[tuple[str, str, str]]:
    """(table, path, hash) of every row that names a file."""
    for app, name in FILES:
        model = apps.get_model(app, name)
        for path, digest in model._default_manager.values_list("path", "sha256").iterator(2000):
            yield name, path, digest


def _files(*, deep: bool) -> Iterator[Finding]:
    count = 0
    for name, path, digest in _rows():
        count += 1
        place = home() / path
        if not place.is_file():
            yield _lost(f"{name} {path}")
        elif deep and _digest(place) != digest:
            yield _fail(
                "files",
                Text(f"{path} 的内容被改", f"{path} was changed"),
                Text("从备份取回原件。", "Take the original from a backup."),
            )
    done = Text(f"{count} 个文件都在", f"{count} files are there")
    if deep:
        done = Text(f"{count} 个文件的散列已核对", f"{count} files were read and compared")
    yield Finding("files", "ok", done)


def _lost(name: str) -> Finding:
    return _fail(
        "files",
        Text(f"缺少文件：{name}", f"a file is missing: {name}"),
        Text("从备份取回。", "Take it from a backup."),
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _layers() -> Iterator[Finding]:
    versions = apps.get_model("territory", "LayerVersion")._default_manager
    lost = [name for name in versions.values_list("folder", flat=True) if not (home() / name).is_dir()]
    yield from (_lost(name) for name in lost)
    if not lost:
        count = versions.count()
        yield _ok("layers", f"{count} 个图层版本都在", f"{count} layer versions are there")


def _orphans() -> Iterator[Finding]:
    """Files that no row names: what a crash between file and row leaves."""
    named = {path for _, path, _ in _rows()}
    kept = (
        path.relative_to(home()).as_posix()
        for folder in ("evidence", "imagery")
        for path in (home() / folder).rglob("*")
        if path.is_file()
    )
    orphans = sorted(path for path in kept if path not in named)
    if orphans:
        yield _warn(
            "orphans",
            Text(
                f"{len(orphans)} 个文件无记录，如 {orphans[0]}",
                f"{len(orphans)} files that no record names, such as {orphans[0]}",
            ),
            Text(
                "多为中断所留，可留着；确认后可删。",
                "Most are left by an interruption; harmless, and may be deleted.",
            ),
        )
    else:
        yield _ok("orphans", "没有无记录的文件", "no file without a record")


def _administrators() -> Iterator[Finding]:
    terms = apps.get_model("accounts", "Term")._default_manager
    for role in ("system-admin", "security-admin"):
        if not terms.on(clocks.today()).filter(post__role=role).exists():
            yield _warn(
                "administrators",
                Text(f"没有在任的 {role}", f"no {role} is in office"),
                Text(
                    "运行 shoutu person add-first-administrators。",
                    "Run `shoutu person add-first-administrators`.",
                ),
            )
    if (home() / "keys" / "sample-password").exists():
        yield _warn(
            "administrators",
            Text(
                "这是演示安装，密码写在登录页上",
                "this is the sample: its password stands on the sign-in page",
            ),
            Text("不得用于真实数据。", "Never put real data into it."),
        )


def _worker() -> Iterator[Finding]:
    beats = apps.get_model("outbox", "Heartbeat")._default_manager.order_by("-beat_at")
    last = beats.values_list("beat_at", flat=True).first()
    silent = None if last is None else (clocks.now() - last).total_seconds()
    if silent is None or silent > 60:
        yield _warn(
            "worker",
            Text("没有运行中的后台任务进程", "no worker is running"),
            Text("shoutu serve 会带起一个。", "`shoutu serve` starts one."),
        )
    else:
        yield _ok("worker", f"{silent:.0f} 秒前有心跳", f"a worker beat {silent:.0f} s ago")


def _fonts() -> Iterator[Finding]:
    from shoutu.platform.documents.faces import find_faces

    faces = find_faces()
    used = ", ".join(f"{role} {chain.first}" for role, chain in faces.chains.items())
    if faces.stand_in is None:
        yield _ok("fonts", used, used)
    else:
        yield _warn(
            "fonts",
            Text(
                f"没有仿宋，正文用 {faces.stand_in}；{used}",
                f"no FangSong, the body is {faces.stand_in}; {used}",
            ),
            Text(
                "把仿宋字体放进 SHOUTU_FONTS 所指的文件夹。", "Put one into the folder named by SHOUTU_FONTS."
            ),
        )


def _calendar() -> Iterator[Finding]:
    year = clocks.today().year
    for wanted in (year, year + 1):
        if clocks.is_published(wanted):
            yield _ok("calendar", f"{wanted} 年节假日已公布", f"holidays of {wanted} are known")
        elif wanted == year or clocks.today().month == 12:
            yield _warn(
                "calendar",
                Text(
                    f"{wanted} 年节假日未收入，期限为暂定",
                    f"holidays of {wanted} are not known; deadlines are provisional",
                ),
                Text("更新 chinesecalendar 包。", "Update the package chinesecalendar."),
            )
