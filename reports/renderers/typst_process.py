"""Sets one PDF and ends: `python typst_process.py`, with what is asked on standard input as JSON.

A process of its own, since typst keeps what it has set in a cache that nothing empties: some gigabytes after a few long
reports. It begins without Django. The PDF is on standard output, and why there is none on standard error.
"""

import json
import sys

import typst


def main() -> None:
    asked = json.load(sys.stdin)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=asked["font_folders"])
    try:
        made = typst.compile(
            asked["template"],
            root=asked["root"],
            font_paths=fonts,
            sys_inputs={"document": asked["document"]},
            format="pdf",
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        sys.exit(" ".join([error.message, *error.hints]))
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
