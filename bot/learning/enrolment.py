"""Meeting people, starting, settings, pausing, inviting. Nobody gets lessons without pressing *Start*."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.learner import Cadence, Person, Preferences, is_zone
from bot.domain.schedule import Due, Kind
from bot.domain.shifts import WORKDAYS, Roster, schedule_to_json
from bot.errors import NotFound, Refused
from bot.learning import planning
from bot.learning.delivered import MessageRef
from bot.learning.rescheduling import reschedule
from bot.storage import Session, deliveries, learners, rosters, workspaces
from bot.storage.tables import Learner, LearnerState, Workspace

FALLBACK_ZONE = "Etc/UTC"
"""Stands for "not known yet". Nobody chooses it: who means it writes UTC."""

STARTED = frozenset({LearnerState.ACTIVE, LearnerState.PAUSED, LearnerState.WAITING})
"""The states of those who pressed *Start*."""


@dataclass(frozen=True, slots=True)
class LearnerView:
    """A learner as the other rooms see them. `paused_until` is the local date on which lessons come again."""

    id: int
    person: Person
    state: LearnerState
    preferences: Preferences
    paused_until: date | None
    paused: bool
    """Whether lessons wait now."""
    channel: str | None
    upcoming: Due | None
    """The next lesson."""
    today: date
    paused_by_status: bool = False
    """Whether it was their Slack status that paused them."""

    @property
    def waiting(self) -> bool:
        """Whether they were asked if lessons should go on, and have not answered."""
        return self.state is LearnerState.WAITING

    @property
    def started(self) -> bool:
        """Whether they pressed *Start* (a paused learner has)."""
        return self.state in STARTED


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of an invitation: how many get one, and how many know Rounds already."""

    asked: int
    known: int


def remember_workspace(
    session: Session, team_id: str, enterprise_id: str | None, name: str, bot_user_id: str, now: datetime
) -> bool:
    """Know a workspace that installed the bot, or learn its new name; True if it had left, and is back.

    Then all is as before: whoever was active is planned for from now on, and nothing of the meantime is made up for.
    """
    row = learners.workspace(session, team_id) or Workspace(
        team_id=team_id, name=name, bot_user_id=bot_user_id, created_at=now
    )
    row.enterprise_id, row.name, row.bot_user_id = enterprise_id, name, bot_user_id
    session.add(row)
    back = row.left_at is not None
    if back:
        row.left_at = None
        workspaces.plan_anew(session, team_id, now)
    return back


def meet(session: Session, person: Person, tz: str | None, now: datetime) -> LearnerView:
    """Know this person; nothing is sent to them for it. `tz`: their zone in Slack, used on first sight alone."""
    learner = learners.find(session, person)
    if learner is None:
        learner = _new(person, tz, now)
        session.add(learner)
        session.flush()
    elif learner.tz == FALLBACK_ZONE and _zone(tz) != FALLBACK_ZONE:  # Slack wasn't asked, or didn't say, before
        with reschedule(session, learner, now):
            learner.tz = _zone(tz)
    return view(session, learner, now)


def find(session: Session, person: Person, now: datetime) -> LearnerView | None:
    """This person, if Rounds has met them."""
    learner = learners.find(session, person)
    return view(session, learner, now) if learner else None


def start(session: Session, person: Person, tz: str | None, now: datetime) -> LearnerView:
    """*Start* was pressed: lessons begin with the next delivery, from the workspace they pressed it in.

    `tz`: their zone in Slack, for those who were invited before Slack was asked for it.
    """
    learner = known(session, person)
    with reschedule(session, learner, now):
        if learner.tz == FALLBACK_ZONE:
            learner.tz = _zone(tz)
        if standing(session, learner) not in STARTED:
            learner.state, learner.team_id, learner.started_at = LearnerState.ACTIVE, person.team_id, now
            learner.paused_until = None
    take_as_going_on(session, learner, now)
    return view(session, learner, now)


def decline(session: Session, person: Person, now: datetime) -> None:
    """*Not now* was pressed: an admin's invitation won't ask again. They can still start by themselves."""
    learner = known(session, person)
    learner.invited_at = learner.invited_at or now


def change(session: Session, person: Person, preferences: Preferences, now: datetime) -> LearnerView:
    """Keep new settings. A lesson that was already sent today is not sent again.

    Who chooses another kind of schedule than a roster has their calendar's address forgotten.
    """
    learner = known(session, person)
    with reschedule(session, learner, now):
        learner.tz = preferences.tz
        learner.schedule = schedule_to_json(preferences.schedule)
        learner.cadence = preferences.cadence
        if learner.paused_by_status and not preferences.follows_status:
            if planning.is_paused(learner, now):
                _lift(learner, now)
            learner.paused_by_status = False
    learner.focus = sorted(preferences.focus)
    learner.follows_zone, learner.follows_status = preferences.follows_zone, preferences.follows_status
    learner.weekly_summary = preferences.weekly_summary
    if preferences.team != learner.team_channel:
        learner.team_channel = preferences.team
        learner.team_since = planning.learning_day(learner, now) if preferences.team else None
    if not isinstance(preferences.schedule, Roster):
        rosters.forget(session, learner.id)
    return view(session, learner, now)


