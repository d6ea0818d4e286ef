"""What public pages say about themselves to browsers and proxies, and that they never lag behind."""

import gzip

import pytest
from django.test import Client
from django.urls import reverse

from reports.models import Edition
from reports.public_pages import SHOWN, shelf
from tests import builders as make
from tests.pcc_tracker.test_access import EXPECTED, address

pytestmark = pytest.mark.django_db

THEME = "/progress/police-and-crime-plan-2018-21/2019-20/q4/themes/3/"
EDITION = "/published/police-and-crime-plan-2018-21-theme-3-2019-20-q4/v1/"
PAGES = ["/", THEME, f"{THEME}deliverables/12/", EDITION, "/published/", reverse("about_figures")]
PUBLIC = [name for name, answers in EXPECTED.items() if answers[0] == 200 and not name.startswith("account_")]
"""Every address that answers without signing in."""
BY_DIGEST = {"rating_colours", "published_colours"}
"""Their address changes with what they say."""


@pytest.mark.parametrize("name", [*sorted({*PUBLIC} - BY_DIGEST), "search with words"])
def test_every_public_page_and_file_says_what_it_is_and_when_it_changed_and_is_not_sent_twice(name):
    where = "/search/?q=noise" if name == "search with words" else address(name)
    first = Client().get(where)
    assert first["Cache-Control"] == "public, no-cache"
    assert first["Last-Modified"]
    for condition in ({"HTTP_IF_NONE_MATCH": first["ETag"]}, {"HTTP_IF_MODIFIED_SINCE": first["Last-Modified"]}):
        again = Client().get(where, **condition)
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
    other = Client().get(where, HTTP_IF_NONE_MATCH='"other"')
    assert (other.status_code, other.content) == (200, first.content)


def test_a_page_goes_out_packed_to_who_takes_it_so_and_is_the_same_page():
    plain = Client().get("/")
    packed = Client().get("/", HTTP_ACCEPT_ENCODING="gzip, br")
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Encoding"] == "gzip"
    assert packed["ETag"] == plain["ETag"]
    assert "Accept-Encoding" in plain["Vary"]
    assert "Cookie" in plain["Vary"]


def test_the_theme_page_sends_under_100_kb_at_first_and_needs_no_script():
    page = Client().get(THEME, HTTP_ACCEPT_ENCODING="gzip")
    assert len(page.content) < 20_000
    assert "<script" not in gzip.decompress(page.content).decode()


def test_once_made_a_page_is_given_out_again_without_being_made_again(django_assert_num_queries):
    Client().get(THEME)
    with django_assert_num_queries(len(SHOWN)):
        Client().get(THEME)


def test_within_the_half_second_nothing_at_all_is_asked_of_the_database(settings, django_assert_num_queries):
    settings.PUBLIC_PAGES_LOOK_EVERY = 60
    Client().get(THEME)
    with django_assert_num_queries(0):
        Client().get(THEME)
        Client().get(THEME, HTTP_IF_NONE_MATCH="x")


def test_a_process_looks_again_within_a_second(settings, monkeypatch):
    settings.PUBLIC_PAGES_LOOK_EVERY = 0.5
    now = [100.0]
    monkeypatch.setattr("reports.public_pages.time.monotonic", lambda: now[0])
    before = Client().get("/").content
    make.edition(make.report(quarter=make.NEXT_Q1))
    assert Client().get("/").content == before
    now[0] += 0.9
    assert Client().get("/").content != before


def test_publishing_and_withdrawing_show_at_once_and_change_the_etag(signed_in):
    before = Client().get("/published/")
    published = make.edition(make.report())
    after = Client().get("/published/", HTTP_IF_NONE_MATCH=before["ETag"])
    assert after.status_code == 200
    assert published.title in after.content.decode()
    signed_in("admin").post(f"{published.get_absolute_url()}withdraw/", {"reason": "Wrong figures."})
    assert published.title not in Client().get("/published/").content.decode()
    assert Client().get(published.get_absolute_url()).status_code == 410


@pytest.mark.parametrize("model", SHOWN, ids=[model.__name__ for model in SHOWN])
def test_whatever_a_public_page_shows_a_change_of_it_is_noticed(model):
    Client().get("/")
    before = shelf.stamp, shelf.last_modified
    model.objects.first().save()
    Client().get("/")
    assert shelf.stamp != before[0]
    assert shelf.last_modified > before[1]


def test_who_is_signed_in_gets_a_page_of_their_own_that_nobody_keeps(signed_in):
    public = Client().get("/")
    own = signed_in("panel").get("/")
    assert own["Cache-Control"] == "private, no-store"
    assert "ETag" not in own
    assert "panel member" in own.content.decode()
    assert Client().get("/").content == public.content


def test_nothing_of_an_edition_that_only_the_signed_in_see_is_kept_for_others(signed_in):
    hidden = make.edition(make.report(classification="Non public"))
    address = hidden.get_absolute_url()
    assert signed_in("panel").get(address).status_code == 200
    assert Client().get(address).status_code == 404
    assert signed_in("panel").get(address.removesuffix("/") + ".pdf")["Cache-Control"] == "private, no-store"


def test_addresses_with_a_query_fill_nothing():
    Client().get(THEME)
    kept = dict(shelf.answers)
    for number in range(3):
        assert Client().get(f"{THEME}?words={number}").status_code == 200
    assert shelf.answers == kept


def test_pages_that_are_not_there_are_not_kept():
    Client().get("/progress/none/")
    assert "/progress/none/" not in shelf.answers


def test_a_full_shelf_is_emptied_for_the_newest(monkeypatch):
    Client().get("/")
    monkeypatch.setattr("reports.public_pages.MOST_KEPT", shelf.size)
    Client().get(THEME)
    assert list(shelf.answers) == [THEME]


def test_who_refuses_packed_answers_gets_none():
    assert "Content-Encoding" not in Client().get("/", HTTP_ACCEPT_ENCODING="br, gzip;q=0")
    assert Client().get("/", HTTP_ACCEPT_ENCODING="br;q=1.0, gzip;q=0.8")["Content-Encoding"] == "gzip"


def test_an_edition_published_late_by_a_slow_transaction_is_noticed():
    """The newest line of a history can be there before an older one, so that lines are counted too."""
    Client().get("/")
    before = shelf.stamp
    history = Edition.history.order_by("history_id").first()
    history.pk = -1
    history.save(force_insert=True)
    Client().get("/")
    assert shelf.stamp != before
