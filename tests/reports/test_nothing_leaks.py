"""Nothing of a draft, and nothing of an exempt deliverable, is in anything that a panel member or the public can fetch.

Every address of the product is asked for, also those that refuse, and every file is taken apart.
"""

import io
import re
import zipfile
from types import SimpleNamespace

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from deliverables.exempt_actions import exempt
from deliverables.models import UpdateState
from needs.models import Assessment
from needs.options import Audience
from needs.sight import GapKind
from reports.actions import start_report
from reports.checks import find_without_files
from reports.formats import FORMATS
from reports.gather import gather_report
from reports.models import Edition, Question
from reports.options import Classification
from reports.publishing import publish
from reports.section_actions import write_section
from reports.sections import SectionKind
from reports.shown import seen
from tests import builders as make
from tests.pcc_tracker.test_access import addresses

pytestmark = pytest.mark.django_db

DRAFT, EXEMPT, NON_PUBLIC, UNANSWERED = "Quagga", "Xylophone", "Zeppelin", "Okapi"
"""Words that stand in nothing else: in drafts, in what is exempt, in what is published as Non public, and in questions
of another panel member that have no published answer."""


def published(report, by, number=1, correction=""):
    decided = dict.fromkeys(find_without_files(gather_report(report, by), by), "")
    return publish(report=report, by=by, decided=decided, expected_number=number, correction=correction)


def edit(report, by, words):
    prepared = gather_report(report, by).section(SectionKind.CONSULTATION)
    html = prepared.fresh.html
    facts = {"report": report, "kind": SectionKind.CONSULTATION, "by": by}
    write_section(text=f"<p>{words}.</p>", filled=html, shown=seen(None), **facts)


@pytest.fixture
def office(db):
    """A theme of three: one on course and printed, one red and exempt, one with a draft after its approved update."""
    by = make.staff()
    theme = make.theme()
    label = make.organisation(short_name=EXEMPT)
    open_row = make.deliverable(theme, owner=make.person(), wording="Patrol the parks")
    secret = make.deliverable(theme, owner=make.person(organisation=label), wording=f"Watch the {EXEMPT} gang")
    drafted = make.deliverable(theme, owner=make.person(), wording="Answer calls")
    make.approved(open_row, code="G")
    text = {"narrative": f"<p>{EXEMPT} was seen.</p>", "recovery_step": f"Catch {EXEMPT}"}
    make.approved(secret, make.Q3, code="A", **text)
    make.approved(secret, code="R", **text, earlier=[make.Q3])
    make.approved(drafted, code="G")
    drafted.updates.update(narrative=f"<p>{DRAFT}</p>", state=UpdateState.DRAFT)
    exempt(deliverable=secret, first=make.Q3, last=None, reason=f"{EXEMPT} is live", by=by)
    meeting = make.meeting("2019-05-14", note=DRAFT)

    def report(classification):
        facts = {"meeting": meeting, "themes": [theme], "quarter": make.Q4, "agenda_item": "04"}
        return start_report(**facts, classification=classification, by=by)

    public = report(Classification.PUBLIC)
    first = published(public, by)
    edit(public, by, f"The Chief Constable read it; {DRAFT} too")  # after it was published
    hidden = report(Classification.NON_PUBLIC)
    edit(hidden, by, f"{NON_PUBLIC} was consulted")
    second = published(hidden, by)
    asked_by = make.panel_member(display_name=UNANSWERED)
    for edition in (first, second):
        make.question(edition, text=f"{UNANSWERED}?", asked_by=asked_by)
        make.question(
            edition, text="Where?", asked_by=asked_by, closed_at=make.NOW, closed_by=by, closed_note=UNANSWERED
        )
        about = {"text": "Why?", "asked_by": asked_by, "about": UNANSWERED}
        make.question(edition, **about, answer=DRAFT, answered_at=None, answered_by=None)
    about_hidden = make.question(second, answer=f"{EXEMPT} is {NON_PUBLIC}.", asked_by=asked_by)
    make.question(first.themes.get().rows.first(), answer="In the parks.", asked_by=asked_by)
    make.action(meeting, text=f"Ask {NON_PUBLIC}")
    shown = needs_of([open_row, secret, drafted], Audience.EVERYONE, "Crime in parks")
    for audience in (Audience.OFFICE, Audience.PANEL):
        needs_of([open_row], audience, NON_PUBLIC if audience == Audience.PANEL else DRAFT)
    in_preparation = report(Classification.PUBLIC)
    edit(in_preparation, by, DRAFT)
    return SimpleNamespace(
        by=by,
        theme=theme,
        secret=secret,
        public=first,
        hidden=second,
        reports=[public, hidden, in_preparation],
        about_hidden=about_hidden,
        shown=shown,
    )


