"""The gaps of a needs assessment as files: the one table of their formats."""

from collections.abc import Callable

from needs.gap_document import GapDocument
from needs.gap_tables import all_sheets
from needs.renderers import gaps_docx, gaps_pdf
from pcc_tracker.tables import LIST_FORMATS
from reports.formats import PDF, WORD, Format


def _list(form: str) -> Callable[[GapDocument], bytes]:
    return lambda document: LIST_FORMATS[form].render(document.file_name, *all_sheets(document))


GAP_FORMATS: dict[str, Format[GapDocument]] = {
    "docx": Format("docx", "Word", WORD, gaps_docx.render),
    "pdf": Format("pdf", "PDF", PDF, gaps_pdf.render),
    **{name: Format(name, one.label, one.content_type, _list(name)) for name, one in LIST_FORMATS.items()},
}
