"""Needs assessments in a browser."""

GAPS = "/needs/nottinghamshire-police-and-crime-needs-assessment-2014-15/gaps/"


def test_from_the_gaps_to_the_list_of_one(wide_walker):
    """For somebody who is not signed in, on a wide screen and on a narrow one."""
    wide_walker.check_wide_and_narrow(GAPS)
    wide_walker.page.get_by_role("link", name="6/10 (60%)").click()
    assert wide_walker.page.locator("table.records tbody tr").count() == 6
    wide_walker.check_wide_and_narrow(wide_walker.page.url.removeprefix(wide_walker.server))
