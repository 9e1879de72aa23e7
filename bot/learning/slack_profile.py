"""What a learner's Slack profile says: where they are, and whether they are away. Of a status only a pause is kept."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.absence import is_away, return_date
from bot.domain.learner import Person, is_time_zone
from bot.learning import enrollment, planning
from bot.learning.rescheduling import reschedule
from bot.storage import Session, learners
from bot.storage.tables import Learner, LearnerState


@dataclass(frozen=True, slots=True)
class SlackStatus:
    """A Slack status: its emoji (`:palm_tree:`), and when it ends (Unix seconds; 0: when it is cleared)."""

    emoji: str
    expiration: int


def would_change_zone(session: Session, person: Person, tz: str) -> bool:
    """Whether `change_zone` would change anything."""
    learner = learners.find(session, person)
    return learner is not None and _moves(learner, tz)


def change_zone(session: Session, person: Person, tz: str, now: datetime) -> bool:
    """Bring a learner's times along to the zone that their profile names now; whether that changed anything.

    What fell due by the old times comes still; a learning day that had its lesson gets no second one.
    """
    learner = learners.find(session, person)
    if learner is None or not _moves(learner, tz):
        return False
    with reschedule(session, learner, now):
        learner.tz = tz
    return True


def would_status_change_pause(session: Session, person: Person, status: SlackStatus, now: datetime) -> bool:
    """Whether `follow_slack_status` would change anything."""
    learner = learners.find(session, person)
    return learner is not None and _step(learner, status, now) is not None


def follow_slack_status(session: Session, person: Person, status: SlackStatus, now: datetime) -> bool:
    """Pause lessons while a status says vacation or sickness, and lift that pause when it is gone; whether it did.

    A pause that the learner chose stays as it is, and so does a *Resume* while the same status stands.
    """
    learner = learners.find(session, person)
    step = _step(learner, status, now) if learner is not None else None
    if learner is None or step is None:
        return False
    if step.pauses:
        enrollment.begin_pause(session, learner, step.until, now)
    elif learner.state != LearnerState.WAITING and planning.is_paused(learner, now):
        enrollment.lift_pause(session, learner, now)
    learner.paused_by_status = step.pauses
    return True


@dataclass(frozen=True, slots=True)
class _Step:
    """What a status changes: lessons pause (`until` None: until it is cleared), or the pause it brought is over."""

    pauses: bool
    until: date | None = None


def _moves(learner: Learner, tz: str) -> bool:
    return learner.follows_zone and tz != learner.tz and is_time_zone(tz)


def _step(learner: Learner, status: SlackStatus, now: datetime) -> _Step | None:
    """What this status changes for a learner; None if nothing."""
    if learner.state not in enrollment.STARTED_STATES:
        return None
    zone = ZoneInfo(learner.tz)
    until = return_date(status.expiration, zone)
    away = is_away(status.emoji) and (until is None or until > now.astimezone(zone).date())
    if not away:
        return _Step(pauses=False) if learner.paused_by_status else None
    if not learner.follows_status or learner.state == LearnerState.WAITING:
        return None
    if planning.is_paused(learner, now):
        same = learner.paused_until == until
        return None if same or not learner.paused_by_status else _Step(pauses=True, until=until)
    resumed = learner.paused_by_status and learner.paused_until is None
    return None if resumed else _Step(pauses=True, until=until)
