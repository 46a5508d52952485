"""The addresses: each app lists its own, here they are put together."""

from django.urls import URLPattern, URLResolver, include, path

from shoutu.platform.api import api
from shoutu.platform.web import board, record

urlpatterns: list[URLPattern | URLResolver] = [
    path("", board.view, name="board"),
    path("api/v1/", api.urls),
    path("ledger/", record.entries, name="ledger"),
    path("ledger/verify", record.verify, name="ledger-verify"),
    path("ledger/entries/<slug:number>/", record.entry, name="ledger-entry"),
    path("ledger/matters/<path:subject>", record.matter, name="ledger-matter"),
    path("", include("shoutu.platform.web.urls")),
    path("", include("shoutu.platform.accounts.urls")),
    path("", include("shoutu.platform.territory.urls")),
    path("", include("shoutu.platform.serving.urls")),
    path("", include("shoutu.platform.discovery.urls")),
    path("", include("shoutu.platform.enforcement.urls")),
    path("", include("shoutu.platform.warnings.urls")),
]

handler404 = "shoutu.platform.web.errors.not_found"
