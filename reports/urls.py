from django.urls import path

from reports import publish_views, views

_APPENDIX = "plans/<str:plan>/<str:year>/<str:quarter>/themes/<str:theme>/appendix-a"

urlpatterns = [
    path(f"{_APPENDIX}/", views.appendix, name="appendix"),
    path(f"{_APPENDIX}.<str:form>", views.appendix_file, name="appendix_file"),
    path("reports/<str:report>/publish/", publish_views.publish_report, name="publish_report"),
]
