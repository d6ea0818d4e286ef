"""`python benchmarks/pages.py`: how fast the summary and theme pages are, against bare views of the same bytes.

`--public` measures the published front page and theme page of the demonstration, asked for without signing in: as
they are given out (warm), and made anew for each request (cold).

For each length of history it makes a database of its own, fills it with `seed_scale`, and serves it with gunicorn
(one worker, four threads) under production-like settings. Four keep-alive connections then ask for one page at a
time, in rounds that go over all pages and histories in turn, so that a change in the machine's speed meets all
alike. Every answer must be a 200 of the same length. With four connections a request also waits for the three
others, and p50 and p99 hold that wait.

Only this machine is spoken to. Whatever happens, servers, databases and files are gone when it ends.
"""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
CONNECTIONS = 4
THREADS = 4
SUMMARY = "/plans/scale-plan/2019-20/q4/"
THEME = f"{SUMMARY}themes/1/"
PAGES = {"summary": SUMMARY, "bare-summary": f"/bare{SUMMARY}", "theme": THEME, "bare-theme": f"/bare{THEME}"}
PUBLISHED = "/progress/police-and-crime-plan-2018-21/"
PUBLISHED_THEME = f"{PUBLISHED}2019-20/q4/themes/3/"
PUBLIC_PAGES = {
    "front": PUBLISHED,
    "cold-front": f"/cold{PUBLISHED}",
    "bare-front": f"/bare{PUBLISHED}",
    "theme": PUBLISHED_THEME,
    "cold-theme": f"/cold{PUBLISHED_THEME}",
    "bare-theme": f"/bare{PUBLISHED_THEME}",
}
WARM_UP_SECONDS = 0.5
LONGEST_START = 30
"""Seconds that a server may take until it answers."""
LONGEST_STEP = 900
"""Seconds that setting up one database may take."""
LONGEST_ANSWER = 30
"""Seconds that one request may take."""


class Failed(Exception):
    """The benchmark cannot go on; the message says why."""


@dataclass(frozen=True)
class Site:
    """One served database, and the cookies of somebody who is signed in to it."""

    quarters: int
    port: int
    cookies: str
    pages: dict[str, str]
    """Addresses by name; `bare-` and `cold-` before a name is the same page otherwise answered."""


@dataclass
class Measured:
    """What was seen of one page on one site, over all rounds."""

    site: Site
    page: str
    size: int
    """Bytes of the body."""
    latencies: list[float] = field(default_factory=list)
    """Seconds from sending a request to having read its answer."""
    rates: list[float] = field(default_factory=list)
    """Requests a second, by round."""
    seconds: float = 0

    @property
    def rate(self) -> float:
        """Requests a second over all rounds."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        """The latency, in milliseconds, that `percent` of the requests kept within."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


def main() -> None:
    """Set everything up, measure, print the table; exit 1 with a message where something is not as it must be."""
    options = read_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped; everything is cleaned up."))
    try:
        with ExitStack() as stack:
            print_table(measure(open_sites(stack, options), options), options)
    except KeyboardInterrupt:
        sys.exit("\nStopped; everything is cleaned up.")
    except (Failed, psycopg2.Error) as error:
        sys.exit(f"The benchmark failed: {error}")


def read_options() -> Namespace:
    parser = ArgumentParser(description="Measure the summary and theme pages against bare views of the same bytes.")
    parser.add_argument("--deliverables", type=_number(1, 100_000), default=60, help="in each financial year (60)")
    parser.add_argument("--quarters", type=_histories, default=[1, 40], help="histories to compare (1,40)")
    parser.add_argument("--rounds", type=_number(1, 1000), default=3, help="over all pages and histories (3)")
    parser.add_argument("--seconds", type=_number(1, 600), default=3, help="for each page in each round (3)")
    parser.add_argument("--public", action="store_true", help="the published pages of the demonstration instead")
    parser.add_argument(
        "--database-url",
        help="postgresql://... of a server that is running, by someone who may create databases; SQLite unless given",
    )
    options = parser.parse_args()
    if options.database_url and urlsplit(options.database_url).scheme not in ("postgres", "postgresql"):
        parser.error("--database-url must begin with postgresql://. Leave it out to measure SQLite.")
    return options


def _number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ArgumentTypeError(f'"{text}" cannot be used: give a whole number from {least:,} to {most:,}.')
        return int(text)

    return parse


def _histories(text: str) -> list[int]:
    return list(dict.fromkeys(_number(1, 400)(part.strip()) for part in text.split(",")))


