"""Line of sight from the other side: which needs a theme and a deliverable answer, for whom."""

import re

import pytest
from django.test import Client

from needs.actions import mark_gone
from needs.copying import copy_forward
from needs.linking import change_links
from needs.models import Assessment, Need
from needs.options import Audience
from needs.other_side import gather_theme
from needs.sight import ThemeRef
from tests import builders as make
from themes.quarters import FinancialYear

SIDE = "/line-of-sight/police-and-crime-plan-2018-21/themes/3/"
EARLIER = "/line-of-sight/police-and-crime-plan-2015-18/themes/3/"
LIVE = "/plans/police-and-crime-plan-2018-21/2019-20/q4/themes/3/deliverables/{}/"
PUBLISHED = "/progress/police-and-crime-plan-2018-21/2019-20/q4/themes/3/deliverables/{}/"
NEXT = FinancialYear.parse("2020-21")

pytestmark = pytest.mark.django_db


def html_of(client, address):
    return client.get(address).content.decode()


def side_of(theme, reader=None, **how):
    ref = ThemeRef(theme.plan.title, theme.plan.slug, theme.number, theme.title)
    return gather_theme(ref, reader or make.staff(), **how)


def linked(**changes):
    """A rated deliverable, the need that it answers, and a second need that names the theme alone."""
    row = make.deliverable()
    make.approved(row)
    section = make.section(make.assessment(informs=row.theme.plan, **changes))
    need, named = make.risk(section), make.recommendation(section)
    make.answers(row, need, "It helps.")
    make.names(need, row.theme)
    make.names(named, row.theme)
    return row, need, named


def test_the_demonstrations_theme_says_what_each_deliverable_answers_and_which_answers_nothing(signed_in):
    rows = signed_in("staff").get(f"{SIDE[:-1]}.json").json()["rows"]
    by_number = {}
    for row in rows:
        by_number.setdefault(row["no"], []).append(row)
    assert len(by_number) == 15
    (noise,) = by_number[12]
    assert (noise["rating"], noise["need"], noise["section"]) == (
        "A Amber", "Positive action against antisocial behaviour", "8",
    )  # fmt: skip
    assert sorted(number for number, of in by_number.items() if of[0]["need"] is None) == [4, 15]
    assert "13/15 (86.7%) of the theme’s deliverables in force answer a need." in html_of(signed_in("staff"), SIDE)


def test_a_theme_that_needs_name_lists_those_that_it_answers_not():
    html = html_of(Client(), EARLIER)
    assert "No deliverable of this theme has been published." in html
    assert "Positive action against antisocial behaviour" in html
    assert "stylesheet" in html
    assert "/progress/police-and-crime-plan-2015-18/colours" not in html


def test_a_need_that_names_the_theme_is_not_told_twice():
    row, need, named = linked()
    side = side_of(row.theme)
    assert [[one.wording for one in of.needs] for of in side.answering] == [[need.wording]]
    assert side.answering[0].needs[0].note == "It helps."
    assert [one.wording for one in side.named] == [named.wording]


def test_the_newest_assessment_says_what_is_answered_and_what_is_gone():
    row, need, _ = linked()
    by, first = make.staff(), need.section.assessment
    new = copy_forward(assessment=first, title=first.title, period=NEXT, informs=first.informs, by=by)
    again = Need.objects.get(section__assessment=new, key=need.key)
    (only,) = side_of(row.theme).answering[0].needs
    assert only.assessment == str(new)
    change_links(need=again, take_away=[row], by=by)
    assert side_of(row.theme).answering[0].needs == ()
    change_links(need=again, add=[row], by=by)
    mark_gone(need=again, reason="It was done.", by=by)
    side = side_of(row.theme)
    assert side.answering[0].needs == ()
    assert need.wording not in [one.wording for one in side.named]
    # Who may not see the newest sees what the one before it says.
    first.audience = Audience.EVERYONE
    first.save()
    make.edition(make.report(row.theme))
    (only,) = side_of(row.theme, make.panel_member()).answering[0].needs
    assert only.assessment == str(first)


def test_one_that_was_withdrawn_answers_no_more_and_one_completed_before_does():
    row, need, _ = linked()
    done = make.deliverable(row.theme)
    make.approved(done)
    make.answers(done, need)
    done.completed_in, done.completed_reason = make.Q4, "Done."
    done.save()
    row.withdrawn_from, row.withdrawn_reason = make.NEXT_Q1, "Stopped."
    row.save()
    make.approved(make.deliverable(row.theme, financial_year=NEXT), make.NEXT_Q1)
    side = side_of(row.theme)
    assert [one.deliverable.label for one in side.completed] == ["G Green. Completed. As at Quarter 4, 2019-20"]
    assert side.share.printed == "0/1 (0%)"


def test_a_theme_that_the_reader_can_see_nothing_of_is_answered_like_none(signed_in):
    row, _, _ = linked()
    of = f"/line-of-sight/{row.theme.plan.slug}/themes/{row.theme.number}"
    assert row.theme.title in html_of(signed_in("staff"), f"{of}/")
    for client in (Client(), signed_in("panel")):
        for page in (f"{of}/", f"{of}.csv"):
            hidden, missing = client.get(page), client.get("/line-of-sight/no-plan/themes/7/")
            assert hidden.status_code == missing.status_code == 404
            assert hidden.content.split(b"csrf")[0] == missing.content.split(b"csrf")[0]


def test_once_published_the_theme_shows_what_was_published_and_no_more(signed_in):
    row, need, _ = linked(audience=Audience.PANEL)
    hidden = make.deliverable(row.theme, exempt_from=make.Q4, exempt_reason="An operation.")
    make.approved(hidden)
    make.answers(hidden, need)
    make.edition(make.report(row.theme))
    page = f"/line-of-sight/{row.theme.plan.slug}/themes/{row.theme.number}/"
    for client, address in ((signed_in("panel"), page), (signed_in("staff"), f"{page}?ratings=published")):
        html = html_of(client, address)
        assert need.wording in html
        assert hidden.wording not in html
    html = html_of(Client(), page)
    assert row.wording in html
    assert need.wording not in html
    assert hidden.wording in html_of(signed_in("staff"), page)


def block(client, address):
    html = html_of(client, address)
    return re.sub(r"<[^>]+>", "", html.partition('id="needs-answered"')[2].partition("</section>")[0])


def test_the_deliverables_pages_tell_which_needs_it_answers_to_who_may_see_them(signed_in):
    for client, page in ((signed_in("staff"), LIVE), (Client(), PUBLISHED), (signed_in("panel"), PUBLISHED)):
        text = block(client, page.format(14))
        assert "High risk: Dwelling burglary" in text
        assert "4.6 Acquisitive crime. Dedicated burglary teams." in text
    assessment = Assessment.objects.get()
    assessment.audience = Audience.OFFICE
    assessment.save()
    assert "Dwelling burglary" in block(signed_in("owner"), LIVE.format(14))
    for client in (Client(), signed_in("panel")):
        assert block(client, PUBLISHED.format(14)) == ""


def test_that_it_answers_none_is_said_to_who_sees_the_live_plan_alone(signed_in):
    assert "It answers no need of an assessment." in block(signed_in("owner"), LIVE.format(4))
    assert block(Client(), PUBLISHED.format(4)) == ""


def test_a_themes_pages_lead_to_it(signed_in):
    assert f'href="{SIDE}"' in html_of(signed_in("staff"), LIVE.format(14).partition("deliverables")[0])
    assert f'href="{SIDE}"' in html_of(Client(), PUBLISHED.format(14).partition("deliverables")[0])
