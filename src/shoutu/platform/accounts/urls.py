"""Addresses of signing in."""

from django.urls import path

from shoutu.platform.accounts import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("post", views.choose_post, name="choose-post"),
    path("password", views.password, name="password"),
]
