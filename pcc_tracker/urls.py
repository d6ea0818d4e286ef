"""Every address of the product. All of it asks for sign-in unless a view says otherwise."""

from allauth.account import views as account_views
from django.urls import include, path

from pcc_tracker import views

handler404 = "pcc_tracker.errors.page_not_found"

urlpatterns = [
    path("", views.home, name="home"),
    path("administration/", views.administration, name="administration"),
    path("accounts/login/", account_views.login, name="account_login"),
    path("accounts/logout/", account_views.logout, name="account_logout"),
    path("accounts/inactive/", account_views.account_inactive, name="account_inactive"),
    path("", include("themes.urls")),
    path("", include("deliverables.urls")),
    path("", include("reports.urls")),
]
