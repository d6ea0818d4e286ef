"""Reads the XML of an uploaded Word file without building anything of it, and notes what must not be in one."""

import re
from urllib.parse import urlsplit
from xml.parsers import expat

from deliverables.importing.zipped import Unreadable, xml_parser

MOST_XML, MOST_ELEMENTS, DEEPEST = 12_000_000, 250_000, 100
"""Bytes of XML, and elements and attributes, of all parts together; elements within one another."""

MOST_PROBLEMS = 20
"""As many as anybody reads; a hostile file has thousands."""

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/"
_FETCHING = {"INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "IMPORT", "DDE", "DDEAUTO", "LINK", "DATABASE", "RD", "EMBED"}
_OBJECTS = {"OLEObject", "object", "control", "altChunk", "subDoc"}
_OBJECT = "It holds an embedded object or control. Delete it in Word, or put a picture in its place."
_OBJECT_KINDS = {"oleObject", "package", "control", "aFChunk", "subDocument", "activeXControlBinary"}
_NAMED = re.compile(r"\S\s|=")
_LONGEST_FIELD = 1000  # its name stands first; adding up without end would take long
_XML_ENDINGS = (".xml", ".rels", ".vml")


class Scan:
    """What was seen in the parts read so far."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.kinds: set[str] = set()
        """The content types of the parts, in lower case."""
        self.is_strict = False
        self._xml_names: set[str] = set()
        self._xml_endings: set[str] = set(_XML_ENDINGS)
        self._bytes = 0
        self._elements = 0
        self._depth = 0
        self._fields: list[str] = []
        self._in_field_text = False

    def is_xml(self, name: str) -> bool:
        """Whether a library may read a part as XML: by its ending, or because the file says so."""
        return name in self._xml_names or name.endswith(tuple(self._xml_endings))

    def read(self, name: str, content: bytes) -> None:
        """Read one part to its end; raises Unreadable."""
        self._bytes += len(content)
        if self._bytes > MOST_XML:
            raise Unreadable(
                f"The text in it is larger than {MOST_XML // 1_000_000} MB. Delete what a template needs not."
            )
        self._depth, self._fields, self._in_field_text = 0, [], False
        parser = xml_parser("Word")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(content, True)
        except Unreadable:
            raise
        except (
            expat.ExpatError,
            LookupError,
            ValueError,
        ) as error:  # the last two of an encoding that it does not know
            raise Unreadable(
                f"Its part {name} is broken ({error}). Open it in Word and save it as “Word Document (.docx)”."
            ) from error
        for left_open in self._fields:
            self._field(left_open)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1 + len(attributes)
        if self._depth > DEEPEST or self._elements > MOST_ELEMENTS:
            raise Unreadable(
                "There is far more in it than a template needs. Delete its text, keep its styles, and save."
            )
        space, _, local = name.rpartition("}")
        if local == "Relationship":
            self._relationship(attributes)
        elif local in ("Override", "Default"):
            self._content_type(attributes)
        elif local in _OBJECTS:
            self._add(_OBJECT)
        elif local == "fldSimple":
            self._field(attributes.get(f"{WORD}}}instr", ""))
        elif local == "fldChar":
            self._field_mark(attributes.get(f"{WORD}}}fldCharType", ""))
        elif space == "urn:schemas-microsoft-com:vml" and attributes.get("src"):
            self._fetches("a picture", attributes["src"])
        self._in_field_text = local in ("instrText", "delInstrText")

    def _end(self, _: str) -> None:
        self._depth -= 1
        self._in_field_text = False

    def _text(self, text: str) -> None:
        if self._in_field_text:
            if not self._fields:
                self._fields.append("")
            if len(self._fields[-1]) < _LONGEST_FIELD:
                self._fields[-1] += text

    def _field_mark(self, kind: str) -> None:
        if kind == "begin":
            if self._fields and not _NAMED.search(self._fields[-1]):
                self._add("It has a field whose name is made by another field. Delete that field in Word.")
            self._fields.append("")
        elif kind == "separate" and self._fields:
            self._fields[-1] += " "
        elif kind == "end" and self._fields:
            self._field(self._fields.pop())

    def _field(self, instruction: str) -> None:
        name = re.match(r"[A-Z]*", instruction.strip(' \t\r\n"').upper())
        if name and name[0] in _FETCHING:
            self._add(
                f"It has a field {name[0]} that fetches something from elsewhere. "
                "Delete the field in Word, or put what it shows into the file itself."
            )

    def _content_type(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "").lower()
        self.kinds.add(kind)
        if kind.endswith("xml"):
            if part := attributes.get("PartName", ""):
                self._xml_names.add(part.lower().lstrip("/"))
            elif ending := attributes.get("Extension", ""):
                self._xml_endings.add(f".{ending.lower()}")

    def _relationship(self, attributes: dict[str, str]) -> None:
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        self.is_strict |= kind.startswith(STRICT) and kind.endswith("/officeDocument")
        kind = kind.rpartition("/")[2]
        if kind in _OBJECT_KINDS:
            self._add(_OBJECT)
        if attributes.get("TargetMode", "").lower() != "external":
            return
        if kind == "attachedTemplate":
            self._add(
                f"It is attached to another template ({_short(target)}). In Word, open Developer, Document Template, "
                "empty the name there, and save."
            )
        elif kind != "hyperlink":
            self._fetches(f"a part of the kind “{_short(kind)}”", target)
        elif _scheme(target) not in ("http", "https", "mailto"):
            self._add(f"It has a link to {_short(target)}, which is neither of the web nor a mailbox. Delete it.")

    def _add(self, problem: str) -> None:
        if problem not in self.problems and len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def _fetches(self, what: str, target: str) -> None:
        self._add(f"It fetches {what} from elsewhere ({_short(target)}). Put it into the file itself, or delete it.")


def _scheme(address: str) -> str:
    """The scheme of an address in lower case; empty of one that is broken."""
    try:
        return urlsplit(address).scheme
    except ValueError:
        return ""


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
