"""Cohort files: staged when they were read, and applied when whoever uploaded one says so.

Applying makes the cohort what its file says, as far as files made it: it adds people, moves those whom it may move, and
takes out those whom an earlier file put in and this one doesn't name. It tells nothing about any of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.audit import AuditAction
from bot.domain.cohort_file import ListedPerson
from bot.domain.learner import Person
from bot.errors import NotFound
from bot.language import gettext as _
from bot.language import mark
from bot.learning import cohorts, invitations
from bot.learning.cohorts import INVITED_AGAIN, CohortView
from bot.learning.invitations import Guest
from bot.learning.library import Library
from bot.learning.rescheduling import reschedule
from bot.storage import Session, audit_log, erased_people, learners
from bot.storage import cohort_files as queries
from bot.storage import cohorts as cohort_queries
from bot.storage.tables import Cohort, LearnerState, StagedCohortFile

PART_SIZE = 200
"""People put in in one transaction. It takes a few milliseconds, so nobody else's press waits for long."""

FILE_RETENTION = timedelta(days=7)
"""How long a file waits to be applied."""

TAKEN_OUT = "taken_out"
"""Why an invitation wasn't sent."""

GONE = mark(
    "That file was applied or canceled already, or a newer one took its place. Nothing was changed. Upload it again if "
    "you still need it."
)


def stage_file(
    session: Session,
    library: Library,
    person: Person,
    cohort_id: int,
    is_admin: bool,
    people: Sequence[ListedPerson],
    now: datetime,
) -> tuple[int, CohortView]:
    """Store whom a file names, in the place of the cohort's earlier file. Return its id, and the cohort.

    NotFound as for `cohorts.read_cohort`.
    """
    cohort = cohorts.get_open(session, person, cohort_id, is_admin=is_admin)
    file = StagedCohortFile(team_id=person.team_id, cohort_id=cohort.id, uploaded_by=person.user_id, uploaded_at=now)
    staged = queries.stage(session, file, people)
    return staged.id, cohorts.build_view(session, library, cohort)


def discard_file(session: Session, person: Person, file_id: int) -> None:
    """*Cancel*: delete a file. NotFound if it isn't there anymore."""
    queries.delete_file(session, _get_file(session, person, file_id))


def begin_applying(
    session: Session, library: Library, person: Person, file_id: int, is_admin: bool, now: datetime
) -> tuple[CohortView, tuple[Guest, ...]]:
    """*Apply*: take out whom the file doesn't name, and record once who applies it: not whom, and not how many.

    Returns the cohort, and everyone in the file. `apply_part` puts them in. NotFound if the file isn't there anymore,
    or as for `cohorts.read_cohort`.
    """
    file = _get_file(session, person, file_id)
    cohort = cohorts.get_open(session, person, file.cohort_id, is_admin=is_admin, locked=True)
    if file.begun_at is None:
        file.begun_at = now
        audit_log.record(
            session, person.team_id, person.user_id, AuditAction.COHORT_FILE_APPLIED, now, subject=cohort.name
        )
    taken_out = cohort_queries.take_out(session, cohort, file.id, now)
    learners.skip_due_invitations(session, person.organization_id, taken_out, TAKEN_OUT)
    return cohorts.build_view(session, library, cohort), tuple(map(_guest, queries.list_people(session, file)))


def apply_part(
    session: Session, person: Person, file_id: int, inviter_tz: str | None, is_admin: bool, now: datetime
) -> bool:
    """Put the next people of a file into its cohort, and invite those who are new. Return whether more are left.

    The file is deleted with the last of them. Whoever deleted everything lately is left out. NotFound as for
    `begin_applying`. A time zone in the file becomes that of whoever hasn't started, until they choose another.
    """
    file = _get_file(session, person, file_id)
    cohort = cohorts.get_open(session, person, file.cohort_id, is_admin=is_admin, locked=True)
    rows = queries.list_unapplied(session, file, PART_SIZE)
    _put_in(session, person, cohort, rows, inviter_tz, now, is_admin=is_admin)
    queries.mark_applied(session, file, rows)
    if len(rows) == PART_SIZE:
        return True
    session.flush()
    queries.delete_file(session, file)
    return False


def delete_old_files(session: Session, now: datetime) -> None:
    """Delete the files that nobody applied."""
    queries.delete_old(session, now - FILE_RETENTION)


def _get_file(session: Session, person: Person, file_id: int) -> StagedCohortFile:
    file = queries.find(session, person.team_id, file_id)
    if file is None or file.uploaded_by != person.user_id:
        raise NotFound(_(GONE))
    return file


def _put_in(
    session: Session,
    person: Person,
    cohort: Cohort,
    rows: Sequence[ListedPerson],
    inviter_tz: str | None,
    now: datetime,
    *,
    is_admin: bool,
) -> None:
    listed = {row.user_id: row for row in rows}
    for user_id in erased_people.find_erased(session, person.organization_id, listed):
        del listed[user_id]
    here = cohort_queries.put_in_from_file(session, cohort, listed, now, may_move=is_admin)
    learners.skip_due_invitations(session, person.organization_id, here, INVITED_AGAIN)
    _set_zones(session, person.organization_id, {user_id: listed[user_id] for user_id in here}, here, now)
    guests = [_guest(listed[user_id]) for user_id in here]
    invitations.invite_people(session, person, guests, inviter_tz, cohort.starts_on, now)


def _guest(row: ListedPerson) -> Guest:
    tz = row.tz or row.slack_tz
    return Guest(row.user_id, tz, row.locale, row.starts_on, follows_zone=tz == row.slack_tz)


def _set_zones(
    session: Session,
    organization_id: str,
    listed: Mapping[str, ListedPerson],
    before: Mapping[str, str | None],
    now: datetime,
) -> None:
    """Give people who haven't started the time zone that the file says, or Slack's if it no longer says one.

    One that they chose themselves stays. `before`: what the earlier file said.
    """
    for user_id, learner in learners.find_many(session, organization_id, listed).items():
        row = listed[user_id]
        tz = row.tz or row.slack_tz
        is_own_choice = not learner.follows_zone and learner.tz != before[user_id]
        is_followed = row.tz is None and learner.follows_zone
        if learner.state != LearnerState.NEW or tz is None or is_own_choice or is_followed:
            continue
        if learner.tz != tz:
            with reschedule(session, learner, now):
                learner.tz = tz
        learner.follows_zone = tz == row.slack_tz
