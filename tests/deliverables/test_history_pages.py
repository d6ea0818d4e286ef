"""The histories that people read: of an update, a deliverable and a person."""

import datetime

import pytest
from django.test import Client

from deliverables.actions import Draft, return_update, save_draft, submit
from deliverables.models import Deliverable
from deliverables.plan_actions import withdraw
from tests import builders as make
from tests.builders import NOW, Q2, Q4
from tests.conftest import PLAN

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def signed_in_as(user):
    client = Client()
    client.force_login(user)
    return client


def address(row, page, quarter="2019-20/q4"):
    return f"/plans/{row.theme.plan.slug}/{quarter}/themes/{row.theme.number}/deliverables/{row.number}/{page}"


@pytest.fixture
def scene():
    class Scene:
        owner, staff = make.person(), make.staff()
        row = make.deliverable(owner=owner)
        period = make.period(row.theme, Q4)

        def save(self, text, *, at=NOW, by=None, version=None, code="G"):
            draft = Draft(text, rating=code)
            by = by or self.owner
            return save_draft(deliverable=self.row, period=self.period, draft=draft, by=by, at=at, version=version)

    return Scene()


def told(client, where):
    response = client.get(where)
    assert response.status_code == 200
    return response.context["entries"]


def changed(entry):
    return {change.label: (change.before, change.after) for change in entry.changes}


class TestUpdate:
    def test_each_evening_and_each_step_is_told_with_who_and_what_changed(self, scene):
        update = scene.save("<p>Teams met twice.</p>")
        submit(update=update, by=scene.owner, at=NOW)
        return_update(update=update, note="Give the figure.", by=scene.staff, at=NOW + DAY)
        scene.save("<p>Teams met three times.</p>", at=NOW + 2 * DAY, version=update.version, code="A")
        entries = told(signed_in_as(scene.staff), address(scene.row, "update/history/"))
        assert [(entry.by, entry.reason) for entry in entries] == [
            (scene.owner, ""),
            (scene.staff, "Returned: Give the figure."),
            (scene.owner, "Submitted"),
            (scene.owner, ""),
        ]
        assert changed(entries[0]) == {
            "Rating": ("G Green", "A Amber"),
            "Narrative": ("Teams met twice.", "Teams met three times."),
        }

    def test_the_changed_words_are_marked(self, scene):
        update = scene.save("<p>Teams met twice.</p>")
        scene.save("<p>Teams met often.</p>", at=NOW + DAY, version=update.version)
        html = signed_in_as(scene.owner).get(address(scene.row, "update/history/")).content.decode()
        assert '<del><span class="visually-hidden">[gone: </span>twice.' in html
        assert '</del> <ins><span class="visually-hidden">[new: </span>often.' in html

    def test_a_text_that_came_too_late_is_told_and_what_follows_is_compared_with_what_was_kept(self, scene):
        update = scene.save("<p>Kept.</p>")
        with pytest.raises(Exception, match="saved this update since"):
            scene.save("<p>Late.</p>", by=scene.staff, at=NOW + DAY)
        scene.save("<p>Kept again.</p>", at=NOW + 2 * DAY, version=update.version)
        newest, late, _ = told(signed_in_as(scene.owner), address(scene.row, "update/history/"))
        assert changed(newest)["Narrative"] == ("Kept.", "Kept again.")
        assert changed(late)["Narrative"] == ("Kept.", "Late.")
        assert late.reason.startswith("Not kept")

    def test_only_who_may_write_it_reads_it(self, scene):
        scene.save("<p>A draft.</p>")
        where = address(scene.row, "update/history/")
        assert signed_in_as(make.person()).get(where).status_code == 403
        assert signed_in_as(scene.owner).get(where).status_code == 200

    def test_an_update_that_nobody_began_has_none(self, scene):
        assert signed_in_as(scene.owner).get(address(scene.row, "update/history/")).status_code == 404


class TestDeliverable:
    def test_its_changes_and_owners_are_told_with_their_reasons(self, scene):
        withdraw(deliverable=scene.row, quarter=Q4, reason="Merged into number 2.", by=make.administrator())
        entries = told(signed_in_as(make.person()), address(scene.row, "history/"))
        assert changed(entries[0]) == {
            "Withdrawn from": ("", "2019-20 Q4"),
            "Withdrawn reason": ("", "Merged into number 2."),
        }
        leads = next(entry for entry in entries if entry.about == "who leads it in 2019-20")
        assert changed(leads) == {"Led by": ("", str(scene.owner)), "Since": ("", "1 April 2019")}

    def test_the_queries_are_the_same_however_long_it_is(self, scene, django_assert_max_num_queries):
        client = signed_in_as(scene.staff)
        for number in range(20):
            row = Deliverable.objects.get(pk=scene.row.pk)
            row.wording = f"Wording {number}"
            row.save()
            make.led_by(row, make.person(), since=Q2.starts + number * DAY)
        with django_assert_max_num_queries(20):
            told(client, address(scene.row, "history/"))


class TestPerson:
    def test_what_they_led_and_what_changed_of_them_is_told(self, scene):
        scene.owner.job_title = "Head of partnerships"
        scene.owner.save()
        entries = told(signed_in_as(scene.staff), f"/people/{scene.owner.pk}/history/")
        assert {entry.about for entry in entries} == {"the account", f"lead of {scene.row}"}
        assert any(changed(entry) == {"Job title": ("", "Head of partnerships")} for entry in entries)

    def test_who_took_over_from_them_is_told(self, scene):
        successor = make.person()
        make.led_by(scene.row, successor, since=Q4.starts)
        entries = told(signed_in_as(scene.staff), f"/people/{scene.owner.pk}/history/")
        assert {"Led by": ("", str(successor)), "Since": ("", "1 January 2020")} in map(changed, entries)

    def test_there_is_none_of_nobody(self, scene):
        assert signed_in_as(scene.staff).get("/people/999999/history/").status_code == 404


def test_the_real_plans_histories_are_read(signed_in):
    where = f"/plans/{PLAN}/2019-20/q4/themes/3/deliverables/12"
    for page in ("history/", "update/history/"):
        assert told(signed_in("staff"), f"{where}/{page}")


@pytest.mark.parametrize("page", ["history/", "update/history/"])
def test_the_link_back_names_the_deliverable_that_it_leads_to(scene, page):
    scene.save("<p>Teams met.</p>")
    html = signed_in_as(scene.staff).get(address(scene.row, page)).content.decode()
    assert f'<a href="{address(scene.row, "")}">Deliverable {scene.row.number}</a>' in html
