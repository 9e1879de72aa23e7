"""Ends, exceptions, and cancellations of entries, as programs write them."""

from zoneinfo import ZoneInfo

import pytest

from bot.content.roster_reader import ParsedRoster, read_roster
from tests.builders import LONDON, at
from tests.content.calendars import calendar, event, shift

NOW = at("2026-03-02 08:00")
NEW_YORK = ZoneInfo("America/New_York")
MARCH_3 = ("20260303T070000", "20260303T190000")
NIGHT = ("20260303T220000", "20260304T060000")


def read(*events: str, zone: ZoneInfo = LONDON) -> ParsedRoster:
    return read_roster(calendar(*events), zone, NOW)


def hours(roster: ParsedRoster, zone: ZoneInfo = LONDON) -> list[str]:
    return [f"{start.astimezone(zone):%m-%d %H:%M} {end.astimezone(zone):%H:%M}" for start, end in roster.shifts]


def days(roster: ParsedRoster, zone: ZoneInfo = LONDON) -> list[int]:
    return [start.astimezone(zone).day for start, _ in roster.shifts]


@pytest.mark.parametrize("duration", ["DURATION:PT8H", "DURATION:P1D", "DURATION:-PT8H", "DURATION:soon"])
def test_an_end_wins_over_a_duration(duration: str):
    roster = read(shift(*MARCH_3, duration))

    assert hours(roster) == ["03-03 07:00 19:00"]


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20260303T070000", "DTSTART:20260303T070000", "DTEND:20260303T190000"),
        ("DTSTART:20260303T070000", "DTEND:20260303T190000", "DTEND:20260303T190000"),
        ("DTSTART:20260303T0700", "DTEND:20260303T1900"),
        ("DTSTART:2026-03-03T07:00:00", "DTEND:2026-03-03 19:00"),
        ("DTSTART:2026-03-03T07:00:00Z", "DTEND:2026-03-03T20:00:00+01:00"),
        ("DTSTART:20260303T070000.000Z", "DTEND:20260303T190000.000Z"),
        ("DTSTART:20260303T070000", "DURATION:pt12h"),
        ("dtstart:20260303t070000", "dtend:20260303t190000"),
        ("DTSTART:20260303T070000", "DTEND:20260303T185960"),
    ],
)
def test_a_time_is_read_however_it_is_written(lines: tuple[str, ...]):
    assert hours(read(event(*lines))) == ["03-03 07:00 19:00"]


def test_an_end_without_a_zone_is_in_that_of_its_start():
    roster = read(event("DTSTART;TZID=America/New_York:20260303T070000", "DTEND:20260303T190000"))

    assert hours(roster, NEW_YORK) == ["03-03 07:00 19:00"]


@pytest.mark.parametrize(
    ("times", "until", "zone"),
    [
        (MARCH_3, "20260305", LONDON),
        (NIGHT, "20260305", LONDON),
        (NIGHT, "20260305", NEW_YORK),
        (MARCH_3, "20260305T235959", NEW_YORK),
        (NIGHT, "20260305T220000", NEW_YORK),
        (MARCH_3, "20260305T235959", ZoneInfo("Asia/Tokyo")),
        (MARCH_3, "20260305T070000", ZoneInfo("Asia/Tokyo")),
        (MARCH_3, "20260306T050000", ZoneInfo("Asia/Tokyo")),
    ],
)
def test_a_series_keeps_the_last_day_that_it_names(times: tuple[str, str], until: str, zone: ZoneInfo):
    roster = read(shift(*times, f"RRULE:FREQ=DAILY;UNTIL={until}"), zone=zone)

    assert days(roster, zone) == [3, 4, 5]


def test_a_series_in_utc_keeps_the_last_day_of_the_learners():
    roster = read(shift("20260304T030000Z", "20260304T110000Z", "RRULE:FREQ=DAILY;UNTIL=20260305"), zone=NEW_YORK)

    assert days(roster, NEW_YORK) == [3, 4, 5]