def needs_of(rows, audience, wording):
    """A need of an assessment that some can see, which the deliverables answer."""
    need = make.risk(make.section(make.assessment(audience=audience, informs=rows[0].theme.plan)), wording=wording)
    for row in rows:
        make.answers(row, need)
    return need


def everything(office):
    """Every address of the product, with everything of this office that it could be about."""
    editions = list(Edition.objects.all())
    values = {
        "plan": [office.theme.plan.slug],
        "year": ["2019-20"],
        "quarter": ["q4"],
        "theme": ["1"],
        "deliverable": ["1", "2", "3", str(office.secret.pk)],
        "slug": [report.slug for report in office.reports],
        "number": sorted({edition.number for edition in editions} | {9}),
        "form": [*FORMATS, "body"],
        "kind": [kind.value for kind in SectionKind],
        "assessment": [*Assessment.objects.filter(period="2019-20").values_list("slug", flat=True)],
        "need": [office.shown.pk],
        "gap": [GapKind.RISKS_UNANSWERED.value, GapKind.DELIVERABLES.value],
        "question": [*Question.objects.values_list("pk", flat=True)],
    }
    for pattern in addresses():
        asked = [{}]
        for name, converter in pattern.pattern.converters.items():
            choices = values.get(name, ["1"] if type(converter).__name__ == "IntConverter" else ["x"])
            asked = [one | {name: choice} for one in asked for choice in choices]
        for kwargs in asked:
            try:
                yield reverse(pattern.name, kwargs=kwargs)
            except Exception as error:
                raise AssertionError(f"{pattern.name} {kwargs}") from error


