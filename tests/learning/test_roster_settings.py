"""Rosters from a calendar: saving and refreshing them, and what learners are told."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from bot.content.roster_reader import ParsedRoster
from bot.domain.learner import Preferences
from bot.domain.schedule import DeliveryKindName, MessageTiming
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, Roster
from bot.errors import CalendarUnreachable, NotFound, RosterError, RosterProblem
from bot.learning import calendar_refresh, enrollment, privacy, roster_settings
from bot.learning.calendar_refresh import (
    MAX_RETRY_DELAY,
    MIN_RETRY_DELAY,
    NOTICE_RETRY_DELAY,
    CalendarNotice,
    CalendarTrouble,
    ClaimedCalendar,
)
from bot.learning.roster_settings import RosterView, SavedRoster
from bot.storage import Session
from bot.storage import calendar_sources as queries
from bot.storage.encryption import Cipher
from bot.storage.tables import CalendarSource, LearnerState
from tests.builders import CLERK, NURSE, at
from tests.ward import IN_BRITAIN, Ward

ADDRESS = "https://rota.example/feeds/9d1f-secret.ics"
BROKEN = RosterError([RosterProblem(date(2026, 3, 4), "two entries overlap.")])
AWAY = CalendarUnreachable("The calendar's server can't be reached.", temporary=True)


def shifts(*days: str, hours: tuple[str, str] = ("07:00", "19:00"), all_day: int = 0) -> ParsedRoster:
    """Return a shift on each of these days, London time."""
    return ParsedRoster(tuple((at(f"{day} {hours[0]}"), at(f"{day} {hours[1]}")) for day in days), all_day)


WEEK = shifts("2026-03-02", "2026-03-03", "2026-03-05", all_day=3)


def keep(
    ward: Ward,
    read: ParsedRoster = WEEK,
    timing: MessageTiming | None = None,
    address: str | None = ADDRESS,
    person=NURSE,
) -> SavedRoster:
    return ward.run(roster_settings.save_roster, person, read, timing, address, ward.clock())


def source(ward: Ward) -> CalendarSource | None:
    return ward.run(lambda session: session.exec(select(CalendarSource)).one_or_none())


def told(ward: Ward) -> CalendarSource:
    found = source(ward)
    assert found is not None
    return found


def next_fetch_at(ward: Ward) -> datetime:
    at_last = told(ward).next_fetch_at
    assert at_last is not None
    return at_last


def claim(ward: Ward) -> ClaimedCalendar:
    (claimed,) = ward.run(calendar_refresh.claim_due_calendars, ward.clock(), 10)
    return claimed


def next_fetch(ward: Ward) -> ClaimedCalendar:
    """Advance the clock to the next fetch and claim it."""
    ward.clock.now = max(ward.clock(), next_fetch_at(ward))
    return claim(ward)


def fails(ward: Ward, problem: CalendarUnreachable | RosterError = BROKEN) -> CalendarNotice | None:
    return ward.run(calendar_refresh.record_fetch_failure, next_fetch(ward), problem, ward.clock())


def succeeds(ward: Ward, read: ParsedRoster) -> CalendarNotice | None:
    return ward.run(calendar_refresh.refresh_roster, next_fetch(ward), read, ward.clock())


def roster_of(ward: Ward) -> tuple[tuple[datetime, datetime], ...]:
    schedule = ward.find(NURSE).preferences.schedule
    assert isinstance(schedule, Roster)
    return schedule.shifts


@pytest.fixture
def enrolled(ward: Ward) -> Ward:
    """Monday, 08:00: a nurse with a roster from an address that is fetched each day."""
    ward.enrol(NURSE)
    keep(ward)
    return ward


def test_a_roster_is_the_schedule_from_now_on(ward: Ward):
    ward.enrol(NURSE)

    kept = keep(ward)

    assert (kept.shifts_ahead, kept.last_day, kept.all_day_entries) == (2, date(2026, 3, 5), 3)
    assert kept.learner.next_lesson is not None
    assert kept.learner.next_lesson.due_at == at("2026-03-03 07:20")
    assert ward.find(NURSE).preferences.schedule == Roster(WEEK.shifts, MessageTiming())


def test_the_lesson_comes_inside_a_shift_at_the_minutes_chosen(ward: Ward):
    ward.enrol(NURSE)
    keep(ward, timing=MessageTiming(45, 10))

    ward.clock.set("2026-03-03 07:44")
    assert ward.deliver() == []
    ward.clock.set("2026-03-03 07:45")
    assert [each.kind for each in ward.deliver()] == [DeliveryKindName.LESSON]
    ward.clock.set("2026-03-03 18:50")
    assert [each.kind for each in ward.deliver()] == [DeliveryKindName.DAY_END]
    ward.clock.set("2026-03-04 18:50")
    assert ward.deliver() == []


def test_a_new_roster_keeps_the_timing_of_the_previous_one(ward: Ward):
    ward.enrol(NURSE)
    keep(ward, timing=MessageTiming(45, 10))

    keep(ward, shifts("2026-03-04"), None)

    assert ward.find(NURSE).preferences.schedule.timing == MessageTiming(45, 10)


def test_a_roster_with_nothing_ahead_changes_nothing(ward: Ward):
    ward.enrol(NURSE)

    with pytest.raises(RosterError, match="no shifts in this calendar from now on"):
        keep(ward, shifts("2026-03-01"))

    assert ward.find(NURSE).preferences.schedule == WORKDAY_SCHEDULE
    assert source(ward) is None


def test_saving_a_roster_enrolls_nobody(ward: Ward):
    ward.meet(NURSE)
    keep(ward)

    ward.clock.set("2026-03-03 07:30")

    assert ward.deliver() == []


def test_the_timing_can_be_changed_alone(enrolled: Ward):
    enrolled.run(roster_settings.change_roster_timing, NURSE, MessageTiming(5, 5), enrolled.clock())

    assert enrolled.find(NURSE).preferences.schedule == Roster(WEEK.shifts, MessageTiming(5, 5))
    assert told(enrolled).address is not None


def test_the_timing_cannot_be_changed_without_a_roster(ward: Ward):
    ward.enrol(NURSE)

    with pytest.raises(NotFound, match="You have no roster yet"):
        ward.run(roster_settings.change_roster_timing, NURSE, MessageTiming(5, 5), ward.clock())


def test_next_months_file_does_not_undo_this_months(ward: Ward):
    ward.enrol(NURSE)
    keep(ward, address=None)

    kept = keep(ward, shifts("2026-03-05", "2026-03-20", hours=("09:00", "17:00")), address=None)

    assert (kept.shifts_ahead, kept.shifts_from_previous, kept.last_day) == (3, 1, date(2026, 3, 20))
    assert roster_of(ward) == (
        *shifts("2026-03-02", "2026-03-03").shifts,
        *shifts("2026-03-05", "2026-03-20", hours=("09:00", "17:00")).shifts,
    )


def test_a_calendar_with_an_address_covers_the_whole_future(ward: Ward):
    ward.enrol(NURSE)
    keep(ward, address=None)

    kept = keep(ward, shifts("2026-03-20"), address=ADDRESS)

    assert (kept.shifts_ahead, kept.shifts_from_previous) == (1, 0)


def test_shifts_that_a_calendar_leaves_out_because_they_began_still_count(enrolled: Ward):
    """Many calendars contain only future shifts, but an answer after midnight still counts for the evening."""
    evening = (at("2026-03-03 19:00"), at("2026-03-04 07:00"))
    keep(enrolled, ParsedRoster((evening, *shifts("2026-03-06").shifts)))
    enrolled.clock.set("2026-03-04 02:00")

    enrolled.run(
        calendar_refresh.refresh_roster, claim_now(enrolled), shifts("2026-03-06", "2026-03-07"), enrolled.clock()
    )

    assert roster_of(enrolled) == (*shifts("2026-03-02").shifts, evening, *shifts("2026-03-06", "2026-03-07").shifts)


def test_started_shifts_are_dropped_after_two_weeks(enrolled: Ward):
    enrolled.clock.set("2026-03-18 12:00")

    enrolled.run(calendar_refresh.refresh_roster, claim_now(enrolled), shifts("2026-03-20"), enrolled.clock())

    assert roster_of(enrolled) == shifts("2026-03-05", "2026-03-20").shifts


def test_the_address_is_encrypted_and_only_its_host_is_shown(enrolled: Ward, cipher: Cipher):
    stored = told(enrolled)
    shown = enrolled.run(roster_settings.read_roster, NURSE, enrolled.clock())

    assert stored.address is not None
    assert b"secret" not in stored.address
    assert cipher.decrypt(stored.address) == ADDRESS
    assert shown == RosterView(
        MessageTiming(),
        2,
        date(2026, 3, 5),
        today=date(2026, 3, 2),
        calendar_host="rota.example",
        formats=IN_BRITAIN,
    )
    assert "secret" not in repr((stored, shown, claim_tomorrow(enrolled)))


def claim_tomorrow(ward: Ward) -> ClaimedCalendar:
    ward.clock.advance(days=1)
    return claim(ward)


def test_a_file_has_no_address_and_replaces_one(enrolled: Ward):
    keep(enrolled, address=None)

    assert told(enrolled).address is None
    assert enrolled.run(roster_settings.read_roster, NURSE, enrolled.clock()).is_from_file


def test_another_kind_of_schedule_deletes_the_address(enrolled: Ward):
    enrolled.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", WORKDAY_SCHEDULE), enrolled.clock())

    assert source(enrolled) is None


def test_other_settings_do_not_change_the_roster(enrolled: Ward):
    preferences = Preferences("Europe/London", enrolled.find(NURSE).preferences.schedule, frozenset({"finance"}))

    enrolled.run(enrollment.change_preferences, NURSE, preferences, enrolled.clock())

    assert told(enrolled).address is not None


def test_deleting_everything_deletes_the_address(enrolled: Ward):
    enrolled.run(privacy.erase_learner, NURSE, enrolled.clock())

    assert source(enrolled) is None


def test_an_address_is_fetched_again_within_a_day_and_by_only_one_worker(enrolled: Ward):
    assert timedelta(hours=22) <= next_fetch_at(enrolled) - enrolled.clock() <= timedelta(hours=24)

    enrolled.clock.now = next_fetch_at(enrolled)
    first, second = (enrolled.run(calendar_refresh.claim_due_calendars, enrolled.clock(), 10) for _ in range(2))

    assert [each.address for each in first] == [ADDRESS]
    assert second == []


def test_fetches_of_learners_who_started_together_are_spread(ward: Ward):
    for person in (NURSE, CLERK):
        ward.enrol(person)
        keep(ward, person=person)

    times = ward.run(lambda session: [each.next_fetch_at for each in session.exec(select(CalendarSource))])

    assert len(set(times)) == 2


def test_an_address_that_no_key_decrypts_blocks_no_other(ward: Ward):
    for person in (NURSE, CLERK):
        ward.enrol(person)
        keep(ward, person=person)
    ward.run(seal_with_a_lost_key, ward.find(NURSE).id)

    ward.clock.advance(days=1)

    assert [each.learner_id for each in ward.run(calendar_refresh.claim_due_calendars, ward.clock(), 10)] == [
        ward.find(CLERK).id
    ]


def seal_with_a_lost_key(session: Session, learner_id: int) -> None:
    found = queries.find_source(session, learner_id)
    assert found is not None
    found.address = Cipher([Fernet.generate_key().decode()]).encrypt(ADDRESS)


def test_new_shifts_replace_the_old_ones_with_the_same_minutes(ward: Ward):
    ward.enrol(NURSE)
    keep(ward, timing=MessageTiming(45, 10))
    later = shifts("2026-03-06", "2026-03-09")

    assert succeeds(ward, later) is None

    schedule = ward.find(NURSE).preferences.schedule
    assert schedule == Roster((*shifts("2026-03-02", "2026-03-03").shifts, *later.shifts), MessageTiming(45, 10))
    upcoming = ward.find(NURSE).next_lesson
    assert upcoming is not None
    assert upcoming.due_at == at("2026-03-06 07:45")


def test_what_was_due_before_the_shifts_moved_still_comes_once(enrolled: Ward):
    enrolled.clock.set("2026-03-03 07:21")
    claimed = claim_now(enrolled)
    enrolled.run(
        calendar_refresh.refresh_roster,
        claimed,
        shifts("2026-03-03", "2026-03-05", hours=("09:00", "21:00")),
        enrolled.clock(),
    )

    sent = [each.kind for each in enrolled.deliver()]
    enrolled.clock.set("2026-03-03 09:30")
    sent += [each.kind for each in enrolled.deliver()]

    assert sent == [DeliveryKindName.LESSON]


def claim_now(ward: Ward) -> ClaimedCalendar:
    """Claim the calendar, whether or not it is due."""
    ward.run(lambda session: setattr(session.exec(select(CalendarSource)).one(), "next_fetch_at", ward.clock()))
    return claim(ward)


def test_a_fetch_for_a_replaced_calendar_is_dropped(enrolled: Ward):
    claimed = next_fetch(enrolled)
    keep(enrolled, shifts("2026-03-12"), address="https://other.example/a.ics")

    assert enrolled.run(calendar_refresh.refresh_roster, claimed, shifts("2026-03-20"), enrolled.clock()) is None
    assert enrolled.run(calendar_refresh.record_fetch_failure, claimed, BROKEN, enrolled.clock()) is None

    assert roster_of(enrolled)[-1:] == shifts("2026-03-12").shifts


def test_a_fetch_for_a_former_roster_is_dropped(enrolled: Ward):
    claimed = next_fetch(enrolled)
    enrolled.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", WORKDAY_SCHEDULE), enrolled.clock())

    assert enrolled.run(calendar_refresh.refresh_roster, claimed, shifts("2026-03-20"), enrolled.clock()) is None

    assert enrolled.find(NURSE).preferences.schedule == WORKDAY_SCHEDULE


def test_an_unreadable_calendar_keeps_the_last_shifts_and_is_reported_once(enrolled: Ward):
    first = fails(enrolled)
    again = [fails(enrolled) for _ in range(5)]

    assert first == CalendarNotice(enrolled.find(NURSE).id, NURSE, CalendarTrouble.UNREADABLE, True, BROKEN, IN_BRITAIN)
    assert again == [None] * 5
    assert roster_of(enrolled) == WEEK.shifts


def partly(*days: str) -> ParsedRoster:
    """Shifts on these days beside an entry that can't be read."""
    return replace(shifts(*days), left_out=BROKEN.problems)


