"""What becomes of a calendar: shifts, or every problem at once; never a word of its text."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.content.roster_reader import (
    MAX_CALENDAR_BYTES,
    MAX_ENTRIES,
    MAX_REPEATING_ENTRIES,
    MAX_SHIFTS,
    ParsedRoster,
    read_roster,
)
from bot.errors import RosterError
from tests.builders import LONDON, at
from tests.content.calendars import calendar, event, shift
from tests.examples import many

NOW = at("2026-03-02 08:00")
PATIENT = "Mrs Abernathy, bed 12"
MARCH_3 = ("20260303T070000", "20260303T190000")


def read(*events: str, zone: ZoneInfo = LONDON) -> ParsedRoster:
    return read_roster(calendar(*events), zone, NOW)


def hours(roster: ParsedRoster, zone: ZoneInfo = LONDON) -> list[str]:
    """The shifts as local times."""
    return [f"{start.astimezone(zone):%m-%d %H:%M} {end.astimezone(zone):%H:%M}" for start, end in roster.shifts]


def problems(*events: str) -> list[str]:
    with pytest.raises(RosterError) as caught:
        read(*events)
    return [str(problem) for problem in caught.value.problems]


def test_each_entry_with_a_start_and_an_end_is_a_shift_in_order():
    roster = read(shift("20260305T190000", "20260306T070000"), shift(*MARCH_3))

    assert hours(roster) == ["03-03 07:00 19:00", "03-05 19:00 07:00"]
    assert roster.skipped_all_day_entries == 0


def test_a_time_without_a_zone_is_the_learners_own():
    roster = read(shift(*MARCH_3), zone=ZoneInfo("America/New_York"))

    assert roster.shifts[0][0] == at("2026-03-03 07:00", ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    "name",
    ["Europe/Paris", '"Romance Standard Time"', "Romance Standard Time", "/softwarestudio.org/Tzfile/Europe/Paris"],
)
def test_a_zone_is_known_by_each_of_its_usual_names(name: str):
    roster = read(shift(*MARCH_3, tz=name))

    assert hours(roster) == ["03-03 06:00 18:00"]


def test_a_time_in_utc_is_an_instant():
    roster = read(shift("20260703T060000Z", "20260703T180000Z"))

    assert hours(roster) == ["07-03 07:00 19:00"]


def test_a_shift_may_tell_how_long_it_lasts_in_place_of_its_end():
    roster = read(event("DTSTART:20260303T070000", "DURATION:PT12H30M"))

    assert hours(roster) == ["03-03 07:00 19:30"]


def test_a_night_over_a_clock_change_ends_when_the_clock_on_the_wall_says():
    roster = read(shift("20260327T220000", "20260328T060000", "RRULE:FREQ=DAILY;COUNT=2"))

    assert hours(roster) == ["03-27 22:00 06:00", "03-28 22:00 06:00"]
    assert [end - start for start, end in roster.shifts] == [timedelta(hours=8), timedelta(hours=7)]


def test_a_start_that_a_clock_change_skips_is_the_first_time_after_it():
    roster = read(shift("20260329T013000", "20260329T090000"))

    assert hours(roster) == ["03-29 02:00 09:00"]


def test_repetitions_are_worked_out_with_their_exceptions_and_changes():
    roster = read(
        shift("20260303T070000", "20260303T150000", "UID:early", "RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20260304T070000"),
        shift("20260305T090000", "20260305T170000", "UID:early", "RECURRENCE-ID:20260305T070000"),
        shift("20260306T070000", "20260306T150000", "UID:early", "RECURRENCE-ID:20260306T070000", "STATUS:CANCELLED"),
    )

    assert hours(roster) == ["03-03 07:00 15:00", "03-05 09:00 17:00", "03-07 07:00 15:00"]


def test_all_day_entries_are_left_out_and_counted():
    roster = read(
        shift(*MARCH_3),
        event("DTSTART;VALUE=DATE:20260304", "DTEND;VALUE=DATE:20260320", "SUMMARY:Leave"),
        event("DTSTART;VALUE=DATE:18860304", "RRULE:FREQ=YEARLY", "SUMMARY:Hospital founded"),
    )

    assert hours(roster) == ["03-03 07:00 19:00"]
    assert roster.skipped_all_day_entries == 2


def test_cancelled_entries_are_no_shifts():
    roster = read(shift(*MARCH_3), shift("20260304T070000", "20260304T190000", "STATUS:CANCELLED"))

    assert hours(roster) == ["03-03 07:00 19:00"]


def test_the_same_shift_twice_is_one():
    assert hours(read(shift(*MARCH_3, "UID:1"), shift(*MARCH_3, "UID:2"))) == ["03-03 07:00 19:00"]


def test_shifts_are_kept_from_a_fortnight_back_to_four_hundred_days_ahead():
    roster = read(
        *(
            shift(f"{day:%Y%m%d}T070000", f"{day:%Y%m%d}T150000")
            for day in (NOW + timedelta(days=offset) for offset in (-16, -13, 0, 399, 402))
        )
    )

    assert [(start - NOW).days for start, _ in roster.shifts] == [-14, -1, 398]


def test_what_is_wrong_with_the_past_needs_no_mending():
    roster = read(
        shift("20250303T070000", "20250303T060000"), shift("20250303T070000", "20250304T190000"), shift(*MARCH_3)
    )

    assert len(roster.shifts) == 1


def test_at_most_a_thousand_shifts_are_kept_the_first_ones():
    starts = [NOW + timedelta(hours=8 * number) for number in range(MAX_SHIFTS + 50)]

    roster = read(*(event(f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT6H") for start in starts))

    assert len(roster.shifts) == MAX_SHIFTS
    assert roster.shifts[0][0] == NOW


def test_times_in_an_alarm_are_not_the_entrys():
    roster = read(
        event(
            "BEGIN:VALARM", "TRIGGER:-PT15M", "DURATION:PT5M", "END:VALARM", "DTSTART:20260303T070000", "DURATION:PT8H"
        )
    )

    assert hours(roster) == ["03-03 07:00 15:00"]


def test_long_lines_that_were_folded_are_whole_again():
    content = calendar(shift(*MARCH_3)).replace(b"20260303T19", b"20260303\r\n T19")

    assert hours(read_roster(content, LONDON, NOW)) == ["03-03 07:00 19:00"]


def test_programs_that_use_one_id_for_all_lose_no_shift():
    same_id = [shift(f"2026030{day}T070000", f"2026030{day}T190000", "UID:rota", "SEQUENCE:0") for day in (3, 4, 5)]

    assert hours(read(*same_id)) == ["03-03 07:00 19:00", "03-04 07:00 19:00", "03-05 07:00 19:00"]


def test_of_two_versions_of_an_entry_the_later_counts():
    first, later = shift(*MARCH_3, "UID:a", "SEQUENCE:1"), shift(*MARCH_3, "UID:a", "SEQUENCE:2", "STATUS:CANCELLED")

    assert hours(read(first, later)) == []


def test_ids_are_told_apart_whatever_stands_in_them():
    assert (
        len(read(shift(*MARCH_3, "UID:urn:a:1"), shift("20260304T070000", "20260304T190000", "UID:urn:b:1")).shifts)
        == 2
    )


def test_what_an_entry_says_twice_is_told_or_passed_over():
    twice = ("UID:1", "UID:2", "SEQUENCE:1", "SEQUENCE:2", "STATUS:CONFIRMED", "STATUS:CONFIRMED")

    assert len(read(shift(*MARCH_3, *twice)).shifts) == 1
    assert problems(shift(*MARCH_3, "DTEND:20260303T200000")) == [
        "2026-03-03: it has two starts or two ends. Enter it again."
    ]


def test_an_empty_calendar_has_no_shifts():
    assert read() == ParsedRoster(())


def test_every_problem_is_told_at_once_with_its_date():
    told = problems(
        shift("20260303T070000", "20260303T190000"),
        shift("20260306T070000", "20260306T190000", "RRULE:FREQ=SECONDLY;COUNT=1000000000"),
        shift("20260307T190000", "20260307T070000"),
        shift("20260309T070000", "20260309T190000", tz="Mars/Olympus"),
        event("DTSTART:on the 10th"),
        event("SUMMARY:nothing else"),
    )

    assert told == [
        "I can read fewer than half of the entries from today on, so I used none.",
        "Entry 5 in the file: I can't read one of its times. Enter it again.",
        "Entry 6 in the file: it has no start. Add one, or delete the entry.",
        "2026-03-06: it repeats more than once a day. Enter each shift separately, or one that repeats "
        "daily or weekly.",
        "2026-03-07: it ends before its start. Enter the hours of the shift.",
        "2026-03-09: I don't know its time zone. In the calendar's settings, choose a place, such as Europe/London.",
    ]


def test_a_day_and_a_night_of_24_hours_are_a_shift_in_autumn_too():
    roster = read(shift("20261024T080000", "20261025T080000"))

    assert [end - start for start, end in roster.shifts] == [timedelta(hours=25)]


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xfe\x00", b"<html>Sign in</html>", b"PK\x03\x04"])
def test_what_is_no_calendar_is_said_to_be_none(content: bytes):
    with pytest.raises(RosterError, match=r"^This isn't a calendar\. Export your shifts as an iCalendar file"):
        read_roster(content, LONDON, NOW)


def test_a_calendar_over_two_megabytes_is_refused_unread():
    with pytest.raises(RosterError, match=r"larger than 2 MB"):
        read_roster(calendar(shift(*MARCH_3)).ljust(MAX_CALENDAR_BYTES + 1), LONDON, NOW)


def test_a_calendar_of_two_megabytes_is_read():
    assert len(read_roster(calendar(shift(*MARCH_3)).ljust(MAX_CALENDAR_BYTES), LONDON, NOW).shifts) == 1


def test_a_roster_of_a_hundred_thousand_entries_is_refused_by_its_size():
    with pytest.raises(RosterError, match=r"larger than 2 MB"):
        read(*[shift(*MARCH_3)] * 100_000)


def test_more_entries_than_years_of_shifts_are_refused_by_their_number():
    assert problems(*["BEGIN:VEVENT\r\nEND:VEVENT"] * (MAX_ENTRIES + 1)) == [
        "This calendar has 2,001 entries with a start and an end. I can read up to 2,000. Export only your shifts."
    ]


def test_more_repeating_entries_than_can_be_worked_out_quickly_are_refused():
    assert problems(*[shift(*MARCH_3, "RRULE:FREQ=WEEKLY")] * (MAX_REPEATING_ENTRIES + 1)) == [
        "This calendar has 51 entries that repeat. I can read up to 50. Export only your shifts."
    ]


def test_entries_that_repeat_more_often_than_anyone_works_are_refused():
    assert problems(*[shift(*MARCH_3, "RRULE:FREQ=DAILY")] * 9) == [
        "This calendar has entries that repeat up to 3,303 times a year. I can read up to 3,000. Export only your "
        "shifts."
    ]


def test_years_of_the_past_count_for_nothing():
    old = shift("20250101T070000", "20250101T190000")

    assert hours(read(*[old] * (MAX_ENTRIES + 1), shift(*MARCH_3))) == ["03-03 07:00 19:00"]


def test_entries_that_repeated_long_ago_count_for_nothing():
    old = shift("20200303T070000", "20200303T190000", "RRULE:FREQ=DAILY;UNTIL=20201231T000000Z")

    assert hours(read(*[old] * (MAX_REPEATING_ENTRIES + 1), shift(*MARCH_3))) == ["03-03 07:00 19:00"]


def test_a_list_of_dates_without_end_is_refused():
    dates = ",".join(["20260303T070000Z"] * (MAX_ENTRIES + 1))

    assert problems(shift(*MARCH_3, f"RDATE:{dates}")) == [
        "This calendar lists 2,001 dates of repeated entries. I can read up to 2,000. Export only your shifts."
    ]


def test_a_file_that_breaks_off_is_not_taken_for_a_whole_one():
    with pytest.raises(RosterError, match=r"^2026-03-03: the file ends in the middle of this entry"):
        read_roster(calendar(shift(*MARCH_3)).partition(b"END:VEVENT")[0], LONDON, NOW)


def test_rules_of_a_zone_that_go_on_for_ever_are_never_run():
    endless = "\r\n".join(
        ["BEGIN:VTIMEZONE", "TZID:Own", "BEGIN:STANDARD", "DTSTART:19700101T000000", "RRULE:FREQ=SECONDLY",
         "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:STANDARD", "END:VTIMEZONE"]
    )  # fmt: skip

    assert "I don't know its time zone" in problems(endless, shift(*MARCH_3, tz="Own"))[0]


TITLED = [
    f"SUMMARY:{PATIENT}",
    f"DESCRIPTION:{PATIENT}",
    f"LOCATION:{PATIENT}",
    f"ATTENDEE;CN={PATIENT}:mailto:x@example.org",
    f"UID:{PATIENT}",
    f"X-NOTE:{PATIENT}",
    f"STATUS:{PATIENT}",
    f"SEQUENCE:{PATIENT}",
]


@pytest.mark.parametrize("line", [*TITLED, f"RRULE:{PATIENT}", f"DTSTART;TZID={PATIENT}:20260303T070000",
                                  f"EXDATE:{PATIENT}", f"DURATION:{PATIENT}", f"DTEND:{PATIENT}"])  # fmt: skip
def test_no_problem_quotes_an_entry(line: str):
    told = problems(shift("20260303T070000", "20260303T060000", line))

    assert "Abernathy" not in "".join(told)


def test_what_is_read_holds_no_word_of_an_entry():
    assert "Abernathy" not in repr(read(shift(*MARCH_3, *TITLED)))


OWN_ZONE = "\r\n".join(
    ["BEGIN:VTIMEZONE", "TZID:Own", "BEGIN:STANDARD", "DTSTART:19700101T030000", "TZOFFSETFROM:+0200",
     "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:STANDARD", "END:VTIMEZONE"]
)  # fmt: skip

PIECES = [
    *("BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM", "END:VCALENDAR", "", ":", " folded"),
    *("BEGIN:VCALENDAR", "METHOD:CANCEL", "X-WR-TIMEZONE:Asia/Tokyo", "END:VEVENT\r\nBEGIN:VEVENT", OWN_ZONE),
    *("TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "DURATION:PT99999H", "DURATION:PT0S"),
    *(
        f"{name}{value}"
        for name in ("DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID")
        for value in (
            ":20260303T070000",
            ":20260303T190000Z",
            ";TZID=Europe/Paris:20260329T023000",
            ";TZID=Own:20260329T023000",
            ";TZID=Mars:20260310T070000",
            ":20260304T000000",
            ":00010101T000000",
            ":99991231T235959Z",
            ";VALUE=DATE:20260304",
            ":22000101T000000",
            ":20261332T250000",
        )
    ),
    *("RDATE;VALUE=PERIOD:20260310T070000/PT2H", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260305T070000"),
    *("DURATION:PT8H", "DURATION:P", "DURATION:PT", "UID:1", "UID:2", "SEQUENCE:1", "SEQUENCE:x", "STATUS:CANCELLED"),
    *("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU;UNTIL=20270101", "RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=3"),
    *("RRULE:FREQ=DAILY;UNTIL=20260305", "RRULE:FREQ=DAILY;UNTIL=00010101", "RRULE:FREQ=WEEKLY;UNTIL=99991231T000000"),
    *("RRULE:FREQ=DAILY;UNTIL=20260305T070000Z", "RRULE:FREQ=YEARLY;INTERVAL=9999", "RRULE:FREQ=HOURLY"),
]
"""Lines that calendars hold, in whatever order and number."""


@settings(max_examples=many(400), deadline=None)
@given(lines=st.lists(st.sampled_from(PIECES), max_size=24))
def test_whatever_a_calendar_holds_it_becomes_shifts_that_can_be_kept_or_problems(lines: list[str]):
    try:
        shifts = read_roster(calendar(OWN_ZONE, "BEGIN:VEVENT", *lines), LONDON, NOW).shifts
    except RosterError:
        return

    assert all(start < end <= start + timedelta(hours=25) for start, end in shifts)
    assert all(end <= start for (_, end), (start, _) in pairwise(shifts))


@settings(max_examples=many(200), deadline=None)
@example(starts={26}, length=24, zone="Europe/London")  # over the night on which clocks go forward
@given(
    starts=st.sets(st.integers(0, 300), min_size=1, max_size=60),
    length=st.integers(1, 24),
    zone=st.sampled_from(
        ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"]
    ),
)
def test_shifts_written_as_instants_come_back_as_they_were(starts: set[int], length: int, zone: str):
    wanted = [(NOW + timedelta(days=day), NOW + timedelta(days=day, hours=length)) for day in sorted(starts)]

    roster = read(*(_written(*span) for span in reversed(wanted)), zone=ZoneInfo(zone))

    assert list(roster.shifts) == wanted


def _written(start: datetime, end: datetime) -> str:
    return shift(f"{start:%Y%m%dT%H%M%SZ}", f"{end:%Y%m%dT%H%M%SZ}")
