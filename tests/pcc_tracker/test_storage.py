"""The static files of a server: under hashed names, also where one JavaScript module imports another."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

IMPORTS = re.compile(r'from ?"(\.[^"]+)"')


@pytest.fixture
def collected(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "pcc_tracker.storage.HashedFiles"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_every_module_imports_the_others_by_their_hashed_names(collected):
    own = [path.name for path in (settings.BASE_DIR / "static").glob("*.js")]
    assert {"editor.js", "autosave.js"} <= set(own)
    imported = []
    for name in own:
        text = (collected / staticfiles_storage.stored_name(name)).read_text(encoding="utf-8")
        imported += [(name, address) for address in IMPORTS.findall(text)]
    assert len(imported) == 4
    for name, address in imported:
        assert re.search(r"\.[0-9a-f]{12}\.js$", address), f"{name} imports {address}"
        assert (collected / address).resolve().is_file()


def test_of_plotly_the_one_file_that_pages_load_is_served_and_packed(collected):
    assert {path.name.partition(".")[0] for path in collected.joinpath("plotly").iterdir()} == {"plotly"}
    packed = collected / f"{staticfiles_storage.stored_name('plotly/plotly.min.js')}.gz"
    assert packed.stat().st_size < 1_600_000