def test_what_is_left_out_is_told_with_the_roster(ward: Ward):
    ward.enrol(NURSE)

    kept = keep(ward, partly("2026-03-03", "2026-03-05"))

    assert (kept.shifts_ahead, kept.left_out) == (2, BROKEN.problems)
    assert succeeds(ward, partly("2026-03-05", "2026-03-06")) is None


def test_an_entry_that_can_no_longer_be_read_is_told_once_until_all_can(enrolled: Ward):
    enrolled.clock.set("2026-03-03 23:00")
    asleep = succeeds(enrolled, partly("2026-03-04", "2026-03-09"))
    enrolled.clock.set("2026-03-04 08:00")
    awake = [succeeds(enrolled, partly("2026-03-04", "2026-03-09")) for _ in range(2)]
    succeeds(enrolled, shifts("2026-03-09", "2026-03-12"))
    enrolled.clock.set("2026-03-09 08:00")
    anew = succeeds(enrolled, partly("2026-03-09", "2026-03-12"))

    assert asleep is None
    assert [news.trouble if news else None for news in awake] == [CalendarTrouble.PARTLY_READ, None]
    assert anew is not None
    assert str(anew.problem) == str(BROKEN)


def test_a_calendar_that_breaks_is_told_though_some_of_it_was_left_out(ward: Ward):
    ward.enrol(NURSE)
    keep(ward, partly("2026-03-03", "2026-03-05"))
    ward.clock.set("2026-03-03 08:00")

    news = fails(ward)

    assert news is not None
    assert news.trouble is CalendarTrouble.UNREADABLE


