"""Help on what figures and ratings mean, with the figures of what was published as the example."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports.public_pages import public_page
from reports.published import colours_address, counting, publications, states


@public_page
def about_figures(request: HttpRequest) -> HttpResponse:
    """What each rating means, and how percentages, overall wording and movement are worked out."""
    newest = counting(publications(request.user))[:1]
    context = {}
    if newest:
        (state,) = states(newest).values()
        context = {
            "publication": newest[0],
            "state": state,
            "colours": colours_address(request.user, newest[0].plan_slug),
        }
    return render(request, "reports/about_figures.html", context)
