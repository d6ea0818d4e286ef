"""Needs assessments and line of sight."""

from django.urls import path

from needs import gap_views, sight_views, views

urlpatterns = [
    path("needs/", views.assessments, name="needs"),
    path("needs/<slug:assessment>/", views.assessment, name="assessment"),
    path("needs/<slug:assessment>/matrix/", sight_views.matrix, name="matrix"),
    path("needs/<slug:assessment>/gaps/", gap_views.gaps, name="gaps"),
    path("needs/<slug:assessment>/<int:need>/", sight_views.need, name="need"),
]
