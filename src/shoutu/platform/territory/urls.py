"""Addresses of layers and of the outlines under maps."""

from django.urls import path

from shoutu.platform.territory import importing, views

urlpatterns = [
    path("map/regions", views.regions, name="regions"),
    path("map/measure", views.measure, name="measure"),
    path("layers/", views.layers, name="layers"),
    path("layers/import", importing.layer_import, name="layer-import"),
    path("layers/import/<slug:identifier>/", importing.layer_draft, name="layer-draft"),
    path("layers/import/<slug:identifier>/shapes", importing.draft_shapes, name="layer-draft-shapes"),
    path("layers/import/<slug:identifier>/drop", importing.draft_drop, name="layer-draft-drop"),
    path("layers/<slug:identifier>/", views.layer, name="layer"),
    path("layers/<slug:identifier>/features/<int:number>/", views.layer_feature, name="layer-feature"),
]
