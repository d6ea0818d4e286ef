"""What should not stand in a published text, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverables.narrative import clean, parse
from reports.pieces import plain
from reports.text_checks import contacts, exempt_sentences, stands_in


@pytest.mark.parametrize(
    "text",
    [
        "0115 967 0999",
        "(0115) 967 0999",
        "0115 9670999",
        "01159670999",
        "020 7946 0958",
        "07700 900123",
        "07700-900-123",
        "07700\u00a0900\u00a0123",
        "+44 7700 900123",
        "+44 (0)115 967 0999",
        "0044 115 967 0999",
        "0800 555 111",
        "0300 123 1212",
        "team@example.org",
        "first.last+tag@mail.example.org.uk",
    ],
)
def test_a_number_or_an_address_is_found_wherever_it_stands(text):
    said = text.replace("\u00a0", " ")
    assert contacts(plain(f"Ring or write to {text}.")) == [said]
    assert contacts(parse(clean(f"<ul><li><p>Contact: {text}</p></li></ul>"))) == [said]
    assert contacts(parse(clean(f"<table><tr><td>Team</td><td>{text}</td></tr></table>"))) == [said]


@pytest.mark.parametrize(
    "text",
    [
        "Crime reference 20000123456 is closed.",
        "Crime reference number 01234 567890 is closed.",
        "Crime no. 0123456789.",
        "Incident 0123 456789 was recorded.",
        "Log 00123456789.",
        "It cost £1,234,567 and £0123456789.",
        "The budget is £12.5m of £2,000,000,000.",
        "From 01/04/2019 to 31/03/2020.",
        "From 01.04.2019 to 31.03.2020.",
        "On 01-04-2019 10-04-2019 and 02 04 2019.",
        "In 2018-19 and 2019-20, 2019/20 Q4.",
        "Up 13.2% and 0.1234567890%.",
        "1,213 against 1,248, so -35 or −2.9%.",
        "Ring 101, or 999 in an emergency.",
        "Of 14/15 (93.3%), 0/15 (0%).",
        "Follow @example on the day.",
        "3 @ 5 each.",
        "ISBN 0 306 40615 2.",
        "Case 0123 456 7890 stays open.",
    ],
)
def test_what_only_looks_like_one_is_not(text):
    assert contacts(plain(text)) == []


def test_the_addresses_of_links_count():
    narrative = parse(clean('<p><a href="mailto:team%40example.org">Write to us</a></p>'))
    assert contacts(narrative) == ["team@example.org"]
    narrative = parse(clean('<p><a href="https://example.org/plans/2019/01159670999">The plan</a></p>'))
    assert contacts(narrative) == []


def test_each_is_said_once():
    assert contacts(plain("team@example.org, team@example.org, 0115 967 0999")) == ["team@example.org", "0115 967 0999"]


def test_cells_beside_each_other_are_not_one_number():
    assert contacts(parse(clean("<table><tr><td>0115</td><td>967</td><td>0999</td></tr></table>"))) == []


EXEMPT = parse(
    clean(
        "<p>A suspect was arrested at the harbour in March. Work goes on.</p>"
        "<ul><li><p>Two officers of the unit are under investigation!</p></li></ul>"
    )
)


class TestExemptText:
    def test_a_whole_sentence_is_found_whatever_its_case_and_marks(self):
        printed = plain("We note: “a suspect was ARRESTED at the harbour, in March”; and more.")
        assert exempt_sentences([EXEMPT], printed) == ["A suspect was arrested at the harbour in March."]

    def test_one_out_of_a_list_is_found_in_a_table(self):
        printed = parse(clean("<table><tr><td>Two officers of the unit are under investigation</td></tr></table>"))
        assert exempt_sentences([EXEMPT], printed) == ["Two officers of the unit are under investigation!"]

    def test_a_short_sentence_or_a_part_of_one_is_not(self):
        assert exempt_sentences([EXEMPT], plain("Work goes on. A suspect was arrested at the harbour.")) == []

    def test_a_sentence_that_goes_on_in_other_words_is_another(self):
        assert exempt_sentences([EXEMPT], plain("Unsuspecta suspect was arrested at the harbour in Marches.")) == []

    def test_a_wording_is_found_however_short(self):
        assert stands_in("Operation Harbour", plain("The report on operation harbour."))
        assert not stands_in("Operation Harbour", plain("The report on operation harbours."))


@given(st.lists(st.text("abc .!\n", max_size=40), max_size=4), st.text("abc .!\n", max_size=60))
def test_what_is_found_always_stands_there(exempt, printed):
    for sentence in exempt_sentences(map(plain, exempt), plain(printed)):
        assert stands_in(sentence, plain(printed))
