"""What is asked for, what is found, and how it is marked: alike on both databases."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliverables.actions import Draft, approve, reopen, save_draft, submit
from deliverables.models import ApprovedUpdate, QuarterlyUpdate
from deliverables.searching import Holds, Query, found, parse, show, words_of
from pcc_tracker import empty
from reports.edition_models import EditionRow
from tests import builders as make
from tests.builders import NOW

pytestmark = pytest.mark.django_db
FORMS = ["patrol", "patrols", "patrolled", "report", "reports", "reported", "zebu", "quagga", "31", "2019-20"]
"""Whose stem, by either database, is how they begin."""
ANY_TEXT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def said(text, wording="Keep the matter in hand", **changes):
    return make.approved(make.deliverable(wording=wording), narrative=f"<p>{text}</p>", **changes)


def find(typed):
    return list(found(ApprovedUpdate.objects.all(), parse(typed)).order_by("pk"))


def shown(row, typed, wording="wording"):
    return show([row], parse(typed), wording)[row.pk]


def stems(words):
    return {word[:6] for word in words}


def marked(pieces):
    return [piece.text for piece in pieces if piece.is_found]


def whole(pieces):
    return "".join(piece.text for piece in pieces)


class TestWhatIsAskedFor:
    def test_words_and_words_side_by_side(self):
        assert parse('quagga "night walk" zebu').terms == ("quagga", "night walk", "zebu")

    @pytest.mark.parametrize(
        "typed", ['"night walk', "“night walk”", "night-walk", "night/walk", '"the night walk of"']
    )
    def test_words_side_by_side_however_they_are_written(self, typed):
        assert parse(typed).terms == ("night walk",)

    def test_words_that_are_everywhere_are_passed_over_and_named(self):
        assert parse("the quagga and 's").terms == ("quagga",)
        assert parse("The and/or").passed_over == ("The", "and or")

    @pytest.mark.parametrize("typed", ["", " ", '"', '""', "(*)", "\x00", "the of", "\ud800", "!?"])
    def test_what_holds_no_word_asks_for_nothing_and_finds_nothing(self, typed):
        assert not parse(typed)
        assert find(typed) == []


class TestWhatIsFound:
    def test_all_words_must_be_there(self):
        both = said("The quagga met the okapi.")
        said("The quagga was alone.")
        assert find("quagga okapi") == [both]

    def test_a_word_is_found_in_any_of_its_forms_whatever_its_case_and_accents(self):
        row = said("Quaggas grazed at the Zébu café.")
        assert find("QUAGGA grazing") == find("zebu") == find("ZÉBU") == [row]

    def test_words_in_quotes_stand_side_by_side(self):
        row = said("The okapi quagga walks.")
        said("The quagga okapi walks.")
        assert find('"okapi quagga"') == [row]
        assert len(find("okapi quagga")) == 2

    @pytest.mark.parametrize("typed", ["okapi", "quagga", "quagga/okapi", "zebu", "2031", "3131", "77.7%", "script"])
    def test_punctuation_parts_words(self, typed):
        """PostgreSQL's own parser would take these for a file, a host, a number with its sign, and a tag."""
        row = said("quagga/okapi zebu.example.org 2031-3131 77.7% &lt;script&gt;")
        assert find(typed) == [row]

    def test_the_wording_the_text_and_the_recovery_step_are_all_searched(self):
        row = said("Quagga.", wording="Okapi", recovery_step="Zebu")
        assert find("quagga okapi zebu") == [row]

    def test_the_longest_text_of_many_different_words_is_stored_and_found_by_how_it_begins(self):
        words = [f"{n:x}-{n:x}q.example.org/{n}" for n in range(100_000, 130_000)]
        row = said("x")
        row.words = words_of("Quagga", *words)
        row.save()
        assert find("quagga 186a0") == [row]
        assert shown(row, "186a0").excerpts

    @ANY_TEXT
    @given(typed=st.text() | st.text(alphabet="ab \"*()-+:^{}\\%_'\x00", max_size=30))
    def test_any_text_gives_an_answer_and_finds_what_is_made_of_it(self, typed):
        row = said("x")
        row.words = words_of(row.wording, typed)
        row.save()
        for one in find(typed):
            assert whole(shown(one, typed).wording) == one.wording
        if typed.isascii() and parse(typed):
            assert row in find(typed)

    @pytest.mark.parametrize("typed", ["x" * 10_000, "x " * 5_000, " ".join(map(str, range(2_500))), '"' * 10_000])
    def test_so_does_a_very_long_one(self, typed):
        assert find(typed) == []

    @settings(parent=ANY_TEXT, max_examples=30)
    @given(
        texts=st.lists(st.lists(st.sampled_from(FORMS), max_size=6), min_size=1, max_size=4),
        asked=st.lists(st.sampled_from(FORMS), min_size=1, max_size=3),
    )
    def test_exactly_the_rows_that_hold_every_word_are_found(self, texts, asked):
        ApprovedUpdate.objects.all().delete()
        theme = make.theme()
        rows = [make.approved(make.deliverable(theme), narrative=f"<p>{' '.join(text)}</p>") for text in texts]
        holding = [row for row, text in zip(rows, texts, strict=True) if stems(asked) <= stems(text)]
        assert find(" ".join(asked)) == holding


