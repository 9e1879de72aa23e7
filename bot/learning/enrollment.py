"""Registering, starting, declining, settings, and pausing. Nobody gets lessons without pressing *Start*."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.absence import MAX_PAUSE
from bot.domain.formats import DEFAULT_FORMATS, Formats, find_locale
from bot.domain.learner import Cadence, Person, Preferences, is_time_zone
from bot.domain.schedule import DeliveryKindName, DueMessage
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, Roster, schedule_to_json
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.language import mark
from bot.learning import planning
from bot.learning.message_deliveries import MessageRef
from bot.learning.rescheduling import reschedule
from bot.storage import Session, calendar_sources, deliveries, erased_people, learners, workspaces
from bot.storage.tables import STARTED_STATES, Learner, LearnerState

UNKNOWN_TIME_ZONE = "Etc/UTC"
"""Means that the time zone isn't known yet, unless a person chose it by hand (`is_zone_unknown`)."""

PAUSE_TOO_LONG = mark(
    "That's more than two years away, so nothing was changed. Choose an earlier day, or pause without an end: type "
    "`/rounds pause`, and leave the day empty."
)


@dataclass(frozen=True, slots=True)
class LearnerView:
    """A learner as other rooms see them. `paused_until` is the local date on which lessons resume."""

    id: int
    person: Person
    state: LearnerState
    preferences: Preferences
    paused_until: date | None
    is_paused: bool
    """Whether lessons are paused now."""
    dm_channel: str | None
    next_lesson: DueMessage | None
    """The next lesson, or None."""
    today: date
    paused_by_status: bool = False
    """Whether their Slack status paused lessons."""
    formats: Formats = DEFAULT_FORMATS
    """How they read dates and times."""

    @property
    def knows_zone(self) -> bool:
        """Whether somebody has said which time zone they are in: Slack, or they by hand."""
        return self.preferences.tz != UNKNOWN_TIME_ZONE or not self.preferences.follows_zone

    @property
    def is_asked_to_continue(self) -> bool:
        """Whether they got a check-in and haven't answered it."""
        return self.state is LearnerState.WAITING

    @property
    def has_started(self) -> bool:
        """Whether they pressed *Start*. Paused learners have."""
        return self.state in STARTED_STATES


def register_learner(
    session: Session, person: Person, tz: str | None, now: datetime, locale: str | None = None
) -> LearnerView:
    """Register this person, without sending anything. `tz`: their time zone in Slack, used only the first time.

    `locale`: their Slack's, as Slack names it, or None if it isn't known.
    """
    learner = learners.find(session, person)
    if learner is None:
        learner = new_learner(person, tz, now)
        session.add(learner)
        session.flush()
    elif is_zone_unknown(learner) and _valid_zone(tz) != UNKNOWN_TIME_ZONE:  # Slack hadn't told us before
        with reschedule(session, learner, now):
            learner.tz = _valid_zone(tz)
    set_locale(learner, locale)
    return build_learner_view(session, learner, now)


def find_learner(session: Session, person: Person, now: datetime) -> LearnerView | None:
    """Return this person if they are registered, otherwise None."""
    learner = learners.find(session, person)
    return build_learner_view(session, learner, now) if learner else None


def start_lessons(
    session: Session, person: Person, tz: str | None, now: datetime, locale: str | None = None
) -> LearnerView:
    """*Start* was pressed: begin lessons with the next delivery, in the workspace where it was pressed.

    `tz`: their time zone in Slack, for people who were invited before we asked Slack for it. `locale`: as for
    `register_learner`.
    """
    learner = get_learner(session, person)
    set_locale(learner, locale)
    with reschedule(session, learner, now):
        if is_zone_unknown(learner):
            learner.tz = _valid_zone(tz)
        if get_learner_state(session, learner) not in STARTED_STATES:
            learner.state, learner.team_id, learner.started_at = LearnerState.ACTIVE, person.team_id, now
            learner.paused_until = None
            erased_people.forget(session, person)
    resume_if_waiting(session, learner, now)
    return build_learner_view(session, learner, now)


def decline_invitation(session: Session, person: Person, now: datetime) -> None:
    """*Not now* was pressed: no invitation and no reminder asks again. The person can still start on their own."""
    learner = get_learner(session, person)
    learner.declined_at = now
    learner.invited_at = learner.invited_at or now


