"""Cohorts: people who are invited together, and how many of them have started, as far as that tells on nobody.

Being in a cohort enrolls nobody: its program begins with *Start*. Who is in one is shown to nobody, because somebody
who is missing would be somebody who deleted everything.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from bot.domain.audit import AuditAction
from bot.domain.cohort import (
    CODE_ALPHABET,
    CODE_LENGTH,
    CohortDraft,
    CohortInvitation,
    normalize_code,
)
from bot.domain.disclosure import settle_people
from bot.domain.learner import Person, WorkspaceUser
from bot.domain.program import ProgramProgress
from bot.domain.weeks import find_monday
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.language import mark
from bot.learning import enrollment, invitations, programs, running_pilots, slack_profile, trial_course, trial_entry
from bot.learning.enrollment import LearnerView
from bot.learning.invitations import Guest
from bot.learning.lesson_choice import find_readable_curriculum, get_readable_curricula
from bot.learning.library import Library
from bot.learning.running_pilots import Pilot
from bot.learning.slack_profile import SlackProfile
from bot.storage import Session, announcements, audit_log, erased_people, learners, trials
from bot.storage import cohorts as queries
from bot.storage.tables import STARTED_STATES, Cohort, CohortMember

UNKNOWN_CODE = mark(
    "There is no cohort with that code here. Nothing was changed. Check the six letters and digits with whoever gave "
    "them to you."
)

INVITED_AGAIN, COHORT_CLOSED = "invited_again", "cohort_closed"
"""Why an invitation wasn't sent."""

