from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from themes.models import RatingScheme


@login_not_required
def rating_colours(request: HttpRequest, scheme: int, digest: str) -> HttpResponse:
    """A rating scheme's colours as a stylesheet: they are data, and the CSP allows no style within a page.

    Open to everyone, as it holds nothing but colours. Its address changes with them, so it is kept for ever.
    """
    found = get_object_or_404(RatingScheme.objects.prefetch_related("ratings"), pk=scheme)
    response = HttpResponse(found.stylesheet, content_type="text/css; charset=utf-8")
    fresh = request.path == found.stylesheet_address
    response["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    return response