def change_preferences(session: Session, person: Person, preferences: Preferences, now: datetime) -> LearnerView:
    """Save new settings. A lesson that was already sent today isn't sent again.

    If the new schedule isn't a roster, the calendar's address is deleted.
    """
    learner = get_learner(session, person)
    with reschedule(session, learner, now):
        learner.tz = preferences.tz
        learner.schedule = schedule_to_json(preferences.schedule)
        learner.cadence = preferences.cadence
        if learner.paused_by_status and not preferences.follows_status:
            if planning.is_paused(learner, now):
                _resume(learner, now)
            learner.paused_by_status = False
    learner.focus_skills = sorted(preferences.focus)
    learner.follows_zone, learner.follows_status = preferences.follows_zone, preferences.follows_status
    learner.weekly_summary = preferences.weekly_summary
    if preferences.team_channel != learner.team_channel:
        learner.team_channel = preferences.team_channel
        learner.team_since = planning.get_learning_day(learner, now) if preferences.team_channel else None
    if not isinstance(preferences.schedule, Roster):
        calendar_sources.delete_source(session, learner.id)
    return build_learner_view(session, learner, now)


def pause_lessons(session: Session, person: Person, until: date | None, now: datetime) -> LearnerView:
    """Pause all messages until this local date (None: until *Resume*). The streak waits; nothing piles up.

    Raises Refused for someone who hasn't started, as `resume_lessons` does: neither may enroll a person. Raises Refused
    if the date is more than `MAX_PAUSE` away.
    """
    learner = get_started_learner(session, person)
    if until is not None and until - now.astimezone(ZoneInfo(learner.tz)).date() > MAX_PAUSE:
        raise Refused(_(PAUSE_TOO_LONG))
    if learner.state == LearnerState.WAITING:
        # A pause answers the check-in: a break first, then lessons.
        learner.silence_counted_from = planning.get_learning_day(learner, now)
    begin_pause(session, learner, until, now)
    learner.paused_by_status = False
    return build_learner_view(session, learner, now)


def begin_pause(session: Session, learner: Learner, until: date | None, now: datetime) -> None:
    """Send nothing until this local date (None: until the pause is lifted)."""
    with reschedule(session, learner, now):
        learner.state = LearnerState.ACTIVE if until else LearnerState.PAUSED
        learner.paused_until = until
    todays = deliveries.find(session, learner.id, planning.get_learning_day(learner, now), DeliveryKindName.LESSON)
    if todays is not None:
        todays.counts_for_streak = False  # it was sent before the pause; a day cut short breaks no streak


def resume_lessons(session: Session, person: Person, now: datetime) -> LearnerView:
    """Resume lessons with the next delivery."""
    learner = get_started_learner(session, person)
    lift_pause(session, learner, now)
    return build_learner_view(session, learner, now)


def lift_pause(session: Session, learner: Learner, now: datetime) -> None:
    """Resume lessons; restart the silence count.

    `paused_by_status` stays set, so that the same status doesn't pause again (`learning/slack_profile.py`).
    """
    with reschedule(session, learner, now):
        _resume(learner, now)


def _resume(learner: Learner, now: datetime) -> None:
    learner.state, learner.paused_until = LearnerState.ACTIVE, None
    learner.silence_counted_from = planning.get_learning_day(learner, now)


def switch_to_weekly(session: Session, person: Person, now: datetime) -> LearnerView:
    """*Once a week*: continue with one lesson a week."""
    learner = get_started_learner(session, person)
    with reschedule(session, learner, now):
        learner.cadence = Cadence.WEEKLY
        _resume(learner, now)
    return build_learner_view(session, learner, now)


def resume_if_waiting(session: Session, learner: Learner, now: datetime) -> MessageRef | None:
    """Resume the lessons of a learner who practices during a check-in, because that answers it.

    Returns the check-in message, or None if the learner has no open check-in or its message is unknown.
    """
    if learner.state != LearnerState.WAITING:
        return None
    lift_pause(session, learner, now)
    check_in = deliveries.find_newest(session, learner.id, DeliveryKindName.CHECK_IN)
    if check_in is None or not check_in.channel or not check_in.ts:
        return None
    return MessageRef(check_in.channel, check_in.ts, check_in.id)


