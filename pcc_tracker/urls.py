"""Every address of the product. All of it asks for sign-in unless a view says otherwise."""

from django.urls import include, path

from pcc_tracker import views
from pcc_tracker.archive.views import archive

handler400 = "pcc_tracker.errors.request_not_read"
handler404 = "pcc_tracker.errors.page_not_found"

urlpatterns = [
    # First, as it holds the pages that anyone asks for, and addresses are tried in turn.
    path("", include("reports.urls")),
    path("plans/", views.current_plan, name="current_plan"),
    path("start/", views.start, name="start"),
    path("administration/", views.administration, name="administration"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("open-data/", views.open_data, name="open_data"),
    path("open-data/<str:schema>.schema.json", views.schema, name="schema"),
    path("", include("accounts.urls")),
    path("", include("themes.urls")),
    path("", include("deliverables.urls")),
    path("", include("needs.urls")),
    path("administration/archive/", archive, name="archive"),
]
