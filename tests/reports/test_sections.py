"""The sections of a covering report: filled from the data, and merged with what was written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverables.blocks import Heading, ListBlock, Narrative, Paragraph, Run
from deliverables.narrative import clean, parse
from reports.figures import strange_figures
from reports.sections import (
    OFFICE_TEXTS,
    PLACEHOLDERS,
    SectionKind,
    Stale,
    fill,
    merge,
    placeholders,
    sentences,
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


def listed(*items):
    return Narrative((ListBlock(False, tuple((Paragraph((Run(one),)),) for one in items)),))


def _braced(block):
    """The block as an office's text would have it: each of its sentences a placeholder."""
    if isinstance(block, ListBlock):
        return ListBlock(block.numbered, tuple(tuple(map(_braced, item)) for item in block.items))
    return type(block)(**{**vars(block), "runs": (Run(f"{{{block.runs[0].text}}}"),)})


# Paragraphs of an office's text that are unlike one another; what each is filled with may change, or be empty.
OFFICE = text(
    "Patrols across town centres reached {a} this quarter.",
    "Overall, our progress is {b}.",
    "{c}",
    "Victims were offered help in {d} cases.",
    "{e}",
)
values = st.fixed_dictionaries(
    {
        "a": st.sampled_from(["", "14/15", "15/15"]),
        "b": st.sampled_from(["", "very good", "mixed"]),
        "c": st.sampled_from(["", "Ratings: 1 improved and none got worse.", "Ratings: 2 improved and 3 got worse."]),
        "d": st.sampled_from(["", "80", "81"]),
        "e": st.sampled_from(["", "1 row is left out as exempt.", "2 rows are left out as exempt."]),
    }
)
UNTOUCHED, BY_HAND, TAKEN_OUT = "untouched", "by hand", "taken out"


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

    @given(narratives, narratives, narratives)
    def test_no_sentence_of_the_data_stands_by_hand_unnoticed_once_they_say_otherwise(self, filled, edited, fresh):
        merged = merge(filled=filled, edited=edited, fresh=fresh)
        said = {one for block in fresh.blocks for one in sentences(block)}
        gone = {one for block in filled.blocks for one in sentences(block)} - said
        standing = gone & {one for block in merged.narrative.blocks for one in sentences(block)}
        assert standing <= {one for stale in merged.stale for one in gone if one in stale.was}

    @given(values, values, st.lists(st.sampled_from([UNTOUCHED, BY_HAND, TAKEN_OUT]), min_size=5, max_size=5))
    def test_each_paragraph_is_printed_once_afresh_or_as_it_was_written_or_not_at_all(self, before, after, done):
        """Which paragraph is which is known here by its number in the office's text."""
        one_by_one = [Narrative((block,)) for block in OFFICE.blocks]
        filled, fresh = ([fill(one, known).blocks for one in one_by_one] for known in (before, after))
        edited, expected = [], []
        for number, (was, now, what) in enumerate(zip(filled, fresh, done, strict=True)):
            written = text(f"Mine {number}.").blocks
            if was and what == BY_HAND:
                edited += written
                expected += written
            elif was and what == TAKEN_OUT:
                continue
            else:
                edited += was
                expected += now
        filled, fresh = (Narrative(sum(blocks, ())) for blocks in (filled, fresh))
        merged = merge(filled=filled, edited=Narrative(tuple(edited)), fresh=fresh)
        assert sorted(merged.narrative.text.split("\n")) == sorted(Narrative(tuple(expected)).text.split("\n"))

    @given(values, values, st.permutations(range(5)))
    def test_paragraphs_moved_are_filled_afresh_like_those_that_stayed(self, before, after, order):
        filled, fresh = fill(OFFICE, before), fill(OFFICE, after)
        edited = Narrative(tuple(filled.blocks[number] for number in order if number < len(filled.blocks)))
        merged = merge(filled=filled, edited=edited, fresh=fresh)
        assert sorted(map(str, merged.narrative.blocks)) == sorted(map(str, fresh.blocks))
        assert merged.stale == ()

    def test_a_paragraph_that_the_data_drop_neither_takes_another_with_it_nor_doubles_one(self):
        merged = merge(
            filled=text("Patrols: 14/15.", "Progress is very good.", "1 row is exempt."),
            edited=text("Patrols: 14/15.", "Progress is good, we think.", "1 row is exempt."),
            fresh=text("Progress is mixed.", "2 rows are exempt, 1 is new."),
        )
        assert merged.narrative == text("Progress is good, we think.", "2 rows are exempt, 1 is new.")
        assert merged.stale == (Stale("Progress is very good.", "Progress is mixed."),)

    def test_a_paragraph_moved_up_is_filled_afresh_where_it_was_moved_to(self):
        was, now = "Overall, progress is very good.", "Overall, progress is mixed."
        merged = merge(filled=text("A.", "B.", was), edited=text(was, "A.", "B."), fresh=text("A.", "B.", now))
        assert merged.narrative == text(now, "A.", "B.")

    @pytest.mark.parametrize(
        "edited",
        [
            text("Patrols rose. Progress is very good."),
            text("Progress is very good, we think."),
            text("Progress is very good. Patrols rose.", "Mine."),
            text("Mine.", "Patrols rose.", "So our progress is very good."),
            text("Patrols rose.", "Progress is very good.", "Mine: progress is very good."),
            listed("Patrols rose.", "Progress is very good."),
        ],
        ids=["joined", "one before it taken out", "joined the other way", "changed", "copied", "made a list"],
    )
    def test_wherever_it_was_written_to_what_no_longer_holds_is_pointed_out(self, edited):
        before, after = (text("Patrols rose.", f"Progress is {one}.") for one in ("very good", "mixed"))
        merged = merge(filled=before, edited=edited, fresh=after)
        assert merged.stale == (Stale("Progress is very good.", "Progress is mixed."),)

    def test_a_paragraph_changed_and_moved_is_known_by_its_words(self):
        merged = merge(
            filled=text("A.", "B.", "Most activity is graded Green: 14/15."),
            edited=text("Most of the activity we graded Green: 14/15.", "A.", "B."),
            fresh=text("A.", "B.", "Most activity is graded Green: 13/15."),
        )
        assert merged.narrative == text("Most of the activity we graded Green: 14/15.", "A.", "B.")
        assert merged.stale == (
            Stale("Most activity is graded Green: 14/15.", "Most activity is graded Green: 13/15."),
        )

    def test_when_the_office_turns_its_text_round_what_was_changed_by_hand_is_not_printed_beside_its_original(self):
        merged = merge(
            filled=text("Patrols rose.", "Help was given."),
            edited=text("Patrols rose.", "Help was given to all."),
            fresh=text("Help was given.", "Patrols rose."),
        )
        assert merged.narrative == text("Patrols rose.", "Help was given to all.")

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

    @pytest.mark.parametrize(
        ("html", "left"),
        [
            ("<ul><li>{plan}</li><li>{exempt}</li></ul>", "<ul><li>A plan</li></ul>"),
            ("<p>A</p><ol><li>{exempt}</li></ol>", "<p>A</p>"),
            ("<ul><li>{exempt}<ul><li>{plan}</li></ul></li></ul>", "<ul><li><ul><li>A plan</li></ul></li></ul>"),
            (
                "<table><tbody><tr><td>{exempt}</td><td>{plan}</td></tr></tbody></table>",
                "<table><tbody><tr><td></td><td><p>A plan</p></td></tr></tbody></table>",
            ),
            ("<table><tbody><tr><td>{exempt}</td></tr></tbody></table>", ""),
        ],
    )
    def test_items_with_nothing_to_fill_in_are_left_out_and_cells_stay_empty(self, html, left):
        filled = fill(parse(clean(html)), {"plan": "A plan", "exempt": ""})
        assert filled == parse(clean(left))
        assert filled.text.strip() in ("A plan", "- A plan", "- - A plan", "A", "")

    @given(narratives, st.dictionaries(words, st.sampled_from(["", "Filled."])))
    def test_whatever_is_empty_the_text_can_be_written(self, narrative, known):
        braced = Narrative(tuple(_braced(block) for block in narrative.blocks))
        filled = fill(braced, known)
        assert all(word not in filled.text for word in known)
        assert parse(filled.html).text == filled.text

    @pytest.mark.parametrize(
        ("html", "printed"),
        [
            ("<p>Of {<strong>plan</strong>}.</p>", "<p>Of <strong>A plan</strong>.</p>"),
            ("<p>Of <strong>{pl</strong>an} now.</p>", "<p>Of <strong>A plan</strong> now.</p>"),
            ("<p><em>{</em>plan}{ye<em>ar</em>}</p>", "<p>A plan2019-20</p>"),
        ],
    )
    def test_a_placeholder_partly_in_another_style_is_filled_too(self, html, printed):
        assert fill(parse(clean(html)), {"plan": "A plan", "year": "2019-20"}).html == printed

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


