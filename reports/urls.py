from django.urls import path

from reports import (
    edition_views,
    help_views,
    history_views,
    meeting_views,
    office_views,
    progress_views,
    publish_views,
    report_views,
    section_views,
    views,
)

_EDITION = "published/<slug:slug>/v<int:number>"
_APPENDIX = "plans/<str:plan>/<str:year>/<str:quarter>/themes/<str:theme>/appendix-a"
_MEETING = "meetings/<str:meeting>"
_REPORT = "reports/<str:report>"
_PUBLISHED_PLAN = "progress/<str:plan>"
_PUBLISHED_THEME = f"{_PUBLISHED_PLAN}/<str:year>/<str:quarter>/themes/<str:theme>"

urlpatterns = [
    path("published/", edition_views.published, name="published"),
    path("published/<slug:slug>/", edition_views.latest_edition, name="latest_edition"),
    path(f"{_EDITION}/", edition_views.edition, name="edition"),
    path(f"{_EDITION}.<str:form>", edition_views.edition_file, name="edition_file"),
    path(f"{_EDITION}/colours.css", edition_views.edition_colours, name="edition_colours"),
    path(f"{_EDITION}/differences/", edition_views.edition_differences, name="edition_differences"),
    path(f"{_EDITION}/differences.<str:form>", edition_views.edition_differences_file, name="edition_differences_file"),
    path(f"{_EDITION}/withdraw/", edition_views.withdraw_edition, name="withdraw_edition"),
    path(f"{_EDITION}/put-back/", edition_views.put_edition_back, name="put_edition_back"),
    path(f"{_APPENDIX}/", views.appendix, name="appendix"),
    path(f"{_APPENDIX}.<str:form>", views.appendix_file, name="appendix_file"),
    path("meetings/", meeting_views.meetings, name="meetings"),
    path("meetings.<str:form>", meeting_views.meetings_file, name="meetings_file"),
    path("meetings/add/", meeting_views.add, name="add_meeting"),
    path(f"{_MEETING}/", meeting_views.meeting, name="meeting"),
    path(f"{_MEETING}/history/", history_views.meeting_history, name="meeting_history"),
    path(f"{_MEETING}/change/", meeting_views.change, name="change_meeting"),
    path(f"{_MEETING}/remove/", meeting_views.remove, name="remove_meeting"),
    path(f"{_MEETING}/start-a-report/", meeting_views.start, name="start_report"),
    path(f"{_MEETING}/programme/<int:line>/remove/", meeting_views.remove_line, name="remove_from_programme"),
    path("reports/", report_views.reports, name="reports"),
    path("reports.<str:form>", report_views.reports_file, name="reports_file"),
    path("reports/texts/", office_views.office_texts, name="office_texts"),
    path("reports/texts/history/", history_views.office_texts_history, name="office_texts_history"),
    path("reports/texts/<str:kind>/", office_views.office_text, name="office_text"),
    path("reports/texts/<str:kind>/product/", office_views.product_text, name="use_product_text"),
    path("reports/defaults/", office_views.defaults, name="report_defaults"),
    path("reports/word-template/", office_views.word_template, name="word_template"),
    path("reports/word-template/file/", office_views.word_template_file, name="word_template_file"),
    path("reports/word-template/product/", office_views.product_look, name="use_product_look"),
    path("", progress_views.front, name="home"),
    path(f"{_PUBLISHED_PLAN}/", progress_views.published_plan, name="published_plan"),
    path(f"{_PUBLISHED_PLAN}/themes.<str:form>", progress_views.published_plan_file, name="published_plan_file"),
    path(f"{_PUBLISHED_PLAN}/colours-<str:digest>.css", progress_views.published_colours, name="published_colours"),
    path(f"{_PUBLISHED_PLAN}/themes/<str:theme>/", progress_views.latest_theme, name="latest_theme"),
    path(f"{_PUBLISHED_PLAN}/themes/<str:theme>/compare/", progress_views.compare_theme, name="compare_theme"),
    path(
        f"{_PUBLISHED_PLAN}/themes/<str:theme>/compare.<str:form>",
        progress_views.compare_theme_file,
        name="compare_theme_file",
    ),
    path("help/figures/", help_views.about_figures, name="about_figures"),
    path(f"{_PUBLISHED_THEME}/", progress_views.published_theme, name="published_theme"),
    path(f"{_PUBLISHED_THEME}/list.<str:form>", progress_views.published_theme_file, name="published_theme_file"),
    path(
        f"{_PUBLISHED_THEME}/deliverables/<str:deliverable>/",
        progress_views.published_deliverable,
        name="published_deliverable",
    ),
    path(f"{_REPORT}/", report_views.report, name="report"),
    path(f"{_REPORT}/facts/", report_views.change, name="change_report"),
    path(f"{_REPORT}/remove/", report_views.remove, name="remove_report"),
    path(f"{_REPORT}/history/", history_views.report_history, name="report_history"),
    path(f"{_REPORT}/preview/", report_views.preview, name="report_preview"),
    path(f"{_REPORT}/preview.<str:form>", report_views.preview_file, name="report_preview_file"),
    path(f"{_REPORT}/publish/", publish_views.publish_report, name="publish_report"),
    path(f"{_REPORT}/sections/<str:kind>/", section_views.write, name="write_section"),
    path(f"{_REPORT}/sections/<str:kind>/keep/", section_views.keep, name="keep_section"),
    path(f"{_REPORT}/sections/<str:kind>/fill-again/", section_views.fill_again, name="fill_section_again"),
]
