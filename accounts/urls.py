from allauth.account import views as account_views
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import include, path

from accounts import administration_views as administration
from accounts import views

# allauth's own names, as it looks them up by these; what the product does not need of it has no address.
_signing_in = [
    path("login/", views.sign_in, name="account_login"),
    path("logout/", account_views.logout, name="account_logout"),
    path("inactive/", account_views.account_inactive, name="account_inactive"),
    path("password/forgotten/", views.forgotten_password, name="account_reset_password"),
    path("password/forgotten/sent/", views.forgotten_password_done, name="account_reset_password_done"),
    path("password/set/<str:uidb36>/<str:key>/", views.set_password, name="account_reset_password_from_key"),
    path("password/change/", views.change_password, name="account_change_password"),
    path("confirm/", views.by_password(account_views.reauthenticate), name="account_reauthenticate"),
    path("code/", second_factor.authenticate, name="mfa_authenticate"),
    path("confirm/code/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/", second_factor.index, name="mfa_index"),
    path("second-factor/set-up/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/switch-off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "second-factor/recovery-codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path(
        "second-factor/recovery-codes/file/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("single-sign-on/", views.single_sign_on, name="single_sign_on"),
    path(
        "single-sign-on/callback/",
        views.single_sign_on_callback,
        {"provider_id": "office"},
        name="openid_connect_callback",
    ),
    path("", views.your_account, name="your_account"),
]

_administration = [
    path("office/", administration.office, name="office"),
    path("office/history/", administration.office_history, name="office_history"),
    path("organisations/", administration.organisations, name="organisations"),
    path("organisations/list.<str:form>", administration.organisations_file, name="organisations_file"),
    path("organisations/add/", administration.add_organisation, name="add_organisation"),
    path("organisations/<int:organisation>/", administration.organisation, name="organisation"),
    path(
        "organisations/<int:organisation>/deactivate/",
        administration.deactivate_organisation,
        name="deactivate_organisation",
    ),
    path(
        "organisations/<int:organisation>/activate/",
        administration.activate_organisation,
        name="activate_organisation",
    ),
    path("people/", administration.people, name="people"),
    path("people/list.<str:form>", administration.people_file, name="people_file"),
    path("people/add/", administration.add_person, name="add_person"),
    path("people/<int:user>/", administration.person, name="person"),
    path("people/<int:user>/change/", administration.change_person, name="change_person"),
    path("people/<int:user>/invite/", administration.invite_person, name="invite_person"),
    path("people/<int:user>/deactivate/", administration.deactivate_person, name="deactivate_person"),
    path("people/<int:user>/activate/", administration.activate_person, name="activate_person"),
    path("people/<int:user>/second-factor/", administration.remove_second_factor, name="remove_second_factor"),
]

urlpatterns = [
    path("accounts/", include(_signing_in)),
    path("administration/", include(_administration)),
]
