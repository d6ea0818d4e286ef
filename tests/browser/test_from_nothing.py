"""The real Theme 3 quarter, from an empty database to its appendix, by the hands of those whose work it is.

An administrator sets up the office, its people and the plan; owners are invited, set their passwords and write; staff
approve. What comes out is the document that the demonstration holds.
"""

import json
import tomllib
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from pcc_tracker.demo import FIXTURE
from reports.formats import FORMATS
from reports.gather_appendix import gather_appendix
from tests.browser.conftest import PASSWORD, Walker, last_link, serve_nothing
from tests.browser.test_editor import paste, text_box

OWNERS = {
    "Force": ("Force coordinator", "FC", "Force: Force coordinator (FC)"),
    "NW": ("Commissioning manager", "NW", "OPCC: Commissioning manager (NW)"),
    "DH": ("Policy officer", "DH", "OPCC: Policy officer (DH)"),
    "KD": ("Head of strategy", "KD", "OPCC: Head of strategy (KD)"),
}
"""Who writes: name, initials, and as a list of people offers them; by the owner label that the appendix prints."""

NEW_PASSWORD = "a long walk from nothing"


def read(name):
    return tomllib.loads((FIXTURE / name).read_text(encoding="utf-8"))


def the_years_deliverables():
    """The 15 deliverables of 2019-20, each with the label of who leads it."""
    for facts in read("theme_3.toml")["deliverables"]:
        if facts["financial_year"] == "2019-20":
            organisation, initials = facts["owner"].split("/")
            yield facts, organisation if organisation == "Force" else initials


def update_of(facts, quarter):
    return next(update for update in facts["updates"] if update["quarter"] == quarter)


@pytest.fixture
def place_of_work(tmp_path, browser):
    class PlaceOfWork:
        folder = tmp_path

        def __init__(self, server):
            self.server = server

        def somebody(self):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.set_default_timeout(10_000)
            return Walker(context.new_page(), self.server)

    @contextmanager
    def opened():
        with serve_nothing(tmp_path, "boss@example.org") as server:
            yield PlaceOfWork(server)

    with opened() as place:
        yield place


def press(page, name):
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def follow(page, name):
    page.get_by_role("link", name=name).first.click()


def sign_in(walker, address, password):
    walker.go("/accounts/login/")
    walker.page.get_by_label("E-mail address").fill(address)
    walker.page.get_by_label("Password").fill(password)
    press(walker.page, "Sign in")


def set_up_the_office(boss):
    page, office = boss.page, read("plan.toml")["office"]
    follow(page, "Administration")
    follow(page, "The office")
    page.get_by_label("Name", exact=True).fill(office["name"])
    page.get_by_label("Strapline").fill(office["strapline"])
    press(page, "Save")
    boss.go("/administration/organisations/add/")
    page.get_by_label("Name", exact=True).fill("Nottinghamshire Police")
    page.get_by_label("Short name").fill("Force")
    press(page, "Add")


def invite(boss, folder, name, initials, organisation, role):
    """Somebody is added and invited; the link in their e-mail."""
    page = boss.page
    boss.go("/administration/people/add/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Initials").fill(initials)
    page.get_by_label("Organisation").select_option(organisation)
    page.get_by_label("E-mail address").fill(f"{initials}@example.org")
    page.get_by_label("Role").select_option(role)
    press(page, "Add")
    press(page, "Send an invitation")
    expect(page.get_by_text("The invitation is sent")).to_be_visible()
    return last_link(folder)


def accept(walker, link):
    page = walker.page
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("New password again").fill(NEW_PASSWORD)
    press(page, "Set the password and sign in")
    return walker


def start_the_plan(boss):
    page, plan = boss.page, read("plan.toml")
    follow(page, "Plan")
    follow(page, "Start a plan")
    page.get_by_label("Title").fill(plan["plan"]["title"])
    page.get_by_label("Start year").fill("2018")
    page.get_by_label("End year").fill("2021")
    page.get_by_label("Green, Amber, Red", exact=True).check()
    press(page, "Start the plan")
    follow(page, "letters, colours, definitions")
    for index, rating in enumerate(plan["rating_scheme"]["ratings"]):
        page.get_by_label("Definition").nth(index).fill(rating["definition"])
    press(page, "Save")
    follow(page, "Add a theme")
    page.get_by_label("Number").fill("3")
    page.get_by_label("Title").fill(read("theme_3.toml")["title"])
    press(page, "Add it")


def add_the_deliverables(boss):
    page = boss.page
    page.get_by_role("link", name="Deliverables of Theme 3, 2019-20").click()
    for facts, label in the_years_deliverables():
        follow(page, "Add a deliverable")
        page.get_by_label("Deliverable", exact=True).fill(facts["wording"])
        page.get_by_label("Led by").select_option(OWNERS[label][2])
        page.get_by_label("Due").select_option(facts["due"])
        press(page, "Add it")
        expect(page.get_by_text(f"Deliverable {facts['number']} is added.")).to_be_visible()


