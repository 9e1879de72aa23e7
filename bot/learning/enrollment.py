"""Meeting people, starting, settings, pausing, inviting. Nobody gets lessons without pressing *Start*."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.learner import Cadence, Person, Preferences, is_time_zone
from bot.domain.schedule import DeliveryKind, DueMessage
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, Roster, schedule_to_json
from bot.errors import NotFound, Refused
from bot.learning import planning
from bot.learning.message_deliveries import MessageRef
from bot.learning.rescheduling import reschedule
from bot.storage import Session, calendar_sources, deliveries, learners, workspaces
from bot.storage.tables import Learner, LearnerState

UNKNOWN_TIME_ZONE = "Etc/UTC"
"""Stands for "not known yet". Nobody chooses it: who means it writes UTC."""

STARTED_STATES = frozenset({LearnerState.ACTIVE, LearnerState.PAUSED, LearnerState.WAITING})
"""The states of those who pressed *Start*."""


@dataclass(frozen=True, slots=True)
class LearnerView:
    """A learner as the other rooms see them. `paused_until` is the local date on which lessons come again."""

    id: int
    person: Person
    state: LearnerState
    preferences: Preferences
    paused_until: date | None
    is_paused: bool
    """Whether lessons wait now."""
    dm_channel: str | None
    next_lesson: DueMessage | None
    """The next lesson."""
    today: date
    paused_by_status: bool = False
    """Whether it was their Slack status that paused them."""

    @property
    def is_asked_to_continue(self) -> bool:
        """Whether they were asked if lessons should go on, and have not answered."""
        return self.state is LearnerState.WAITING

    @property
    def has_started(self) -> bool:
        """Whether they pressed *Start* (a paused learner has)."""
        return self.state in STARTED_STATES


@dataclass(frozen=True, slots=True)
class InvitationCounts:
    """What became of an invitation: how many get one, and how many know Rounds already."""

    invited: int
    already_known: int


def register_learner(session: Session, person: Person, tz: str | None, now: datetime) -> LearnerView:
    """Know this person; nothing is sent to them for it. `tz`: their zone in Slack, used on first sight alone."""
    learner = learners.find(session, person)
    if learner is None:
        learner = _new(person, tz, now)
        session.add(learner)
        session.flush()
    elif (
        learner.tz == UNKNOWN_TIME_ZONE and _zone(tz) != UNKNOWN_TIME_ZONE
    ):  # Slack wasn't asked, or didn't say, before
        with reschedule(session, learner, now):
            learner.tz = _zone(tz)
    return build_learner_view(session, learner, now)


def find_learner(session: Session, person: Person, now: datetime) -> LearnerView | None:
    """This person, if Rounds has met them."""
    learner = learners.find(session, person)
    return build_learner_view(session, learner, now) if learner else None


def start_lessons(session: Session, person: Person, tz: str | None, now: datetime) -> LearnerView:
    """*Start* was pressed: lessons begin with the next delivery, from the workspace they pressed it in.

    `tz`: their zone in Slack, for those who were invited before Slack was asked for it.
    """
    learner = get_learner(session, person)
    with reschedule(session, learner, now):
        if learner.tz == UNKNOWN_TIME_ZONE:
            learner.tz = _zone(tz)
        if get_learner_state(session, learner) not in STARTED_STATES:
            learner.state, learner.team_id, learner.started_at = LearnerState.ACTIVE, person.team_id, now
            learner.paused_until = None
    resume_if_waiting(session, learner, now)
    return build_learner_view(session, learner, now)


def decline_invitation(session: Session, person: Person, now: datetime) -> None:
    """*Not now* was pressed: an admin's invitation won't ask again. They can still start by themselves."""
    learner = get_learner(session, person)
    learner.invited_at = learner.invited_at or now


def change_preferences(session: Session, person: Person, preferences: Preferences, now: datetime) -> LearnerView:
    """Keep new settings. A lesson that was already sent today is not sent again.

    Who chooses another kind of schedule than a roster has their calendar's address forgotten.
    """
    learner = get_learner(session, person)
    with reschedule(session, learner, now):
        learner.tz = preferences.tz
        learner.schedule = schedule_to_json(preferences.schedule)
        learner.cadence = preferences.cadence
        if learner.paused_by_status and not preferences.follows_status:
            if planning.is_paused(learner, now):
                _lift(learner, now)
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
    """No messages until this local date (None: until *Resume*). The streak waits; nothing piles up.

    Refused for someone who has not started, as is `resume_lessons`: neither may enrol them.
    """
    learner = get_started_learner(session, person)
    if learner.state == LearnerState.WAITING:
        learner.silence_counted_from = planning.get_learning_day(
            learner, now
        )  # they have answered: a break, and then lessons
    begin_pause(session, learner, until, now)
    learner.paused_by_status = False
    return build_learner_view(session, learner, now)


def begin_pause(session: Session, learner: Learner, until: date | None, now: datetime) -> None:
    """Nothing comes until this local date, or None: until the pause is lifted."""
    with reschedule(session, learner, now):
        learner.state = LearnerState.ACTIVE if until else LearnerState.PAUSED
        learner.paused_until = until
    todays = deliveries.find(session, learner.id, planning.get_learning_day(learner, now), DeliveryKind.LESSON)
    if todays is not None:
        todays.counts_for_streak = False  # it came before the pause; a day that is cut short breaks no streak


def resume_lessons(session: Session, person: Person, now: datetime) -> LearnerView:
    """Lessons come again, from the next delivery on."""
    learner = get_started_learner(session, person)
    lift_pause(session, learner, now)
    return build_learner_view(session, learner, now)


def lift_pause(session: Session, learner: Learner, now: datetime) -> None:
    """Lessons come again, and nobody is asked soon whether they should.

    `paused_by_status` stays: while that status stands, it pauses no second time (`learning/slack_profile.py`).
    """
    with reschedule(session, learner, now):
        _lift(learner, now)


def _lift(learner: Learner, now: datetime) -> None:
    learner.state, learner.paused_until = LearnerState.ACTIVE, None
    learner.silence_counted_from = planning.get_learning_day(learner, now)


def switch_to_weekly(session: Session, person: Person, now: datetime) -> LearnerView:
    """*Once a week*: lessons go on, one a week."""
    learner = get_started_learner(session, person)
    with reschedule(session, learner, now):
        learner.cadence = Cadence.WEEKLY
        _lift(learner, now)
    return build_learner_view(session, learner, now)


def resume_if_waiting(session: Session, learner: Learner, now: datetime) -> MessageRef | None:
    """Whoever practises while asked whether lessons should go on has answered; the message that asked, if they did."""
    if learner.state != LearnerState.WAITING:
        return None
    lift_pause(session, learner, now)
    asked = deliveries.find_newest(session, learner.id, DeliveryKind.CHECK_IN)
    return MessageRef(asked.channel, asked.ts, asked.id) if asked and asked.channel and asked.ts else None


def invite_people(session: Session, inviter: Person, user_ids: Collection[str], now: datetime) -> InvitationCounts:
    """Owe each of these people one first-contact message. Those who have met Rounds get none: one ask is enough."""
    found = learners.find_many(session, inviter.organization_id, user_ids)
    asked = 0
    for user_id in dict.fromkeys(user_ids):
        learner = found.get(user_id)
        if learner is not None and (learner.invited_at or learner.state != LearnerState.NEW):
            continue
        person = Person(inviter.team_id, user_id, inviter.enterprise_id)
        learner = learner or _new(person, None, now)
        learner.invited_at = now
        session.add(learner)
        session.flush()
        session.add(
            planning.new_delivery(
                learner, DueMessage(DeliveryKind.INVITATION, now.date(), now, now + timedelta(days=1))
            )
        )
        asked += 1
    return InvitationCounts(invited=asked, already_known=len(dict.fromkeys(user_ids)) - asked)


def save_dm_channel(session: Session, learner_id: int, channel: str) -> None:
    """Keep the id of the DM with a learner, so that a lost reply can be looked up in its history."""
    learner = session.get(Learner, learner_id)
    if learner is not None:
        learner.channel = channel


def get_learner(session: Session, person: Person) -> Learner:
    """The learner that this person is; NotFound for someone whom Rounds has not met."""
    learner = learners.find(session, person)
    if learner is None:
        raise NotFound("Rounds doesn't know you yet. Nothing was changed. Open a message to Rounds and press Start.")
    return learner


def get_started_learner(session: Session, person: Person) -> Learner:
    """The same for someone who pressed *Start*; Refused if they have met Rounds but haven't."""
    learner = get_learner(session, person)
    if get_learner_state(session, learner) not in STARTED_STATES:
        raise Refused("You haven't started yet, so no lessons come. Nothing was changed. Press Start to begin.")
    return learner


def get_learner_state(session: Session, learner: Learner) -> LearnerState:
    """Where a learner stands: one in a Grid has left when the workspace that delivers to them has.

    They still meet Rounds in another workspace of it, and can press *Start* there.
    """
    if learner.enterprise_id is not None and workspaces.has_left(session, learner.team_id):
        return LearnerState.LEFT
    return LearnerState(learner.state)


def build_learner_view(session: Session, learner: Learner, now: datetime) -> LearnerView:
    """The learner as values."""
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
    )


def _new(person: Person, tz: str | None, now: datetime) -> Learner:
    return Learner(
        organization_id=person.organization_id,
        enterprise_id=person.enterprise_id,
        team_id=person.team_id,
        user_id=person.user_id,
        tz=_zone(tz),
        schedule=schedule_to_json(WORKDAY_SCHEDULE),
        created_at=now,
    )


def _zone(tz: str | None) -> str:
    """A zone that can be calculated with: one that can't would stop the tick for everyone."""
    return tz if tz and is_time_zone(tz) else UNKNOWN_TIME_ZONE
