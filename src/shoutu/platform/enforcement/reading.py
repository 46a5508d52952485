"""From this app's tables to its rows, many at a time."""

from __future__ import annotations

from collections.abc import Iterable

from shoutu.errors import Text
from shoutu.platform.enforcement.categories import Category, scheme_named
from shoutu.platform.enforcement.models import Evidence, Objection, Report, Review
from shoutu.platform.enforcement.reasons import reasons
from shoutu.platform.enforcement.rows import EvidenceRow, ObjectionRow, ReportRow, ReviewRow


def latest_reports(patches: Iterable[str]) -> dict[str, Report]:
    """By patch, the version that stands."""
    found = Report.objects.filter(patch_id__in=list(patches)).order_by("patch_id", "version")
    return {report.patch_id: report for report in found}


def report_rows(reports: Iterable[Report]) -> dict[str, ReportRow]:
    """By report, its row with proofs and reviews."""
    wanted = list(reports)
    proofs: dict[str, list[Evidence]] = {}
    for report in Report.objects.filter(id__in=[r.id for r in wanted]).prefetch_related("proofs"):
        proofs[report.id] = list(report.proofs.all())
    reviews: dict[str, list[Review]] = {}
    found = Review.objects.filter(report__in=wanted).select_related("objection")
    for review in found.order_by("reviewed_at", "id"):
        reviews.setdefault(review.report_id, []).append(review)
    return {r.id: report_row(r, proofs.get(r.id, []), reviews.get(r.id, [])) for r in wanted}


def category_of(report: Report) -> Category:
    return scheme_named(report.scheme).category(report.category)


def report_row(report: Report, proofs: Iterable[Evidence], reviews: Iterable[Review]) -> ReportRow:
    return ReportRow(
        id=report.id,
        version=report.version,
        officer=report.officer,
        category=report.category,
        category_name=category_of(report).name,
        scheme=report.scheme,
        suspected=report.suspected,
        project=report.project,
        actor_name=report.actor_name,
        unit=report.unit,
        area=report.area,
        farmland=report.farmland,
        basic_farmland=report.basic_farmland,
        explanation=report.explanation,
        stopped=report.stopped,
        stopped_on=report.stopped_on,
        investigated=report.investigated,
        investigated_on=report.investigated_on,
        kernel=report.kernel,
        layers=tuple(report.layers),
        photos_near=report.photos_near,
        photos_far=report.photos_far,
        reported_at=report.reported_at,
        proofs=tuple(evidence_row(proof, report.scheme) for proof in proofs),
        reviews=tuple(review_row(review) for review in reviews),
    )


def evidence_row(proof: Evidence, scheme: str) -> EvidenceRow:
    return EvidenceRow(
        id=proof.id,
        kind=proof.kind,
        kind_name=scheme_named(scheme).proofs.get(proof.kind, Text(proof.kind, proof.kind)),
        name=proof.name,
        media_type=proof.media_type,
        size=proof.size,
        sha256=proof.sha256,
        path=proof.path,
        attached_by=proof.attached_by,
        attached_at=proof.attached_at,
    )


def review_row(review: Review) -> ReviewRow:
    objection = getattr(review, "objection", None)
    return ReviewRow(
        id=review.id,
        level=review.level,
        reviewer=review.reviewer,
        outcome=review.outcome,
        reason=review.reason,
        reason_name=reasons().get(review.reason),
        note=review.note,
        shown=review.shown,
        shown_digest=review.shown_digest,
        reviewed_at=review.reviewed_at,
        objection=None if objection is None else objection_row(objection),
    )


def objection_row(objection: Objection) -> ObjectionRow:
    return ObjectionRow(
        id=objection.id,
        state=objection.state,
        ground=objection.ground,
        raised_by=objection.raised_by,
        raised_at=objection.raised_at,
        answer=objection.answer,
        answered_by=objection.answered_by,
        answered_at=objection.answered_at,
    )