def save_dm_channel(session: Session, learner_id: int, channel: str) -> None:
    """Save the DM channel of a learner, so that a delivery with a lost reply can be looked up in its history."""
    learner = session.get(Learner, learner_id)
    if learner is not None:
        learner.channel = channel


def get_learner(session: Session, person: Person) -> Learner:
    """Return the learner that this person is. Raises NotFound if they aren't registered."""
    learner = learners.find(session, person)
    if learner is None:
        raise NotFound(_("We haven't met yet. Nothing was changed. Send me a direct message and press Start."))
    return learner


def get_started_learner(session: Session, person: Person) -> Learner:
    """Return the learner that this person is. Raises NotFound if they aren't registered, Refused if not started."""
    learner = get_learner(session, person)
    if get_learner_state(session, learner) not in STARTED_STATES:
        raise Refused(_("You haven't started yet, so you get no lessons. Nothing was changed. Press Start to begin."))
    return learner


def get_learner_state(session: Session, learner: Learner) -> LearnerState:
    """Return a learner's state. In a Grid, it is "left" while the workspace that delivers to them has left.

    They can still open Rounds in another workspace of the Grid and press *Start* there.
    """
    if learner.enterprise_id is not None and workspaces.has_left(session, learner.team_id):
        return LearnerState.LEFT
    return LearnerState(learner.state)


def build_learner_view(session: Session, learner: Learner, now: datetime) -> LearnerView:
    """Return the values of a learner that others may see."""
    return LearnerView(
        id=learner.id,
        person=Person(learner.team_id, learner.user_id, learner.enterprise_id),
        state=get_learner_state(session, learner),
        preferences=planning.get_preferences(learner),
        paused_until=learner.paused_until,
        is_paused=planning.is_paused(learner, now),
        dm_channel=learner.channel,
        next_lesson=planning.find_upcoming_lesson(session, learner, now),
        today=now.astimezone(ZoneInfo(learner.tz)).date(),
        paused_by_status=learner.paused_by_status and planning.is_paused(learner, now),
        formats=Formats(learner.locale),
    )


def read_formats(session: Session, person: Person) -> Formats:
    """Return how this person reads dates and times, whether or not they are registered."""
    return Formats(learners.find_locale(session, person))


def read_zone(session: Session, person: Person) -> ZoneInfo:
    """Return this person's time zone; UTC if it isn't known."""
    known = learners.find_id_state_and_zone(session, person)
    return ZoneInfo(known[2] if known else UNKNOWN_TIME_ZONE)


def read_today(session: Session, person: Person, now: datetime) -> date:
    """Return the date where this person is."""
    return now.astimezone(read_zone(session, person)).date()


def set_locale(learner: Learner, locale: str | None) -> None:
    """Store a locale as Slack names it. An unknown one changes nothing."""
    learner.locale = find_locale(locale) or learner.locale


def is_zone_unknown(learner: Learner) -> bool:
    """Return whether nobody has said which time zone a learner is in. Whoever types one no longer follows Slack's."""
    return learner.tz == UNKNOWN_TIME_ZONE and learner.follows_zone


def new_learner(person: Person, tz: str | None, now: datetime) -> Learner:
    """Return a new row for a person we hadn't met. `tz`: their time zone in Slack."""
    return Learner(**new_learner_values(person, tz, now))


def new_learner_values(person: Person, tz: str | None, now: datetime) -> dict[str, Any]:
    """Return the values of a new row by column, to insert many of them in one statement."""
    return {
        "organization_id": person.organization_id,
        "enterprise_id": person.enterprise_id,
        "team_id": person.team_id,
        "user_id": person.user_id,
        "tz": _valid_zone(tz),
        "schedule": schedule_to_json(WORKDAY_SCHEDULE),
        "created_at": now,
    }


def _valid_zone(tz: str | None) -> str:
    """Return the time zone, or `UNKNOWN_TIME_ZONE` if it is invalid, because that would stop the tick for everyone."""
    return tz if tz and is_time_zone(tz) else UNKNOWN_TIME_ZONE
