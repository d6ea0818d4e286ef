"""The covering report as frozen plain values: its facts, its numbered sections, and whom to turn to. No query here."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format

from deliverables.blocks import Block, Narrative, Paragraph


@dataclass(frozen=True)
class Contact:
    """Somebody to turn to, by role; what is not known is empty."""

    role: str
    email: str
    phone: str

    def __bool__(self) -> bool:
        return bool(self.role or self.email or self.phone)


@dataclass(frozen=True)
class Section:
    """A numbered section of the covering report; its paragraphs are numbered within it."""

    number: int
    heading: str
    qualifier: str
    """Whom it is for, such as "Relevant for the Police and Crime Panel only"; mostly empty."""
    narrative: Narrative

    @property
    def numbered(self) -> Iterator[tuple[str, Block]]:
        """Each block with its number: 1.1, 1.2, ... for paragraphs, nothing for the lists and tables after them."""
        count = 0
        for block in self.narrative.blocks:
            count += isinstance(block, Paragraph)
            yield (f"{self.number}.{count}" if isinstance(block, Paragraph) else "", block)


@dataclass(frozen=True)
class Cover:
    """What the covering report says over and beside its appendix."""

    for_line: str
    report_to: str
    meeting_date: datetime.date
    agenda_item: str
    report_of: str
    author: Contact
    other_contact: Contact
    sections: tuple[Section, ...]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The lines over the report, each with its name; one that is not known is left out."""
        lines = [
            ("Report to", self.report_to),
            ("Date of meeting", date_format(self.meeting_date)),
            ("Report of", self.report_of),
            ("Report author", self.author.role),
            ("E-mail", self.author.email),
            ("Other contacts", ", ".join(filter(None, (self.other_contact.role, self.other_contact.email)))),
            ("Agenda item", self.agenda_item),
        ]
        return [(name, text) for name, text in lines if text]

    @property
    def contacts(self) -> list[Contact]:
        """Who stands in the block at the end."""
        return [one for one in (self.author, self.other_contact) if one]
