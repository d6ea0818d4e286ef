from django.urls import path

from themes import plan_views, views

_PLAN = "administration/plans/<str:plan>"

urlpatterns = [
    path("rating-schemes/<int:scheme>/<str:digest>.css", views.rating_colours, name="rating_colours"),
    path("administration/plans/", plan_views.plans, name="plans"),
    path("administration/start-a-plan/", plan_views.add_plan, name="add_plan"),
    path(f"{_PLAN}/", plan_views.manage_plan, name="manage_plan"),
    path(f"{_PLAN}/history/", plan_views.plan_history, name="plan_history"),
    path(f"{_PLAN}/facts/", plan_views.change_plan_facts, name="change_plan"),
    path(f"{_PLAN}/wording/", plan_views.change_wording, name="change_wording"),
    path(f"{_PLAN}/ratings/", plan_views.change_scheme, name="change_scheme"),
    path(f"{_PLAN}/open-a-quarter/", plan_views.open_plan_quarter, name="open_quarter"),
    path(f"{_PLAN}/add-a-theme/", plan_views.add_plan_theme, name="add_theme"),
    path(f"{_PLAN}/themes/<str:theme>/", plan_views.change_plan_theme, name="change_theme"),
    path(
        f"{_PLAN}/quarters/<str:year>/<str:quarter>/themes/<str:theme>/",
        plan_views.change_theme_period,
        name="change_period",
    ),
]