@pytest.mark.parametrize(
    "excluded",
    [
        "EXDATE;VALUE=DATE:20260304",
        "EXDATE:20260304",
        "EXDATE:20260304T000000",
        "EXDATE;TZID=America/New_York:20260304T000000",
        "EXDATE:20260304T220000",
        "EXDATE:20260305T030000Z",
        "EXDATE;VALUE=DATE:20260101,20260304,",
    ],
)
def test_a_date_that_is_excluded_takes_out_the_shift_that_starts_on_it(excluded: str):
    series = shift(*NIGHT, "RRULE:FREQ=DAILY;COUNT=3", excluded, tz="America/New_York")

    assert days(read(series), NEW_YORK) == [3, 5]


def test_a_date_that_a_series_in_utc_excludes_is_the_learners():
    series = shift("20260304T030000Z", "20260304T110000Z", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260304")

    assert days(read(series, zone=NEW_YORK), NEW_YORK) == [3, 5]


REPLACED = [
    "RECURRENCE-ID;VALUE=DATE:20260304",
    "RECURRENCE-ID:20260304",
    "RECURRENCE-ID:20260304T000000",
    "RECURRENCE-ID:20260304T220000",
    "RECURRENCE-ID;TZID=America/New_York:20260304T220000",
    "RECURRENCE-ID:20260305T030000Z",
]


@pytest.mark.parametrize("replaced", REPLACED)
@pytest.mark.parametrize("order", [1, -1], ids=["the series first", "the change first"])
def test_a_date_that_is_replaced_moves_the_shift_that_starts_on_it(replaced: str, order: int):
    series = shift(*NIGHT, "UID:a", "RRULE:FREQ=DAILY;COUNT=3", tz="America/New_York")
    moved = shift("20260304T120000", "20260304T200000", "UID:a", replaced, tz="America/New_York")

    roster = read(*[series, moved][::order])

    assert hours(roster, NEW_YORK) == ["03-03 22:00 06:00", "03-04 12:00 20:00", "03-05 22:00 06:00"]


@pytest.mark.parametrize("replaced", REPLACED)
@pytest.mark.parametrize("status", ["STATUS:CANCELLED", "STATUS:CANCELED"])
def test_a_date_that_is_canceled_takes_out_the_shift_that_starts_on_it(replaced: str, status: str):
    series = shift(*NIGHT, "UID:a", "RRULE:FREQ=DAILY;COUNT=3", tz="America/New_York")
    canceled = shift("20260304T220000", "20260305T060000", "UID:a", replaced, status, tz="America/New_York")

    assert days(read(series, canceled), NEW_YORK) == [3, 5]


def test_a_change_from_a_date_on_holds_for_the_rest_of_the_series():
    series = shift("20260303T070000", "20260303T150000", "UID:a", "RRULE:FREQ=DAILY;COUNT=4")
    later = shift(
        "20260305T090000", "20260305T170000", "UID:a", "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260305"
    )

    assert hours(read(series, later)) == [
        "03-03 07:00 15:00", "03-04 07:00 15:00", "03-05 09:00 17:00", "03-06 09:00 17:00"
    ]  # fmt: skip


def test_a_date_that_is_added_to_a_series_has_its_hours():
    assert hours(read(shift(*MARCH_3, "RDATE;VALUE=DATE:20260307"))) == ["03-03 07:00 19:00", "03-07 07:00 19:00"]


def test_a_calendar_of_cancellations_has_no_shift():
    roster = read("METHOD:CANCEL", shift(*MARCH_3))

    assert roster.shifts == ()
    assert [f"{start:%m-%d %H:%M}" for start, _ in roster.canceled_shifts] == ["03-03 07:00"]


def test_a_cancellation_beside_the_shift_takes_it_back():
    published = calendar(
        "METHOD:PUBLISH", shift(*MARCH_3, "UID:a", "SEQUENCE:0"), shift("20260304T070000", "20260304T150000")
    )
    canceled = calendar("METHOD:CANCEL", shift(*MARCH_3, "UID:a", "SEQUENCE:0"))

    assert days(read_roster(published + canceled, LONDON, NOW)) == [4]


def test_a_cancellation_of_one_shift_leaves_others_of_the_same_id():
    """Some programs use one id for everything."""
    roster = read(
        shift(*MARCH_3, "UID:rota"),
        shift("20260304T070000", "20260304T190000", "UID:rota"),
        shift("20260304T070000", "20260304T190000", "UID:rota", "STATUS:CANCELLED"),
    )

    assert days(roster) == [3]
