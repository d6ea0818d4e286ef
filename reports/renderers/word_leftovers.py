"""What an office's Word file holds that nobody sees on its pages: taken out where nothing is lost, and else named.

It concerns what a report keeps of the file: its styles and numbering, and the headers and footers that are shown.
"""

from collections.abc import Iterable, Iterator

from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import XmlPart
from docx.oxml.ns import nsmap, qn
from docx.oxml.xmlchemy import BaseOxmlElement

_KEPT_SETTINGS = (
    "embedTrueTypeFonts", "saveSubsetFonts", "mirrorMargins", "alignBordersAndEdges", "bordersDoNotSurroundHeader",
    "bordersDoNotSurroundFooter", "gutterAtTop", "defaultTabStop", "autoHyphenation", "consecutiveHyphenLimit",
    "hyphenationZone", "doNotHyphenateCaps", "evenAndOddHeaders", "characterSpacingControl", "compat",
    "themeFontLang", "clrSchemeMapping", "decimalSymbol", "listSeparator",
)  # fmt: skip
"""Those that change how pages look; others tell of the file, of who may write in it, or keep data of macros."""

_KEPT_BEHIND = {RELATIONSHIP_TYPE.IMAGE, RELATIONSHIP_TYPE.FONT, RELATIONSHIP_TYPE.HYPERLINK}
"""What a kept part may itself refer to."""

_WRAPPERS = ("sdt", "sdtContent", "customXml", "smartTag")
"""Elements around text that tie it to data of the file; the text stays."""
_TAKEN_OUT = (
    "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr", "bookmarkStart", "bookmarkEnd", "permStart", "permEnd",
    "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "footnoteReference",
    "endnoteReference", "fldData", "proofErr", "sectPrChange", "pPrChange", "rPrChange", "tblPrChange",
    "tblPrExChange", "trPrChange", "tcPrChange", "tblGridChange", "numberingChange",
    "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
    "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart", "customXmlMoveToRangeEnd",
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
)  # fmt: skip
"""Marks without words of their own; a change of format only is accepted so."""
_TRACKED = ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "delText", "delInstrText")
_HIDING = ("vanish", "specVanish")


def without_leftovers(file: WordFile) -> None:
    """Take out of the kept parts whatever is no words or look of theirs."""
    settings = file.settings.element
    kept = _names(_KEPT_SETTINGS)
    settings[:] = [one for one in settings if one.tag in kept]
    for one in file.part.rels.values():
        part = one.target_part
        for identity in [inner.rId for inner in part.rels.values() if inner.reltype not in _KEPT_BEHIND]:
            part.rels.pop(identity)
    for root in (file.styles.element, file.part.numbering_part.element, *_running(file)):
        _unwrap(root)


def problems(file: WordFile) -> list[str]:
    """What somebody has to take out first who knows what its pages should say; it went through `without_leftovers`."""
    running = list(_running(file))
    hidden = _hiding_styles(file.styles.element)
    found = []
    if any(next(root.iter(*_names(_TRACKED)), None) is not None for root in running):
        found.append(
            "Its header or footer has tracked changes. In Word, choose Review, Accept, Accept All Changes, and save."
        )
    if any(_is_hidden(run, hidden) for root in running for run in root.iter(qn("w:r"))):
        found.append(
            "Its header or footer has hidden text. In Word, choose File, Options, Display, Hidden text; then delete "
            "that text, or take “Hidden” off it under Font, and save."
        )
    if any(_refers_to_nothing(part) for part in _running_parts(file)):
        found.append(
            "Its header or footer holds something that is neither text nor a picture, such as a chart. Delete it, or "
            "put a picture in its place."
        )
    return found


def _running_parts(file: WordFile) -> Iterator[XmlPart]:
    running = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
    return (one.target_part for one in file.part.rels.values() if one.reltype in running)


def _running(file: WordFile) -> Iterator[BaseOxmlElement]:
    return (part.element for part in _running_parts(file))


def _names(names: Iterable[str]) -> list[str]:
    return [qn(f"w:{name}") for name in names]


def _unwrap(root: BaseOxmlElement) -> None:
    for one in list(root.iter(*_names(_TAKEN_OUT))):
        one.getparent().remove(one)
    for one in list(root.iter(*_names(_WRAPPERS))):
        for child in list(one):
            one.addprevious(child)
        one.getparent().remove(one)


def _hiding_styles(styles: BaseOxmlElement) -> set[str]:
    """The ids of the styles whose text is hidden, by themselves or by what they are based on."""
    by_id = {one.get(qn("w:styleId")): one for one in styles.findall(qn("w:style"))}
    hides: dict[str, bool] = {}
    for identity in by_id:
        silent = []
        while identity in by_id and identity not in hides:
            said = _hides(by_id[identity])
            hides[identity] = bool(said)
            if said is None:
                silent.append(identity)
                identity = _value(by_id[identity], "w:basedOn")
        for one in silent:
            hides[one] = hides.get(identity, False)
    return {identity for identity, is_hidden in hides.items() if is_hidden}


def _is_hidden(run: BaseOxmlElement, hiding: set[str]) -> bool:
    if all(one.tag == qn("w:rPr") for one in run):
        return False  # there is nothing in it to hide
    said = _hides(run)
    if said is not None:
        return said
    around = next(run.iterancestors(qn("w:p")), None)
    of_paragraph = _value(around, "w:pPr/w:pStyle") if around is not None else ""
    return bool(hiding & {_value(run, "w:rPr/w:rStyle"), of_paragraph})


def _hides(of: BaseOxmlElement) -> bool | None:
    """Whether a run or a style hides its text by itself; None where it says nothing of it."""
    properties = of.find(qn("w:rPr"))
    told = [] if properties is None else [one for one in properties if one.tag in _names(_HIDING)]
    return any(one.get(qn("w:val"), "1") not in ("0", "false", "off") for one in told) if told else None


def _value(of: BaseOxmlElement, path: str) -> str:
    found = of.find("/".join(map(qn, path.split("/"))))
    return found.get(qn("w:val"), "") if found is not None else ""


def _refers_to_nothing(part: XmlPart) -> bool:
    """Whether something in it needs a part of the file that a report does not keep, or that never was there."""
    prefix = f"{{{nsmap['r']}}}"
    return any(
        name.startswith(prefix) and identity and identity not in part.rels
        for one in part.element.iter("*")
        for name, identity in one.attrib.items()
    )
