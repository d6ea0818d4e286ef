"""The sections of a covering report: filled from the data, and merged with what was written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverables.blocks import Heading, ListBlock, Narrative, Paragraph, Run
from deliverables.narrative import clean, parse
from reports.sections import (
    OFFICE_TEXTS,
    PLACEHOLDERS,
    SectionKind,
    Stale,
    fill,
    merge,
    placeholders,
    sentences,
    strange_figures,
    unknown_placeholders,
)


def text(*paragraphs):
    return Narrative(tuple(Paragraph((Run(one),)) for one in paragraphs))


words = st.sampled_from(["Teams met.", "14/15 are green.", "One is amber.", "Nothing moved.", "It is new.", "More."])
blocks = st.one_of(
    words.map(lambda word: Paragraph((Run(word),))),
    words.map(lambda word: Heading(1, (Run(word),))),
    st.lists(words, min_size=1, max_size=2).map(
        lambda items: ListBlock(False, tuple((Paragraph((Run(one),)),) for one in items))
    ),
)
narratives = st.lists(blocks, max_size=6).map(lambda found: Narrative(tuple(found)))


class TestMerge:
    @given(narratives, narratives)
    def test_what_nobody_edited_is_what_the_data_say_now(self, filled, fresh):
        merged = merge(filled=filled, edited=filled, fresh=fresh)
        assert (merged.narrative, merged.stale) == (fresh, ())

    @given(narratives, narratives)
    def test_while_the_data_stay_every_edit_stays_and_nothing_is_stale(self, filled, edited):
        merged = merge(filled=filled, edited=edited, fresh=filled)
        assert (merged.narrative, merged.stale) == (edited, ())

    @given(narratives, narratives, narratives)
    def test_every_block_written_by_hand_survives_in_its_order(self, filled, edited, fresh):
        by_hand = [block for block in edited.blocks if block not in filled.blocks]
        kept = iter(merge(filled=filled, edited=edited, fresh=fresh).narrative.blocks)
        assert all(block in kept for block in by_hand)

    @given(st.integers(0, 4), st.integers(0, 4))
    def test_an_edited_sentence_is_stale_just_where_its_own_original_has_changed(self, edited_at, changed_at):
        filled = text(*(f"Sentence {number} was so." for number in range(5)))
        edited, fresh = list(filled.blocks), list(filled.blocks)
        edited[edited_at] = Paragraph((Run("By hand."),))
        fresh[changed_at] = Paragraph((Run(f"Sentence {changed_at} is so."),))
        merged = merge(filled=filled, edited=Narrative(tuple(edited)), fresh=Narrative(tuple(fresh)))
        expected = (Stale(f"Sentence {changed_at} was so.", f"Sentence {changed_at} is so."),)
        assert merged.stale == (expected if edited_at == changed_at else ())
        assert merged.narrative.blocks[edited_at] == edited[edited_at]
        if edited_at != changed_at:
            assert merged.narrative.blocks[changed_at] == fresh[changed_at]

    def test_what_was_taken_out_by_hand_does_not_come_back_when_its_figures_change(self):
        merged = merge(filled=text("A.", "14/15."), edited=text("A."), fresh=text("A.", "15/15."))
        assert merged.narrative == text("A.")

    def test_a_new_sentence_of_the_data_comes_in_its_place(self):
        merged = merge(
            filled=text("A.", "B."), edited=text("A.", "Mine.", "B."), fresh=text("A.", "1 row is exempt.", "B.")
        )
        assert sorted(merged.narrative.text.split("\n")) == ["1 row is exempt.", "A.", "B.", "Mine."]

    def test_an_edited_sentence_that_the_data_no_longer_say_is_stale_with_nothing_in_its_place(self):
        merged = merge(filled=text("A.", "2 got worse."), edited=text("A.", "Only 2 got worse."), fresh=text("A."))
        assert merged.stale == (Stale("2 got worse.", ""),)
        assert merged.narrative == text("A.", "Only 2 got worse.")

    def test_only_the_sentences_that_changed_are_pointed_out(self):
        merged = merge(
            filled=text("Most is green: 14/15. Appendix A says more."),
            edited=text("Most is green: 14/15. See Appendix A."),
            fresh=text("All is green: 15/15. Appendix A says more."),
        )
        assert merged.stale == (Stale("Most is green: 14/15.", "All is green: 15/15."),)


class TestFill:
    def test_placeholders_are_filled_wherever_they_stand(self):
        html = "<h3>{year}</h3><p>A <strong>{plan}</strong></p><ul><li>{plan}</li></ul>"
        html += "<table><tbody><tr><td>{year}</td></tr></tbody></table>"
        filled = fill(parse(clean(html)), {"plan": "Plan & co", "year": "2019-20"})
        assert "{" not in filled.text
        assert "<strong>Plan &amp; co</strong>" in filled.html

    def test_a_paragraph_with_nothing_to_fill_in_is_left_out_and_the_others_stay(self):
        assert fill(text("A.", "{moved}", "{exempt} B."), {"moved": "", "exempt": "C."}) == text("A.", "C. B.")

    def test_what_is_filled_in_is_not_filled_in_again(self):
        assert fill(text("{plan}"), {"plan": "{year}", "year": "2019-20"}) == text("{year}")

    def test_what_is_no_placeholder_is_named_once(self):
        found = parse(clean("<p>{plan} {plann} {plann}</p><ul><li>{}</li></ul>"))
        assert placeholders(found) == ["plan", "plann", ""]
        assert unknown_placeholders(found) == ["plann", ""]

    @pytest.mark.parametrize("kind", SectionKind)
    def test_the_products_own_texts_are_clean_and_know_their_placeholders(self, kind):
        html = OFFICE_TEXTS[kind].text
        assert clean(html) == html
        assert unknown_placeholders(parse(html)) == []

    def test_every_placeholder_is_explained(self):
        assert all(PLACEHOLDERS.values())


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("It rose by 3.5. Then it fell", ["It rose by 3.5.", "Then it fell"]),
        ("Approx. half of it.", ["Approx. half of it."]),
        ("", []),
    ],
)
def test_a_paragraph_is_taken_apart_at_its_sentences(written, found):
    assert sentences(Paragraph((Run(written),))) == found


def test_a_share_that_is_none_of_the_reports_figures_is_strange():
    narrative = text("Green 14/15 (93.3%), or 13/15 (86.7%); on 14/15 we agree.")
    assert strange_figures(narrative, {"14/15 (93.3%)"}) == ["13/15 (86.7%)"]
