from django.urls import path

from reports import edition_views, publish_views, views

_APPENDIX = "plans/<str:plan>/<str:year>/<str:quarter>/themes/<str:theme>/appendix-a"
_EDITION = "published/<slug:slug>/v<int:number>"

urlpatterns = [
    path("published/", edition_views.published, name="published"),
    path("published/<slug:slug>/", edition_views.latest_edition, name="latest_edition"),
    path(f"{_EDITION}/", edition_views.edition, name="edition"),
    path(f"{_EDITION}.<str:form>", edition_views.edition_file, name="edition_file"),
    path(f"{_EDITION}/colours.css", edition_views.edition_colours, name="edition_colours"),
    path(f"{_EDITION}/differences/", edition_views.edition_differences, name="edition_differences"),
    path(f"{_EDITION}/differences.<str:form>", edition_views.edition_differences_file, name="edition_differences_file"),
    path(f"{_EDITION}/withdraw/", edition_views.withdraw_edition, name="withdraw_edition"),
    path(f"{_APPENDIX}/", views.appendix, name="appendix"),
    path(f"{_APPENDIX}.<str:form>", views.appendix_file, name="appendix_file"),
    path("reports/<str:report>/publish/", publish_views.publish_report, name="publish_report"),
]
