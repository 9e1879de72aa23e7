"""What a Slack profile says: time zone, locale, and whether someone is away. Of a status, only the pause is stored."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.absence import is_away, return_date
from bot.domain.formats import find_locale
from bot.domain.learner import Person, is_time_zone
from bot.learning import enrollment, planning
from bot.learning.enrollment import LearnerView
from bot.learning.rescheduling import reschedule
from bot.storage import Session, learners
from bot.storage.tables import STARTED_STATES, Learner, LearnerState


@dataclass(frozen=True, slots=True)
class SlackStatus:
    """A Slack status: its emoji (`:palm_tree:`), and when it ends (Unix seconds; 0 if it has no end)."""

    emoji: str
    expiration: int


@dataclass(frozen=True, slots=True)
class SlackProfile:
    """Where someone is, and how they read dates and times. `locale`: as Slack names it. None: Slack doesn't say."""

    tz: str | None = None
    locale: str | None = None


def register(session: Session, person: Person, profile: SlackProfile, now: datetime) -> LearnerView:
    """Register this person with their Slack profile, as `enrollment.register_learner` does."""
    return enrollment.register_learner(session, person, profile.tz, now, profile.locale)


def start(session: Session, person: Person, profile: SlackProfile, now: datetime) -> LearnerView:
    """Begin lessons with their Slack profile, as `enrollment.start_lessons` does."""
    return enrollment.start_lessons(session, person, profile.tz, now, profile.locale)


def would_change_locale(session: Session, person: Person, locale: str) -> bool:
    """Return whether `change_locale` would change anything. `locale`: as Slack names it."""
    found = find_locale(locale)
    return found is not None and found != learners.find_locale(session, person)


def change_locale(session: Session, person: Person, locale: str) -> bool:
    """Write a learner's dates and times by another locale from now on. Returns whether anything changed."""
    learner = learners.find(session, person)
    if learner is None:
        return False
    before = learner.locale
    enrollment.set_locale(learner, locale)
    return learner.locale != before


def would_change_zone(session: Session, person: Person, tz: str) -> bool:
    """Return whether `change_zone` would change anything."""
    learner = learners.find(session, person)
    return learner is not None and _would_move(learner, tz)


def change_zone(session: Session, person: Person, tz: str, now: datetime) -> bool:
    """Move a learner's times to the time zone in their profile. Returns whether anything changed.

    What became due by the old times is still sent. A learning day that had its lesson gets no second one.
    """
    learner = learners.find(session, person)
    if learner is None or not _would_move(learner, tz):
        return False
    with reschedule(session, learner, now):
        learner.tz = tz
    return True


def would_status_change_pause(session: Session, person: Person, status: SlackStatus, now: datetime) -> bool:
    """Return whether `follow_slack_status` would change anything."""
    learner = learners.find(session, person)
    return learner is not None and _find_pause_change(learner, status, now) is not None


def follow_slack_status(session: Session, person: Person, status: SlackStatus, now: datetime) -> bool:
    """Pause lessons during a status of vacation or sickness, and lift that pause afterward.

    Returns whether anything changed. A pause that the learner chose isn't changed. After *Resume*, the same status
    doesn't pause lessons again.
    """
    learner = learners.find(session, person)
    change = _find_pause_change(learner, status, now) if learner is not None else None
    if learner is None or change is None:
        return False
    if change.pauses:
        enrollment.begin_pause(session, learner, change.until, now)
    elif learner.state != LearnerState.WAITING and planning.is_paused(learner, now):
        enrollment.lift_pause(session, learner, now)
    learner.paused_by_status = change.pauses
    return True


@dataclass(frozen=True, slots=True)
class _PauseChange:
    """The change that a status causes: lessons pause (`until` None: until it is cleared), or its own pause ends."""

    pauses: bool
    until: date | None = None


def _would_move(learner: Learner, tz: str) -> bool:
    return learner.follows_zone and tz != learner.tz and is_time_zone(tz)


def _find_pause_change(learner: Learner, status: SlackStatus, now: datetime) -> _PauseChange | None:
    """Return the change that this status causes for a learner, or None."""
    if learner.state not in STARTED_STATES:
        return None
    zone = ZoneInfo(learner.tz)
    until = return_date(status.expiration, zone)
    away = is_away(status.emoji) and (until is None or until > now.astimezone(zone).date())
    if not away:
        return _PauseChange(pauses=False) if learner.paused_by_status else None
    if not learner.follows_status or learner.state == LearnerState.WAITING:
        return None
    if planning.is_paused(learner, now):
        same = learner.paused_until == until
        return None if same or not learner.paused_by_status else _PauseChange(pauses=True, until=until)
    resumed = learner.paused_by_status and learner.paused_until is None
    return None if resumed else _PauseChange(pauses=True, until=until)
