"""Needs assessments and line of sight."""

from django.urls import path

from needs import gap_views, sight_views, views

urlpatterns = [
    path("needs/", views.assessments, name="needs"),
    path("needs/<slug:assessment>/", views.assessment, name="assessment"),
    path("needs/<slug:assessment>/matrix/", sight_views.matrix, name="matrix"),
    path("needs/<slug:assessment>/gaps/", gap_views.gaps, name="gaps"),
    path("needs/<slug:assessment>/<int:need>/", sight_views.need, name="need"),
    path("needs/<slug:assessment>/gaps.<str:form>", gap_views.gaps_file, name="gaps_file"),
    path("needs/<slug:assessment>/gaps/<str:gap>/", gap_views.gap, name="gap"),
    path("needs/<slug:assessment>/gaps/<str:gap>/needs.<str:form>", gap_views.gap_file, name="gap_file"),
]
