"""The addresses: each app lists its own, here they are put together."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("shoutu.platform.web.urls")),
    path("", include("shoutu.platform.accounts.urls")),
]

handler404 = "shoutu.platform.web.errors.not_found"