# Setting up.


def open_sites(stack: ExitStack, options: Namespace) -> list[Site]:
    """A database, a signed-in person and a running server for each history; `stack` takes them all down."""
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="pcc_benchmark_")))
    sites = []
    for quarters in [2] if options.public else options.quarters:
        of = "the demonstration" if options.public else f"{options.deliverables} deliverables a year"
        say(f"Setting up {of} with {quarters} quarter(s) of history ...")
        database = stack.enter_context(fresh_database(folder, options.database_url, quarters))
        env = environment(database, folder)
        run(env, "manage.py", "migrate", "--verbosity=0")
        if options.public:
            run(env, "-m", "benchmarks.demonstration")
        else:
            seed = ("--deliverables", str(options.deliverables), "--quarters", str(quarters))
            run(env, "manage.py", "seed_scale", *seed, "--verbosity=0")
        settle(options.database_url and database)
        if not (folder / "static").exists():
            run(env, "manage.py", "collectstatic", "--noinput", "--verbosity=0")
        port = stack.enter_context(served(env, folder / f"gunicorn_{quarters}.log"))
        if options.public:
            sites.append(Site(quarters, port, "", PUBLIC_PAGES))
            continue
        session = run(env, "-m", "benchmarks.sign_in").strip()
        sites.append(Site(quarters, port, browser_cookies(port, session), PAGES))
    return sites


@contextmanager
def fresh_database(folder: Path, server_url: str | None, quarters: int) -> Iterator[str]:
    """The address of a new, empty database, gone at the end."""
    name = f"pcc_benchmark_{os.getpid()}_{quarters}"
    if not server_url:
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    command(server_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    finally:
        command(server_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def settle(postgresql_url: str | None) -> None:
    """Do at once what PostgreSQL's autovacuum would do a while after a bulk load, perhaps in mid-measurement."""
    if postgresql_url:
        command(postgresql_url, sql.SQL("VACUUM ANALYZE"))


def command(url: str, statement: sql.Composable) -> None:
    """One statement that PostgreSQL does not take inside a transaction."""
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def environment(database: str, folder: Path) -> dict[str, str]:
    """The settings of a server, but for https: nothing stands before gunicorn here."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "SECRET_KEY": secrets.token_hex(32),
        "DEBUG": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": database,
        "STATIC_ROOT": str(folder / "static"),
    }


def run(env: dict[str, str], *arguments: str) -> str:
    """What a Python command at the repository's root prints; raises Failed with its errors."""
    try:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=LONGEST_STEP
        )
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{' '.join(arguments)} took more than {LONGEST_STEP} seconds.") from error
    if done.returncode:
        raise Failed(f"{' '.join(arguments)} did not work:\n{done.stderr}")
    return done.stdout


@contextmanager
def served(env: dict[str, str], log: Path) -> Iterator[int]:
    """The port of a gunicorn that answers, ended when the block ends."""
    port = free_port()
    arguments = ["--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS)]
    arguments += ["--keep-alive", "30", "--log-level", "warning", "pcc_tracker.wsgi:application"]
    with log.open("w") as errors:
        # In a session of its own, so that Ctrl+C reaches this program alone, which then ends the server.
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *arguments],
            cwd=ROOT,
            env=env,
            stdout=errors,
            stderr=errors,
            start_new_session=True,
        )
    try:
        wait_until_it_answers(server, port, log)
        yield port
    finally:
        end(server)


def free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return found.getsockname()[1]


