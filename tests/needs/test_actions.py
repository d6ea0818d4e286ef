"""The verbs on assessments, sections and needs, and the rules that the database holds."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.roles import Refused
from needs.actions import (
    add_assessment,
    add_need,
    add_section,
    bring_back,
    change_assessment,
    change_need,
    mark_gone,
    remove_assessment,
    remove_need,
    remove_section,
    respond,
)
from needs.copying import copy_forward
from needs.models import Assessment, DeliverableLink, Need, Section
from needs.options import Audience, Level, NeedKind, Response
from needs.querysets import NeedQuerySet
from reports.shown import SavedSince, seen
from tests import builders as make
from tests.builders import YEAR, violates

pytestmark = pytest.mark.django_db


def started(**changes):
    facts = {"title": "County needs", "period": YEAR, "informs": make.plan(), "by": make.staff()}
    return add_assessment(**facts | changes)


class TestAssessment:
    def test_it_is_the_offices_alone_until_somebody_shows_it(self):
        assessment = started()
        assert assessment.slug == "county-needs-2019-20"
        assert assessment.audience == Audience.OFFICE

    def test_two_of_one_title_and_year_are_refused_in_words(self):
        plan = started().informs
        with pytest.raises(Refused, match="of this title and year already"):
            started(informs=plan)

    def test_an_owner_keeps_none(self):
        with pytest.raises(Refused, match="may not keep needs assessments"):
            started(by=make.person())

    def test_what_somebody_else_saved_meanwhile_is_not_lost(self):
        assessment, by = make.assessment(), make.staff()
        shown = seen(assessment)
        change_assessment(assessment=assessment, by=by, title="Once")
        with pytest.raises(SavedSince, match="another tab"):
            change_assessment(assessment=assessment, by=by, shown=shown, title="Twice")
        assert Assessment.objects.get(pk=assessment.pk).title == "Once"

    def test_one_begun_by_mistake_is_removed_with_all_that_is_in_it_and_its_history_stays(self):
        need, by = make.risk(), make.staff()
        assessment = need.section.assessment
        link = make.names(need, make.theme(assessment.informs))
        keys = {type(row): row.pk for row in (link, need, need.section, assessment)}
        remove_assessment(assessment=assessment, reason="Twice", by=by)
        for kind, key in keys.items():
            assert not kind.objects.filter(pk=key).exists()
            (removal,) = kind.history.filter(id=key, history_type="-")
            assert (removal.history_user, removal.history_change_reason) == (by, "Twice")
        assert Need.history.get(id=need.pk, history_type="-").wording == need.wording

    @pytest.mark.parametrize("audience", [Audience.PANEL, Audience.EVERYONE])
    def test_one_that_others_can_see_is_not_removed(self, audience):
        with pytest.raises(Refused, match="Others than the office can see it"):
            remove_assessment(assessment=make.assessment(audience=audience), reason="Old", by=make.staff())

    @pytest.mark.parametrize(
        ("audience", "seen_by"), [("office", "office"), ("panel", "office panel"), ("everyone", "office panel nobody")]
    )
    def test_it_is_visible_to_whom_staff_have_shown_it(self, audience, seen_by):
        assessment = make.assessment(audience=Audience[audience.upper()])
        readers = {"office": make.person(), "panel": make.panel_member(), "nobody": AnonymousUser()}
        mine = Assessment.objects.filter(pk=assessment.pk)
        assert [name for name, reader in readers.items() if mine.visible_to(reader)] == seen_by.split()


class TestSection:
    def test_a_number_is_given_once(self):
        section = make.section(number="4.3")
        with pytest.raises(Refused, match="Another section of the assessment has this number"):
            add_section(assessment=section.assessment, number=" 4.3 ", title="Theft", by=make.staff())

    @pytest.mark.parametrize("number", ["", "4..3", "4.", "4 3", "§4"])
    def test_a_number_is_written_as_documents_do(self, number):
        with pytest.raises(Refused):
            add_section(assessment=make.assessment(), number=number or " ", title="Theft", by=make.staff())

    def test_one_to_which_somebody_adds_while_it_is_removed_is_kept(self, monkeypatch):
        section = make.risk().section
        monkeypatch.setattr(NeedQuerySet, "exists", lambda self: False)  # as it was a moment before
        with pytest.raises(Refused, match="has to be taken away first"):
            remove_section(section=section, reason="Empty", by=make.staff())
        assert section in Section.objects.all()

    def test_one_with_needs_is_not_removed(self):
        with pytest.raises(Refused, match="Move or remove them first"):
            remove_section(section=make.risk().section, reason="Empty", by=make.staff())
        remove_section(section=(empty := make.section()), reason="Empty", by=make.staff())
        assert not Section.objects.filter(pk=empty.pk).exists()


class TestNeed:
    def test_the_same_in_another_section_is_the_same_need_with_its_response(self):
        first = make.recommendation(wording="Share data", response=Response.ACCEPTED)
        other = make.section(first.section.assessment)
        twin = add_need(section=other, kind=NeedKind.RECOMMENDATION, wording="share  DATA", by=make.staff())
        assert (twin.key, twin.response) == (first.key, Response.ACCEPTED)

    def test_a_risk_and_a_recommendation_of_the_same_words_are_two(self):
        first = make.risk(wording="Theft")
        other = make.section(first.section.assessment)
        twin = add_need(section=other, kind=NeedKind.RECOMMENDATION, wording="Theft", by=make.staff())
        assert twin.key != first.key

    def test_twice_in_a_section_is_refused_however_it_is_written(self):
        first = make.risk(wording="Theft")
        with pytest.raises(Refused, match="The section has this already"):
            add_need(section=first.section, kind=NeedKind.RISK, wording="THEFT", by=make.staff())

    def test_changing_it_it_stays_the_same_need(self):
        need = make.risk(level=Level.HIGH)
        key, section = need.key, make.section(need.section.assessment)
        change_need(need=need, section=section, wording="Theft of bicycles", level=Level.VERY_HIGH, by=make.staff())
        stored = Need.objects.get(pk=need.pk)
        assert (stored.key, stored.section, stored.level) == (key, section, Level.VERY_HIGH)

    def test_it_stays_in_its_assessment(self):
        need = make.risk()
        with pytest.raises(Refused, match="a section of the same assessment"):
            change_need(need=need, section=make.section(), wording="Theft", by=make.staff())

    @pytest.mark.parametrize("response", [Response.IN_PART, Response.NOT_ACCEPTED])
    def test_what_is_not_accepted_as_it_is_says_why(self, response):
        need = make.recommendation()
        with pytest.raises(Refused, match="Say why"):
            respond(need=need, response=response, reason=" ", by=make.staff())
        respond(need=need, response=response, reason="No money", by=make.staff())
        assert Need.objects.get(pk=need.pk).response_reason == "No money"

    def test_a_response_is_that_of_every_section_that_has_it(self):
        first = make.recommendation(wording="Share data")
        twin = make.recommendation(make.section(first.section.assessment), wording="Share data", key=first.key)
        respond(need=first, response=Response.ACCEPTED, reason="", by=make.staff())
        assert Need.objects.get(pk=twin.pk).response == Response.ACCEPTED

    def test_removing_it_from_one_section_leaves_its_links_to_the_other(self):
        first, row = make.risk(wording="Theft"), make.deliverable()
        twin = make.risk(make.section(first.section.assessment), wording="Theft", key=first.key)
        make.answers(row, first, "Does it")
        remove_need(need=first, reason="Twice", by=make.staff())
        assert DeliverableLink.objects.get(deliverable=row).need == twin

    def test_worded_as_another_section_words_one_the_two_are_one_need(self):
        first = make.risk(wording="Theft")
        other = make.risk(make.section(first.section.assessment), wording="Stealing")
        change_need(need=other, section=other.section, wording="Theft", by=make.staff())
        assert Need.objects.get(pk=other.pk).key == first.key

    def test_worded_otherwise_it_is_in_its_section_already(self):
        first = make.risk(wording="Theft")
        twin = make.risk(make.section(first.section.assessment), wording="Theft", key=first.key)
        change_need(need=twin, section=twin.section, wording="Stealing", by=make.staff())
        with pytest.raises(Refused, match="in other words"):
            add_need(section=twin.section, kind=NeedKind.RISK, wording="Theft", by=make.staff())

    def test_a_risk_has_no_response_and_a_recommendation_no_level(self):
        with pytest.raises(Refused, match="Only a recommendation"):
            respond(need=make.risk(), response=Response.ACCEPTED, reason="", by=make.staff())
        with violates(Need, "a_risk_alone_has_a_level"):
            make.recommendation(level=Level.HIGH)
        with violates(Need, "a_recommendation_alone_has_a_response"):
            make.risk(response=Response.ACCEPTED)


class TestNextYear:
    def copied(self, of, by=None):
        return copy_forward(
            assessment=of, title=of.title, period=of.period.next, informs=of.informs, by=by or make.staff()
        )

    def test_the_copy_has_all_that_stands_with_its_keys_links_and_responses(self):
        need = make.recommendation(response=Response.ACCEPTED)
        make.answers(make.deliverable(), need, "Does it")
        new = self.copied(need.section.assessment)
        copy = Need.objects.of(new).get()
        assert (copy.key, copy.wording, copy.response) == (need.key, need.wording, Response.ACCEPTED)
        assert DeliverableLink.objects.get(need=copy).note == "Does it"
        assert new.audience == Audience.OFFICE
        assert copy.history.get().history_user is not None

    def test_what_a_section_that_has_it_no_more_keeps_is_copied_to_one_that_has_it(self):
        kept = make.risk(wording="Theft")
        assessment = kept.section.assessment
        assessment.follows = make.assessment(period=YEAR.previous)
        assessment.save()
        gone = make.risk(make.section(assessment), wording="Theft", key=kept.key, gone_reason="Solved there")
        row = make.deliverable()
        make.answers(row, gone)
        new = self.copied(assessment)
        assert DeliverableLink.objects.get(deliverable=row, need__section__assessment=new).need.key == kept.key

    def test_an_assessment_stays_between_those_it_was_copied_from_and_to(self):
        old = make.assessment()
        new = self.copied(old)
        for one, period in ((new, YEAR), (old, YEAR.next)):
            with pytest.raises(Refused, match="choose a"):
                change_assessment(assessment=one, by=make.staff(), period=period)

    def test_it_is_copied_once_and_to_a_later_year(self):
        assessment = make.assessment()
        with pytest.raises(Refused, match="after 2019-20"):
            copy_forward(assessment=assessment, title="Again", period=YEAR, informs=assessment.informs, by=make.staff())
        new = self.copied(assessment)
        with pytest.raises(Refused, match=f"copied forward to {new} already"):
            self.copied(assessment)

    def test_what_is_gone_is_kept_with_its_reason_and_goes_no_further(self):
        need, by = make.risk(), make.staff()
        new = self.copied(need.section.assessment, by)
        copy = Need.objects.of(new).get()
        with pytest.raises(Refused, match="not removed but marked as gone"):
            remove_need(need=copy, reason="Solved", by=by)
        mark_gone(need=copy, reason="Solved", by=by)
        assert not Need.objects.of(self.copied(new, by)).exists()
        bring_back(need=copy, reason="It is back", by=by)
        assert Need.objects.of(new).standing().get() == copy

    def test_only_what_last_year_had_can_be_gone(self):
        with pytest.raises(Refused, match="no assessment before this one"):
            mark_gone(need=make.risk(), reason="Solved", by=make.staff())

    def test_what_is_gone_is_brought_back_not_added_again(self):
        need = make.risk(wording="Theft", gone_reason="Solved")
        with pytest.raises(Refused, match="Bring that back"):
            add_need(section=need.section, kind=NeedKind.RISK, wording="Theft", by=make.staff())
