"""The addresses: each app lists its own, here they are put together."""

from django.urls import URLPattern, URLResolver, include, path

from shoutu.platform.web import board

urlpatterns: list[URLPattern | URLResolver] = [
    path("", board.view, name="board"),
    path("", include("shoutu.platform.web.urls")),
    path("", include("shoutu.platform.accounts.urls")),
    path("", include("shoutu.platform.territory.urls")),
    path("", include("shoutu.platform.warnings.urls")),
]

handler404 = "shoutu.platform.web.errors.not_found"