class TestWhatIsMarked:
    def test_each_form_of_the_words_in_the_wording_and_in_the_text(self):
        row = said("Two okapis met. An okapi left.", wording="Count the okapi")
        pieces = shown(row, "okapi")
        assert marked(pieces.wording) == ["okapi"]
        assert whole(pieces.wording) == "Count the okapi"
        assert [marked(one) for one in pieces.excerpts] == [["okapis", "okapi"]]

    def test_words_side_by_side_are_marked_as_one(self):
        row = said("He saw the zebu/okapi herd.")
        assert marked(shown(row, '"zebu okapi"').excerpts[0]) == ["zebu/okapi"]

    def test_a_long_text_gives_a_few_excerpts_that_begin_and_end_at_words(self):
        row = said(("An okapi stood. " + "Nothing else of note was seen that day. " * 20) * 5)
        excerpts = shown(row, "okapi").excerpts
        assert len(excerpts) == 3
        for one in excerpts:
            assert marked(one) == ["okapi"]
            assert len(whole(one)) < 230
            assert (
                whole(one).strip(" …").split()[-1].strip(".")
                in "An okapi stood. Nothing else of note was seen that day."
            )

    def test_what_is_found_in_the_wording_alone_is_shown_with_how_the_text_begins(self):
        row = said("Teams met.", wording="Count the okapi")
        assert [whole(one) for one in shown(row, "okapi").excerpts] == ["Teams met."]

    def test_a_text_is_a_text_and_no_markup(self):
        row = said("Quagga &amp; &lt;b&gt;okapi&lt;/b&gt;")
        assert whole(shown(row, "okapi").excerpts[0]) == "Quagga & <b>okapi</b>"


class TestTheIndex:
    """A migration that changes one of these tables on SQLite has to end with `search_index.create`, or these fail."""

    def test_an_approved_update_is_found_by_what_was_approved_last_and_no_more(self):
        owner, staff = make.person(), make.staff()
        row = make.deliverable(owner=owner)
        period = make.period(row.theme)

        def written_and_approved(words, update=None):
            draft = Draft(f"<p>{words}</p>", "G")
            version = update.version if update else None
            update = save_draft(deliverable=row, period=period, draft=draft, by=owner, at=NOW, version=version)
            assert find(words) == []
            submit(update=update, by=owner, at=NOW, tell=False)
            return approve(update=QuarterlyUpdate.objects.get(pk=update.pk), by=staff, at=NOW)

        update = written_and_approved("quagga")
        assert [one.pk for one in find("quagga")] == [update.pk]
        update = reopen(update=update, reason="More", by=staff, at=NOW)
        assert [one.pk for one in find("quagga")] == [update.pk]
        update = written_and_approved("okapi", update)
        assert [one.pk for one in find("okapi")] == [update.pk]
        assert find("quagga") == []

    @pytest.mark.parametrize("model", [ApprovedUpdate, EditionRow])
    def test_it_follows_its_table(self, model):
        row = model.objects.exclude(words="").first()
        query = parse("quagga")
        assert not found(model.objects.all(), query)
        row.words = "The quagga"
        row.save()
        assert found(model.objects.all(), query).get() == row
        model.objects.filter(pk=row.pk).update(words="The okapi")
        assert not found(model.objects.all(), query)
        assert found(model.objects.all(), parse("okapi")).get() == row
        model.objects.filter(pk=row.pk).delete()
        assert not found(model.objects.all(), parse("okapi"))

    @pytest.mark.parametrize("model", [ApprovedUpdate, EditionRow])
    def test_a_search_is_answered_by_it(self, model):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
        plan = model.objects.order_by().filter(Holds("words", Query(("quagga",)))).explain()
        assert f"{model._meta.db_table}_search" in plan or "VIRTUAL TABLE INDEX" in plan

    def test_its_tables_are_the_products_own(self):
        with pytest.raises(empty.NotEmpty, match="it has .* in it"):
            empty.refuse_unless_empty()
