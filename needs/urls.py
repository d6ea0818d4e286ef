"""Needs assessments and line of sight."""

from django.urls import path

from needs import editing_views, gap_views, import_views, linking_views, sight_views, views

OF_A_DELIVERABLE = "plans/<slug:plan>/<str:year>/<str:quarter>/themes/<str:theme>/deliverables/<str:deliverable>/needs/"

urlpatterns = [
    path("needs/", views.assessments, name="needs"),
    path("needs/assessments.<str:form>", views.assessments_file, name="needs_file"),
    path("needs/add/", editing_views.add, name="add_assessment"),
    path("needs/<slug:assessment>/", views.assessment, name="assessment"),
    path("needs/<slug:assessment>/needs.<str:form>", views.assessment_file, name="assessment_file"),
    path("needs/<slug:assessment>/change/", editing_views.change, name="change_assessment"),
    path("needs/<slug:assessment>/remove/", editing_views.remove, name="remove_assessment"),
    path("needs/<slug:assessment>/copy/", editing_views.copy, name="copy_assessment"),
    path("needs/<slug:assessment>/history/", editing_views.history, name="assessment_history"),
    path("needs/<slug:assessment>/sections/add/", editing_views.section_add, name="add_section"),
    path("needs/<slug:assessment>/sections/<int:section>/", editing_views.section_change, name="change_section"),
    path("needs/<slug:assessment>/sections/<int:section>/remove/", editing_views.section_remove, name="remove_section"),
    path("needs/<slug:assessment>/add/", editing_views.need_add, name="add_need"),
    path("needs/<slug:assessment>/matrix/", sight_views.matrix, name="matrix"),
    path("needs/<slug:assessment>/gaps/", gap_views.gaps, name="gaps"),
    path("needs/<slug:assessment>/<int:need>/", sight_views.need, name="need"),
    path("needs/<slug:assessment>/<int:need>/change/", editing_views.need_change, name="change_need"),
    path("needs/<slug:assessment>/<int:need>/respond/", editing_views.need_respond, name="respond"),
    path("needs/<slug:assessment>/<int:need>/remove/", editing_views.need_remove, name="remove_need"),
    path("needs/<slug:assessment>/<int:need>/gone/", editing_views.need_gone, name="mark_gone"),
    path("needs/<slug:assessment>/<int:need>/back/", editing_views.need_back, name="bring_back"),
    path("needs/<slug:assessment>/<int:need>/history/", editing_views.need_history, name="need_history"),
    path("needs/<slug:assessment>/<int:need>/link/", linking_views.link_need, name="link_need"),
    path("needs/<slug:assessment>/import/", import_views.upload, name="import_needs"),
    path("needs/<slug:assessment>/import/needs-template.<str:form>", import_views.template, name="needs_template"),
    path("needs/<slug:assessment>/import/<int:file>/", import_views.preview, name="preview_needs"),
    path(
        "needs/<slug:assessment>/import/<int:file>/problems.<str:form>",
        import_views.problems_file,
        name="needs_problems_file",
    ),
    path(OF_A_DELIVERABLE, linking_views.link_deliverable, name="link_deliverable"),
    path("needs/<slug:assessment>/matrix.<str:form>", sight_views.matrix_file, name="matrix_file"),
    path("line-of-sight/<slug:plan>/themes/<int:theme>/", sight_views.theme_needs, name="theme_needs"),
    path(
        "line-of-sight/<slug:plan>/themes/<int:theme>.<str:form>", sight_views.theme_needs_file, name="theme_needs_file"
    ),
    path("needs/<slug:assessment>/gaps.<str:form>", gap_views.gaps_file, name="gaps_file"),
    path("needs/<slug:assessment>/gaps/<str:gap>/", gap_views.gap, name="gap"),
    path("needs/<slug:assessment>/gaps/<str:gap>/needs.<str:form>", gap_views.gap_file, name="gap_file"),
]
