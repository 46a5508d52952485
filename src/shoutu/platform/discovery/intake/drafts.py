"""An upload between its arrival and the publishing act: staged, shown, then published or dropped.

The same functions serve the page, the API and `shoutu batch import`, so the numbers are the same.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import msgspec

from shoutu import clocks
from shoutu.errors import NotFound, Refused, Text, Where
from shoutu.layers.columns import check, propose, signature
from shoutu.layers.formats import SUFFIXES
from shoutu.platform import doors, space
from shoutu.platform.acts import Done, Once
from shoutu.platform.discovery import facts
from shoutu.platform.discovery.inputs import Header
from shoutu.platform.discovery.intake.columns import MEANINGS
from shoutu.platform.discovery.intake.judging import Fault, Judged, judge
from shoutu.platform.discovery.intake.source import Source, open_source
from shoutu.platform.discovery.models import Batch, Draft, ImportProfile, Patch
from shoutu.platform.discovery.publication import NewPicture, Publication
from shoutu.platform.discovery.services.batches import publish_batch
from shoutu.platform.doors import Actor
from shoutu.platform.home import home
from shoutu.platform.ids import new_id
from shoutu.platform.ledger import services as ledger
from shoutu.platform.territory import queries as territory
from shoutu.units import m2_to_mu, to_text

VERB = "batch.publish"


@dataclass(frozen=True)
class Preview:
    """What the publisher is shown. `digest` of the accepted rows is what the publishing act asks back.

    known      the batch that this very file became already, else empty
    repeated   accepted rows whose number stands in an earlier batch: likely re-issues
    by_banner  (code, rows, m²) of the accepted rows
    outlines   (row, number, WKB in degrees, whether refused) for the map
    """

    draft: str
    file_name: str
    sha256: str
    layer: str
    crs: str
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    header: Header | None
    read: int
    accepted: int
    left_out: int
    excluded: tuple[int, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[Text, ...]
    series: str
    digest: str
    known: str
    repeated: tuple[str, ...]
    by_banner: tuple[tuple[str, int, str], ...]
    area_m2: str
    area_mu: str
    without_shape: int
    outlines: tuple[tuple[int, str, bytes, bool], ...]

    @property
    def publishable(self) -> bool:
        return bool(self.accepted) and not self.faults and self.header is not None and not self.known


@space.told()
def start(
    actor: Actor,
    file: Path,
    name: str,
    *,
    layer: str = "",
    crs: str = "",
    listed: Path | None = None,
) -> str:
    """Take a file in; the draft's id. Nothing of the order is written. A loose .shp brings its neighbours."""
    doors.require(actor, VERB, territory.city().code)
    identifier = new_id()
    folder = home() / "uploads" / identifier
    folder.mkdir(mode=0o700, parents=True)
    kept = folder / f"file{_suffix(name)}"
    shutil.copyfile(file, kept)
    if kept.suffix == ".shp":
        for suffix in (".shx", ".dbf", ".prj", ".cpg"):
            for beside in (file.with_suffix(suffix), file.with_suffix(suffix.upper())):
                if beside.is_file():
                    shutil.copyfile(beside, kept.with_suffix(suffix))
    with_list = ""
    if listed is not None:
        shutil.copyfile(listed, folder / "list.xlsx")
        with_list = _relative(folder / "list.xlsx")
    Draft.objects.create(
        id=identifier,
        person=actor.person,
        created_at=clocks.now(),
        file_name=Path(name).name,
        sha256=_digest(folder),
        path=_relative(kept),
        listed=with_list,
        layer=layer,
        crs=crs,
    )
    return identifier


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if suffix in SUFFIXES else ""


def _relative(path: Path) -> str:
    return path.relative_to(home()).as_posix()


