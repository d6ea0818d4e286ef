from django.urls import path

from needs import import_views, views

_ASSESSMENT = "needs/<slug:assessment>"

urlpatterns = [
    path(f"{_ASSESSMENT}/", views.assessment, name="assessment"),
    path(f"{_ASSESSMENT}/import/", import_views.upload, name="import_needs"),
    path(f"{_ASSESSMENT}/import/needs-template.<str:form>", import_views.template, name="needs_template"),
    path(f"{_ASSESSMENT}/import/<int:file>/", import_views.preview, name="preview_needs"),
    path(
        f"{_ASSESSMENT}/import/<int:file>/problems.<str:form>", import_views.problems_file, name="needs_problems_file"
    ),
]
