"""Changing a cohort that was started: until its first day everything, and from then on its name, lead, and welcome."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.audit import AuditAction
from bot.domain.cohort import CohortDraft, CohortEdit, CohortField, list_changeable_fields
from bot.domain.learner import Person
from bot.domain.program import Program
from bot.errors import Refused
from bot.language import gettext as _
from bot.language import mark
from bot.learning import cohorts, enrollment, invitations, pack_pilots
from bot.learning.library import Library
from bot.storage import Session, audit_log, trials
from bot.storage import cohorts as queries
from bot.storage.tables import Cohort

MAX_AHEAD = timedelta(days=366)
"""How far ahead a cohort may start."""

DAY_GONE_BY = mark("That day has gone by. Choose today or a later day.")
DAY_TOO_LATE = mark("Choose a day within a year.")

BEGUN_MEANWHILE = mark(
    "Nothing was changed: the cohort has started in the meantime, so its program and first "
    "day stay. Close this, and press Edit again."
)
DAY_IN_PLAN = mark("A trial's plan names this day. To change it, cancel the trial first: type /rounds admin trial.")
NOT_YOURS_TO_CHANGE = mark(
    "Nothing was changed: a lead can change only the welcome and the first day. Ask an admin for the rest."
)


class FieldRefused(Refused):
    """One field of a change can't be saved. Nothing was changed."""

    def __init__(self, field: CohortField, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class CohortToEdit:
    """A cohort as it can be edited: what it is, what may be changed (`fields`), and which programs are offered.

    A program that isn't offered anymore is left out. `has_begun`: its first day has come where the reader is.
    """

    id: int
    draft: CohortDraft
    fields: frozenset[CohortField]
    has_begun: bool
    programs: tuple[Program, ...]


@dataclass(frozen=True, slots=True)
class CohortChange:
    """What was changed in a cohort. `new_lead`: a user id, if there is another lead now."""

    name: str
    starts_on: date
    changed: frozenset[CohortField]
    new_lead: str | None


def read_cohort_to_edit(
    session: Session, library: Library, person: Person, cohort_id: int, is_admin: bool, now: datetime
) -> CohortToEdit:
    """Return an open cohort to its lead or an admin. NotFound for anybody else, and if there is none."""
    cohort = cohorts.get_open(session, person, cohort_id, is_admin=is_admin)
    offered = library.get_workspace_curriculum(session, person.team_id)
    program = cohort.program if offered.find_program(cohort.program) else None
    has_begun = _has_begun(session, person, cohort, now)
    return CohortToEdit(
        id=cohort.id,
        draft=CohortDraft(cohort.name, cohort.starts_on, program, cohort.lead, cohort.welcome),
        fields=list_changeable_fields(is_admin=is_admin, has_begun=has_begun),
        has_begun=has_begun,
        programs=offered.programs,
    )


def change_cohort(
    session: Session,
    library: Library,
    person: Person,
    cohort_id: int,
    edit: CohortEdit,
    is_admin: bool,
    now: datetime,
) -> CohortChange:
    """Change what was changed in an edit, and leave what others changed meanwhile. NotFound as above.

    With the first day, the invitations that wait to be sent move. FieldRefused, and nothing changes, if somebody may
    not change a field, or what they entered can't be.
    """
    cohort = cohorts.get_open(session, person, cohort_id, is_admin=is_admin, locked=True)
    _check(session, library, person, cohort, edit, is_admin=is_admin, now=now)
    before, entered = cohort.lead, edit.entered
    changed = frozenset(each for each in edit.changed if getattr(cohort, each) != getattr(entered, each))
    name = cohort.name
    for field in changed:
        setattr(cohort, field, getattr(entered, field))
    if CohortField.LEAD in changed:  # the new one may not want the figures
        cohort.sends_figures, cohort.figures_sent_on = False, None
    if CohortField.STARTS_ON in changed:
        zone = enrollment.read_zone(session, person).key
        invitations.move_invitations(queries.lock_waiting_invitations(session, cohort), zone, cohort.starts_on, now)
    _record(session, person, cohort, name, before, changed, now)
    return CohortChange(cohort.name, cohort.starts_on, changed, cohort.lead if CohortField.LEAD in changed else None)


def find_day_problem(starts_on: date, today: date) -> str | None:
    """Return in words why a cohort can't start on a day, or None if it can."""
    if starts_on < today:
        return _(DAY_GONE_BY)
    return _(DAY_TOO_LATE) if starts_on > today + MAX_AHEAD else None


def _check(
    session: Session,
    library: Library,
    person: Person,
    cohort: Cohort,
    edit: CohortEdit,
    *,
    is_admin: bool,
    now: datetime,
) -> None:
    """Raise FieldRefused if an edit can't be saved."""
    has_begun = _has_begun(session, person, cohort, now)
    forbidden = edit.changed - list_changeable_fields(is_admin=is_admin, has_begun=has_begun)
    if forbidden:
        is_too_late = forbidden <= list_changeable_fields(is_admin=is_admin, has_begun=False)
        raise FieldRefused(min(forbidden), _(BEGUN_MEANWHILE) if is_too_late else _(NOT_YOURS_TO_CHANGE))
    entered = edit.entered
    if CohortField.STARTS_ON in edit.changed:
        if trials.find_open(session, cohort.id) is not None:
            raise FieldRefused(CohortField.STARTS_ON, _(DAY_IN_PLAN))
        problem = find_day_problem(entered.starts_on, enrollment.read_today(session, person, now))
        if problem:
            raise FieldRefused(CohortField.STARTS_ON, problem)
    if CohortField.NAME in edit.changed:
        with _refused_as(CohortField.NAME):
            cohorts.require_free_name(session, cohort.team_id, entered.name, cohort.id)
    if CohortField.PROGRAM in edit.changed:
        with _refused_as(CohortField.PROGRAM):
            cohorts.require_offered(session, library, cohort.team_id, entered.program)
            pack_pilots.require_program(session, cohort, entered.program)


@contextmanager
def _refused_as(field: CohortField) -> Iterator[None]:
    """Turn what is refused inside the block into a problem of one field."""
    try:
        yield
    except Refused as refusal:
        raise FieldRefused(field, str(refusal)) from refusal


def _record(
    session: Session,
    person: Person,
    cohort: Cohort,
    name_before: str,
    lead_before: str | None,
    changed: frozenset[CohortField],
    now: datetime,
) -> None:
    """Record who changed what: of a lead also who it was and is."""

    def record(action: AuditAction, subject: str, about: str | None = None) -> None:
        audit_log.record(session, cohort.team_id, person.user_id, action, now, subject=subject, person=about)

    if changed - {CohortField.LEAD}:
        record(AuditAction.COHORT_CHANGED, name_before)
    if CohortField.NAME in changed:
        record(AuditAction.COHORT_RENAMED, cohort.name)
    if CohortField.LEAD in changed and lead_before is not None:
        record(AuditAction.COHORT_LEAD_REMOVED, cohort.name, lead_before)
    if CohortField.LEAD in changed and cohort.lead is not None:
        record(AuditAction.COHORT_LEAD_CHOSEN, cohort.name, cohort.lead)


def _has_begun(session: Session, person: Person, cohort: Cohort, now: datetime) -> bool:
    return cohort.starts_on <= enrollment.read_today(session, person, now)
