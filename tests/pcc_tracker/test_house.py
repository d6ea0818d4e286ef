"""The order of the rooms: imports point left only, and the pure modules know no database."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["accounts", "themes", "deliverables", "reports", "needs"]
SHARED_BY_ALL = {"pcc_tracker.errors", "pcc_tracker.tables"}
PURE = [
    "themes/quarters.py",
    "themes/ratings.py",
    "deliverables/rag.py",
    "deliverables/bars.py",
    "deliverables/charts.py",
    "deliverables/drawings.py",
    "deliverables/blocks.py",
    "deliverables/narrative_parser.py",
    "deliverables/narrative.py",
    "deliverables/warnings.py",
    "reports/options.py",
    "reports/sections.py",
    "reports/figures.py",
    "deliverables/importing/document.py",
    "deliverables/importing/found.py",
    "needs/options.py",
]
PURE_MAY_IMPORT = {
    "themes.quarters",
    "themes.ratings",
    "deliverables.bars",
    "deliverables.rag",
    "deliverables.drawings",
    "deliverables.blocks",
    "deliverables.narrative_parser",
    "nh3",
}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_the_rooms_to_its_left(room):
    to_its_right = {*ROOMS[ROOMS.index(room) + 1 :], "pcc_tracker"}
    for path in (ROOT / room).rglob("*.py"):
        for module in imported(path):
            shared = any(module.startswith(one) for one in SHARED_BY_ALL) or module == "pcc_tracker"
            assert shared or module.split(".")[0] not in to_its_right, f"{path} imports {module}"


def test_every_block_of_a_stylesheet_is_closed():
    for path in (ROOT / "static").glob("*.css"):
        text = path.read_text(encoding="utf-8")
        depth = 0
        for number, line in enumerate(text.splitlines(), start=1):
            assert depth == 0 or line.startswith((" ", "}")), f"{path.name} line {number} stands in an open block"
            depth += line.count("{") - line.count("}")
        assert depth == 0, f"{path.name} ends in an open block"


@pytest.mark.parametrize("path", PURE)
def test_the_pure_modules_import_no_database(path):
    for module in imported(ROOT / path):
        top = module.split(".")[0]
        known = top in sys.stdlib_module_names or any(module.startswith(one) for one in PURE_MAY_IMPORT)
        assert known, f"{path} imports {module}"


def test_what_reads_an_uploaded_plan_knows_no_database_where_it_says_so():
    said = [path for path in (ROOT / "deliverables" / "importing").glob("*.py") if says_no_database(path)]
    assert len(said) > 20
    for path in said:
        for module in imported(path):
            assert not module.startswith("django.db") and ".models" not in module, f"{path} imports {module}"


def says_no_database(path):
    return "No database" in (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