def test_a_calendar_that_ends_is_told_though_some_of_it_was_left_out(ward: Ward):
    ward.enrol(NURSE)
    keep(ward, partly("2026-03-03", "2026-03-05"))
    ward.clock.set("2026-03-05 08:00")

    news = succeeds(ward, ParsedRoster((), left_out=BROKEN.problems))

    assert news is not None
    assert news.trouble is CalendarTrouble.NO_SHIFTS_LEFT


def test_a_notice_of_what_is_left_out_that_didnt_arrive_is_sent_again(enrolled: Ward):
    enrolled.clock.set("2026-03-03 08:00")
    first = succeeds(enrolled, partly("2026-03-03", "2026-03-05"))
    enrolled.run(calendar_refresh.release_calendar_notice, enrolled.find(NURSE).id, enrolled.clock())

    again = succeeds(enrolled, partly("2026-03-03", "2026-03-05"))

    assert [news.trouble for news in (first, again) if news] == [CalendarTrouble.PARTLY_READ] * 2


def test_a_new_failure_after_a_success_is_reported_again(enrolled: Ward):
    fails(enrolled)
    succeeds(enrolled, shifts("2026-03-10", "2026-03-11", "2026-03-12"))
    enrolled.clock.set("2026-03-10 08:00")

    assert fails(enrolled) is not None


