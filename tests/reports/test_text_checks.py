"""What should not stand in a published text, and what only looks like it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverables.narrative import clean, parse
from reports.pieces import plain
from reports.sections import sentences
from reports.text_checks import Sayings, contacts


@pytest.mark.parametrize(
    "text",
    [
        "0115 967 0999",
        "(0115) 967 0999",
        "(0115)9670999",
        "0115\u2013967\u20130999",
        "0115 \u2013 967 0999",
        "0115\u2011967\u20110999",
        "0115\u202f967\u20090999",
        "0115 967 0999/0998",
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
    said = text.translate({ord(one): " " for one in "\u00a0\u202f\u2009"} | {ord(one): "-" for one in "\u2011\u2013"})
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
        "Case no. 0123 456 7890 stays open.",
        "Order number: 0123 456 7890.",
        "Between 0123\u20130456 and 02\u201303.",
    ],
)
def test_what_only_looks_like_one_is_not(text):
    assert contacts(plain(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "In any case 0115 967 0999 is staffed.",
        "In this case: 0115 967 0999.",
        "To report a crime 0115 967 0999.",
        "Report the incident: 0115 967 0999.",
        "In order: 0115 967 0999.",
        "Telephone–0115 967 0999",
        "tel:0115 967 0999",
    ],
)
def test_a_number_is_found_whatever_words_stand_before_it(text):
    assert contacts(plain(text)) == ["0115 967 0999"]


def test_numbers_on_two_lines_are_two():
    assert contacts(plain("0115 967 0999\n0115 967 0998")) == ["0115 967 0999", "0115 967 0998"]


def test_a_link_to_a_number_is_not_kept_so_its_text_alone_counts():
    narrative = parse(clean('<p><a href="tel:01159670998">0115 967 0999</a></p>'))
    assert "01159670998" not in narrative.html
    assert contacts(narrative) == ["0115 967 0999"]


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


def told(printed, *, wordings=()):
    """The sayings of EXEMPT, and of what is worded like this, that stand in what is printed."""
    sayings = Sayings()
    for number, wording in enumerate(wordings, start=1):
        sayings.add_wording(f"Deliverable {number}", wording)
    sayings.add_text("Deliverable 9", EXEMPT)
    return [(saying.of, saying.text, is_whole) for saying, is_whole in sayings.told_in(printed)]


class TestExemptText:
    def test_a_whole_sentence_is_found_whatever_its_case_and_marks(self):
        printed = plain("We note: “a suspect was ARRESTED at the harbour, in March”; and more.")
        assert told(printed) == [("Deliverable 9", "A suspect was arrested at the harbour in March.", False)]

    def test_one_out_of_a_list_is_found_in_a_table(self):
        printed = parse(clean("<table><tr><td>Two officers of the unit are under investigation</td></tr></table>"))
        assert told(printed) == [("Deliverable 9", "Two officers of the unit are under investigation!", True)]

    def test_one_that_is_broken_over_two_paragraphs_is_found(self):
        assert told(plain("A suspect was arrested", "at the harbour in March."))

    def test_a_short_sentence_or_a_part_of_one_is_not(self):
        assert told(plain("Work goes on. A suspect was arrested at the harbour.")) == []

    def test_a_sentence_that_goes_on_in_other_words_is_another(self):
        assert told(plain("Unsuspecta suspect was arrested at the harbour in Marches.")) == []

    def test_a_short_wording_is_told_apart_from_its_words_among_others(self):
        wordings = ["Operation Harbour"]
        among = plain("The report on operation harbour.")
        assert told(among, wordings=wordings) == [("Deliverable 1", "Operation Harbour", False)]
        assert told(plain("Operation harbour."), wordings=wordings) == [("Deliverable 1", "Operation Harbour", True)]
        assert told(plain("The report on operation harbours."), wordings=wordings) == []

    def test_a_wording_of_one_word_counts_as_a_whole_only(self):
        assert told(plain("Recruitment of 20 officers"), wordings=["Recruitment"]) == []
        assert told(plain("Recruitment."), wordings=["Recruitment"]) == [("Deliverable 1", "Recruitment", True)]

    def test_what_two_deliverables_say_is_said_once(self):
        assert len(told(plain("Operation Harbour"), wordings=["Operation Harbour", "operation harbour."])) == 1

    def test_a_text_without_a_word_is_found_nowhere(self):
        assert told(plain("?!", "Work."), wordings=["?!", ""]) == []


@given(st.lists(st.text("ab .!\n", max_size=40), max_size=4), st.text("ab .!\n", max_size=80))
def test_what_is_found_is_what_stands_there(exempt, printed):
    sayings = Sayings()
    for text in exempt:
        sayings.add_text("Deliverable 1", plain(text))

    def words(text):
        return f" {' '.join(re.findall('[ab]+', text))} "

    found = {words(saying.text) for saying, _ in sayings.told_in(plain(printed))}
    long = [one for text in exempt if text for one in sentences(plain(text).blocks[0]) if len(words(one).split()) >= 6]
    assert found == {words(one) for one in long if words(one) in words(printed)}
