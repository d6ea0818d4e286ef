"""`python benchmarks/importing.py`: how long 10,000 updates take in from a workbook, beside django-import-export.

The workbook has one row a deliverable and quarter: five themes of fifty deliverables over forty quarters, each with a
text of some 400 characters. It is brought in as the browser does it, step by step: read, checked in slices, previewed,
written. Then the same file a second time, which changes nothing, and once more with every text changed. Each part runs
in a process of its own, on an empty database; the most memory is that of the process.

django-import-export is measured where it is installed (`pip install django-import-export`): it brings the same rows
into a database that has the deliverables and quarters already, once as it stores history and approval row by row, and
once in bulk, which stores neither.

Nothing leaves this machine, and the databases made for it are gone when it ends.
"""

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.reports import run

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("ours", "import-export", "import-export in bulk")
THEMES, QUARTERS = 5, 40
TITLE = "Police and Crime Plan 2010-20"


def main() -> None:
    """Measure and print the table; what is not there to be measured is said."""
    options = read_options()
    if options.part:
        print(json.dumps(measured(options)))
        return
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; {options.rows:,} updates.\n")
    with TemporaryDirectory(prefix="pcc_benchmark_") as name:
        for part in PARTS:
            env = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "pcc_tracker.settings"}
            env["DATABASE_URL"] = options.database or f"sqlite:///{Path(name) / part.replace(' ', '-')}.sqlite3"
            asked = ["--part", part, "--rows", str(options.rows), "--folder", name]
            found = json.loads(run(env, "-m", "benchmarks.importing", *asked))
            print(f"{part}: {found.pop('said', '')}")
            for what, figure in found.items():
                print(f"  {what:<44}{figure:>12,.2f}")


def read_options() -> Namespace:
    parser = ArgumentParser(description="Measure the import of updates beside django-import-export.")
    parser.add_argument("--rows", type=int, default=10_000, help="how many updates (10000)")
    parser.add_argument("--database", default="", help="DATABASE_URL of an empty database, for ours alone; else SQLite")
    parser.add_argument("--part", choices=PARTS, help="measure one part in this process; used by itself")
    parser.add_argument("--folder", type=Path, help="with --part: where the workbook is")
    options = parser.parse_args()
    if options.rows < THEMES * QUARTERS:
        parser.error(f"Give at least {THEMES * QUARTERS} rows.")
    return options
