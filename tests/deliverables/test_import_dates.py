import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverables.importing.dates import date_in, dates_in, label_of, leading_label

DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))
FORMS = (
    "{0.day}.{0.month}.{0:%y}", "{0:%d/%m/%Y}", "{0:%d-%m-%y}", "{0:%Y-%m-%d}", "{0.day} {0:%B %Y}", "{0:%d-%b-%y}",
    "{0.day}th {0:%B %Y}", "{0:%A} {0.day} {0:%b} {0:%Y}", "{0:%B} {0.day}, {0:%Y}",
)  # fmt: skip
MONTHS = ("{:%B %Y}", "{:%b-%y}", "{:%b %Y}", "{:%B}, {0:%Y}".replace("{:", "{0:"), "{:%m/%Y}")
AROUND = ("{}", "Update: {}", "Update as at {}:", "Quarter 4 update ({})", "Latest position – {}", "{} update")


@given(DAYS, st.sampled_from(FORMS), st.sampled_from(AROUND))
def test_any_day_in_any_form_reads_back(day, form, around):
    written = form.format(day)
    found = label_of(around.format(written))
    assert (found.date, found.precision, found.wrong) == (day, "day", "")
    assert written.endswith(found.label)  # a weekday is no part of it


@given(DAYS, st.sampled_from(MONTHS), st.sampled_from(AROUND))
def test_any_month_in_any_form_reads_back(day, form, around):
    written = form.format(day)
    found = label_of(around.format(written))
    assert (found.date, found.precision, found.label) == (day.replace(day=1), "month", written)


def test_the_day_stands_before_the_month():
    assert date_in("03/10/2019").date == datetime.date(2019, 10, 3)


@pytest.mark.parametrize("text", ["31/02/2020", "30 February 2020", "12.13.20", "1 May 1066"])
def test_a_day_that_is_in_no_calendar_is_said_to_be_none(text):
    found = date_in(f"Update: {text}")
    assert (found.date, found.precision) == (None, "none")
    assert found.wrong == f"“{text}” is in no calendar."


@pytest.mark.parametrize(
    "text", ["", "2019-20", "2019/20", "version 1.2.3.4", "may 5", "14/15 (93.3%)", "0100 000 001"]
)
def test_what_is_no_date_is_none(text):
    assert date_in(text) is None


def test_a_month_ends_with_its_last_day():
    assert date_in("February 2020").last_day == datetime.date(2020, 2, 29)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("28.3.20: Patrols run.", "Patrols run."),
        ("April 2020 - Patrols run.", "Patrols run."),
        ("Update as at 31 March 2020\nPatrols run.", "Patrols run."),
        ("Quarter 4 update (April 2020): patrols run.", "patrols run."),
        ("April 2020 progress: patrols run.", "patrols run."),
    ],
)
def test_a_label_before_a_text_is_parted_from_it(text, rest):
    _, end = leading_label(text)
    assert text[end:] == rest


@pytest.mark.parametrize(
    "text",
    [
        "April 2020 saw the first course.",
        "April 2020, which was wet, saw none.",
        "April 2020 - June 2020 was quiet.",
        "In the week of 28.3.20 patrols ran.",
        "Since April 2020: none.",
    ],
)
def test_a_sentence_with_a_date_is_never_parted(text):
    assert leading_label(text) is None
    assert label_of(text) is None


def test_all_dates_of_a_text_are_found_in_their_order():
    assert [one.label for one in dates_in("From 1.4.19 to March 2020, as at 2020-03-31.")] == [
        "1.4.19",
        "March 2020",
        "2020-03-31",
    ]
