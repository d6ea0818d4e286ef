"""A real Chromium on a real server: the demonstration, run in a process of its own as a newcomer runs it."""

import email
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.commands import ROOT
from tests.commands import WALKERS_PASSWORD as PASSWORD

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
SESSIONS = {}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 900}
QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def pytest_collection_modifyitems(items):
    if CHROMIUM:
        return
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.skip(reason="Chromium is missing: install Debian's chromium or set CHROMIUM"))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", *QUIET]}


@pytest.fixture(scope="session")
def server(demonstration, tmp_path_factory):
    """The address of a demonstration server with a database of its own."""
    with serve(demonstration, tmp_path_factory.mktemp("browser")) as address:
        yield address


@contextmanager
def serve(demonstration, folder, **settings):
    """A demonstration server that keeps its database in a folder, and writes each e-mail to a file in `mail` there."""
    shutil.copy(demonstration / "demo.sqlite3", folder)
    with _running(folder, settings, lambda port: ["demo", "--port", str(port)]) as address:
        yield address


@contextmanager
def serve_nothing(folder, administrator):
    """A server on an empty database, with the first administrator as the README makes one."""
    environment = _environment(folder, {"DJANGO_SUPERUSER_PASSWORD": PASSWORD})
    create = ["createsuperuser", "--noinput", "--email", administrator, "--display_name", "Office manager"]
    for command in (["migrate", "--verbosity", "0"], create):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    with _running(folder, {}, lambda port: ["runserver", f"127.0.0.1:{port}", "--noreload"]) as address:
        yield address


@contextmanager
def _running(folder, settings, command):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    arguments = [sys.executable, "manage.py", *command(port)]
    environment = _environment(folder, {"SITE_URL": address} | settings)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(arguments, cwd=ROOT, env=environment, **quiet) as process:
        _wait_for(address, process)
        yield address
        process.terminate()


def _environment(folder, settings):
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    environment["DATABASE_URL"] = f"sqlite:///{folder}/demo.sqlite3"
    environment["EMAIL_URL"] = f"filemail:///{folder}/mail"
    return environment | settings


def _wait_for(address, process):
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{address}/accounts/login/", timeout=5).close()
        except OSError:
            assert process.poll() is None, "the demonstration server stopped"
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the demonstration server did not answer within a minute")


def last_link(folder):
    """The link that sets a password in the last e-mail that the server wrote."""
    for _ in range(100):
        if files := sorted((folder / "mail").glob("*"), key=lambda path: path.stat().st_mtime):
            text = email.message_from_bytes(files[-1].read_bytes()).get_payload(decode=True).decode()
            return re.search(r"http://\S+/accounts/password/set/\S+", text)[0]
        time.sleep(0.1)
    raise AssertionError("the server wrote no e-mail within ten seconds")


class Walker:
    """A person at a browser, who notices what the console and axe complain about."""

    def __init__(self, page, server):
        self.page, self.server, self.complaints = page, server, []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
        )

    def _hear(self, message):
        # Chromium logs an error page's status as an error of its own.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def sign_in(self, name):
        """Sign in by the page the first time; then come back with the same session. Go somewhere next.

        The product lets nobody sign in as often from one address as these tests would.
        """
        context = self.page.context
        if (self.server, name) in SESSIONS:
            context.add_cookies(SESSIONS[self.server, name])
            return
        self.go("/accounts/login/")
        self.page.get_by_label("E-mail address").fill(f"{name}@example.org")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/accounts/login/" not in url)
        SESSIONS[self.server, name] = context.cookies()

    def go(self, address):
        return self.page.goto(self.server + address)

    def check(self):
        """Hold the page against axe, the console and the width of the screen."""
        found = Axe().run(self.page).response["violations"]
        width = f"at {self.page.viewport_size['width']} px"
        assert not found, (width, [(one["id"], one["nodes"][0]["html"]) for one in found])
        assert not self.complaints
        sideways = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not sideways, f"{width} the page scrolls sideways"

    def check_wide_and_narrow(self, address):
        """Open a page and check it; then make the screen as narrow as a phone's, and check it again."""
        self.go(address)
        self.check()
        self.page.set_viewport_size(NARROW)
        self.check()


@pytest.fixture(params=[WIDE, NARROW], ids=["1280 px", "390 px"])
def walker(request, browser, server):
    """Somebody with a wide and then with a narrow screen."""
    context = browser.new_context(viewport=request.param)
    yield Walker(context.new_page(), server)
    context.close()


@pytest.fixture
def wide_walker(browser, server):
    context = browser.new_context(viewport=WIDE)
    yield Walker(context.new_page(), server)
    context.close()


@pytest.fixture
def narrow_walker(browser, server):
    context = browser.new_context(viewport=NARROW)
    yield Walker(context.new_page(), server)
    context.close()


@pytest.fixture
def walker_without_javascript(browser, server):
    context = browser.new_context(java_script_enabled=False)
    yield Walker(context.new_page(), server)
    context.close()