def wait_until_it_answers(server: subprocess.Popen, port: int, log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise Failed(f"gunicorn ended at once:\n{log.read_text()}")
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise Failed(f"gunicorn did not answer within {LONGEST_START} seconds:\n{log.read_text()}")


def end(server: subprocess.Popen) -> None:
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def browser_cookies(port: int, session: str) -> str:
    """What a browser sends from its second page on: the session and the token that the first page set."""
    connection = http.client.HTTPConnection(HOST, port, timeout=LONGEST_ANSWER)
    try:
        connection.request("GET", SUMMARY, headers={"Cookie": session})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise Failed(f"{SUMMARY} answered {answer.status}, not 200.")
        set_by_page = SimpleCookie(answer.headers.get("Set-Cookie", ""))
    finally:
        connection.close()
    return "; ".join([session, *(f"{name}={morsel.value}" for name, morsel in set_by_page.items())])


# Measuring.


def measure(sites: list[Site], options: Namespace) -> list[Measured]:
    """All pages of all sites, in rounds that each begin at another one."""
    found = [Measured(site, page, warm_up(site, page)) for site in sites for page in site.pages]
    for site in sites:
        refuse_unless_of_one_size([one for one in found if one.site is site])
    with tqdm(total=options.rounds * len(found), unit=" slots", disable=None) as bar:
        for turn in range(options.rounds):
            start = turn * len(found) // options.rounds
            for one in found[start:] + found[:start]:
                load(one, options.seconds)
                bar.update()
    return found


def warm_up(site: Site, page: str) -> int:
    """Load a page a little, so that templates and caches are there; the size of its answers."""
    with asking(site, page) as ask:
        once = Measured(site, page, ask())
    load(once, WARM_UP_SECONDS)
    return once.size


def refuse_unless_of_one_size(of_site: list[Measured]) -> None:
    sizes = {one.page: one.size for one in of_site}
    for page, size in sizes.items():
        if size != sizes[f"bare-{plain(page)}"]:
            raise Failed(f"{page} is {size} bytes and its bare view {sizes[f'bare-{plain(page)}']}.")


def plain(page: str) -> str:
    """The name of the page that a name is another answer of."""
    return page.removeprefix("bare-").removeprefix("cold-")


def load(one: Measured, seconds: float) -> None:
    """Ask for a page on all connections for some seconds; what is on the way at the end is still counted."""
    started = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        asked = [pool.submit(ask_until, started + seconds, one) for _ in range(CONNECTIONS)]
    latencies = [latency for answers in asked for latency in answers.result()]
    took = time.perf_counter() - started
    one.latencies += latencies
    one.rates.append(len(latencies) / took)
    one.seconds += took


def ask_until(deadline: float, one: Measured) -> list[float]:
    """The latency of each request that one connection had answered until the deadline."""
    latencies = []
    with asking(one.site, one.page) as ask:
        while (sent := time.perf_counter()) < deadline:
            size = ask()
            latencies.append(time.perf_counter() - sent)
            if size != one.size:
                raise Failed(f"{one.page} answered with {size} bytes, and with {one.size} before.")
    return latencies


@contextmanager
def asking(site: Site, page: str) -> Iterator[Callable[[], int]]:
    """A function that asks once, over one connection that is kept, and gives the answer's size."""
    connection = http.client.HTTPConnection(HOST, site.port, timeout=LONGEST_ANSWER)

    def ask() -> int:
        headers = {"Cookie": site.cookies} if site.cookies else {}
        connection.request("GET", site.pages[page], headers=headers)
        answer = connection.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise Failed(f"{page} answered {answer.status}, not 200.")
        if answer.will_close:
            raise Failed(f"{page}: the server does not keep its connections.")
        return size

    try:
        connection.connect()
        yield ask
    except (OSError, http.client.HTTPException) as error:
        raise Failed(f"{page} with {site.quarters} quarter(s): {error!r}") from error
    finally:
        connection.close()


# Printing.


def print_table(found: list[Measured], options: Namespace) -> None:
    database = "PostgreSQL" if options.database_url else "SQLite"
    versions = ", ".join(f"{name} {version(name)}" for name in ("Django", "gunicorn"))
    print(
        f"{cores()} cores, {database}, Python {sys.version.split()[0]}, {versions}; 1 worker, {THREADS} threads, "
        f"{CONNECTIONS} connections;\n{options.deliverables} deliverables a year; "
        f"{options.rounds} rounds of {options.seconds} s each, in turn.\n"
    )
    header = ("quarters", "page", "requests/s", "by round", "p50 ms", "p99 ms", "of bare", "bytes")
    widths = (8, 14, 11, 17, 8, 8, 8, 9)
    print_line(header, widths)
    rates = {(one.site.quarters, one.page): one.rate for one in found}
    for one in found:
        share = one.rate / rates[one.site.quarters, f"bare-{plain(one.page)}"]
        by_round = f"{min(one.rates):,.1f}-{max(one.rates):,.1f}"
        p50, p99 = f"{one.percentile(50):.1f}", f"{one.percentile(99):.1f}"
        figures = (f"{one.rate:,.1f}", by_round, p50, p99, f"{share:.1%}", f"{one.size:,}")
        print_line((str(one.site.quarters), one.page, *figures), widths)


def print_line(cells: tuple[str, ...], widths: tuple[int, ...]) -> None:
    print(
        "  ".join(
            cell.ljust(w) if i == 1 else cell.rjust(w) for i, (cell, w) in enumerate(zip(cells, widths, strict=True))
        )
    )


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
