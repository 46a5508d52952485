"""`shoutu batch`: import a month's patches, with the preview that the page shows."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from shoutu.platform.discovery.intake.drafts import Preview
    from shoutu.platform.discovery.rows import BatchRow

SCHEMA = 1
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def command() -> None:
    """Import and list batches of patches (卫片执法图斑批次)."""


@command.command("import")
@click.argument("file", metavar="FILE")
@click.option("--number", required=True, metavar="TEXT", help="期号 of the batch, used once.")
@click.option("--issued-on", required=True, type=_DAY, help="The day of issue (下发日期), YYYY-MM-DD.")
@click.option("--as", "login", required=True, metavar="LOGIN", help="A city reviewer, who acts.")
@click.option(
    "--month", metavar="YYYY-MM", help="The month of clause 6.1; default: that of the day of issue."
)
@click.option("--year", type=int, help="The campaign year; default: that of the day of issue.")
@click.option("--report-due", type=_DAY, help="Last day for the banners' reports; default: 15 working days.")
@click.option(
    "--review-due", type=_DAY, help="Last day for the city's review; default: 10 working days more."
)
@click.option("--title", default="", help="Title of the batch.")
@click.option("--secrecy", type=click.Choice(["open", "internal"]), default="internal", show_default=True)
@click.option("--layer", default="", metavar="NAME", help="Layer or sheet, where FILE holds several.")
@click.option("--crs", default="", metavar="CRS", help="The CRS, where FILE states none.")
@click.option("--list", "listed", metavar="XLSX", help="A 图斑列表 whose columns are joined by 图斑编号.")
@click.option(
    "--view",
    type=click.Choice(["issued", "judged"]),
    help="Of a list with wholes and parts: as issued (空+被拆分) or as judged (空+拆分).",
)
@click.option("--map", "mapped", multiple=True, metavar="FIELD=COLUMN", help="Name a column by hand.")
@click.option("--exclude", multiple=True, type=int, metavar="ROW", help="Leave a faulty row out; recorded.")
@click.option("--synthetic", is_flag=True, help="Mark the batch as made data (演示数据).")
@click.option("--dry-run", is_flag=True, help="Show the preview and publish nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def import_(file: str, **options: Any) -> None:
    """Read FILE, show what was found, and publish it as one batch: whole or not at all.

    FILE is any format that `shoutu layer import` reads, or an .xlsx list without shapes. The same file
    again changes nothing. Columns are found by their usual names; a mapping that was used once is
    remembered for files with the same columns. Exit codes: 0 done, 1 refused, 2 bad input.

    \b
    shoutu batch import patches.zip --number 2026年十月一批 --issued-on 2026-10-08 --as city
    """
    from shoutu.platform import setup

    setup.open_records()
    from shoutu.platform.accounts.queries import acting
    from shoutu.platform.discovery.intake import drafts

    actor = acting(options["login"])
    listed = Path(options["listed"]) if options["listed"] else None
    for path in filter(None, (Path(file), listed)):
        _check_file(path)
    header = _header(options)
    draft = drafts.start(
        actor, Path(file), Path(file).name, layer=options["layer"], crs=options["crs"], listed=listed
    )
    receipt = None
    try:
        shown = drafts.preview(actor, draft, header=header, excluded=options["exclude"])
        if options["mapped"]:
            mapping = {**shown.mapping, **_pairs(options["mapped"])}
            shown = drafts.preview(actor, draft, mapping=mapping)
        _say(shown)
        if not options["dry_run"]:
            receipt = drafts.publish(actor, draft, digest=shown.digest, progress=_progress).receipt
    finally:
        if receipt is None or shown.known:
            drafts.discard(actor, draft)
    _answer(shown, receipt, options["as_json"])


def _check_file(path: Path) -> None:
    from shoutu.errors import BadInput, Text, Where

    if not path.is_file():
        raise BadInput(
            Text("文件不存在。", "There is no such file."),
            where=Where(file=str(path)),
            remedy=Text("检查路径。", "Check the path."),
        )


def _header(options: dict[str, Any]) -> Any:
    from shoutu.platform.discovery.inputs import Header

    def day(name: str) -> date | None:
        return options[name].date() if options[name] else None

    return Header.proposed(
        options["number"],
        options["issued_on"].date(),
        month=options["month"],
        campaign_year=options["year"],
        report_due=day("report_due"),
        city_review_due=day("review_due"),
        title=options["title"],
        secrecy=options["secrecy"],
        view=options["view"],
        synthetic=options["synthetic"],
    )


def _pairs(mapped: tuple[str, ...]) -> dict[str, str]:
    wrong = next((pair for pair in mapped if "=" not in pair), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong!r} is not FIELD=COLUMN", param_hint="--map")
    return {pair.partition("=")[0]: pair.partition("=")[2] for pair in mapped}


def _say(shown: Preview) -> None:
    """The preview on standard error: what the page shows, in the words of the terminal."""
    from shoutu.cli import language

    tongue = language()
    zh = tongue == "zh"
    click.echo(f"{shown.file_name}  {shown.layer}  {shown.crs}", err=True)
    for field, column in shown.mapping.items():
        if column:
            click.echo(f"  {field} = {column}", err=True)
    counts = (
        f"读到 {shown.read} 行，可导入 {shown.accepted} 行，按状态略去 {shown.left_out} 行，"
        f"排除 {len(shown.excluded)} 行；{shown.area_m2} 平方米，{shown.area_mu} 亩"
        if zh
        else f"{shown.read} rows read, {shown.accepted} accepted, {shown.left_out} left out by status, "
        f"{len(shown.excluded)} excluded; {shown.area_m2} m2, {shown.area_mu} mu"
    )
    click.echo(counts, err=True)
    for code, count, area in shown.by_banner:
        click.echo(f"  {code}  {count}  {area} m2", err=True)
    for remark in shown.remarks:
        click.echo(remark.to(tongue), err=True)
    for fault in shown.faults:
        place = f"第 {fault.row} 行 {fault.field}" if zh else f"row {fault.row} {fault.field}"
        click.echo(
            f"{place}: {fault.what.to(tongue)} {fault.found} {fault.remedy.to(tongue)}".replace("  ", " "),
            err=True,
        )


def _progress(done: int, whole: int) -> None:
    from shoutu.cli import language

    word = "套合" if language() == "zh" else "crossing layers"
    click.echo(f"\r{word} {done}/{whole}", err=True, nl=done == whole)


def _answer(shown: Preview, receipt: Any, as_json: bool) -> None:
    published = None if receipt is None else receipt.subject.partition(":")[2]
    if not as_json:
        word = "preview only" if receipt is None else f"batch {published}; entry {receipt.leaf_index}"
        click.echo(f"{shown.accepted} patches, {word}")
        return
    document = {
        "schema": SCHEMA,
        "batch": published,
        "known": bool(shown.known),
        "file_sha256": shown.sha256,
        "rows_sha256": shown.digest,
        "read": shown.read,
        "accepted": shown.accepted,
        "left_out": shown.left_out,
        "excluded": list(shown.excluded),
        "area_m2": shown.area_m2,
        "area_mu": shown.area_mu,
        "banners": [[code, count, area] for code, count, area in shown.by_banner],
        "faults": [[f.row, f.field, f.found, f.what.en] for f in shown.faults],
        "remarks": [remark.en for remark in shown.remarks],
        "receipt": None
        if receipt is None
        else {"leaf_index": receipt.leaf_index, "leaf_hash": receipt.leaf_hash},
    }
    click.echo(json.dumps(document, ensure_ascii=False))


@command.command("list")
@click.option("--as", "login", required=True, metavar="LOGIN", help="Who reads.")
@click.option("--month", default="", metavar="YYYY-MM", help="Only this month's.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def list_(login: str, month: str, as_json: bool) -> None:
    """List the batches that a person may see, latest first."""
    from shoutu.platform import doors, setup

    setup.open_records()
    from shoutu.platform.accounts.queries import acting
    from shoutu.platform.discovery import queries

    actor = acting(login)
    doors.require(actor, "see.patches", actor.region)
    rows = queries.batches(actor, month=month)
    if as_json:
        click.echo(
            json.dumps({"schema": SCHEMA, "batches": [_object(row) for row in rows]}, ensure_ascii=False)
        )
        return
    for row in rows:
        click.echo(
            f"{row.id}  {row.number}  {row.month}  {row.issued_on}  {row.seen} patches, {row.done} done, "
            f"{row.overdue} overdue"
        )


def _object(row: BatchRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "month": row.month,
        "issued_on": row.issued_on.isoformat(),
        "report_due": row.report_due.isoformat(),
        "city_review_due": row.city_review_due.isoformat(),
        "patches": row.seen,
        "done": row.done,
        "overdue": row.overdue,
        "rows_sha256": row.digest,
        "synthetic": row.synthetic,
    }