CLOSED = mark("That cohort is closed. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class CohortView:
    """A cohort as its lead and the admins see it.

    `program`: its name, or None. `started` and `declined`: how many people at least, a multiple of five; 0 is fewer
    than five, or too few others. `counted_on`: the Monday of the week they were last counted in; None before the first
    count, on the Monday after its start. `sends_figures`: its lead gets the figures each month.
    """

    id: int
    name: str
    program: str | None
    starts_on: date
    lead: str | None
    code: str
    started: int
    declined: int
    counted_on: date | None
    sends_figures: bool = False


@dataclass(frozen=True, slots=True)
class EndsWithCohort:
    """What closing a cohort ends besides: its trial, without a result, and its pilots."""

    has_trial: bool = False
    pilots: tuple[Pilot, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedCohort:
    """A cohort (its name) that was closed, and what ended with it."""

    name: str
    ended: EndsWithCohort = EndsWithCohort()


@dataclass(frozen=True, slots=True)
class Joined:
    """What joining changed: the cohort's name, whether the person has started, and the program that begins, if any.

    `in_trial`: whether they take part in the cohort's trial now. `begins_on`: the cohort's first day, if it is still
    ahead where the person is.
    """

    name: str
    learner: LearnerView
    program: ProgramProgress | None
    in_trial: bool = False
    begins_on: date | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """What *Start* began: lessons, and the program of the person's cohort and its trial (`in_trial`), if any."""

    learner: LearnerView
    program: ProgramProgress | None
    in_trial: bool


def start_cohort(session: Session, library: Library, admin: Person, draft: CohortDraft, now: datetime) -> CohortView:
    """Start a cohort, without anybody in it. Refused if an open one has this name, or the program isn't offered."""
    require_free_name(session, admin.team_id, draft.name)
    require_offered(session, library, admin.team_id, draft.program)
    cohort = queries.add(
        session,
        Cohort(
            team_id=admin.team_id,
            name=draft.name,
            program=draft.program,
            starts_on=draft.starts_on,
            lead=draft.lead,
            welcome=draft.welcome,
            code=_new_code(session, admin.team_id),
            created_at=now,
            created_by=admin.user_id,
            counted_on=find_monday(now.date()),
        ),
    )
    audit_log.record(session, admin.team_id, admin.user_id, AuditAction.COHORT_STARTED, now, subject=draft.name)
    return build_view(session, library, cohort)


def list_cohorts(session: Session, library: Library, team_id: str, lead: str | None) -> tuple[CohortView, ...]:
    """Return a workspace's open cohorts, or those that somebody leads (a user id), the latest to begin first."""
    return tuple(
        build_view(session, library, each)
        for each in queries.list_open(session, team_id)
        if lead is None or each.lead == lead
    )


def leads_any(session: Session, person: Person) -> bool:
    """Return whether somebody leads an open cohort of their workspace."""
    return queries.leads_any(session, person.in_workspace)


def read_cohort(session: Session, library: Library, person: Person, cohort_id: int, is_admin: bool) -> CohortView:
    """Return an open cohort to its lead or an admin. NotFound for anybody else, and if there is none."""
    return build_view(session, library, get_open(session, person, cohort_id, is_admin=is_admin))


def read_what_ends(session: Session, person: Person, cohort_id: int, is_admin: bool) -> EndsWithCohort:
    """Return what closing an open cohort would end besides. NotFound as for `read_cohort`."""
    cohort = get_open(session, person, cohort_id, is_admin=is_admin)
    return EndsWithCohort(
        trials.find_open(session, cohort.id) is not None, running_pilots.list_of_cohort(session, cohort)
    )


def record_addition(session: Session, person: Person, cohort_id: int, is_admin: bool, now: datetime) -> None:
    """Record that somebody invites people to a cohort: not whom, and not how many. NotFound as for `read_cohort`."""
    cohort = get_open(session, person, cohort_id, is_admin=is_admin)
    audit_log.record(session, person.team_id, person.user_id, AuditAction.COHORT_PEOPLE_ADDED, now, subject=cohort.name)


def add_people(
    session: Session,
    inviter: Person,
    cohort_id: int,
    guests: Sequence[Guest],
    inviter_tz: str | None,
    is_admin: bool,
    now: datetime,
) -> None:
    """Put people into a cohort, and invite those who are new to Rounds on its first day at the earliest.

    If an admin adds somebody who is in another open cohort, they move; a lead moves nobody. An invitation that they
    haven't gotten yet comes from this cohort, on the first day that a cohort file gave them, if one did. Whoever
    deleted everything lately is left out. None of this is told.
    """
    cohort = queries.lock(session, inviter.team_id, cohort_id)
    if cohort is None or cohort.closed_at is not None:
        raise NotFound(_(CLOSED))
    user_ids = {guest.user_id for guest in guests}
    user_ids -= erased_people.find_erased(session, inviter.organization_id, user_ids)
    here = queries.put_in(session, cohort, user_ids, now, may_move=is_admin)
    learners.skip_due_invitations(session, inviter.organization_id, here, INVITED_AGAIN)
    invited = [_as_listed(guest, here[guest.user_id]) for guest in guests if guest.user_id in here]
    invitations.invite_people(session, inviter, invited, inviter_tz, cohort.starts_on, now)


def _as_listed(guest: Guest, row: CohortMember | None) -> Guest:
    """Return a guest with the first day and the time zone that a cohort file gave them, if one did."""
    if row is None or (row.tz is None and row.starts_on is None):
        return guest
    tz = row.tz or guest.tz
    return guest._replace(tz=tz, starts_on=row.starts_on, follows_zone=tz == guest.tz)


def close_cohort(session: Session, person: Person, cohort_id: int, is_admin: bool, now: datetime) -> ClosedCohort:
    """Close a cohort: nobody joins it anymore, and it is no longer counted or listed.

    Invitations and announcements that weren't sent yet aren't, and a trial in it ends without a result. Whoever started
    in it goes on, with the live versions of packs: its pilots end.
    """
    cohort = get_open(session, person, cohort_id, is_admin=is_admin, locked=True)
    cohort.closed_at = now
    members = queries.list_member_ids(session, cohort)
    learners.skip_due_invitations(session, person.organization_id, members, COHORT_CLOSED)
    announcements.skip_due(session, cohort, COHORT_CLOSED)
    had_trial = trial_course.end_with_cohort(session, cohort, person.user_id, now)
    pilots = running_pilots.end_of_cohort(session, cohort, person.user_id, now)
    audit_log.record(session, person.team_id, person.user_id, AuditAction.COHORT_CLOSED, now, subject=cohort.name)
    return ClosedCohort(cohort.name, EndsWithCohort(had_trial, pilots))


def join(session: Session, library: Library, person: Person, typed: str, now: datetime) -> Joined:
    """Put somebody into the cohort with the code that they typed. If they have started, its program and trial begin.

    NotFound if there is no such open cohort in their workspace.
    """
    cohort = queries.find_by_code(session, person.team_id, normalize_code(typed))
    if cohort is None or cohort.closed_at is not None:
        raise NotFound(_(UNKNOWN_CODE))
    return enter(session, library, person, cohort, now)


def enter(session: Session, library: Library, person: Person, cohort: Cohort, now: datetime) -> Joined:
    """Put somebody who wants to be there into an open cohort. If they have started, its program and trial begin."""
    queries.join(session, cohort, person.user_id, now)
    learner = enrollment.build_learner_view(session, enrollment.get_learner(session, person), now)
    return Joined(
        cohort.name,
        learner,
        begin_program(session, library, person, now),
        trial_entry.enter_trial(session, library, person, now),
        cohort.starts_on if cohort.starts_on > learner.today else None,
    )


def start_lessons(session: Session, library: Library, person: Person, profile: SlackProfile, now: datetime) -> Started:
    """*Start* was pressed: begin lessons as `slack_profile.start` does, and the program and trial of their cohort.

    The program begins with the first *Start*, and not if they follow another one.
    """
    before = learners.find(session, person)
    has_started = before is not None and enrollment.get_learner_state(session, before) in STARTED_STATES
    view = slack_profile.start(session, person, profile, now)
    program = None if has_started else begin_program(session, library, person, now)
    return Started(view, program, trial_entry.enter_trial(session, library, person, now))


def begin_program(session: Session, library: Library, person: Person, now: datetime) -> ProgramProgress | None:
    """Have somebody who has started follow their cohort's program, unless they follow one. Return it if it begins."""
    learner = learners.find(session, person)
    cohort = queries.find_cohorts_of(session, [person.in_workspace]).get(person.in_workspace)
    if learner is None or cohort is None or cohort.program is None or learner.program is not None:
        return None
    if enrollment.get_learner_state(session, learner) not in STARTED_STATES:
        return None
    curriculum = find_readable_curriculum(session, library, person.in_workspace)
    if curriculum is None or curriculum.find_program(cohort.program) is None:
        return None
    programs.set_program(curriculum, learner, cohort.program, now)
    return programs.find_progress(session, library, curriculum, learner)


def find_invitations(
    session: Session, library: Library, users: Collection[WorkspaceUser]
) -> dict[WorkspaceUser, CohortInvitation]:
    """Return what the invitation of each of these users says of their cohort. Whoever is in none is left out."""
    found = queries.find_cohorts_of(session, users)
    curricula = get_readable_curricula(session, library, found) if found else {}
    invited = {}
    for user, cohort in found.items():
        program = curricula[user].find_program(cohort.program) if user in curricula else None
        invited[user] = CohortInvitation(cohort.name, program.name if program else None, cohort.lead, cohort.welcome)
    return invited


def record_weekly_counts(session: Session, now: datetime) -> None:
    """Count who started or declined in each open cohort, unless that was done this week (from Monday, UTC)."""
    monday = find_monday(now.date())
    for cohort in queries.list_all_open(session):
        if cohort.counted_on >= monday:
            continue
        before = datetime.combine(monday, time(), UTC)
        members = queries.count_members(session, cohort, before)
        started, declined = queries.count_started_and_declined(session, cohort, before)
        cohort.started_shown, cohort.started_counted = settle_people(
            started, members, cohort.started_shown, cohort.started_counted
        )
        cohort.declined_shown, cohort.declined_counted = settle_people(
            declined, members, cohort.declined_shown, cohort.declined_counted
        )
        cohort.counted_on = monday


def get_open(session: Session, person: Person, cohort_id: int, *, is_admin: bool, locked: bool = False) -> Cohort:
    """Return an open cohort to its lead or an admin. NotFound for anybody else, and if there is none.

    `locked`: nobody else changes it until the transaction ends.
    """
    cohort = (queries.lock if locked else queries.find)(session, person.team_id, cohort_id)
    if cohort is None or cohort.closed_at is not None or not (is_admin or cohort.lead == person.user_id):
        raise NotFound(_(CLOSED))
    return cohort


def require_free_name(session: Session, team_id: str, name: str, besides: int | None = None) -> None:
    """Raise Refused if an open cohort has this name, upper and lower case aside. `besides`: the id of one that may."""
    folded = name.casefold()
    others = (each for each in queries.list_open(session, team_id) if each.id != besides)
    if any(each.name.casefold() == folded for each in others):
        raise Refused(_("There is a cohort named {name} already. Nothing was changed. Choose another name.", name=name))


def require_offered(session: Session, library: Library, team_id: str, program: str | None) -> None:
    """Raise Refused if a program (slug) isn't offered in a workspace."""
    if program is not None and library.get_workspace_curriculum(session, team_id).find_program(program) is None:
        raise Refused(_("That program isn't offered anymore. Nothing was changed. Choose another one."))


def build_view(session: Session, library: Library, cohort: Cohort) -> CohortView:
    """Return a cohort as its lead and the admins see it."""
    program = library.get_workspace_curriculum(session, cohort.team_id).find_program(cohort.program)
    return CohortView(
        id=cohort.id,
        name=cohort.name,
        program=program.name if program else None,
        starts_on=cohort.starts_on,
        lead=cohort.lead,
        code=cohort.code,
        started=cohort.started_shown,
        declined=cohort.declined_shown,
        counted_on=None if cohort.counted_on == find_monday(cohort.created_at.date()) else cohort.counted_on,
        sends_figures=cohort.sends_figures,
    )


def _new_code(session: Session, team_id: str) -> str:
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))
        if queries.find_by_code(session, team_id, code) is None:
            return code
