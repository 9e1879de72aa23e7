"""A lesson that came in a shift breaks no streak once the calendar takes that shift back."""

from datetime import date, datetime

import pytest
from sqlmodel import select

from bot.content.roster_reader import ParsedRoster
from bot.domain.learner import Preferences
from bot.domain.schedule_kinds import Roster, ShiftHours, WeeklySchedule
from bot.errors import RosterError
from bot.learning import calendar_refresh, enrollment, practice, roster_settings, streaks
from bot.storage.tables import CalendarSource
from tests.builders import NURSE, at
from tests.ward import Ward

ADDRESS = "https://rota.example/a.ics"


def shift_on(day: int) -> tuple[datetime, datetime]:
    return at(f"2026-03-{day:02} 07:00"), at(f"2026-03-{day:02} 19:00")


def roster(*days: int, canceled: tuple[int, ...] = (), covers_from: datetime | None = None) -> ParsedRoster:
    return ParsedRoster(
        tuple(map(shift_on, days)), canceled_shifts=tuple(map(shift_on, canceled)), covers_from=covers_from
    )


def save(ward: Ward, read: ParsedRoster, address: str | None = ADDRESS) -> None:
    ward.run(roster_settings.save_roster, NURSE, read, None, address, ward.clock())


def fetch(ward: Ward, read: ParsedRoster) -> None:
    """Fetch the calendar now, whether or not it is due."""
    ward.run(lambda session: setattr(session.exec(select(CalendarSource)).one(), "next_fetch_at", ward.clock()))
    (claimed,) = ward.run(calendar_refresh.claim_due_calendars, ward.clock(), 10)
    ward.run(calendar_refresh.refresh_roster, claimed, read, ward.clock())


def work(ward: Ward, *days: int) -> None:
    """Get the lesson of each day, and answer it."""
    for day in days:
        receive(ward, day)
        ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "B", ward.clock.advance(minutes=5))


def receive(ward: Ward, day: int) -> None:
    ward.clock.set(f"2026-03-{day:02} 07:20")
    assert len(ward.deliver()) == 1


def streak(ward: Ward) -> int:
    return ward.run(streaks.read_streak, NURSE, ward.clock()).streak.current


@pytest.fixture
def rostered(ward: Ward) -> Ward:
    """A nurse with a calendar of shifts from the 2nd to the 6th and on the 9th, who answered on the 3rd and 4th."""
    ward.enrol(NURSE)
    save(ward, roster(3, 4, 5, 6, 9))
    work(ward, 3, 4)
    return ward


def test_a_shift_taken_back_after_its_lesson_came_breaks_no_streak(rostered: Ward) -> None:
    receive(rostered, 5)

    fetch(rostered, roster(3, 4, 6, 9))
    work(rostered, 6)

    assert streak(rostered) == 3


def test_a_shift_that_is_taken_back_days_later_breaks_no_streak(rostered: Ward) -> None:
    receive(rostered, 5)
    work(rostered, 6)
    assert streak(rostered) == 1

    fetch(rostered, roster(3, 4, 6, 9))

    assert streak(rostered) == 3


def test_a_shift_that_stays_breaks_a_streak(rostered: Ward) -> None:
    receive(rostered, 5)

    fetch(rostered, roster(3, 4, 5, 6, 9))
    work(rostered, 6)

    assert streak(rostered) == 1


def test_a_calendar_that_leaves_out_the_past_takes_nothing_back(rostered: Ward) -> None:
    receive(rostered, 5)

    fetch(rostered, roster(6, 9))
    work(rostered, 6)

    assert streak(rostered) == 1


def test_the_first_shift_of_a_calendar_that_has_earlier_entries_can_be_taken_back(rostered: Ward) -> None:
    receive(rostered, 5)

    fetch(rostered, roster(6, 9, covers_from=at("2026-03-04 12:00")))
    work(rostered, 6)

    assert streak(rostered) == 3


def test_a_shift_that_the_calendar_says_is_canceled_breaks_no_streak(rostered: Ward) -> None:
    receive(rostered, 5)

    fetch(rostered, roster(6, 9, canceled=(5,)))
    work(rostered, 6)

    assert streak(rostered) == 3


def test_a_day_that_was_practiced_still_counts_if_its_shift_is_taken_back(rostered: Ward) -> None:
    work(rostered, 5)

    fetch(rostered, roster(3, 4, 6, 9))
    work(rostered, 6)

    assert streak(rostered) == 4


def test_a_shift_that_moves_on_its_day_still_counts(rostered: Ward) -> None:
    receive(rostered, 5)
    later = ParsedRoster((shift_on(3), shift_on(4), (at("2026-03-05 09:00"), at("2026-03-05 21:00")), shift_on(6)))

    fetch(rostered, later)
    work(rostered, 6)

    assert streak(rostered) == 1


def test_a_day_that_its_owner_takes_off_after_its_lesson_came_breaks_no_streak(ward: Ward) -> None:
    every_day = dict.fromkeys(range(7), ShiftHours(at("2026-03-02 07:00").time(), at("2026-03-02 19:00").time()))
    ward.enrol(NURSE, WeeklySchedule(every_day))
    work(ward, 3, 4)
    receive(ward, 5)

    without_thursday = WeeklySchedule({day: hours for day, hours in every_day.items() if day != 3})
    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", without_thursday), ward.clock())
    work(ward, 6)

    assert streak(ward) == 3


def test_a_day_missed_before_is_not_undone_by_new_settings(ward: Ward) -> None:
    every_day = dict.fromkeys(range(7), ShiftHours(at("2026-03-02 07:00").time(), at("2026-03-02 19:00").time()))
    ward.enrol(NURSE, WeeklySchedule(every_day))
    work(ward, 3, 4)
    receive(ward, 5)
    work(ward, 6)

    without_thursday = WeeklySchedule({day: hours for day, hours in every_day.items() if day != 3})
    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", without_thursday), ward.clock())

    assert streak(ward) == 1


def days(ward: Ward) -> list[date]:
    schedule = ward.find(NURSE).preferences.schedule
    assert isinstance(schedule, Roster)
    return [start.date() for start, _ in schedule.shifts]


def test_a_file_of_cancellations_takes_its_shifts_out_of_the_roster(ward: Ward) -> None:
    ward.enrol(NURSE)
    save(ward, roster(3, 4, 5), address=None)

    save(ward, roster(canceled=(4,)), address=None)

    assert days(ward) == [date(2026, 3, 3), date(2026, 3, 5)]


def test_a_file_that_cancels_every_shift_changes_nothing(ward: Ward) -> None:
    ward.enrol(NURSE)
    save(ward, roster(3, 4), address=None)

    with pytest.raises(RosterError, match="cancels all your upcoming shifts"):
        save(ward, roster(canceled=(3, 4)), address=None)

    assert days(ward) == [date(2026, 3, 3), date(2026, 3, 4)]


def test_a_file_of_cancellations_for_other_shifts_changes_nothing(ward: Ward) -> None:
    ward.enrol(NURSE)
    save(ward, roster(3, 4), address=None)

    with pytest.raises(RosterError, match="no shifts in this calendar from now on"):
        save(ward, roster(canceled=(10,)), address=None)

    assert days(ward) == [date(2026, 3, 3), date(2026, 3, 4)]