def pause(session: Session, person: Person, until: date | None, now: datetime) -> LearnerView:
    """No messages until this local date (None: until *Resume*). The streak waits; nothing piles up.

    Refused for someone who has not started, as is `resume`: neither may enrol them.
    """
    learner = started(session, person)
    if learner.state == LearnerState.WAITING:
        learner.counts_from = planning.learning_day(learner, now)  # they have answered: a break, and then lessons
    begin_pause(session, learner, until, now)
    learner.paused_by_status = False
    return view(session, learner, now)


def begin_pause(session: Session, learner: Learner, until: date | None, now: datetime) -> None:
    """Nothing comes until this local date, or None: until the pause is lifted."""
    with reschedule(session, learner, now):
        learner.state = LearnerState.ACTIVE if until else LearnerState.PAUSED
        learner.paused_until = until
    todays = deliveries.find(session, learner.id, planning.learning_day(learner, now), Kind.LESSON)
    if todays is not None:
        todays.owed = False  # it came before the pause; a day that is cut short breaks no streak


def resume(session: Session, person: Person, now: datetime) -> LearnerView:
    """Lessons come again, from the next delivery on."""
    learner = started(session, person)
    lift_pause(session, learner, now)
    return view(session, learner, now)


def lift_pause(session: Session, learner: Learner, now: datetime) -> None:
    """Lessons come again, and nobody is asked soon whether they should.

    `paused_by_status` stays: while that status stands, it pauses no second time (`learning/profile.py`).
    """
    with reschedule(session, learner, now):
        _lift(learner, now)


def _lift(learner: Learner, now: datetime) -> None:
    learner.state, learner.paused_until = LearnerState.ACTIVE, None
    learner.counts_from = planning.learning_day(learner, now)


def go_weekly(session: Session, person: Person, now: datetime) -> LearnerView:
    """*Once a week*: lessons go on, one a week."""
    learner = started(session, person)
    with reschedule(session, learner, now):
        learner.cadence = Cadence.WEEKLY
        _lift(learner, now)
    return view(session, learner, now)


def take_as_going_on(session: Session, learner: Learner, now: datetime) -> MessageRef | None:
    """Whoever practises while asked whether lessons should go on has answered; the message that asked, if they did."""
    if learner.state != LearnerState.WAITING:
        return None
    lift_pause(session, learner, now)
    asked = deliveries.newest(session, learner.id, Kind.CHECK_IN)
    return MessageRef(asked.channel, asked.ts, asked.id) if asked and asked.channel and asked.ts else None


def invite(session: Session, inviter: Person, user_ids: Collection[str], now: datetime) -> Invited:
    """Owe each of these people one first-contact message. Those who have met Rounds get none: one ask is enough."""
    found = learners.find_many(session, inviter.home_id, user_ids)
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
        session.add(planning.owe(learner, Due(Kind.INVITATION, now.date(), now, now + timedelta(days=1))))
        asked += 1
    return Invited(asked=asked, known=len(dict.fromkeys(user_ids)) - asked)


def remember_channel(session: Session, learner_id: int, channel: str) -> None:
    """Keep the id of the DM with a learner, so that a lost reply can be looked up in its history."""
    learner = session.get(Learner, learner_id)
    if learner is not None:
        learner.channel = channel


def known(session: Session, person: Person) -> Learner:
    """The learner that this person is; NotFound for someone whom Rounds has not met."""
    learner = learners.find(session, person)
    if learner is None:
        raise NotFound("Rounds doesn't know you yet. Nothing was changed. Open a message to Rounds and press Start.")
    return learner


def started(session: Session, person: Person) -> Learner:
    """The same for someone who pressed *Start*; Refused if they have met Rounds but haven't."""
    learner = known(session, person)
    if standing(session, learner) not in STARTED:
        raise Refused("You haven't started yet, so no lessons come. Nothing was changed. Press Start to begin.")
    return learner


def standing(session: Session, learner: Learner) -> LearnerState:
    """Where a learner stands: one in a Grid has left when the workspace that delivers to them has.

    They still meet Rounds in another workspace of it, and can press *Start* there.
    """
    if learner.enterprise_id is not None and workspaces.has_left(session, learner.team_id):
        return LearnerState.LEFT
    return LearnerState(learner.state)


def view(session: Session, learner: Learner, now: datetime) -> LearnerView:
    """The learner as values."""
    return LearnerView(
        id=learner.id,
        person=Person(learner.team_id, learner.user_id, learner.enterprise_id),
        state=standing(session, learner),
        preferences=planning.preferences_of(learner),
        paused_until=learner.paused_until,
        paused=planning.is_paused(learner, now),
        channel=learner.channel,
        upcoming=planning.upcoming_lesson(session, learner, now),
        today=now.astimezone(ZoneInfo(learner.tz)).date(),
        paused_by_status=learner.paused_by_status and planning.is_paused(learner, now),
    )


def _new(person: Person, tz: str | None, now: datetime) -> Learner:
    return Learner(
        home_id=person.home_id,
        enterprise_id=person.enterprise_id,
        team_id=person.team_id,
        user_id=person.user_id,
        tz=_zone(tz),
        schedule=schedule_to_json(WORKDAYS),
        created_at=now,
    )


def _zone(tz: str | None) -> str:
    """A zone that can be calculated with: one that can't would stop the tick for everyone."""
    return tz if tz and is_zone(tz) else FALLBACK_ZONE
