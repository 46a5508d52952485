"""Addresses of the shell."""

from django.urls import path

from shoutu.platform.web import views

urlpatterns = [
    path("language", views.language, name="language"),
    path("large", views.large, name="large"),
]
