"""`python benchmarks/reports.py`: how long the Word and PDF files of a report take, beside LibreOffice.

The 15-row report is the demonstration's real one, the long one repeats its rows under new numbers. Each file is made
several times in a fresh process, which gives the first time (cold), the median of the others (warm) and the most
memory, of the process and of the largest one it started. LibreOffice then turns the same Word file into PDF, and is
measured in the same way: once with a profile of its own that is new, then again with it.

Nothing leaves this machine, and the database made for it is gone when it ends.
"""

import dataclasses
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FORMATS = {"docx": "Word", "pdf": "PDF"}
PLAN, QUARTER, THEME = "police-and-crime-plan-2018-21", "2019-20 Q4", "3"
LONGEST_STEP = 900
"""Seconds that one step may take."""


def main() -> None:
    """Measure and print the table; what is not there to be measured is said."""
    options = read_options()
    if options.format:
        print(json.dumps(made(options)))
        return
    with TemporaryDirectory(prefix="pcc_benchmark_") as name:
        folder = Path(name)
        env = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}", "PYTHONPATH": str(ROOT)}
        env["DJANGO_SETTINGS_MODULE"] = "pcc_tracker.settings"
        say("Setting up the demonstration ...")
        run(env, "manage.py", "demo", "--no-server", "--password", "benchmark-only-1")
        print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; {options.times} times each.\n")
        print_line("", "rows", "cold s", "warm s", "peak MB", "bytes")
        for rows in options.rows:
            measure(rows, folder, env, options)


def read_options() -> Namespace:
    parser = ArgumentParser(description="Measure the Word and PDF files of a report beside LibreOffice.")
    parser.add_argument("--rows", type=int, nargs="+", default=[15, 300], help="how many deliverables (15 300)")
    parser.add_argument("--times", type=int, default=5, help="how often each file is made (5)")
    parser.add_argument("--format", choices=FORMATS, help="make one format in this process; used by itself")
    parser.add_argument("--output", type=Path, help="with --format: where the file is written")
    options = parser.parse_args()
    if options.times < 2 or min(options.rows) < 1:
        parser.error("Give at least 2 times and 1 row.")
    return options


def measure(rows: int, folder: Path, env: dict[str, str], options: Namespace) -> None:
    warm = {}
    for form, label in FORMATS.items():
        output = folder / f"{rows}.{form}"
        asked = ["--format", form, "--rows", str(rows), "--times", str(options.times), "--output", str(output)]
        found = json.loads(run(env, "-m", "benchmarks.reports", *asked))
        if not found:
            print(f"{label}: the product has no such format yet.")
            continue
        warm[form] = found["warm"]
        print_found(label, rows, found)
    word = folder / f"{rows}.docx"
    office = shutil.which("soffice")
    if not office or not word.exists():
        print(f"LibreOffice: not measured, {'there is no Word file' if office else 'soffice is not installed'}.\n")
        return
    found = converted(office, word, folder / f"profile_{rows}", options.times)
    print_found("LibreOffice, Word to PDF", rows, found)
    print(f"PDF is {found['warm'] / warm['pdf']:.1f} times as fast as LibreOffice.\n")


# Inside a process of its own.


def made(options: Namespace) -> dict[str, Any]:
    """Make one format several times; nothing where there is no such format."""
    import django

    django.setup()
    from reports.formats import FORMATS as THERE

    if options.format not in THERE:
        return {}
    document = report(options.rows[0])
    seconds = []
    for _ in range(options.times):
        started = time.perf_counter()
        content = THERE[options.format].render(document)
        seconds.append(time.perf_counter() - started)
    options.output.write_bytes(content)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return summed_up(seconds, peak, len(content))


def report(rows: int) -> Any:
    """The real report with so many rows."""
    from accounts.models import User
    from accounts.roles import Role
    from reports.gather_appendix import gather_appendix
    from themes.place import find_place

    place = find_place(plan=PLAN, quarter=QUARTER, theme=THEME)
    document = gather_appendix(place, User(role=Role.STAFF, display_name="Benchmark"))
    (appendix,) = document.appendices
    several = tuple(
        dataclasses.replace(appendix.rows[at % len(appendix.rows)], number=at + 1, key=f"row-{at}")
        for at in range(rows)
    )
    return dataclasses.replace(document, appendices=(dataclasses.replace(appendix, rows=several),))


# LibreOffice.


def converted(office: str, word: Path, profile: Path, times: int) -> dict[str, Any]:
    """What LibreOffice needs to turn a Word file into PDF."""
    to = word.with_name("from_office")
    arguments = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf"]
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        subprocess.run([*arguments, "--outdir", to, word], check=True, capture_output=True, timeout=LONGEST_STEP)
        seconds.append(time.perf_counter() - started)
    # The largest of all ended children: nothing else that is started here comes near to it but the formats' own
    # processes, whose children are theirs.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return summed_up(seconds, peak, (to / f"{word.stem}.pdf").stat().st_size)


def summed_up(seconds: list[float], peak_kilobytes: int, size: int) -> dict[str, Any]:
    warm = statistics.median(seconds[1:])
    return {"cold": seconds[0], "warm": warm, "peak": peak_kilobytes / 1024, "bytes": size}


def run(env: dict[str, str], *arguments: str) -> str:
    """What a Python command at the repository's root prints; ends the benchmark with its errors."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=LONGEST_STEP
    )
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} did not work:\n{done.stderr}")
    return done.stdout


def print_found(label: str, rows: int, found: dict[str, Any]) -> None:
    figures = (f"{found['cold']:.2f}", f"{found['warm']:.2f}", f"{found['peak']:.0f}", f"{found['bytes']:,}")
    print_line(label, str(rows), *figures)


def print_line(label: str, *cells: str) -> None:
    print(label.ljust(26) + "".join(cell.rjust(11) for cell in cells), flush=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
