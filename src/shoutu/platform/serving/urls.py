"""Addresses of tiles, features and downloads."""

from django.urls import path

from shoutu.platform.serving import downloads, tile_views
from shoutu.platform.serving.ogc import views

urlpatterns = [
    path("tiles/<slug:layer>/<str:version>/<int:z>/<int:x>/<int:y>.mvt", tile_views.tile, name="tile"),
    path("layers/<slug:identifier>/download", downloads.download, name="layer-download"),
    path("ogc/", views.landing, name="ogc"),
    path("ogc/conformance", views.conformance, name="ogc-conformance"),
    path("ogc/api", views.api, name="ogc-api"),
    path("ogc/collections", views.collections, name="ogc-collections"),
    path("ogc/collections/<slug:name>", views.collection, name="ogc-collection"),
    path("ogc/collections/<slug:name>/queryables", views.queryables, name="ogc-queryables"),
    path("ogc/collections/<slug:name>/items", views.features, name="ogc-items"),
    path("ogc/collections/<slug:name>/items/<str:number>", views.feature, name="ogc-item"),
]
