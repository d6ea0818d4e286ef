"""Two people publish the same report at the same moment, each in a process of their own: one edition."""

import subprocess
import sys

from tests.deliverables import test_many_writers
from tests.deliverables.test_many_writers import ROOT, manage

environment = test_many_writers.environment

PREPARE = """
from reports.models import PanelMeeting, PanelReport
from themes.models import Theme
from themes.quarters import Quarter
theme = Theme.objects.select_related("plan").get(plan__slug="police-and-crime-plan-2018-21", number=3)
meeting = PanelMeeting.objects.create(date="2019-05-14")
report = PanelReport.objects.create(
    slug="at-once", meeting=meeting, plan=theme.plan, quarter=Quarter.parse("2019-20 Q4")
)
report.themes.set([theme])
"""

PUBLISH = """
import sys
from dataclasses import replace
from accounts.models import User
from accounts.roles import Refused
from reports.checks import find_without_files
from reports.formats import FORMATS
from reports.gather import gather_report
from reports.models import PanelReport
from reports.publishing import publish

def render_and_wait(document, render=FORMATS["json"].render):
    print("made", flush=True)
    sys.stdin.readline()
    return render(document)

FORMATS["json"] = replace(FORMATS["json"], render=render_and_wait)
report, by = PanelReport.objects.get(slug="at-once"), User.objects.get(email="staff@example.org")
found = find_without_files(gather_report(report, by), by)
try:
    print(publish(report=report, by=by, decided=dict.fromkeys(found, ""), expected_number=1).version)
except Refused as error:
    print(error)
"""

COUNT = """
from reports.models import Edition, EditionFile
from reports.formats import FORMATS
files = EditionFile.objects.filter(edition__slug="at-once")
print(Edition.objects.filter(slug="at-once").count(), files.count() - len(FORMATS))
"""


def test_of_two_people_who_publish_at_once_one_is_told_that_the_other_did(environment):
    manage(environment, "shell", "--no-imports", "-c", PREPARE)
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", PUBLISH]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    people = [subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) for _ in range(2)]
    for one in people:
        assert one.stdout.readline() == "made\n"
    for one in people:
        one.stdin.write("now\n")
        one.stdin.flush()
    said = [one.communicate(timeout=60)[0].strip() for one in people]
    refused, published = sorted(said, key=lambda words: words == "V1")
    assert published == "V1"
    assert "published V1 at" in refused
    assert manage(environment, "shell", "--no-imports", "-c", COUNT).split() == ["1", "2"]
    manage(environment, "verify_editions")
