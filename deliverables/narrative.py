"""The narrative of an update: made safe, parsed once into plain blocks, and written back. No database here.

What is stored is always `clean()`'s result: HTML of a fixed, small set of elements. Every renderer reads the
blocks of `parse()`, so page, Word, PDF and CSV cannot differ in what they understand.
"""

import re
import unicodedata
from functools import lru_cache
from math import ceil

import nh3

from deliverables.blocks import Narrative
from deliverables.narrative_parser import UNDERSTOOD, to_blocks, with_lists

MOST_BYTES = 100_000
"""The largest narrative that is taken, in bytes of UTF-8: some 25 pages of text."""

LINK_SCHEMES = {"http", "https", "mailto"}
_NO_TEXT = {"script", "style", "title", "textarea", "noscript", "template", "svg", "math", "iframe", "object"}

# The other elements of HTML, past and present; those of Word have a colon in their names.
_OTHERS = (
    "address|applet|audio|base|basefont|big|blink|body|button|canvas|datalist|dialog|dir|embed|fieldset|font|form|"
    "frame|frameset|head|html|input|keygen|label|legend|link|main|marquee|menu|meta|meter|nobr|noembed|noframes|"
    "optgroup|option|output|param|picture|plaintext|portal|progress|search|section|select|slot|source|track|video|"
    r"xmp|\w+:\w+"
)
# A `<` that begins none of these is one that a person typed ("fewer than <10", "if x<y").
_ELEMENTS = "|".join(sorted(UNDERSTOOD | _NO_TEXT | nh3.ALLOWED_TAGS))
_TYPED_LESS_THAN = re.compile(rf"<(?!/?(?:{_ELEMENTS}|{_OTHERS})(?![\w:-])|!|\?)", re.IGNORECASE)

# What XML, PostgreSQL or HTML cannot hold: control characters other than tab and line ends, lone surrogates, and
# the byte order mark, which every reader of HTML drops where a text begins.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


# What turns the direction of writing, so that a text reads otherwise than it is stored (Unicode TR 36, section 2.5).
_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLANK_LETTERS = "\u034f\u115f\u1160\u2800\u3164\uffa0"


class NarrativeTooLong(ValueError):
    """A narrative over the limit; the message says its size. `text` is what was given, whole."""

    def __init__(self, text: str, size: int) -> None:
        self.text = text
        super().__init__(
            f"The text is {ceil(size / 100) / 10:g} kB long; the most that can be kept is {MOST_BYTES // 1000} kB. "
            "Shorten it, or put tables of figures in a document of their own and link to it."
        )


def clean(html: str) -> str:
    """Make a narrative safe to store, whatever it was: harmless, of known elements, in one form.

    Raises NarrativeTooLong, with the text, over MOST_BYTES.
    """
    size = len(html.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise NarrativeTooLong(html, size)
    stored = with_lists(to_blocks(_allowed(_TYPED_LESS_THAN.sub("&lt;", storable(html))))).html
    # Tags add to the length, so bare text near the limit can pass it only now.
    if (size := len(stored.encode())) > MOST_BYTES:
        raise NarrativeTooLong(html, size)
    return stored


@lru_cache(maxsize=256)
def parse(stored: str) -> Narrative:
    """The blocks of a stored narrative. Sanitised once more, so that nothing can come past `clean()`."""
    return to_blocks(_allowed(stored))


def storable(text: str) -> str:
    """Text without the characters that no file or database can hold; Word's soft line break becomes a line end."""
    return _UNSTORABLE.sub("", text.replace("\x0b", "\n"))


def plain(text: str) -> str:
    """A text as it can be stored and is seen: `storable`, one line end, no marks that turn the direction of writing.

    It neither begins nor ends with what cannot be seen, so one that shows nothing at all is empty.
    """
    kept = _TURNING.sub("", storable(text.replace("\r\n", "\n").replace("\r", "\n")))
    seen = [place for place, letter in enumerate(kept) if not _is_blank(letter)]
    return kept[seen[0] : seen[-1] + 1] if seen else ""


def _is_blank(letter: str) -> bool:
    """White space, control characters, and what only joins or parts letters, such as a zero-width space."""
    return letter.isspace() or letter in _BLANK_LETTERS or unicodedata.category(letter) in ("Cc", "Cf")


def _allowed(html: str) -> str:
    safe = nh3.clean(
        html,
        tags=UNDERSTOOD,
        clean_content_tags=_NO_TEXT,
        attributes={"a": {"href"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}},
        url_schemes=LINK_SCHEMES,
        link_rel=None,
    )
    # Once more, since `&#1;` is a character only now.
    return storable(safe)
