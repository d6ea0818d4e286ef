"""The sheet of a workbook that came back: its columns, its cells' texts, and what is wrong with them. No query here."""

from deliverables.importing.cells import Problem, Row, Spreadsheet, short
from deliverables.narrative import plain
from deliverables.offline.columns import FILLED, Column, Key
from themes.quarters import Quarter

TAKE_AFRESH = "Take the workbook away afresh, and copy what you wrote into it."


class NoReturn(ValueError):
    """A spreadsheet that is no workbook of a quarter's updates; the message says why and what to do."""


class Sheet:
    """A spreadsheet whose columns are known; gathers the problems of its cells, one for each."""

    def __init__(self, sheet: Spreadsheet) -> None:
        self._sheet = sheet
        self.notes: list[str] = []
        self._problems: dict[tuple[int, int], str] = {}
        self._wrong_rows: set[int] = set()
        self.columns: dict[Column, int] = {}
        heads = next((at for at, row in enumerate(sheet.rows[:20]) if Column.KEY in _heads(row)), None)
        if heads is None:
            raise NoReturn(
                f"It has no column “{Column.KEY}”, so nobody can tell which row is about what. {TAKE_AFRESH}"
            )
        self.rows = sheet.rows[heads + 1 :]
        self._find_columns(sheet.rows[heads])
        read = {self.columns[one] for one in (*FILLED, Column.KEY) if one in self.columns}
        below = {row.number for row in self.rows}
        for (number, column), said in sheet.faults.items():
            if column in read and number in below:
                self._note(number, column, said)

    def _find_columns(self, heads: Row) -> None:
        for at, head in enumerate(_heads(heads)):
            if head not in list(Column):
                if head:
                    self.notes.append(f"The column “{short(head)}” is none of ours, so it is passed over.")
                continue
            column = Column(head)
            if column in self.columns:
                first = self._sheet.place(heads.number, self.columns[column])
                said = f"The column “{column}” stands at {first} already. Take one of the two out."
                self._note(heads.number, at, said)
            else:
                self.columns[column] = at
        if missing := [f"“{one}”" for one in FILLED if one not in self.columns]:
            self.notes.append(f"It has no column {' and none '.join(missing)}: what is stored of that stays.")

    def text(self, row: Row, column: Column) -> str:
        return plain(row.text(self.columns[column])) if column in self.columns else ""

    def wrong(self, row: Row, column: Column, said: str) -> None:
        """Note what is wrong with a cell, unless something is noted already."""
        self._note(row.number, self.columns.get(column, 0), said)

    def _note(self, row: int, column: int, said: str) -> None:
        self._problems.setdefault((row, column), said)
        self._wrong_rows.add(row)

    @property
    def problems(self) -> list[Problem]:
        """From the top, and in a row from the left."""
        return [
            Problem(row, self._sheet.place(row, column), said) for (row, column), said in sorted(self._problems.items())
        ]

    def is_wrong(self, row: Row) -> bool:
        return row.number in self._wrong_rows


def _heads(row: Row) -> list[str]:
    return [" ".join(plain(text).split()) for text in row.texts]


def quarters_of(spreadsheet: Spreadsheet) -> set[Quarter]:
    """The quarters that the keys of its rows name; raises NoReturn."""
    sheet = Sheet(spreadsheet)
    keys = (Key.parse(sheet.text(row, Column.KEY)) for row in sheet.rows)
    return {key.quarter for key in keys if key}