def test_failures_are_retried_at_growing_intervals(enrolled: Ward):
    distances = []
    for _ in range(8):
        fails(enrolled)
        distances.append(next_fetch_at(enrolled) - enrolled.clock())

    assert distances[0] == MIN_RETRY_DELAY
    assert distances[-1] == MAX_RETRY_DELAY
    assert distances == sorted(distances)


def test_temporary_failures_are_not_reported_for_an_hour(enrolled: Ward):
    assert fails(enrolled, AWAY) is None

    for _ in range(3):
        news = fails(enrolled, AWAY)
        if news is not None:
            break

    assert news is not None
    assert news.problem is AWAY


def test_nobody_is_notified_in_their_sleep(ward: Ward):
    """A night worker is told at night about a calendar that breaks by day."""
    ward.enrol(NURSE)
    nights = ParsedRoster(tuple((at(f"2026-03-0{day} 22:00"), at(f"2026-03-0{day + 1} 06:00")) for day in range(2, 7)))
    keep(ward, nights)
    ward.clock.set("2026-03-03 12:00")

    assert ward.run(calendar_refresh.record_fetch_failure, claim_now(ward), BROKEN, ward.clock()) is None
    assert next_fetch_at(ward) - ward.clock() <= NOTICE_RETRY_DELAY
    ward.clock.set("2026-03-03 23:00")

    assert ward.run(calendar_refresh.record_fetch_failure, claim(ward), BROKEN, ward.clock()) is not None


