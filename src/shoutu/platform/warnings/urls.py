"""Addresses of the months and their papers."""

from django.urls import path, register_converter

from shoutu.platform.warnings import law_views, views


class Month:
    regex = "[0-9]{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Month, "month")

urlpatterns = [
    path("warnings/", views.warnings, name="warnings"),
    path("warnings/<month:month>/<slug:region>/", views.month, name="month"),
    path("warnings/<month:month>/<slug:region>/<slug:verb>", views.act_on_month, name="month-act"),
    path("warnings/<month:month>/<slug:region>/trace.json", views.trace, name="month-trace"),
    path("warnings/<month:month>/<slug:region>/why/<slug:entry>/", law_views.explanation, name="explanation"),
    path("readings/", law_views.readings, name="readings"),
    path("order/", law_views.order, name="order"),
    path("documents/", views.papers, name="documents"),
    path("documents/draft", views.draft, name="document-draft"),
    path("documents/<slug:identifier>/", views.paper, name="document"),
    path("documents/<slug:identifier>/number", views.number, name="document-number"),
    path("documents/<slug:identifier>/page-<int:page>.png", views.paper_picture, name="document-page"),
    path("documents/<slug:identifier>/file.<slug:form>", views.paper_file, name="document-file"),
]
