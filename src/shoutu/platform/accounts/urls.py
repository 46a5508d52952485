"""Addresses of signing in."""

from django.urls import path

from shoutu.platform.accounts import roster, views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("post", views.choose_post, name="choose-post"),
    path("people", roster.people, name="people"),
    path("password", views.password, name="password"),
]
