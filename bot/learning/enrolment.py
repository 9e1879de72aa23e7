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
    row = learners.find(session, person)
    if row is None:
        row = _new(person, tz, now)
        session.add(row)
        session.flush()
    elif row.tz == FALLBACK_ZONE and _zone(tz) != FALLBACK_ZONE:  # Slack wasn't asked, or didn't say, before
        with reschedule(session, row, now):
            row.tz = _zone(tz)
    return view(session, row, now)


def find(session: Session, person: Person, now: datetime) -> LearnerView | None:
    """This person, if Rounds has met them."""
    row = learners.find(session, person)
    return view(session, row, now) if row else None


def start(session: Session, person: Person, tz: str | None, now: datetime) -> LearnerView:
    """*Start* was pressed: lessons begin with the next delivery, from the workspace they pressed it in.

    `tz`: their zone in Slack, for those who were invited before Slack was asked for it.
    """
    row = known(session, person)
    with reschedule(session, row, now):
        if row.tz == FALLBACK_ZONE:
            row.tz = _zone(tz)
        if standing(session, row) not in STARTED:
            row.state, row.team_id, row.started_at = LearnerState.ACTIVE, person.team_id, now
            row.paused_until = None
    take_as_going_on(session, row, now)
    return view(session, row, now)


def decline(session: Session, person: Person, now: datetime) -> None:
    """*Not now* was pressed: an admin's invitation won't ask again. They can still start by themselves."""
    row = known(session, person)
    row.invited_at = row.invited_at or now


def change(session: Session, person: Person, preferences: Preferences, now: datetime) -> LearnerView:
    """Keep new settings. A lesson that was already sent today is not sent again.

    Who chooses another kind of schedule than a roster has their calendar's address forgotten.
    """
    row = known(session, person)
    with reschedule(session, row, now):
        row.tz = preferences.tz
        row.schedule = schedule_to_json(preferences.schedule)
        row.cadence = preferences.cadence
        if row.paused_by_status and not preferences.follows_status:
            if planning.is_paused(row, now):
                _lift(row, now)
            row.paused_by_status = False
    row.focus = sorted(preferences.focus)
    row.follows_zone, row.follows_status = preferences.follows_zone, preferences.follows_status
    row.weekly_summary = preferences.weekly_summary
    if preferences.team != row.team_channel:
        row.team_channel = preferences.team
        row.team_since = planning.learning_day(row, now) if preferences.team else None
    if not isinstance(preferences.schedule, Roster):
        rosters.forget(session, row.id)
    return view(session, row, now)


def pause(session: Session, person: Person, until: date | None, now: datetime) -> LearnerView:
    """No messages until this local date (None: until *Resume*). The streak waits; nothing piles up.

    Refused for someone who has not started, as is `resume`: neither may enrol them.
    """
    row = started(session, person)
    if row.state == LearnerState.WAITING:
        row.counts_from = planning.learning_day(row, now)  # they have answered: a break, and then lessons
    begin_pause(session, row, until, now)
    row.paused_by_status = False
    return view(session, row, now)


def begin_pause(session: Session, row: Learner, until: date | None, now: datetime) -> None:
    """Nothing comes until this local date, or None: until the pause is lifted."""
    with reschedule(session, row, now):
        row.state = LearnerState.ACTIVE if until else LearnerState.PAUSED
        row.paused_until = until
    todays = deliveries.find(session, row.id, planning.learning_day(row, now), Kind.LESSON)
    if todays is not None:
        todays.owed = False  # it came before the pause; a day that is cut short breaks no streak


def resume(session: Session, person: Person, now: datetime) -> LearnerView:
    """Lessons come again, from the next delivery on."""
    row = started(session, person)
    lift_pause(session, row, now)
    return view(session, row, now)


def lift_pause(session: Session, row: Learner, now: datetime) -> None:
    """Lessons come again, and nobody is asked soon whether they should.

    `paused_by_status` stays: while that status stands, it pauses no second time (`learning/profile.py`).
    """
    with reschedule(session, row, now):
        _lift(row, now)


