"""What was published, taken away by anyone: the list of editions as a file, and the feed of them."""

from django.http import HttpRequest, HttpResponse

from pcc_tracker.tables import download
from reports import open_data
from reports.public_pages import public_page


@public_page
def published_file(request: HttpRequest, form: str) -> HttpResponse:
    """The list of published reports with their figures; but as CSV, with the figures of each theme beside it."""
    return download("published reports", form, *open_data.published_sheets(request.user))


@public_page
def published_feed(request: HttpRequest) -> HttpResponse:
    feed = open_data.published_feed(request.user)
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