def open_quarter(boss, quarter, notice=""):
    page = boss.page
    boss.go("/administration/plans/")
    follow(page, "Police and Crime Plan 2018-21")
    follow(page, "Open a quarter")
    page.get_by_label("Quarter").select_option(quarter)
    page.get_by_label("Opens for updates on").fill("2020-03-01")
    page.get_by_label("Updates due on").fill("2020-04-21")
    page.get_by_label("Notice").fill(notice)
    press(page, "Open it for all themes")


def write(owner, facts, quarter):
    """Write one of the updates that wait, with all that it has."""
    page, update = owner.page, update_of(facts, quarter)
    number, year = int(quarter[-1]), quarter[:7]
    owner.go("/my-updates/")
    task = page.get_by_role("listitem").filter(has_text=f"Quarter {number}, {year}")
    task.get_by_role("link", name=f"Theme 3, {facts['number']}. ").click()
    page.locator(f"input[name=rating][value={update['rating']}]").check()
    text_box(page).wait_for()
    paste(page, update["narrative"])
    day = update["date"]
    page.get_by_label("A month" if len(day) == 7 else "A day" if day else "No date").check()
    if day:
        page.get_by_label("Date of the update").fill(f"{day}-01"[:10])
    if "recovery_step" in update:
        page.get_by_label("Recovery step").fill(update["recovery_step"])
        page.get_by_label("Back on course by").fill(str(update["recovery_by"]))
    for earlier in update.get("earlier", []):
        page.get_by_text("Print earlier updates below this one").first.click()
        page.locator(f'input[name=earlier][value="{earlier}"]').check()
    press(page, "Submit for review")
    submitted = page.get_by_role("heading", name="Submitted for review.")
    all_the_same = page.get_by_role("button", name="Submit all the same")
    expect(submitted.or_(all_the_same)).to_be_visible()
    if all_the_same.is_visible():
        all_the_same.click()
    expect(submitted).to_be_visible()


def approve_all(staff, quarter):
    page = staff.page
    staff.go(f"/plans/police-and-crime-plan-2018-21/{quarter}/review/")
    follow(page, "Tick all that are shown")
    press(page, "Approve those ticked")


def without_what_differs(appendix):
    """An appendix as the panel reads it: without keys, and without movement, as no quarter was reported just before."""
    for row in appendix["themes"][0]["rows"]:
        del row["key"], row["since_last_quarter"], row["previous_rating"]
    return appendix


@pytest.mark.django_db
def test_the_real_quarter_is_entered_from_nothing_and_ends_in_the_same_appendix(place_of_work, theme_3, user):
    boss = place_of_work.somebody()
    sign_in(boss, "boss@example.org", PASSWORD)
    expect(boss.page.get_by_text("There is no plan yet.")).to_be_visible()
    set_up_the_office(boss)
    owners = {}
    for label, (name, initials, _) in OWNERS.items():
        organisation = "Nottinghamshire Police" if label == "Force" else "Office of the Police and Crime Commissioner"
        link = invite(boss, place_of_work.folder, name, initials, organisation, "Contributor")
        owners[label] = accept(place_of_work.somebody(), link)
    office = "Office of the Police and Crime Commissioner"
    staff = accept(
        place_of_work.somebody(), invite(boss, place_of_work.folder, "Performance officer", "PO", office, "Staff")
    )
    start_the_plan(boss)
    add_the_deliverables(boss)

    open_quarter(boss, "2019-20 Q2")
    eighth, _ = list(the_years_deliverables())[7]
    write(owners["NW"], eighth, "2019-20 Q2")
    approve_all(staff, "2019-20/q2")

    open_quarter(boss, "2019-20 Q4", notice=theme_3.period(theme_3.theme).notice)
    for facts, label in the_years_deliverables():
        write(owners[label], facts, "2019-20 Q4")
    approve_all(staff, "2019-20/q4")
    expect(staff.page.get_by_text("15 approved.")).to_be_visible()

    staff.go("/plans/police-and-crime-plan-2018-21/2019-20/q4/themes/3/")
    page = staff.page
    expect(page.get_by_text("14/15 (93.3%)").first).to_be_visible()
    expect(page.get_by_text("1/15 (6.7%)").first).to_be_visible()
    expect(page.get_by_text("very good").first).to_be_visible()
    staff.check()
    got = page.request.get(page.url + "appendix-a.json").json()
    real = json.loads(FORMATS["json"].render(gather_appendix(theme_3, user("staff"))))
    assert without_what_differs(got) == without_what_differs(real)