def _digest(folder: Path) -> str:
    """SHA-256 of the file; of all its files' digests, by name, where it has neighbours."""
    digests = [(path.name, _sha256(path)) for path in sorted(folder.iterdir())]
    if len(digests) == 1:
        return digests[0][1]
    return hashlib.sha256("\n".join(f"{name} {digest}" for name, digest in digests).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find(actor: Actor | None, identifier: str) -> Draft:
    """The draft, for those who may publish; absent and not yours read the same."""
    row = None
    if actor is not None and doors.may(actor, VERB, territory.city().code):
        row = Draft.objects.filter(id=identifier, person=actor.person).first()
    if row is None:
        raise NotFound(Text("没有这份待导入文件。", "There is no such draft."), found=identifier)
    return row


def waiting(actor: Actor) -> tuple[tuple[str, str, date], ...]:
    """(id, file name, day) of this person's drafts that are not published, latest first."""
    rows = Draft.objects.filter(person=actor.person, batch_id="").order_by("-created_at")
    return tuple((row.id, row.file_name, row.created_at.date()) for row in rows)


@space.told()
def preview(
    actor: Actor,
    identifier: str,
    *,
    header: Header | None = None,
    mapping: Mapping[str, str] | None = None,
    excluded: Sequence[int] | None = None,
) -> Preview:
    """Read and judge the file; what is given is kept with the draft, what is not comes from it.

    The mapping is that given, else the draft's, else one remembered for these columns, else proposed.
    """
    draft = find(actor, identifier)
    source = _source(draft)
    draft.mapping = _mapping(draft, source, mapping)
    draft.columns = source.columns
    if header is not None:
        draft.header = msgspec.to_builtins(header)
    if excluded is not None:
        draft.excluded = sorted(set(excluded))
    known_header = msgspec.convert(draft.header, Header) if draft.header else None
    judged = _judged(draft, source, known_header)
    draft.findings = {
        "faults": [[f.row, f.field, f.found, *f.what, *f.remedy] for f in judged.faults],
        "digest": judged.digest,
    }
    draft.save()
    return _preview(draft, source, known_header, judged)


def _source(draft: Draft) -> Source:
    return open_source(
        home() / draft.path,
        name=draft.file_name,
        layer=draft.layer or None,
        crs=draft.crs or None,
        listed=home() / draft.listed if draft.listed else None,
    )


def _mapping(draft: Draft, source: Source, given: Mapping[str, str] | None) -> dict[str, str]:
    if given is not None:
        return check(given, source.columns, MEANINGS)
    if draft.mapping:
        return dict(draft.mapping)
    remembered = ImportProfile.objects.filter(signature=signature(source.columns)).first()
    return dict(remembered.mapping) if remembered else propose(source.columns, MEANINGS)


def _judged(draft: Draft, source: Source, header: Header | None) -> Judged:
    number = header.number if header else Path(draft.file_name).stem
    view = header.view if header else ""
    return judge(source, draft.mapping, view=view, number=number, excluded=draft.excluded)


def _preview(draft: Draft, source: Source, header: Header | None, judged: Judged) -> Preview:
    total = sum((Fraction(row.area_m2) for row in judged.rows if row.area_m2), Fraction(0))
    numbers = [row.number for row in judged.rows]
    repeated = Patch.objects.filter(number__in=numbers, parent__isnull=True).values_list("number", flat=True)
    return Preview(
        draft=draft.id,
        file_name=draft.file_name,
        sha256=draft.sha256,
        layer=source.layer,
        crs="" if source.ground is None else source.ground.crs.definition,
        columns=tuple(source.columns),
        mapping={field: draft.mapping.get(field, "") for field in MEANINGS},
        header=header,
        read=len(source),
        accepted=len(judged.rows),
        left_out=judged.left_out,
        excluded=tuple(draft.excluded),
        faults=judged.faults,
        remarks=(*source.notes, *judged.remarks),
        series=judged.series,
        digest=judged.digest,
        known=_known(draft, source.layer),
        repeated=tuple(sorted(set(repeated))),
        by_banner=_by_banner(judged),
        area_m2=to_text(total, 2),
        area_mu=to_text(m2_to_mu(total), 2),
        without_shape=sum(1 for row in judged.rows if not row.area_m2),
        outlines=_outlines(source, judged),
    )


def _known(draft: Draft, layer: str) -> str:
    found = Batch.objects.filter(source_sha256=draft.sha256, source_layer=layer)
    return found.values_list("id", flat=True).first() or ""


def _by_banner(judged: Judged) -> tuple[tuple[str, int, str], ...]:
    sums: dict[str, tuple[int, Fraction]] = {}
    for row in judged.rows:
        count, area = sums.get(row.banner, (0, Fraction(0)))
        sums[row.banner] = (count + 1, area + Fraction(row.area_m2 or 0))
    return tuple((code, count, to_text(area, 2)) for code, (count, area) in sorted(sums.items()))


def _outlines(source: Source, judged: Judged) -> tuple[tuple[int, str, bytes, bool], ...]:
    if source.ground is None:
        return ()
    good = {row.index: row.number for row in judged.rows}
    faulty = judged.faulty_rows
    return tuple(
        (source.numbers[index], good.get(index, ""), shape, source.numbers[index] in faulty)
        for index, shape in enumerate(source.ground.lonlat)
        if shape is not None and (index in good or source.numbers[index] in faulty)
    )


@space.told()
def publish(
    actor: Actor,
    identifier: str,
    *,
    digest: str,
    pictures: Sequence[NewPicture] = (),
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Done[Batch]:
    """Publish a draft as it was shown: `digest` is the preview's.

    The same file again changes nothing and gets the first receipt. Raises Refused while a row is
    faulty and not excluded by number (整批未导入), or when the rows are not those that were shown.
    """
    draft = find(actor, identifier)
    source = _source(draft)
    once = Once("file", f"{VERB}:{draft.sha256}:{source.layer}"[:200], draft.sha256)
    if (earlier := ledger.repeated(once.caller, once.key)) is not None:
        return Done(None, earlier[0])  # type: ignore[arg-type]
    publication = _publication(draft, source, digest, pictures, progress, should_stop)
    done = publish_batch(actor, publication, once=once)
    if done.value is not None:
        draft.batch_id = done.value.id
        draft.save()
    return done


def _publication(
    draft: Draft,
    source: Source,
    digest: str,
    pictures: Sequence[NewPicture],
    progress: Callable[[int, int], None] | None,
    should_stop: Callable[[], bool] | None,
) -> Publication:
    if not draft.header:
        raise Refused(
            Text("还没有填写期号和下发日期。", "The batch has no number and day of issue yet."),
            where=Where(file=draft.file_name),
            remedy=Text("填写后再发布。", "Fill them in first."),
        )
    header = msgspec.convert(draft.header, Header)
    judged = _judged(draft, source, header)
    _check_whole(draft, judged, digest)
    ground = source.ground
    return Publication(
        header=header,
        file_name=draft.file_name,
        sha256=draft.sha256,
        layer=source.layer,
        columns=source.columns,
        mapping=draft.mapping,
        judged=judged,
        excluded=_excluded(draft, source, header),
        ground=ground,
        crossed=()
        if ground is None
        else facts.compute(ground.prepared, progress=progress, should_stop=should_stop),
        pictures=pictures,
    )


def _check_whole(draft: Draft, judged: Judged, digest: str) -> None:
    if judged.faults:
        first = judged.faults[0]
        raise Refused(
            Text(
                f"有 {len(judged.faulty_rows)} 行不能导入，整批未导入。",
                f"{len(judged.faulty_rows)} rows cannot be imported, so none was.",
            ),
            where=Where(file=draft.file_name, row=first.row, field=first.field),
            found=f"{first.found} {first.what.zh}".strip(),
            remedy=Text("改正文件，或按行号排除这些行。", "Mend the file, or exclude those rows by number."),
        )
    if not judged.rows:
        raise Refused(
            Text("没有可导入的行。", "There is no row to import."),
            where=Where(file=draft.file_name),
            remedy=Text("检查文件和排除的行。", "Check the file and the excluded rows."),
        )
    if judged.digest != digest:
        raise Refused(
            Text("要发布的内容与所见预览不同。", "This is not what the preview showed."),
            found=judged.digest[:12],
            remedy=Text("重新预览，看清后再发布。", "Look at the preview again, then publish."),
        )


def _excluded(draft: Draft, source: Source, header: Header) -> tuple[dict[str, str], ...]:
    """The rows that the publisher left out, with the fault that was shown for each."""
    if not draft.excluded:
        return ()
    whole = judge(source, draft.mapping, view=header.view, number=header.number)
    why: dict[int, list[str]] = {}
    for fault in whole.faults:
        why.setdefault(fault.row, []).append(fault.what.zh)
    return tuple({"row": str(row), "fault": "".join(why.get(row, []))} for row in draft.excluded)


def discard(actor: Actor, identifier: str) -> None:
    """Drop a draft and its file; nothing of the order was written."""
    draft = find(actor, identifier)
    folder = (home() / draft.path).parent
    draft.delete()
    shutil.rmtree(folder, ignore_errors=not os.path.lexists(folder))
