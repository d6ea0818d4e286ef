from django.urls import path

from deliverables import views, work_views, writing_views

# Addresses are read by `themes.place.find_place`, which says what there is where a part of one is wrong.
_QUARTER = "plans/<str:plan>/<str:year>/<str:quarter>"
_THEME = f"{_QUARTER}/themes/<str:theme>"

urlpatterns = [
    path("my-updates/", work_views.my_updates, name="my_updates"),
    path(f"{_QUARTER}/review/", work_views.review, name="review"),
    path(f"{_QUARTER}/review/approve/", work_views.approve_many, name="approve_many"),
    path(f"{_QUARTER}/review/lock/", work_views.lock_quarter, name="lock_quarter"),
    path(f"{_THEME}/deliverables/<str:deliverable>/review/", work_views.review_update, name="review_update"),
    path("plans/<str:plan>/", views.plan, name="plan"),
    path(f"{_QUARTER}/", views.summary, name="summary"),
    path(f"{_QUARTER}/themes.<str:form>", views.summary_file, name="summary_file"),
    path(f"{_THEME}/", views.theme, name="theme"),
    path(f"{_THEME}/deliverables.<str:form>", views.theme_file, name="theme_file"),
    path(f"{_THEME}/deliverables/<str:deliverable>/", views.deliverable, name="deliverable"),
    path(f"{_THEME}/deliverables/<str:deliverable>/update/", writing_views.write_update, name="write_update"),
    path(f"{_THEME}/deliverables/<str:deliverable>/update/autosave/", writing_views.autosave, name="autosave"),
]
