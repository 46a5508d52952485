"""What people do with a month's patches: publish, split, report, review, group, announce, issue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO

from shoutu import clocks
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.inputs import Header, Split
from shoutu.platform.discovery.intake import drafts
from shoutu.platform.discovery.pictures import keep_picture
from shoutu.platform.discovery.publication import NewPicture
from shoutu.platform.discovery.rows import Box, PatchRow
from shoutu.platform.discovery.services import splitting
from shoutu.platform.doors import Actor
from shoutu.platform.enforcement import queries as enforcement
from shoutu.platform.enforcement.inputs import Group, Link, ReportPatch, ReviewPatch
from shoutu.platform.enforcement.services import reports, reviews, violations
from shoutu.platform.home import home
from shoutu.platform.sample import cast
from shoutu.platform.sample.months import Month
from shoutu.platform.warnings import inputs as month_inputs
from shoutu.platform.warnings.models import Measure
from shoutu.platform.warnings.services import documents, measures
from shoutu.platform.warnings.services import month as month_acts
from shoutu.testing import city as made_city
from shoutu.testing.patches import MadePatch
from shoutu.testing.scenes import scene_pair

CATEGORY = {
    "illegal": "suspected-construction",
    "approved": "legal-approved",
    "unchanged": "false-change",
    "facility": "facility-agriculture",
    "rural-road": "rural-road",
    "unproven": "approval-without-coordinates",
}
REVIEWED = ("banner-passed", "city-passed")
Actors = dict[str, Actor]


def play(month: Month, back: int, made: made_city.MadeCity, actors: Actors) -> None:
    """One month from its batch to wherever the story leaves it."""
    patches = [patch for patch in made.patches if patch.month_back == back]
    with clocks.stopped_at(month.at(0, 10)):
        _publish(month, patches, made, actors["city"])
    rows = {row.number: row for row in discovery.all_in_month(actors["city"], month.name)}
    for index, patch in enumerate(patches):
        row = rows.get(number_of(month, patch))
        for part, outcome in _parts(month, patch, row, actors) if row else ():
            _clear(month, index, patch, part, outcome, actors)
    with clocks.stopped_at(month.at(16, 15)):
        _group(month, patches, actors)
    if back > 0:
        _issue_month(month, actors)
    else:
        _announce_latest(month, actors)


def number_of(month: Month, patch: MadePatch) -> str:
    """Such as 150627202610B0004."""
    return f"{patch.banner}{month.name.replace('-', '')}B{patch.number[-4:]}"


def _feature(month: Month, patch: MadePatch, names: dict[str, str]) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {
            "JCBH": number_of(month, patch),
            "XZQDM": patch.banner,
            "XMC": names[patch.banner],
            "XZMC": names[patch.township],
            "XMMC": patch.project,
            "QSX": f"{month.issued_on - timedelta(days=100):%Y%m%d}",
            "HSX": f"{month.issued_on - timedelta(days=12):%Y%m%d}",
            "TBLX": {"pad": "新增建设", "road": "道路", "pit": "推填土"}[patch.kind],
            "BZ": "演示数据",
        },
        "geometry": made_city.polygon(patch.ring),
    }


def collection(month: Month, patches: Sequence[MadePatch], made: made_city.MadeCity) -> dict[str, object]:
    """The batch as its file brings it."""
    names = {region.code: region.name for region in made.regions}
    return {
        "type": "FeatureCollection",
        "name": month.period,
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": [_feature(month, patch, names) for patch in patches],
    }


def _publish(month: Month, patches: Sequence[MadePatch], made: made_city.MadeCity, city: Actor) -> None:
    from shoutu.platform.sample.build import write_json

    folder = home() / "sample" / "batches"
    folder.mkdir(parents=True, exist_ok=True)
    file = write_json(folder / f"{month.name}.geojson", collection(month, patches, made))
    draft = drafts.start(city, file, file.name)
    header = Header.proposed(month.period, month.issued_on, synthetic=True)
    shown = drafts.preview(city, draft, header=header)
    if shown.faults:  # one row of the story lies over another: left out by number, which the record keeps
        shown = drafts.preview(city, draft, header=header, excluded=[fault.row for fault in shown.faults])
    accepted = {number for _, number, _, refused in shown.outlines if not refused}
    drawn = [patch for patch in patches if number_of(month, patch) in accepted]
    drafts.publish(city, draft, digest=shown.digest, pictures=_pictures(month, drawn))


def _pictures(month: Month, patches: Sequence[MadePatch]) -> list[NewPicture]:
    found = []
    for patch in patches:
        seed = int(patch.township) + patch.month_back
        pair = scene_pair(patch.ring, patch.kind, seed=seed, ground="fields" if patch.on_fields else "steppe")
        box = Box(*pair.bounds)
        for moment, content, days, sensor in (
            ("before", pair.before_jpeg, 100, "演示影像 2 m"),
            ("after", pair.after_jpeg, 12, "演示影像 2 m"),
        ):
            digest, path = keep_picture(content)
            taken = month.issued_on - timedelta(days=days)
            found.append(NewPicture(number_of(month, patch), moment, digest, path, box, taken, sensor))
    return found


def _parts(month: Month, patch: MadePatch, row: PatchRow, actors: Actors) -> list[tuple[PatchRow, str]]:
    """The patch itself, or its parts where the story cuts it, each with what it turned out to be."""
    if not patch.split:
        return [(row, patch.outcome)]
    xs, ys = [p[0] for p in patch.ring], [p[1] for p in patch.ring]
    cut = max(xs) - (max(xs) - min(xs)) * 0.27
    line = ((cut, min(ys) - 0.001), (cut, max(ys) + 0.001))
    with clocks.stopped_at(month.at(4, 9)):
        splitting.split(officer(actors, patch), Split(patch=row.id, version=row.version, line=line))
    parts = sorted(discovery.parts_of(row.id), key=lambda part: part.box.west if part.box else 0)
    return [(part, "approved" if part is parts[-1] else patch.outcome) for part in parts]


def officer(actors: Actors, patch: MadePatch) -> Actor:
    return actors[f"officer{patch.banner[-2:]}"]


def _clear(month: Month, index: int, patch: MadePatch, row: PatchRow, outcome: str, actors: Actors) -> None:
    """Report and review as far as the story goes."""
    if patch.progress == "issued":
        return
    minute = (7 * index) % 60
    with clocks.stopped_at(month.at(6 + index % 4, 9, minute)):
        _report(officer(actors, patch), patch, row, outcome)
    if patch.progress == "reported":
        return
    reviewer = actors[f"reviewer{patch.banner[-2:]}"]
    with clocks.stopped_at(month.at(11 + index % 2, 14, minute)):
        if patch.progress == "returned":
            _review(
                reviewer,
                row,
                "return",
                reason="photo-unclear",
                note="近景照片看不清路面，请补拍。",
            )
            return
        _review(reviewer, row, "pass")
    if patch.progress == "city-passed":
        with clocks.stopped_at(month.at(14 + index % 2, 10, minute)):
            _review(actors["city2"], row, "pass", city=True)


def _report(actor: Actor, patch: MadePatch, row: PatchRow, outcome: str) -> None:
    category = "suspected-mining" if outcome == "illegal" and patch.kind == "pit" else CATEGORY[outcome]
    figures = discovery.figures(row.id)
    suspected = outcome == "illegal"
    proofs = _attach(actor, row, category)
    current = discovery.patch(actor, row.id)
    reports.report(
        actor,
        ReportPatch(
            patch=row.id,
            version=current.version,
            category=category,
            unit="m2",
            area=figures.area or "0",
            farmland=figures.farmland or "0",
            basic_farmland=figures.basic_farmland or "0",
            project="" if patch.project.startswith("无") else patch.project,
            actor_name=f"{patch.project.removesuffix('（演示）')}建设单位（演示）" if suspected else "",
            explanation="批文所附坐标尚未收到，已函请旗区档案室补交。" if outcome == "unproven" else "",
            stopped=True if suspected else None,
            stopped_on=clocks.today() if suspected else None,
            investigated=True if suspected else None,
            proofs=tuple(proofs),
        ),
    )


def _attach(actor: Actor, row: PatchRow, category: str) -> list[str]:
    """The proofs that the category asks for, made and saying so."""
    wanted = enforcement.categories(row.campaign_year).category(category).proofs
    found = []
    for kind, count in wanted.items():
        for copy in range(count):
            file = home() / "uploads" / "made-proof"
            photo = kind in ("panorama", "near", "restoration")
            file.write_bytes(_photo(row.number, kind, copy) if photo else _page(row.number, kind, copy))
            name = f"{kind}-{copy + 1}.{'jpg' if photo else 'pdf'}"
            found.append(reports.attach(actor, row.id, kind=kind, name=name, file=file).value)
            file.unlink()
    return found


def _photo(number: str, kind: str, copy: int) -> bytes:
    """A sky over ground, with the patch's number: a photograph of nothing."""
    from PIL import Image, ImageDraw

    seed = sum(map(ord, f"{number}{kind}{copy}"))
    image = Image.new("RGB", (640, 480), (170 + seed % 40, 190, 215))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 260, 640, 480), fill=(176 + seed % 30, 150 + seed % 25, 108))
    for line in range(8):
        draw.line((0, 270 + 26 * line, 640, 262 + 27 * line), fill=(150, 128, 90), width=2)
    draw.text((16, 450), f"{number} {kind} {copy + 1} SAMPLE", fill=(40, 40, 40))
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _page(number: str, kind: str, copy: int) -> bytes:
    """A one-page PDF that says what it stands for."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (595, 842), "white")
    ImageDraw.Draw(image).text((60, 60), f"SAMPLE {kind} {copy + 1}\n{number}", fill="black")
    out = BytesIO()
    image.save(out, "PDF")
    return out.getvalue()


def _review(
    actor: Actor, row: PatchRow, outcome: str, *, reason: str = "", note: str = "", city: bool = False
) -> None:
    compared = enforcement.differences(actor, row.id)
    data = ReviewPatch(
        patch=row.id,
        report=compared.report,
        outcome=outcome,  # type: ignore[arg-type]
        shown=compared.digest,
        reason=reason,
        note=note,
    )
    (reviews.city_review if city else reviews.review)(actor, data)


def _group(month: Month, patches: Sequence[MadePatch], actors: Actors) -> None:
    """Confirm what is proposed; ground that was issued before joins the 宗 that it belongs to."""
    again = {number_of(month, patch): patch for patch in patches if patch.again_of}
    for code in cast.BANNERS:
        actor = actors[f"reviewer{code[-2:]}"]
        for proposal in enforcement.proposals(actor, month.name):
            known = [row for row in proposal.patches if row.number in again]
            if known:
                _link(actor, known[0], again[known[0].number], month)
            elif all(row.state == "city-passed" for row in proposal.patches):
                violations.group(
                    actor,
                    Group(
                        patches=tuple(row.id for row in proposal.patches),
                        actor_name=proposal.actor_name,
                        project=proposal.project,
                    ),
                )


def _link(actor: Actor, row: PatchRow, patch: MadePatch, month: Month) -> None:
    """To the 宗 of the earlier patch, by the number that it was issued under."""
    assert patch.again_of is not None
    back = int(patch.again_of.split("-")[1])
    earlier = month.before(back - patch.month_back)
    number = f"{patch.banner}{earlier.replace('-', '')}B{patch.again_of[-4:]}"
    known = {member.patch.number: one for one in enforcement.violations(actor) for member in one.members}
    violation = known[number]
    data = Link(
        violation=violation.id,
        version=violation.version,
        patch=row.id,
        tie="enlargement" if patch.grows else "reissue",
    )
    violations.link(actor, data)


def _issue_month(month: Month, actors: Actors) -> None:
    """An earlier month: announced to every banner, issued by the city, its measures under way."""
    for code in cast.BANNERS:
        with clocks.stopped_at(month.at(18, 9)):
            wanted = month_inputs.Announce(region=code, month=month.name)
            announced = month_acts.announce(actors["city"], wanted).value
        with clocks.stopped_at(month.at(26, 9)):
            signed = month_inputs.IssueMonth(announcement=announced.id, facts_digest=announced.facts_digest)
            issued = month_acts.issue(actors["leader"], signed).value
            for measure in Measure.objects.filter(issue=issued):
                measures.propose(actors["city"], month_inputs.Propose(measure=measure.id))
    with clocks.stopped_at(month.at(27, 9)):
        bulletin = month_inputs.Draft(kind="bulletin", region=cast.CITY, month=month.name)
        draft = documents.draft_document(actors["city"], bulletin).value
        documents.number_document(
            actors["city"],
            month_inputs.Number(
                document=draft.id, code="鄂自然资发", dated=clocks.today(), basis="经市自然资源局研究"
            ),
        )


def _announce_latest(month: Month, actors: Actors) -> None:
    """The latest month: two banners announced, one of them objecting; the rest is still in preview."""
    with clocks.stopped_at(month.at(18, 9)):
        month_acts.announce(actors["city"], month_inputs.Announce(region="150621", month=month.name))
    now = clocks.now()
    with clocks.stopped_at(now - timedelta(minutes=50)):
        wanted = month_inputs.Announce(region="150627", month=month.name)
        announced = month_acts.announce(actors["city"], wanted).value
    with clocks.stopped_at(now - timedelta(minutes=20)):
        month_acts.object_to(
            actors["leader27"],
            month_inputs.Object(
                announcement=announced.id, text="乌兰木伦镇储煤棚扩建部分正在补办手续，请求核减，附申请。"
            ),
        )


def leave_traps(month: Month, made: made_city.MadeCity, actors: Actors) -> None:
    """A file that the importer must refuse, left as a draft: faulty rows, each with its reason."""
    from shoutu.platform.sample.build import write_json

    folder = home() / "sample" / "traps"
    folder.mkdir(parents=True, exist_ok=True)
    patches = [patch for patch in made.patches if patch.month_back == 0][:4]
    faulty = collection(month, patches, made)
    features = faulty["features"]
    assert isinstance(features, list)
    for index, feature in enumerate(features):
        feature["properties"]["JCBH"] += "补"
        if index == 1:
            feature["properties"]["XZQDM"] = "150699"
        if index == 2:
            feature["properties"]["JCBH"] = features[0]["properties"]["JCBH"]
        if index == 3:
            feature["geometry"] = None
    file = write_json(folder / "faulty-rows.geojson", faulty)
    draft = drafts.start(actors["city"], file, file.name)
    drafts.preview(
        actors["city"], draft, header=Header.proposed(f"{month.period}补", clocks.today(), synthetic=True)
    )
