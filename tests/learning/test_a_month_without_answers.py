"""A month of a learner who never answers, postpones lessons at random, and changes time zones: how much they get."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, func, select

from bot.delivery.ports import OutgoingDelivery
from bot.domain.learner import Cadence, Preferences
from bot.domain.postponing import PostponeOption
from bot.domain.schedule import DeliveryKindName, find_shift_at, is_day_off
from bot.domain.schedule_kinds import (
    WORKDAY_SCHEDULE,
    AnySchedule,
    RotatingSchedule,
    ShiftHours,
    weekly_around_messages,
)
from bot.errors import Refused
from bot.learning import enrollment, packs, postponing, slack_profile, workspace_lifecycle
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef
from bot.learning.slack_profile import SlackStatus
from bot.storage import Session, Store
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import Delivery, Learner, SendState
from tests.builders import NURSE, TEAM, SetClock, any_cipher, at, six_lessons
from tests.engines import fresh_copy
from tests.examples import many
from tests.ward import Ward

BEGIN = at("2026-03-02 06:00")
END = BEGIN + timedelta(days=30)

ZONES = ("Europe/London", "Pacific/Auckland", "Pacific/Honolulu", "America/New_York", "Asia/Kolkata")
SCHEDULES: tuple[AnySchedule, ...] = (
    WORKDAY_SCHEDULE,
    weekly_around_messages(range(7), time(0, 5), time(23, 30)),
    weekly_around_messages(frozenset({0, 1, 2, 3}), time(22), time(6)),
    RotatingSchedule(
        date(2026, 3, 1),
        tuple("DDNN----"),
        {"D": ShiftHours(time(7), time(19, 30)), "N": ShiftHours(time(19), time(7, 30))},
    ),
    RotatingSchedule(date(2026, 3, 1), ("S", "S", "-"), {"S": ShiftHours(time(9), time(9, 40))}),
)


@dataclass(frozen=True)
class Put:
    """*Later* under the newest lesson or copy."""

    choice: PostponeOption


@dataclass(frozen=True)
class Open:
    """*Open it now*."""


@dataclass(frozen=True)
class Move:
    """Their profile names a different time zone."""

    tz: str


@dataclass(frozen=True)
class Show:
    """Their profile shows a status, for some days or until the next one."""

    emoji: str
    days: int


Act = Put | Open | Move | Show

acts = st.one_of(
    st.builds(Put, st.sampled_from(PostponeOption)),
    st.builds(Put, st.sampled_from(PostponeOption)),
    st.builds(Open),
    st.builds(Move, st.sampled_from(ZONES)),
    st.builds(Show, st.sampled_from(["", ":palm_tree:", ":bus:"]), st.integers(0, 6)),
)


@dataclass(frozen=True)
class Turn:
    """After this many more messages and minutes, they do something."""

    messages: int
    minutes: int
    act: Act


months = st.lists(
    st.builds(Turn, st.sampled_from((0, 1, 1, 2)), st.sampled_from((0, 5, 45, 120, 400)), acts), max_size=40
)


@dataclass
class Month:
    """What arrived and when, and how often a copy was requested on each learning day."""

    ward: Ward
    came: list[tuple[datetime, OutgoingDelivery]] = field(default_factory=list)
    asked: Counter[date] = field(default_factory=Counter)
    asked_on_day_off: set[date] = field(default_factory=set)
    """The learning days with a copy that was last requested on a day off."""

    def live(self, turns: list[Turn]) -> None:
        """Go from message to message and from act to act, and check each message as it comes."""
        for turn in turns:
            self._pass(END, stop_after=len(self.came) + turn.messages)
            if self.ward.clock() >= END:
                return
            self._pass(self.ward.clock() + timedelta(minutes=turn.minutes))
            with suppress(Refused):
                self._act(turn.act)
        self._pass(END)

    def _pass(self, until: datetime, stop_after: int | None = None) -> None:
        """Let time pass, but stop early once this many messages have come."""
        clock = self.ward.clock
        while stop_after is None or len(self.came) < stop_after:
            next_at = self.ward.run(next_moment)
            clock.now = until if next_at is None or next_at > until else max(clock.now, next_at)
            self._receive()
            if clock.now >= until:
                return

    def _receive(self) -> None:
        for outgoing in self.ward.deliver():
            self.came.append((self.ward.clock(), outgoing))
            row = next(row for row in self.ward.deliveries(NURSE) if row.id == outgoing.delivery_id)
            preferences = self.ward.find(NURSE).preferences
            if outgoing.kind == DeliveryKindName.POSTPONED_LESSON and row.learning_day in self.asked_on_day_off:
                assert is_day_off(preferences.schedule, preferences.zone, row.due_at), "sent on a working day"
                continue
            shift = find_shift_at(preferences.schedule, preferences.zone, self.ward.clock())
            assert shift is not None, "sent outside every shift"
            assert shift.learning_day == row.learning_day, "sent in another shift than its own"

    def _act(self, act: Act) -> None:
        ward, now = self.ward, self.ward.clock()
        if ward.find(NURSE).is_asked_to_continue:
            ward.run(enrollment.resume_lessons, NURSE, now)
        newest = self._newest()
        match act:
            case Put(choice) if newest is not None:
                ref = MessageRef(newest.channel or "", newest.ts or "", newest.id)
                state = ward.run(postponing.postpone_lesson, ward.library, NURSE, ref, choice, now)
                preferences = ward.find(NURSE).preferences
                at_home = is_day_off(preferences.schedule, preferences.zone, now)
                (self.asked_on_day_off.add if at_home else self.asked_on_day_off.discard)(state.learning_day)
                self.asked[state.learning_day] += choice is not PostponeOption.NEXT_SHIFT
            case Open() if newest is not None:
                ref = MessageRef(newest.channel or "", newest.ts or "", newest.id)
                ward.run(postponing.open_postponed_lesson, ward.library, NURSE, ref, now)
            case Move(tz):
                ward.run(slack_profile.change_zone, NURSE, tz, now)
            case Show(emoji, days):
                ends = int((now + timedelta(days=days)).timestamp()) if days else 0
                ward.run(slack_profile.follow_slack_status, NURSE, SlackStatus(emoji, ends), now)

    def _newest(self) -> Delivery | None:
        rows = [
            row
            for row in self.ward.deliveries(NURSE)
            if row.kind in {DeliveryKindName.LESSON, DeliveryKindName.POSTPONED_LESSON} and row.ts
        ]
        return rows[-1] if rows else None


def next_moment(session: Session) -> datetime | None:
    """Return when something is due next."""
    planned = session.exec(select(Learner.next_due_at)).one()
    owed = session.exec(select(func.min(Delivery.due_at)).where(col(Delivery.state) == SendState.DUE)).one()
    return min((each for each in (planned, owed) if each is not None), default=None)


@contextmanager
def fresh_ward(migrated: Path, databases: Path, schedule: AnySchedule, cadence: Cadence) -> Iterator[Ward]:
    """Return one learner in their own database."""
    with closing(Store(f"sqlite:///{fresh_copy(migrated, databases)}", any_cipher())) as store:
        store.run(workspace_lifecycle.register_workspace, TEAM, None, "Hospital", "U0ROUNDS", BEGIN)
        store.run(packs.load_pack, six_lessons(), EVERYONES_SCOPE, "rounds", BEGIN)
        ward = Ward(store, Library(), SetClock(BEGIN))
        ward.enrol(NURSE)
        chosen = Preferences("Europe/London", schedule, cadence=cadence, follows_status=True)
        ward.run(enrollment.change_preferences, NURSE, chosen, BEGIN)
        yield ward


@example(
    turns=[Turn(1, 0, Put(PostponeOption.HOUR)), Turn(0, 5, Move("Pacific/Auckland"))],
    schedule=WORKDAY_SCHEDULE,
    cadence=Cadence.EACH_SHIFT,
)
@example(
    turns=[Turn(1, 0, Put(PostponeOption.HOUR)), Turn(0, 5, Show(":palm_tree:", 2))],
    schedule=WORKDAY_SCHEDULE,
    cadence=Cadence.EACH_SHIFT,
)
@settings(max_examples=many(20), deadline=None)
@given(turns=months, schedule=st.sampled_from(SCHEDULES), cadence=st.sampled_from(Cadence))
def test_a_day_brings_at_most_one_lesson_and_one_day_end(
    migrated: Path, databases: Path, turns: list[Turn], schedule: AnySchedule, cadence: Cadence
) -> None:
    """Nothing comes outside a shift, whatever they postpone and wherever they go, and a copy only if requested."""
    with fresh_ward(migrated, databases, schedule, cadence) as ward:
        month = Month(ward)

        month.live(turns)

        day_of = {row.id: row.learning_day for row in ward.deliveries(NURSE)}
        came = [(day_of[outgoing.delivery_id], outgoing.kind) for _, outgoing in month.came]
        counts = Counter(came)
        assert set(counts.values()) <= {1}
        for place, (day, kind) in enumerate(came):
            if kind is DeliveryKindName.POSTPONED_LESSON:
                assert month.asked[day] > 0
            if kind is DeliveryKindName.DAY_END:
                assert (day, DeliveryKindName.LESSON) in came[:place]
                assert (day, DeliveryKindName.LESSON) not in came[place:]
        if cadence is Cadence.WEEKLY:
            weeks = Counter(day.isocalendar()[:2] for day, kind in came if kind is DeliveryKindName.LESSON)
            assert max(weeks.values(), default=0) <= 1


def test_a_month_without_clicks_brings_two_messages_each_working_day(
    migrated: Path,
    databases: Path,
) -> None:
    with fresh_ward(migrated, databases, WORKDAY_SCHEDULE, Cadence.EACH_SHIFT) as ward:
        month = Month(ward)

        month.live([])

        kinds = Counter(outgoing.kind for _, outgoing in month.came)
        assert set(kinds) <= {DeliveryKindName.LESSON, DeliveryKindName.DAY_END, DeliveryKindName.CHECK_IN}
        assert kinds[DeliveryKindName.LESSON] == kinds[DeliveryKindName.DAY_END] >= 7
