"""Whether a Word file can be the template of the office's reports."""

import io
import zipfile


def check(content: bytes) -> list[str]:
    """Everything that is wrong with it or missing; empty for a good one."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        names = []
    return [] if "word/document.xml" in names else ["This is not a Word file. Save it in Word as a document (.docx)."]
