from django.urls import path

from deliverables import (
    exempt_views,
    history_views,
    import_row_views,
    import_views,
    mail_views,
    offline_views,
    owner_views,
    plan_views,
    views,
    work_views,
    writing_views,
)

# Addresses are read by `themes.place.find_place`, which says what there is where a part of one is wrong.
_QUARTER = "plans/<str:plan>/<str:year>/<str:quarter>"
_THEME = f"{_QUARTER}/themes/<str:theme>"

_IMPORT = "administration/plans/<str:plan>/import"
_MANAGED_YEAR = "administration/plans/<str:plan>/<str:year>"
_MANAGED_THEME = f"{_MANAGED_YEAR}/themes/<str:theme>"
_MANAGED = f"{_MANAGED_THEME}/deliverables/<str:deliverable>"

urlpatterns = [
    path(f"{_IMPORT}/", import_views.upload, name="import_plan"),
    path(f"{_IMPORT}/template.<str:form>", import_views.template, name="import_plan_template"),
    path(f"{_IMPORT}/files.<str:form>", import_views.files_file, name="plan_files_file"),
    path(f"{_IMPORT}/<int:file>/", import_views.plan_file, name="plan_file"),
    path(f"{_IMPORT}/<int:file>/check/", import_views.check, name="check_plan_file"),
    path(f"{_IMPORT}/<int:file>/about/", import_views.choices, name="plan_file_choices"),
    path(f"{_IMPORT}/<int:file>/rows/<int:at>/", import_row_views.row, name="plan_file_row"),
    path(f"{_IMPORT}/<int:file>/rows.<str:form>", import_views.rows_file, name="plan_rows_file"),
    path(f"{_IMPORT}/<int:file>/rows/", import_row_views.put_many_right, name="plan_file_rows"),
    path(f"{_IMPORT}/<int:file>/original/", import_views.original, name="plan_file_original"),
    path(f"{_IMPORT}/<int:file>/discard/", import_views.discard_file, name="discard_plan_file"),
    path(f"{_MANAGED_YEAR}/", plan_views.manage_year, name="manage_year"),
    path(f"{_MANAGED_YEAR}/open-the-next-year/", plan_views.open_next_year, name="open_next_year"),
    path(f"{_MANAGED_THEME}/", plan_views.manage_deliverables, name="manage_deliverables"),
    path(f"{_MANAGED_THEME}/add/", plan_views.add, name="add_deliverable"),
    path(f"{_MANAGED_THEME}/renumber/", plan_views.renumber_theme, name="renumber"),
    path(f"{_MANAGED}/", plan_views.change, name="change_deliverable"),
    path(f"{_MANAGED}/complete/", plan_views.complete, name="complete"),
    path(f"{_MANAGED}/withdraw/", plan_views.withdraw_one, name="withdraw"),
    path(f"{_MANAGED}/take-back/", plan_views.put_one_back, name="put_back"),
    path(f"{_MANAGED}/remove/", plan_views.remove, name="remove_deliverable"),
    path(f"{_MANAGED}/carry-forward/", plan_views.carry_one_forward, name="carry_forward"),
    path(f"{_MANAGED}/owners/", owner_views.owners, name="owners"),
    path(f"{_MANAGED}/owners/<int:ownership>/take-back/", owner_views.remove_one_owner, name="remove_owner"),
    path("administration/people/<int:user>/hand-over/", owner_views.hand_over_all, name="hand_over"),
    path("plans/<str:plan>/<str:year>/changes/", plan_views.schedule_of_changes, name="schedule_of_changes"),
    path("plans/<str:plan>/<str:year>/changes.<str:form>", plan_views.schedule_file, name="schedule_file"),
    path("my-updates/", work_views.my_updates, name="my_updates"),
    path(f"{_QUARTER}/review/", work_views.review, name="review"),
    path(f"{_QUARTER}/review/approve/", work_views.approve_many, name="approve_many"),
    path(f"{_QUARTER}/review/updates.<str:form>", work_views.review_file, name="review_file"),
    path(f"{_QUARTER}/review/remind/", work_views.remind_one, name="remind"),
    path(f"{_QUARTER}/review/lock/", work_views.lock_quarter, name="lock_quarter"),
    path(f"{_THEME}/deliverables/<str:deliverable>/review/", work_views.review_update, name="review_update"),
    path(f"{_THEME}/deliverables/<str:deliverable>/more-time/", work_views.give_more_time, name="extend"),
    path("mails/", mail_views.mails, name="mails"),
    path("mails.<str:form>", mail_views.mails_file, name="mails_file"),
    path("mails/<int:mail>/", mail_views.mail, name="mail"),
    path("plans/<str:plan>/", views.plan, name="plan"),
    path(f"{_QUARTER}/", views.summary, name="summary"),
    path(f"{_QUARTER}/themes.<str:form>", views.summary_file, name="summary_file"),
    path(f"{_THEME}/", views.theme, name="theme"),
    path(f"{_THEME}/deliverables.<str:form>", views.theme_file, name="theme_file"),
    path(f"{_THEME}/deliverables/<str:deliverable>/", views.deliverable, name="deliverable"),
    path(f"{_THEME}/deliverables/<str:deliverable>/exempt/", exempt_views.exempt, name="exempt"),
    path(f"{_THEME}/deliverables/<str:deliverable>/exempt/lift/", exempt_views.lift, name="lift_exemption"),
    path(
        f"{_THEME}/deliverables/<str:deliverable>/history/",
        history_views.deliverable_history,
        name="deliverable_history",
    ),
    path(
        f"{_THEME}/deliverables/<str:deliverable>/update/history/", history_views.update_history, name="update_history"
    ),
    path("people/<int:user>/history/", history_views.person_history, name="person_history"),
    path(f"{_THEME}/deliverables/<str:deliverable>/update/", writing_views.write_update, name="write_update"),
    path(f"{_QUARTER}/offline/", offline_views.offline, name="offline"),
    path(f"{_QUARTER}/offline/updates.xlsx", offline_views.workbook_of_all, name="workbook"),
    path(
        f"{_QUARTER}/offline/people/<int:user>/updates.xlsx", offline_views.workbook_of_person, name="person_workbook"
    ),
    path(
        f"{_QUARTER}/offline/organisations/<int:organisation>/updates.xlsx",
        offline_views.workbook_of_organisation,
        name="organisation_workbook",
    ),
    path(f"{_QUARTER}/offline/my-updates.xlsx", offline_views.my_workbook, name="my_workbook"),
    path(f"{_QUARTER}/offline/people.<str:form>", offline_views.people_file, name="offline_people_file"),
    path(
        f"{_QUARTER}/offline/organisations.<str:form>",
        offline_views.organisations_file,
        name="offline_organisations_file",
    ),
    path(
        f"{_QUARTER}/offline/return/<int:file>/problems.<str:form>",
        offline_views.problems_file,
        name="return_problems_file",
    ),
    path(f"{_QUARTER}/offline/return/<int:file>/rows.<str:form>", offline_views.rows_file, name="return_rows_file"),
    path(f"{_QUARTER}/offline/return/", offline_views.return_workbook, name="return_workbook"),
    path(f"{_QUARTER}/offline/return/<int:file>/", offline_views.preview, name="preview_return"),
    path("autosave/<int:period>/<int:deliverable>/", writing_views.autosave, name="autosave"),
]
