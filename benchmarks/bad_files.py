"""`python -m benchmarks.bad_files --count 10000 --seed 1`: bad files are put through the whole import of a plan.

Each goes the way that a browser sends it: uploaded by an administrator, checked step by step, looked at, its first and
last row and its rows as a file too; and where the preview finds nothing wrong, imported, which is then taken back. A
fault is a page that fails, a request that takes longer than 10 seconds, a file for which a process needs more than 300
MB beside what it had, a refusal without a sentence, or anything stored but the file itself. Runs on Linux, where a
process can be asked for the most memory that it has had since it was asked last.

Nothing leaves this machine, and the databases made for it are gone when it ends.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.reports import ROOT, run, say

PLAN = "police-and-crime-plan-2018-21"
IMPORT = f"/administration/plans/{PLAN}/import/"
MOST_SECONDS, MOST_MEGABYTES, GIVES_UP = 10, 300, 60
OF_THE_FILE = ("deliverables_planfile", "django_session")
"""The beginnings of the tables into which an upload may write."""


def main() -> None:
    """Try them in as many processes as are asked for, and print the worst; ends with 1 where there is a fault."""
    options = read_options()
    if options.folder:
        print(json.dumps(Tried(options).all()))
        return
    with TemporaryDirectory(prefix="pcc_bad_files_") as name:
        folder, env = Path(name), {**os.environ, "PYTHONPATH": str(ROOT)}
        env["DJANGO_SETTINGS_MODULE"] = "pcc_tracker.settings"
        first = options.database or f"sqlite:///{folder / '0.sqlite3'}"
        say("Setting up the demonstration ...")
        env["DATABASE_URL"] = first
        run(env, "manage.py", "demo", "--no-server", "--password", "benchmark-only-1")
        appendix = ("--plan", PLAN, "--theme", "3", "--period", "2019-20 Q4", "--format", "docx")
        run(env, "manage.py", "appendix", *appendix, "--output", str(folder / "appendix.docx"))
        workers = []
        for at in range(options.workers):
            database = folder / f"{at}.sqlite3"
            if at and not options.database:
                shutil.copy(folder / "0.sqlite3", database)
            asked = ["--count", str(options.count), "--seed", str(options.seed), "--workers", str(options.workers)]
            asked += ["--from", str(at), "--folder", name]
            env["DATABASE_URL"] = options.database or f"sqlite:///{database}"
            command = [sys.executable, "-m", "benchmarks.bad_files", *asked]
            workers.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True))
        ended = [(one.communicate()[0], one.returncode) for one in workers]
    if any(code for _, code in ended):
        sys.exit("A process did not come to its end.")
    report([json.loads(said.splitlines()[-1]) for said, _ in ended], options)


def report(found: list[dict[str, Any]], options: Namespace) -> None:
    counts = sum((Counter(one["counts"]) for one in found), Counter())
    print(f"{options.count:,} bad files, seed {options.seed}, in {max(one['seconds'] for one in found):,.0f} seconds")
    for what, count in counts.most_common():
        print(f"  {what:<44}{count:>10,}")
    for what, unit in (("slowest", "s"), ("largest", "MB")):
        for figure, name, step in sorted(sum((one[what] for one in found), []), reverse=True)[:3]:
            print(f"  {what + ': ' + step:<44}{figure:>10,.2f} {unit}   {name}")
    print(f"  {'largest process':<44}{max(one['process'] for one in found):>10,.0f} MB")
    faults = sum((one["faults"] for one in found), [])
    for fault in faults:
        print(f"FAULT {fault}")
    sys.exit(1 if faults else 0)


def read_options() -> Namespace:
    parser = ArgumentParser(description="Put bad files through the import of a plan.")
    parser.add_argument("--count", type=int, default=10_000, help="how many (10000)")
    parser.add_argument("--seed", type=int, default=1, help="the same number and seed give the same files (1)")
    parser.add_argument("--workers", type=int, default=2, help="in how many processes (2)")
    parser.add_argument(
        "--database", default="", help="DATABASE_URL of an empty database for all; else SQLite for each"
    )
    parser.add_argument("--from", type=int, default=0, dest="first", help="used by itself: the first one to try")
    parser.add_argument("--folder", type=Path, help="used by itself: where the Appendix A is")
    return parser.parse_args()


class Tried:
    """The files of one process, put through the import one after the other."""

    def __init__(self, options: Namespace) -> None:
        import django
        from django.test.utils import setup_test_environment

        django.setup()
        setup_test_environment()
        from django.test import Client

        from accounts.models import User

        self.options = options
        self.client = Client(raise_request_exception=False)
        self.client.force_login(User.objects.get(email="admin@example.org"))
        self.name = ""
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.slowest: list[tuple[float, str, str]] = []
        self.largest: list[tuple[float, str, str]] = []

    def all(self) -> dict[str, Any]:
        from tests.deliverables.bad_files import bad_files, good_files

        appendix = (self.options.folder / "appendix.docx").read_bytes()
        good = [*good_files(), *[(".docx", appendix)] * 3]
        mine = islice(
            bad_files(self.options.count, self.options.seed, good), self.options.first, None, self.options.workers
        )
        began, before = time.perf_counter(), _plan_as_it_is()
        for count, (self.name, content, _) in enumerate(mine, start=1):
            self.one(content)
            if count % 250 == 0:
                say(f"{count:,} of process {self.options.first} after {time.perf_counter() - began:,.0f} seconds")
        if _plan_as_it_is() != before:
            self.faults.append("The plan is another than before.")
        return {
            "counts": self.counts,
            "faults": self.faults,
            "slowest": sorted(self.slowest, reverse=True)[:3],
            "largest": sorted(self.largest, reverse=True)[:3],
            "process": max(figure for figure, _, step in self.largest if step == "whole process"),
            "seconds": time.perf_counter() - began,
        }

    def one(self, content: bytes) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile
        from django.db import connection

        from deliverables.file_models import PlanFile

        here, _ = _memory(start_anew=True)
        with connection.execute_wrapper(self.watch):
            file = SimpleUploadedFile(self.name, content)
            response = self.asked("upload", lambda: self.client.post(IMPORT, {"file": file}))
            if response.status_code == 302:
                self.taken(response["Location"])
            else:
                self.refused(response)
        if PlanFile.objects.exists():
            self.fault("a file is still there")
            PlanFile.objects.all().delete()
        _, most = _memory()
        self.largest += [(most - here, self.name, "memory that a file added"), (most, self.name, "whole process")]
        if most - here > MOST_MEGABYTES:
            self.fault(f"{most - here:.0f} MB of memory")

    def refused(self, response: Any) -> None:
        """There is a sentence that says why."""
        said = response.context["form"].errors.get("file", []) if response.context else []
        self.counts["refused"] += 1
        if not said or any(len(one) < 15 or not one.rstrip().endswith(".") for one in said):
            self.fault(f"refused with {said}")

    def taken(self, address: str) -> None:
        page = self.asked("preview", lambda: self.client.get(address))
        while page.status_code == 200 and "progress" in page.context:
            self.asked("check", lambda: self.client.post(f"{address}check/"))
            page = self.asked("preview", lambda: self.client.get(address))
        if page.status_code == 200 and page.context:
            found = page.context["found"]
            self.counts["taken, " + ("without rows" if not found.outcomes else "as good" if not found.problems else
                        "with problems")] += 1  # fmt: skip
            for one in (found.outcomes[:1], found.outcomes[-1:]):
                for row in one:
                    self.asked("row", lambda row=row: self.client.get(f"{address}rows/{row.row.at}/"))
            if found.outcomes and not found.problems and not found.does_nothing:
                self.imported(address, found.fingerprint)
        for last in ("rows.csv", "rows.xlsx", "about/", "original/"):
            self.asked(last, lambda last=last: self.client.get(address + last))
        self.asked("discard", lambda: self.client.post(f"{address}discard/"))

    def imported(self, address: str, agreed: str) -> None:
        """It can be done, or is refused in words; taken back either way."""
        from django.db import transaction

        self.is_importing = True
        with transaction.atomic():
            response = self.asked("import", lambda: self.client.post(address, {"agreed": agreed}))
            if response.status_code == 302 and response["Location"] == address:
                self.counts["taken as good, and its import refused"] += 1
            transaction.set_rollback(True)
        self.is_importing = False

    is_importing = False

    def watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Sees that nothing is written but the file."""
        verb, _, rest = sql.partition('"')
        if verb.split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE") and not self.is_importing:
            table = rest.partition('"')[0]
            if not table.startswith(OF_THE_FILE):
                self.fault(f"it writes into {table}")
        return execute(sql, params, many, context)

    def asked(self, step: str, ask: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        with _given_up_in_time():
            response = ask()
            if response.streaming:
                response.getvalue()
        took = time.perf_counter() - began
        self.slowest.append((took, self.name, step))
        if took > MOST_SECONDS:
            self.fault(f"{took:.1f} seconds to {step}")
        if response.status_code >= 400:
            trouble = getattr(response, "exc_info", None)
            self.fault(
                f"{response.status_code} at {step}: {trouble[1]!r:.300}" if trouble else f"{response.status_code}"
            )
        return response

    def fault(self, said: str) -> None:
        self.faults.append(f"{self.name}: {said}")
        say(self.faults[-1])


@contextmanager
def _given_up_in_time() -> Iterator[None]:
    """What hangs ends as an error of its page."""

    def give_up(*_: object) -> None:
        raise TimeoutError(f"It was given up after {GIVES_UP} seconds.")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(GIVES_UP)
    try:
        yield
    finally:
        signal.alarm(0)


def _memory(*, start_anew: bool = False) -> tuple[float, float]:
    """MB that this process has now, and the most that it had since it was last asked to start anew."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    if start_anew:
        Path("/proc/self/clear_refs").write_text("5")  # Linux: the most becomes what it has now
    return int(lines["VmRSS"].split()[0]) / 1024, int(lines["VmHWM"].split()[0]) / 1024


def _plan_as_it_is() -> list[Any]:
    """Everything that an import could change."""
    from accounts.models import Organisation, User
    from deliverables.models import ApprovedUpdate, Deliverable, QuarterlyUpdate, UpdateEvent
    from themes.models import Plan, ReportingPeriod, Theme

    models = [Plan, Theme, ReportingPeriod, Deliverable, QuarterlyUpdate, ApprovedUpdate, UpdateEvent, Organisation]
    return [list(one.objects.order_by("pk").values()) for one in models] + [User.objects.count()]


if __name__ == "__main__":
    main()
