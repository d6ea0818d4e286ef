"""Workbooks of updates as tests take them away, fill them in and bring them back."""

import datetime
import io

import openpyxl

from deliverables.models import Deliverable
from deliverables.offline.actions import keep_return, read_return, save_return
from deliverables.offline.columns import SHEET, Column
from deliverables.offline.gather import gather_sheet, to_write
from deliverables.offline.workbook import as_workbook
from tests import builders as make
from themes.place import find_place

TODAY = datetime.date(2020, 4, 2)
COLUMNS = list(Column)
ADDRESS = "https://tracker.example.org/back/"


def sheet_for(user, plan, quarter=make.Q4):
    place = find_place(plan=plan.slug, quarter=str(quarter))
    found = to_write(Deliverable.objects.written_by(user, TODAY), place, TODAY)
    return gather_sheet(place, found, whose=str(user), address=ADDRESS, reader=user)


def taken_away(user, plan, quarter=make.Q4):
    """The workbook of all that a user may write in a plan's quarter."""
    return as_workbook(sheet_for(user, plan, quarter))


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def closed(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def cell(page, column, row=2):
    return page.cell(row, COLUMNS.index(column) + 1)


def filled_in(content, row=2, **cells):
    """With cells of a row filled in, named by `Column`'s members in lower case: `filled_in(content, rating="G")`."""
    book = opened(content)
    for name, value in cells.items():
        cell(book[SHEET], Column[name.upper()], row).value = value
    return closed(book)


def kept(user, plan, content, quarter=make.Q4, at=make.NOW):
    return keep_return(plan=plan, quarter=quarter, file_name="back.xlsx", content=content, by=user, at=at)


def read(user, plan, content, **changes):
    """What bringing it back would do."""
    return read_return(kept(user, plan, content, **changes), by=user, at=make.NOW)


def brought_back(user, plan, content, at=make.NOW):
    return save_return(file=kept(user, plan, content), by=user, at=at)


def problems(user, plan, content):
    return {one.place: one.said for one in read(user, plan, content).problems}
