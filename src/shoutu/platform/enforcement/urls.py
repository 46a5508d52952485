"""Addresses of clearing, patches, review and violations."""

from django.urls import path

from shoutu.platform.enforcement.views import clearing, patch, rechecks, review, violations

urlpatterns = [
    path("clearing/", clearing.clearing, name="clearing"),
    path("clearing/export.xlsx", clearing.clearing_export, name="clearing-export"),
    path("clearing/assign", clearing.assign, name="clearing-assign"),
    path("rechecks/", rechecks.listed, name="rechecks"),
    path("rechecks/again", rechecks.look_again, name="rechecks-again"),
    path("rechecks/jobs/<slug:job>/stop", rechecks.stop, name="rechecks-stop"),
    path("rechecks/<slug:identifier>/decide", rechecks.decide, name="recheck-decide"),
    path("patches/<slug:identifier>/", patch.patch, name="patch"),
    path("patches/<slug:identifier>/report", patch.report, name="patch-report"),
    path("patches/<slug:identifier>/attach", patch.attach, name="patch-attach"),
    path("patches/<slug:identifier>/object", patch.object_to, name="patch-object"),
    path("patches/<slug:identifier>/answer", patch.answer, name="patch-answer"),
    path("evidence/<slug:identifier>/file", patch.evidence_file, name="evidence-file"),
    path("evidence/<slug:identifier>/preview", patch.evidence_preview, name="evidence-preview"),
    path("review/", review.queue, name="review"),
    path("review/<slug:identifier>/", review.review, name="review-patch"),
    path("violations/", violations.violations, name="violations"),
    path("violations/group", violations.group, name="violation-group"),
    path("violations/<slug:identifier>/", violations.violation, name="violation"),
    path("violations/<slug:identifier>/link", violations.link, name="violation-link"),
]
