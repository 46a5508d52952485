"""Addresses of signing in."""

from django.urls import path

from shoutu.platform.accounts import administration, roster, views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("post", views.choose_post, name="choose-post"),
    path("people", roster.people, name="people"),
    path("people/acts", administration.page, name="people-acts"),
    path("people/acts/<slug:verb>", administration.perform, name="people-act"),
    path("password", views.password, name="password"),
]
