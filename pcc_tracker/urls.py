"""Every address of the product. All of it asks for sign-in unless a view says otherwise."""

from django.urls import include, path

from pcc_tracker import views

handler400 = "pcc_tracker.errors.request_not_read"
handler404 = "pcc_tracker.errors.page_not_found"

urlpatterns = [
    path("plans/", views.current_plan, name="current_plan"),
    path("start/", views.start, name="start"),
    path("administration/", views.administration, name="administration"),
    path("", include("accounts.urls")),
    path("", include("themes.urls")),
    path("", include("deliverables.urls")),
    path("", include("reports.urls")),
]
