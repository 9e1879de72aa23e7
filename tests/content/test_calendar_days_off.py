"""Leave, reminders, and meetings stand in the same calendar as shifts. They bring no lesson and refuse nothing."""

from zoneinfo import ZoneInfo

import pytest

from bot.content.roster_reader import ParsedRoster, read_roster
from tests.builders import LONDON, at
from tests.content.calendars import calendar, event, shift

NOW = at("2026-03-02 08:00")
NEW_YORK = ZoneInfo("America/New_York")
MARCH_3 = ("20260303T070000", "20260303T190000")


def read(*events: str, zone: ZoneInfo = LONDON) -> ParsedRoster:
    return read_roster(calendar(shift(*MARCH_3), *events), zone, NOW)


def hours(roster: ParsedRoster, zone: ZoneInfo = LONDON) -> list[str]:
    return [f"{start.astimezone(zone):%m-%d %H:%M} {end.astimezone(zone):%H:%M}" for start, end in roster.shifts]


LEAVE = {
    "midnight to midnight": ("DTSTART:20260304T000000", "DTEND:20260305T000000"),
    "a week from midnight to midnight": ("DTSTART:20260304T000000", "DTEND:20260311T000000"),
    "with Microsoft's flag": ("DTSTART:20260304T000000", "DTEND:20260305T000000", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"),
    "with the flag, from midnight in another office": (
        "DTSTART:20260304T050000Z",
        "DTEND:20260305T050000Z",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
    ),
    "with another program's flag": ("DTSTART:20260304T060000", "DTEND:20260305T060000", "X-FUNAMBOL-ALLDAY:1"),
    "to a minute before midnight": ("DTSTART:20260304T000000", "DTEND:20260304T235900"),
    "to a second before midnight": ("DTSTART:20260304T000000", "DTEND:20260306T235959"),
    "from a minute after midnight": ("DTSTART:20260304T000100", "DTEND:20260304T235900"),
    "to 24:00": ("DTSTART:20260304T000000", "DTEND:20260304T240000"),
    "a day long": ("DTSTART:20260304T000000", "DURATION:P1D"),
    "24 hours long": ("DTSTART:20260304T000000", "DURATION:PT24H"),
    "midnight in UTC": ("DTSTART:20260304T000000Z", "DTEND:20260305T000000Z"),
    "local midnight in UTC": ("DTSTART:20260703T230000Z", "DTEND:20260704T230000Z"),
    "midnight in its own zone": ("DTSTART;TZID=Asia/Tokyo:20260304T000000", "DTEND;TZID=Asia/Tokyo:20260305T000000"),
    "over a clock change": ("DTSTART:20260329T000000", "DTEND:20260330T000000"),
    "each week": ("DTSTART:20260304T000000", "DTEND:20260305T000000", "RRULE:FREQ=WEEKLY;COUNT=3"),
    "a date that says it is one": ("DTSTART;VALUE=DATE:20260304T000000", "DTEND;VALUE=DATE:20260305T000000"),
    "a time that ends on a date": ("DTSTART:20260304T000000", "DTEND;VALUE=DATE:20260305"),
}


@pytest.mark.parametrize("lines", LEAVE.values(), ids=LEAVE)
def test_leave_that_is_written_as_times_is_no_shift(lines: tuple[str, ...]):
    roster = read(event(*lines))

    assert hours(roster) == ["03-03 07:00 19:00"]
    assert roster.skipped_all_day_entries == 1


def test_the_learners_own_midnight_in_utc_is_midnight():
    roster = read(event("DTSTART:20260304T050000Z", "DTEND:20260305T050000Z"), zone=NEW_YORK)

    assert roster.skipped_all_day_entries == 1


def test_a_day_of_leave_takes_the_place_of_its_shift():
    series = shift("20260304T070000", "20260304T150000", "UID:a", "RRULE:FREQ=DAILY;COUNT=3")
    leave = shift("20260305T000000", "20260306T000000", "UID:a", "RECURRENCE-ID:20260305T070000")

    assert hours(read(series, leave)) == ["03-03 07:00 19:00", "03-04 07:00 15:00", "03-06 07:00 15:00"]


@pytest.mark.parametrize(
    "mark", ["TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"]
)
def test_time_that_is_marked_as_free_is_no_shift(mark: str):
    roster = read(shift("20260304T090000", "20260304T170000", mark))

    assert hours(roster) == ["03-03 07:00 19:00"]
    assert roster.skipped_other_entries == 1


def test_a_shift_of_a_series_that_is_marked_as_free_is_left_out():
    series = shift("20260304T070000", "20260304T150000", "UID:a", "RRULE:FREQ=DAILY;COUNT=2")
    free = shift("20260305T070000", "20260305T150000", "UID:a", "RECURRENCE-ID:20260305T070000", "TRANSP:TRANSPARENT")

    assert hours(read(series, free)) == ["03-03 07:00 19:00", "03-04 07:00 15:00"]


def test_a_calendar_that_marks_everything_as_free_marks_nothing():
    """Some rostering programs do, so that a shift doesn't block a private calendar."""
    content = calendar(
        shift(*MARCH_3, "TRANSP:TRANSPARENT"), shift("20260304T070000", "20260304T190000", "TRANSP:TRANSPARENT")
    )

    assert hours(read_roster(content, LONDON, NOW)) == ["03-03 07:00 19:00", "03-04 07:00 19:00"]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("DTSTART:20260306T170000", "DTEND:20260309T080000"), id="a weekend on call"),
        pytest.param(("DTSTART:20260306T090000", "DTEND:20260313T170000"), id="leave with hours"),
        pytest.param(("DTSTART:20260306T090000",), id="a reminder without an end"),
        pytest.param(("DTSTART:20260306T090000", "DTEND:20260306T090000"), id="a reminder that ends at once"),
        pytest.param(("DTSTART:20260306T090000", "DURATION:PT0S"), id="a reminder of no length"),
    ],
)
def test_what_is_too_long_or_too_short_for_a_shift_is_left_out_and_counted(lines: tuple[str, ...]):
    roster = read(event(*lines))

    assert hours(roster) == ["03-03 07:00 19:00"]
    assert roster.skipped_other_entries == 1
    assert roster.left_out == ()


def test_a_meeting_inside_a_shift_is_part_of_it():
    roster = read(
        shift("20260303T100000", "20260303T110000"),
        shift("20260304T190000", "20260305T070000"),
        shift("20260305T020000", "20260305T030000"),
    )

    assert hours(roster) == ["03-03 07:00 19:00", "03-04 19:00 07:00"]


def test_a_day_on_call_holds_the_shift_inside_it():
    roster = read(shift("20260304T070000", "20260305T070000"), shift("20260304T080000", "20260304T160000"))

    assert hours(roster) == ["03-03 07:00 19:00", "03-04 07:00 07:00"]


def test_entries_of_one_day_that_overlap_are_one_shift():
    roster = read(shift("20260304T063000", "20260304T071500"), shift("20260304T070000", "20260304T190000"))

    assert hours(roster) == ["03-03 07:00 19:00", "03-04 06:30 19:00"]


def test_a_shift_ends_when_the_next_day_s_begins():
    """A night that overlaps the next day's shift by a handover leaves both their own lesson."""
    roster = read(shift("20260304T190000", "20260305T073000"), shift("20260305T070000", "20260305T150000"))

    assert hours(roster) == ["03-03 07:00 19:00", "03-04 19:00 07:00", "03-05 07:00 15:00"]
