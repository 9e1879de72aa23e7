"""The first message to somebody an admin invites (`learning/invitations.py`). It is sent to people who are new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bot.delivery.delivery_kind import ClaimDecision, Extras, LessonToSend
from bot.domain.cohort import CohortInvitation
from bot.domain.formats import Formats
from bot.domain.schedule import DeliveryKindName
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE
from bot.learning import cohorts, invitations, planning
from bot.learning.library import Library
from bot.slack.blocks import MessageContent, enrollment
from bot.slack.blocks.cohorts import invitation_message
from bot.slack.message_kind import MessageKind
from bot.storage import Session
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery
from bot.storage.due_learners import NewDelivery
from bot.storage.tables import LearnerState, SendState

REMINDER = "invitation_reminder"
"""The name of the kind that reminds of an invitation."""


def decide(row: QueuedDelivery, _lesson: LessonOfDay | None, now: datetime) -> ClaimDecision:
    """Skip an invitation, or its reminder, once the person started, declined, or left; wait for a working morning."""
    if row.is_expired:
        return ClaimDecision.LATE
    if row.learner_state != LearnerState.NEW:
        return ClaimDecision.LEFT if row.learner_state == LearnerState.LEFT else ClaimDecision.STARTED
    if row.has_declined:
        return ClaimDecision.DECLINED
    return ClaimDecision.SEND if invitations.is_morning(row.tz, now) else ClaimDecision.MOVE


def find_next_time(row: QueuedDelivery, now: datetime) -> datetime:
    """Return the next working morning where the person is."""
    return invitations.find_next_morning(row.tz, now).starts_at


def follow_up(rows: Sequence[QueuedDelivery], now: datetime) -> list[NewDelivery]:
    """Plan the reminder of each invitation that is being sent. It has the invitation's learning day."""
    return [_build_reminder(row, invitations.find_reminder_time(row.tz, now)) for row in rows]


def _build_reminder(row: QueuedDelivery, due_at: datetime) -> NewDelivery:
    return NewDelivery(
        id=planning.build_delivery_id(row.team_id, row.user_id, row.learning_day, REMINDER),
        learner_id=row.learner_id,
        team_id=row.team_id,
        learning_day=row.learning_day,
        kind=REMINDER,
        due_at=due_at,
        expires_at=due_at + 2 * invitations.MAX_DELAY,  # a later attempt of the invitation moves `due_at` alone
        state=SendState.DUE,
        reason=None,
    )


@dataclass(frozen=True, slots=True)
class InvitedTo(Extras):
    """The cohort that somebody is invited to."""

    cohort: CohortInvitation


def read_cohorts(
    session: Session,
    library: Library,
    rows: Sequence[QueuedDelivery],
    _lessons: Mapping[UUID, LessonOfDay],
    _now: datetime,
) -> dict[UUID, InvitedTo]:
    """Read which of these people are invited to a cohort, and to which."""
    found = cohorts.find_invitations(session, library, {row.user for row in rows})
    return {row.id: InvitedTo(found[row.user]) for row in rows if row.user in found}


def render(_lesson: None, _day: object, formats: Formats, invited: InvitedTo | None) -> MessageContent:
    """Build the welcome with *Start* and *Not now*, and what the cohort is, if there is one."""
    if invited is not None:
        return invitation_message(invited.cohort, WORKDAY_SCHEDULE, formats)
    return MessageContent.of(enrollment.welcome_blocks(WORKDAY_SCHEDULE, formats))


KIND: MessageKind[None, InvitedTo] = MessageKind(
    name=DeliveryKindName.INVITATION,
    lesson_to_send=LessonToSend.NOTHING,
    decide=decide,
    find_next_time=find_next_time,
    follow_up=follow_up,
    read_extras=read_cohorts,
    render=render,
)