def test_nobody_is_notified_in_a_pause(enrolled: Ward):
    enrolled.run(enrollment.pause_lessons, NURSE, date(2026, 3, 20), enrolled.clock())

    assert [fails(enrolled) for _ in range(4)] == [None] * 4


def test_a_notice_that_did_not_arrive_is_sent_the_next_time(enrolled: Ward):
    news = fails(enrolled)
    assert news is not None

    enrolled.run(calendar_refresh.release_calendar_notice, news.learner_id, enrolled.clock())

    assert told(enrolled).next_fetch_at == enrolled.clock() + MIN_RETRY_DELAY
    assert fails(enrolled) is not None


def test_a_calendar_without_more_shifts_is_reported_once(enrolled: Ward):
    enrolled.clock.set("2026-03-05 12:00")

    ended = enrolled.run(calendar_refresh.refresh_roster, claim_now(enrolled), WEEK, enrolled.clock())
    again = [succeeds(enrolled, ParsedRoster(())) for _ in range(3)]

    assert ended == CalendarNotice(
        enrolled.find(NURSE).id, NURSE, CalendarTrouble.NO_SHIFTS_LEFT, True, formats=IN_BRITAIN
    )
    assert again == [None] * 3
    assert enrolled.find(NURSE).next_lesson is None
    assert enrolled.deliver() is not None


def test_a_calendar_that_ends_and_then_breaks_is_reported_once(enrolled: Ward):
    enrolled.clock.set("2026-03-05 12:00")
    enrolled.run(calendar_refresh.refresh_roster, claim_now(enrolled), WEEK, enrolled.clock())

    assert fails(enrolled) is None


def test_new_shifts_after_the_end_continue_automatically(enrolled: Ward):
    enrolled.clock.set("2026-03-05 12:00")
    enrolled.run(calendar_refresh.refresh_roster, claim_now(enrolled), WEEK, enrolled.clock())

    succeeds(enrolled, shifts("2026-03-20"))

    assert told(enrolled).notified_at is None
    upcoming = enrolled.find(NURSE).next_lesson
    assert upcoming is not None
    assert upcoming.learning_day == date(2026, 3, 20)


def test_learners_with_a_file_are_told_in_their_last_shift(ward: Ward):
    ward.enrol(NURSE)
    keep(ward, address=None)

    claimed = next_fetch(ward)

    assert ward.clock() == at("2026-03-05 07:00")
    assert claimed.address is None
    assert ward.run(calendar_refresh.refresh_roster, claimed, None, ward.clock()) == CalendarNotice(
        ward.find(NURSE).id, NURSE, CalendarTrouble.NO_SHIFTS_LEFT, False, formats=IN_BRITAIN
    )
    assert told(ward).next_fetch_at is None


def test_calendars_of_people_who_left_are_not_fetched(enrolled: Ward):
    enrolled.run(leave, enrolled.find(NURSE).id)
    enrolled.clock.advance(days=2)

    assert enrolled.run(calendar_refresh.claim_due_calendars, enrolled.clock(), 10) == []


def leave(session: Session, learner_id: int) -> None:
    found = queries.lock_source(session, learner_id)
    assert found is not None
    found[1].state = LearnerState.LEFT
