"""What tests say of the pages that answer."""

from django.http import HttpResponse


def refused(response: HttpResponse, *says: str) -> str:
    """The page again, with one error summary on top, that says all of this; its HTML."""
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("There is a problem") == 1
    for words in says:
        assert words in html
    return html