def _lift(row: Learner, now: datetime) -> None:
    row.state, row.paused_until = LearnerState.ACTIVE, None
    row.counts_from = planning.learning_day(row, now)


def go_on(session: Session, person: Person, now: datetime) -> LearnerView:
    """*Go on*, after seven unanswered lessons: lessons as before, and those seven are forgotten."""
    return resume(session, person, now)


def go_weekly(session: Session, person: Person, now: datetime) -> LearnerView:
    """*Once a week*: lessons go on, one a week."""
    row = started(session, person)
    with reschedule(session, row, now):
        row.cadence = Cadence.WEEKLY
        _lift(row, now)
    return view(session, row, now)


def stop(session: Session, person: Person, now: datetime) -> LearnerView:
    """*Stop*: a pause without an end. They are still learners, and *Resume* brings them back."""
    return pause(session, person, None, now)


def take_as_going_on(session: Session, row: Learner, now: datetime) -> MessageRef | None:
    """Whoever practises while asked whether lessons should go on has answered; the message that asked, if they did."""
    if row.state != LearnerState.WAITING:
        return None
    lift_pause(session, row, now)
    asked = deliveries.newest(session, row.id, Kind.CHECK_IN)
    return MessageRef(asked.channel, asked.ts, asked.id) if asked and asked.channel and asked.ts else None


def invite(session: Session, inviter: Person, user_ids: Collection[str], now: datetime) -> Invited:
    """Owe each of these people one first-contact message. Those who have met Rounds get none: one ask is enough."""
    found = learners.find_many(session, inviter.home_id, user_ids)
    asked = 0
    for user_id in dict.fromkeys(user_ids):
        row = found.get(user_id)
        if row is not None and (row.invited_at or row.state != LearnerState.NEW):
            continue
        person = Person(inviter.team_id, user_id, inviter.enterprise_id)
        row = row or _new(person, None, now)
        row.invited_at = now
        session.add(row)
        session.flush()
        session.add(planning.owe(row, Due(Kind.INVITATION, now.date(), now, now + timedelta(days=1))))
        asked += 1
    return Invited(asked=asked, known=len(dict.fromkeys(user_ids)) - asked)


def remember_channel(session: Session, learner_id: int, channel: str) -> None:
    """Keep the id of the DM with a learner, so that a lost reply can be looked up in its history."""
    row = session.get(Learner, learner_id)
    if row is not None:
        row.channel = channel


def known(session: Session, person: Person) -> Learner:
    """The row of someone who has met Rounds; NotFound otherwise."""
    row = learners.find(session, person)
    if row is None:
        raise NotFound("Rounds doesn't know you yet. Nothing was changed. Open a message to Rounds and press Start.")
    return row


def started(session: Session, person: Person) -> Learner:
    """The row of someone who pressed *Start*; Refused if they have met Rounds but haven't."""
    row = known(session, person)
    if standing(session, row) not in STARTED:
        raise Refused("You haven't started yet, so no lessons come. Nothing was changed. Press Start to begin.")
    return row


def standing(session: Session, row: Learner) -> LearnerState:
    """Where a learner stands: one in a Grid has left when the workspace that delivers to them has.

    They still meet Rounds in another workspace of it, and can press *Start* there.
    """
    if row.enterprise_id is not None and workspaces.has_left(session, row.team_id):
        return LearnerState.LEFT
    return LearnerState(row.state)


def view(session: Session, row: Learner, now: datetime) -> LearnerView:
    """The learner as values."""
    return LearnerView(
        id=row.id,
        person=Person(row.team_id, row.user_id, row.enterprise_id),
        state=standing(session, row),
        preferences=planning.preferences_of(row),
        paused_until=row.paused_until,
        paused=planning.is_paused(row, now),
        channel=row.channel,
        upcoming=planning.upcoming_lesson(session, row, now),
        today=now.astimezone(ZoneInfo(row.tz)).date(),
        paused_by_status=row.paused_by_status and planning.is_paused(row, now),
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