def test_no_sentence_runs_on_from_one_item_or_cell_to_the_next():
    (items,) = parse(clean("<ul><li>One</li><li>two. Three</li></ul>")).blocks
    (table,) = parse(clean("<table><tbody><tr><td>One</td><td>two</td></tr></tbody></table>")).blocks
    assert (sentences(items), sentences(table)) == (["One", "two.", "Three"], ["One", "two"])


def test_an_item_with_nothing_in_it_can_be_written():
    assert Narrative((ListBlock(False, ((),)),)).text == "- "


def test_a_share_that_is_none_of_the_reports_figures_is_strange():
    narrative = text("Green 14/15 (93.3%), or 13/15 (86.7%); on 14/15 we agree.")
    assert strange_figures(narrative, {"14/15 (93.3%)"}, Narrative()) == ["13/15 (86.7%)"]


def test_a_percentage_alone_is_strange_only_where_the_data_said_it_when_the_text_was_written():
    written = parse("<p>One is Amber (6.7%), and burglary fell by 3%.</p>")
    filled = parse("<p>The rest: Amber 1/15 (6.7%).</p>")
    assert strange_figures(written, {"1/15 (6.7%)"}, filled) == []
    assert strange_figures(written, {"2/15 (13.3%)"}, filled) == ["6.7%"]
