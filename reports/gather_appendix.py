"""Appendix A gathered once from the database into the values of `content.py`.

In Public form what is exempt from publication is in none of it (DESIGN section 4, rule 9): it is left out by the
queries, before anything is counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db.models import F

from accounts.models import Office, User
from deliverables.models import ApprovedUpdate, DatePrecision
from deliverables.progress import Row, ThemeProgress, bands, gather
from deliverables.rag import breakdown, overall
from reports.content import Appendix, AppendixRow, Document, PrintedUpdate, WithdrawnRow
from reports.evidence import evidence_of
from reports.models import WordTemplate
from reports.options import Classification, Exceptions, Options
from themes.models import Theme
from themes.place import Place


def gather_appendix(
    place: Place,
    user: User,
    *,
    themes: Sequence[Theme] = (),
    options: Options = Options(),  # noqa: B008 - a frozen value
    classification: Classification = Classification.NON_PUBLIC,
    version: str = "",
) -> Document:
    """Appendix A of `themes`, or of the place's theme, from approved updates as far as `user` may see them.

    Non public it is whole; in Public form what is exempt is left out.
    """
    progress = gather_progress(place, user, themes or [place.theme], classification)
    return document_of(place, progress, user, options=options, classification=classification, version=version)


def gather_progress(
    place: Place, user: User, themes: Sequence[Theme], classification: Classification
) -> list[ThemeProgress]:
    """How the themes stand, with texts; in Public form without what is exempt."""
    return gather(place, user, themes=themes, texts=True, public_form=classification is Classification.PUBLIC)


def document_of(
    place: Place,
    progress: Sequence[ThemeProgress],
    user: User,
    *,
    options: Options,
    classification: Classification,
    version: str,
) -> Document:
    """The appendix that says what `progress`, gathered for this classification, holds."""
    is_public = classification is Classification.PUBLIC
    rows = [row for one in progress for row in one.rows]
    earlier = _earlier(rows, user, is_public)
    evidence = evidence_of([str(row.deliverable.key) for row in rows], classification) if options.evidence else {}
    office, scheme, template = Office.get(), place.plan.rating_scheme.values, WordTemplate.current()
    figures = breakdown((row.standing for row in rows), scheme)
    figures = replace(figures, left_out=sum(len(one.exempt) for one in progress))
    return Document(
        office=office.name,
        strapline=office.strapline,
        plan=place.plan.title,
        quarter=place.quarter,
        classification=classification,
        version=version,
        appendices=tuple(_appendix(place, one, earlier, evidence, options) for one in progress),
        figures=figures,
        overall=overall(figures, bands(place.plan)) if any(one.overall for one in progress) else None,
        options=options,
        scheme=scheme,
        colours=place.plan.rating_scheme.stylesheet,
        cover=None,
        word_template_key=template.pk if template else None,
    )


def _appendix(
    place: Place,
    progress: ThemeProgress,
    earlier: Mapping[int, tuple[ApprovedUpdate, ...]],
    evidence: Mapping[str, tuple[str, ...]],
    options: Options,
) -> Appendix:
    rows = [
        _row(
            place,
            row,
            earlier.get(row.update.pk, ()) if row.update else (),
            evidence.get(str(row.deliverable.key), ()),
        )
        for row in progress.rows
    ]
    printed, note = _printed_rows(rows, options.exceptions)
    return Appendix(
        theme_number=progress.theme.number,
        theme_title=progress.theme.title,
        quarter=place.quarter,
        as_at=progress.period.as_at if progress.period else place.quarter.ends,
        notice=progress.period.notice if progress.period else "",
        last_approved_at=progress.last_approved_at,
        figures=progress.figures,
        overall=progress.overall,
        rows=tuple(printed),
        not_printed=tuple(row for row in rows if row not in printed),
        movements=progress.movements,
        withdrawn=tuple(
            WithdrawnRow(
                one.number,
                one.owner_label_on(one.withdrawn_from),
                one.wording,
                one.withdrawn_from,
                one.withdrawn_reason,
            )
            for one in progress.withdrawn
        ),
        exempt=len(progress.exempt),
        exempt_keys=tuple(str(one.key) for one in progress.exempt),
        exceptions_note=note,
    )


def _printed_rows(rows: list[AppendixRow], choice: Exceptions) -> tuple[list[AppendixRow], str]:
    exceptions = [row for row in rows if row.is_exception]
    if choice is Exceptions.AMONG:
        return rows, ""
    if choice is Exceptions.ALONE:
        need, are = ("needs", "is") if len(exceptions) == 1 else ("need", "are")
        note = f"Only the {len(exceptions)} of {len(rows)} in force that {need} attention {are} printed."
        return exceptions, note if exceptions else f"None of the {len(rows)} in force needs attention."
    return [*exceptions, *(row for row in rows if not row.is_exception)], (
        "Those that need attention stand first." if exceptions else ""
    )


def _earlier(rows: list[Row], user: User, is_public: bool) -> dict[int, tuple[ApprovedUpdate, ...]]:
    """The earlier updates to be printed, newest first, by the update that names them; one query for all.

    In Public form without those of quarters that their deliverable was exempt in.
    """
    naming = [(row.update, row.deliverable.key) for row in rows if row.update and row.update.earlier]
    asked = ApprovedUpdate.objects.visible_to(user).with_quarter().select_related("update__deliverable")
    found = {
        (update.key, update.quarter): update
        for update in asked.filter(
            update__deliverable__key__in={key for _, key in naming},
            update__period__quarter__in={quarter for update, _ in naming for quarter in update.earlier},
        ).annotate(key=F("update__deliverable__key"))
        if not (is_public and update.update.deliverable.is_exempt(update.quarter))
    }
    return {
        update.pk: tuple(found[key, quarter] for quarter in update.earlier if (key, quarter) in found)
        for update, key in naming
    }


def _row(place: Place, row: Row, earlier: tuple[ApprovedUpdate, ...], evidence: tuple[str, ...]) -> AppendixRow:
    update, completed_in = row.update, row.deliverable.completed_in
    printed = [_printed(update)] if update else []
    return AppendixRow(
        key=str(row.deliverable.key),
        number=row.number,
        owner_label=row.owner_label,
        wording=row.wording,
        standing=row.standing,
        previous=row.before,
        movement=row.movement,
        due=row.deliverable.due,
        completed=completed_in if completed_in and completed_in <= place.quarter else None,
        recovery_step=update.recovery_step if update else "",
        recovery_by=update.recovery_by if update else None,
        updates=(*printed, *map(_printed, earlier)),
        evidence=evidence,
        is_exempt=row.deliverable.is_exempt(place.quarter),
    )


def _printed(update: ApprovedUpdate) -> PrintedUpdate:
    return PrintedUpdate(
        quarter=update.quarter,
        date=update.date,
        date_precision=DatePrecision(update.date_precision),
        date_label=update.date_label,
        narrative=update.parsed,
    )
