"""Addresses of batches, uploads, and of a patch's pictures and cut."""

from django.urls import path

from shoutu.platform.discovery.views import batches, patches, upload

urlpatterns = [
    path("batches/", batches.batches, name="batches"),
    path("batches/upload", upload.upload, name="upload"),
    path("batches/drafts/<slug:identifier>/", upload.draft, name="draft"),
    path("batches/drafts/<slug:identifier>/features", upload.draft_features, name="draft-features"),
    path("batches/drafts/<slug:identifier>/faults.xlsx", upload.faulty_rows, name="draft-faults"),
    path("batches/drafts/<slug:identifier>/publish", upload.publish, name="draft-publish"),
    path("batches/drafts/<slug:identifier>/discard", upload.discard, name="draft-discard"),
    path("batches/<slug:identifier>/", batches.batch, name="batch"),
    path("batches/<slug:identifier>/features", batches.batch_features, name="batch-features"),
    path("batches/<slug:identifier>/export.xlsx", batches.batch_export, name="batch-export"),
    path("patches/<slug:identifier>/pictures/<slug:moment>", patches.picture, name="patch-picture"),
    path("patches/<slug:identifier>/features", patches.patch_features, name="patch-features"),
    path("patches/<slug:identifier>/split-preview", patches.split_preview, name="split-preview"),
    path("patches/<slug:identifier>/split", patches.split_patch, name="patch-split"),
]