def inside(response):
    """All that a response says: its headers, its text, and what its file holds."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    said = [str(response.headers), content.decode(errors="replace")]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = [packed.read(name).decode(errors="replace") for name in packed.namelist()]
        said += [*parts, *(re.sub(r"<[^>]*>", "", part) for part in parts)]
    if content.startswith(b"%PDF"):
        pdf = pypdf.PdfReader(io.BytesIO(content))
        said += [str(pdf.metadata), str(pdf.outline), *(page.extract_text() for page in pdf.pages)]
    return "\n".join(said)


def client_of(role):
    client = Client()
    if role == "panel":
        client.force_login(make.panel_member(email="another-panel-member@example.org"))
    return client


@pytest.mark.parametrize("role", ["panel", "nobody"])
def test_no_address_gives_away_a_draft_and_to_the_public_nothing_exempt_or_non_public(role, office):
    client = client_of(role)
    answered = 0
    for where in everything(office):
        response = client.get(where)
        said = inside(response)
        answered += response.status_code == 200
        of_the_hidden = f"/{office.hidden.slug}/" in where or f"/questions/{office.about_hidden.pk}/" in where
        # What a panel member may read of a Non public edition stands on the pages made of all editions too.
        of_all = where in ("/", "/published/") or where.startswith(
            ("/progress/", "/questions", "/search", "/needs/", "/line-of-sight/")
        )
        assert DRAFT not in said, where
        assert UNANSWERED not in said, where
        if role == "nobody" or not (of_the_hidden or of_all):
            assert EXEMPT not in said, where
            assert str(office.secret.key) not in said, where
        if role == "nobody":
            assert NON_PUBLIC not in said, where
            assert not of_the_hidden or response.status_code == 404 or "/accounts/login/" in response["Location"]
    assert answered > len(FORMATS)


@pytest.mark.parametrize("role", ["panel", "nobody"])
def test_a_search_for_what_is_hidden_is_answered_like_one_for_what_was_never_there(role, office):
    client = client_of(role)

    def answer(where, word, narrowed):
        """Without the one thing that has to differ, the word itself."""
        return client.get(where, {"q": word, **narrowed}).content.decode().partition("<main")[2].replace(word, "")

    for narrowed in ({}, {"in": "plan"}, {"rating": "R"}):
        never = answer("/search/", "Neverwas", narrowed)
        assert "Nothing found" in never
        for word in [DRAFT, NON_PUBLIC, *[EXEMPT] * (role == "nobody")]:
            assert answer("/search/", word, narrowed) == never
            file = client.get("/search.csv", {"q": word, "in": "plan"}).content.decode()
            assert file.strip().count("\n") == 0
    assert (EXEMPT in never) is (role == "panel")


def test_a_search_finds_what_is_exempt_for_who_may_read_it_and_never_where_it_is_left_out(office):
    client = client_of("panel")
    assert client.get("/search/", {"q": EXEMPT}).context["tally"].rows == 1
    office.hidden.delete()
    assert client.get("/search/", {"q": EXEMPT}).context["tally"].rows == 0
    assert client.get("/search/", {"q": "Patrol"}).context["tally"].rows > 0


def test_the_share_of_what_is_exempt_is_in_no_figure_of_a_public_edition(office):
    client = Client()
    base = f"/published/{office.public.slug}/v1"
    for form in ("", *FORMATS):
        said = inside(client.get(f"{base}.{form}" if form else f"{base}/"))
        assert "2/2" in said or form == "csv", form
        assert not re.search(r"\b[0-3]/3\b|33\.3%|66\.7%", said), form
        assert "1 deliverable is exempt from publication" in said or form in ("csv", "json"), form
    assert client.get(f"{base}.json").json()["exempt"] == 1


def test_a_panel_member_reads_a_non_public_edition_whole(office):
    said = inside(client_of("panel").get(f"/published/{office.hidden.slug}/v1/"))
    assert NON_PUBLIC in said
    assert f"Watch the {EXEMPT} gang" in said
    assert "1/3 (33.3%)" in said


def test_what_is_hidden_and_what_was_never_there_are_answered_alike(office):
    client = Client()
    for ending in ("v1/", "v1.pdf", "v1/differences/", "v1/colours.css", "", "v7/"):
        hidden = client.get(f"/published/{office.hidden.slug}/{ending}")
        never = client.get(f"/published/never-there/{ending}")
        assert hidden.status_code == never.status_code == 404
        assert hidden.content == never.content


@pytest.mark.parametrize("role", ["panel", "nobody"])
def test_anothers_unanswered_question_and_one_never_asked_are_answered_alike(role, office):
    client = client_of(role)
    hidden = list(Question.objects.filter(answered_at=None)) + [office.about_hidden] * (role == "nobody")
    never = client.get(f"/questions/{Question.objects.latest('pk').pk + 1}/")
    for one in hidden:
        found = client.get(one.get_absolute_url())
        assert found.status_code == never.status_code == 404
        # The button to sign out has a token that differs each time.
        assert re.sub(rb'value="\w{64}"', b"", found.content) == re.sub(rb'value="\w{64}"', b"", never.content)
    assert len(hidden) >= 6


def test_a_panel_member_reads_an_answer_about_a_non_public_edition_and_the_public_finds_the_other(office):
    about = office.about_hidden.get_absolute_url()
    panel = client_of("panel")
    assert EXEMPT in inside(panel.get(about))
    assert EXEMPT in inside(panel.get(f"/published/{office.hidden.slug}/v1/"))
    assert "In the parks." in inside(Client().get(f"/published/{office.public.slug}/v1/"))
    assert "In the parks." in inside(Client().get("/questions.csv"))


def test_a_correction_that_leaves_out_what_became_exempt_tells_nothing_of_it(office):
    first_row = office.theme.deliverables.get(number=1)
    exempt(deliverable=first_row, first=make.Q4, last=None, reason="Live", by=office.by)
    published(office.reports[0], office.by, number=2, correction="A deliverable is left out.")
    said = inside(Client().get(f"/published/{office.public.slug}/v2/differences/"))
    assert "do not leave out the same deliverables" in said
    assert "Patrol the parks" not in said
    assert "2/2" not in said
    assert "In the parks." not in inside(Client().get(f"/published/{office.public.slug}/v2/"))


def test_an_edition_withdrawn_from_view_gives_away_nothing_but_that_it_was(office, signed_in):
    signed_in("admin").post(f"/published/{office.public.slug}/v1/withdraw/", {"reason": f"It says {DRAFT}"})
    for ending in ("v1/", "v1.pdf", "v1.json", "v1/differences/"):
        response = Client().get(f"/published/{office.public.slug}/{ending}")
        assert response.status_code == 410
        assert "was withdrawn from view" in inside(response)
        assert "Patrol" not in inside(response)
        assert DRAFT not in inside(response)
    assert DRAFT in inside(signed_in("staff").get(f"/published/{office.public.slug}/v1/"))
    assert office.public.slug not in inside(Client().get("/published/"))
