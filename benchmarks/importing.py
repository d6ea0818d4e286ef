"""`python -m benchmarks.importing`: how long 10,000 updates take in from a workbook, beside django-import-export.

The workbook has one row a deliverable and quarter: five themes of fifty deliverables over forty quarters, each with a
text of some 400 characters. It is brought in as the browser does it, step by step: read, checked in slices, previewed,
written, which makes the themes, quarters and deliverables too. Then the same file a second time, which changes nothing,
and once more with every text changed. Each part runs in a process of its own, on an empty database; the most memory is
that of the process up to then.

django-import-export is measured where it is installed (`pip install django-import-export`): it brings the same rows
into a database that has the deliverables and quarters already, once as it stores history and approval row by row, and
once in bulk, which stores neither. Its dry run is what it makes a preview of.

Nothing leaves this machine, and the databases made for it are gone when it ends.
"""

import importlib.util
import json
import os
import resource
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.reports import ROOT, run

PARTS = ("ours", "import-export", "import-export in bulk")
THEMES, QUARTERS = 5, 40
TITLE = "Police and Crime Plan 2010-20"
HEADS = (
    "Theme", "Theme title", "Quarter", "Number", "Organisation", "Deliverable", "Rating", "Date", "Update",
    "Recovery step", "Recovery by",
)  # fmt: skip


def main() -> None:
    """Measure and print the table; what is not there to be measured is said."""
    options = read_options()
    if options.part:
        print(json.dumps(measured(options.part, options.rows)))
        return
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; {options.rows:,} updates.\n")
    with TemporaryDirectory(prefix="pcc_benchmark_") as name:
        for part in PARTS[:1] if options.database else PARTS:
            env = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "pcc_tracker.settings"}
            env["DATABASE_URL"] = options.database or f"sqlite:///{Path(name) / part.replace(' ', '-')}.sqlite3"
            run(env, "manage.py", "migrate")
            found = json.loads(run(env, "-m", "benchmarks.importing", "--part", part, "--rows", str(options.rows)))
            print(f"{part}{'' if found else ': not measured, django-import-export is not installed'}")
            for what, figure in found.items():
                print(f"  {what:<52}{figure:>10,.2f}")


def read_options() -> Namespace:
    parser = ArgumentParser(description="Measure the import of updates beside django-import-export.")
    parser.add_argument("--rows", type=int, default=10_000, help="how many updates (10000)")
    parser.add_argument("--database", default="", help="DATABASE_URL of an empty database, for ours alone; else SQLite")
    parser.add_argument("--part", choices=PARTS, help="measure one part in this process; used by itself")
    options = parser.parse_args()
    if options.rows < THEMES * QUARTERS:
        parser.error(f"Give at least {THEMES * QUARTERS} rows.")
    return options


# Inside a process of its own.


def measured(part: str, rows: int) -> dict[str, float]:
    """What one part takes, in seconds and MB; nothing where django-import-export is not there."""
    if part != "ours" and not importlib.util.find_spec("import_export"):
        return {}
    import django

    django.setup()
    from accounts.models import User
    from themes.actions import NewScheme, start_plan
    from themes.ratings import GREEN_AMBER_RED

    by = User.objects.create_superuser(email="admin@example.org", display_name="Administrator")
    scheme = NewScheme("Green, Amber, Red", GREEN_AMBER_RED)
    plan = start_plan(title=TITLE, start_year=2010, end_year=2020, rating_scheme=scheme, by=by)
    if part == "ours":
        return _ours(plan, rows, by)
    from benchmarks.import_export import brought_in

    return brought_in(plan, workbook(rows), by, in_bulk=part.endswith("in bulk"))


def workbook(rows: int, mark: str = "") -> bytes:
    from pcc_tracker.tables import as_xlsx, sheet

    return as_xlsx(sheet("Plan", HEADS, written(rows, mark)))


def written(rows: int, mark: str) -> Iterator[list[object]]:
    """The rows of the workbook; a mark makes every text another."""
    for at in range(rows):
        number, theme, quarter = at // (THEMES * QUARTERS) + 1, at // QUARTERS % THEMES + 1, at % QUARTERS
        year, of_year = 2010 + quarter // 4, quarter % 4 + 1
        text = f"Teams met {number} times in quarter {of_year}{mark}. " * 6 + "\n- first thing\n- second thing\n"
        yield [
            theme, f"Theme {theme}", f"{year}-{(year + 1) % 100:02} Q{of_year}", number, "Force",
            f"Work on matter {theme} {number} with partners across the county", "GAR"[(number + at) % 3],
            f"{year}-{of_year * 3:02}-2{number % 8}", text + "More was done. " * 8, "Ask for help", "2021-09-30",
        ]  # fmt: skip


def _ours(plan: Any, rows: int, by: Any) -> dict[str, float]:
    found = {}
    for label, mark, replaces in (("new", "", False), ("again", "", False), ("changed", " again", True)):
        content = workbook(rows, mark)
        for what, figure in _imported(plan, content, replaces, by).items():
            found[f"{label}: {what}"] = figure
    return found


def _imported(plan: Any, content: bytes, replaces: bool, by: Any) -> dict[str, float]:
    """One file on its whole way, as the browser takes it."""
    from django.utils import timezone

    from accounts.roles import Refused
    from deliverables.importing import plan_files, plan_import
    from deliverables.importing.plan_values import Choices

    began = time.perf_counter()
    file = plan_files.keep_plan_file(
        plan=plan, file_name="plan.xlsx", content=content, choices=Choices(replaces=replaces), by=by, at=timezone.now()
    )
    steps = [time.perf_counter()]
    while not plan_files.check_more(file=file, by=by).is_done:
        steps.append(time.perf_counter())
    checked = time.perf_counter()
    preview = plan_files.look(file).preview
    looked = time.perf_counter()
    writing: list[float] = []
    write = plan_import._Writer.write

    def timed(writer: Any) -> str:
        start = time.perf_counter()
        did = write(writer)
        writing.append(time.perf_counter() - start)
        return did

    plan_import._Writer.write = timed
    try:
        plan_import.import_plan(file=file, agreed=preview.fingerprint, by=by, at=timezone.now())
    except Refused:
        assert preview.does_nothing
    plan_import._Writer.write = write
    ended = time.perf_counter()
    found = {
        "upload and reading, s": steps[0] - began,
        "all check steps, s": checked - steps[0],
        "longest check step, s": max(b - a for a, b in zip(steps, [*steps[1:], checked], strict=True)),
        "preview, s": looked - checked,
        "import, s": ended - looked,
    }
    if writing:
        found["of which the write transaction, s"] = writing[0]
    return found | {"rows per second": len(preview.outcomes) / (ended - began), "peak MB": peak()}


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
