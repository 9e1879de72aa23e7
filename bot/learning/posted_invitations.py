"""An invitation to a cohort that is posted in a channel, and joining by its button.

Being posted changes nothing in the cohort. Whoever presses the button is put into it as by its code.
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.audit import AuditAction
from bot.domain.cohort import CohortInvitation
from bot.domain.learner import Person
from bot.errors import NotFound
from bot.language import gettext as _
from bot.language import mark
from bot.learning import cohorts, enrollment
from bot.learning.cohorts import Joined
from bot.learning.library import Library
from bot.storage import Session, audit_log
from bot.storage import cohorts as queries

CLOSED_TO_JOIN = mark("That cohort is closed, so nobody can join it anymore. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class InvitationToPost:
    """What an invitation in a channel says of a cohort. `has_begun`: its first day has come where its author is."""

    cohort_id: int
    invitation: CohortInvitation
    starts_on: date
    has_begun: bool


def read_invitation(
    session: Session, library: Library, person: Person, cohort_id: int, is_admin: bool, now: datetime
) -> InvitationToPost:
    """Return an open cohort's invitation to its lead or an admin. NotFound for anybody else, and if there is none."""
    cohort = cohorts.get_open(session, person, cohort_id, is_admin=is_admin)
    program = library.get_workspace_curriculum(session, person.team_id).find_program(cohort.program)
    return InvitationToPost(
        cohort_id=cohort_id,
        invitation=CohortInvitation(cohort.name, program.name if program else None, cohort.lead, cohort.welcome),
        starts_on=cohort.starts_on,
        has_begun=cohort.starts_on <= enrollment.read_today(session, person, now),
    )


def record_post(session: Session, person: Person, name: str, now: datetime) -> None:
    """Record that somebody posted the invitation of the cohort with this name: not where."""
    audit_log.record(session, person.team_id, person.user_id, AuditAction.COHORT_INVITATION_POSTED, now, subject=name)


def join_by_button(session: Session, library: Library, person: Person, cohort_id: int, now: datetime) -> Joined:
    """Put somebody into the cohort that a posted invitation names, as `cohorts.join` does.

    NotFound if it is closed, or not of their workspace.
    """
    cohort = queries.find(session, person.team_id, cohort_id)
    if cohort is None or cohort.closed_at is not None:
        raise NotFound(_(CLOSED_TO_JOIN))
    return cohorts.enter(session, library, person, cohort, now)
