"""Needs assessments and line of sight."""

from django.urls import path

from needs import gap_views, sight_views, views

urlpatterns = [
    path("needs/", views.assessments, name="needs"),
    path("needs/<slug:assessment>/", views.assessment, name="assessment"),
    path("needs/<slug:assessment>/matrix/", sight_views.matrix, name="matrix"),
    path("needs/<slug:assessment>/gaps/", gap_views.gaps, name="gaps"),
    path("needs/<slug:assessment>/<int:need>/", sight_views.need, name="need"),
    path("needs/<slug:assessment>/matrix.<str:form>", sight_views.matrix_file, name="matrix_file"),
    path("line-of-sight/<slug:plan>/themes/<int:theme>/", sight_views.theme_needs, name="theme_needs"),
    path(
        "line-of-sight/<slug:plan>/themes/<int:theme>.<str:form>", sight_views.theme_needs_file, name="theme_needs_file"
    ),
]
