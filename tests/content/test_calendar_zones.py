"""Time zones by the names that programs give them, and by the rules that calendars bring along."""

from zoneinfo import ZoneInfo

import pytest

from bot.content.calendar_zones import MAX_OWN_ZONES
from bot.content.roster_reader import ParsedRoster, read_roster
from tests.builders import LONDON, at
from tests.content.calendars import calendar, shift

NOW = at("2026-03-02 08:00")
WINTER, SUMMER = ("20260303T070000", "20260303T190000"), ("20260703T070000", "20260703T190000")


def read(*events: str, zone: ZoneInfo = LONDON) -> ParsedRoster:
    return read_roster(calendar(*events), zone, NOW)


def starts(name: str, *definitions: str) -> list[str]:
    """When a shift from 7:00 starts in UTC, in winter and in summer."""
    roster = read(*definitions, shift(*WINTER, tz=name), shift(*SUMMER, tz=name))
    return [f"{start:%H:%M}" for start, _ in roster.shifts]


def definition(name: str, *lines: str, winter: str = "+0100", summer: str = "+0200") -> str:
    """Central European time, as Exchange defines it."""
    return "\r\n".join([
        "BEGIN:VTIMEZONE", f"TZID:{name}", *lines,
        "BEGIN:STANDARD", "DTSTART:16010101T030000", f"TZOFFSETFROM:{summer}", f"TZOFFSETTO:{winter}",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "END:STANDARD",
        "BEGIN:DAYLIGHT", "DTSTART:16010101T020000", f"TZOFFSETFROM:{winter}", f"TZOFFSETTO:{summer}",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT", "END:VTIMEZONE",
    ])  # fmt: skip


CENTRAL_EUROPE = ["06:00", "05:00"]


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Berlin",
        "europe/berlin",
        '"EUROPE/BERLIN"',
        "W. Europe Standard Time",
        "w. europe standard time",
        "W. Europe Daylight Time",
        "W. Europe",
        '"Western/Central Europe"',
        "/freeassociation.sourceforge.net/Europe/Berlin",
        "/mozilla.org/20070129_1/Europe/Berlin",
        "/softwarestudio.org/Olson_20011030_5/Europe/berlin",
        "tzone://example.org/Europe/Berlin",
        '"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"',
        "(UTC+01:00) Amsterdam\\, Berlin\\, Bern\\, Rome\\, Stockholm\\, Vienna",
        '"(GMT+01.00) Amsterdam / Berlin / Bern / Rome / Stockholm / Vienna"',
    ],
)
def test_central_europe_is_known_by_each_of_its_names(name: str):
    assert starts(name) == CENTRAL_EUROPE


@pytest.mark.parametrize(
    "name",
    [
        "Eastern Standard Time",
        "Eastern",
        '"(UTC-05:00) Eastern Time (US & Canada)"',
        '"(GMT-05.00) Eastern Time (US & Canada)"',
        "US/Eastern",
        "us/eastern",
    ],
)
def test_the_american_east_is_known_by_each_of_its_names(name: str):
    assert starts(name) == ["12:00", "11:00"]


@pytest.mark.parametrize("name", ["UTC", "utc", "Etc/UTC", "tzone://Microsoft/Utc", "GMT", "Z", "UTC+00:00"])
def test_utc_is_known_by_each_of_its_names(name: str):
    assert starts(name) == ["07:00", "07:00"]


@pytest.mark.parametrize("name", ["GMT+0100", "UTC+1", "+01:00", '"(UTC+01:00)"'])
def test_a_name_that_is_only_an_offset_is_that_offset(name: str):
    assert starts(name) == ["06:00", "06:00"]


@pytest.mark.parametrize(
    "name",
    [
        "Customized Time Zone",
        "tzone://Microsoft/Custom",
        "Mitteleuropäische Zeit",
        '"Amsterdam, Berlin"',
        "(UTC+01:00) Somewhere: else",
        "1",
    ],
)
def test_a_zone_that_nobody_knows_follows_the_rules_in_the_calendar(name: str):
    assert starts(name, definition(name.strip('"'))) == CENTRAL_EUROPE


def test_rules_are_found_after_the_entries_and_in_any_case():
    roster = read(shift(*WINTER, tz="Customized Time Zone"), shift(*SUMMER, tz="customized time zone"),
                  definition("CUSTOMIZED TIME ZONE"))  # fmt: skip

    assert [f"{start:%H:%M}" for start, _ in roster.shifts] == CENTRAL_EUROPE


def test_a_place_in_the_rules_wins_over_the_rules():
    assert starts("Berlin 1", definition("Berlin 1", "X-LIC-LOCATION:Europe/Berlin", winter="+0900")) == CENTRAL_EUROPE


def test_a_known_name_wins_over_the_rules_beside_it():
    assert starts("Europe/Berlin", definition("Europe/Berlin", winter="+0900", summer="+0900")) == CENTRAL_EUROPE


def test_a_series_in_a_zone_of_its_own_keeps_its_hours_over_a_clock_change():
    roster = read(
        definition("Own"),
        shift("20260327T070000", "20260327T150000", "RRULE:FREQ=DAILY;UNTIL=20260330", "EXDATE;VALUE=DATE:20260328",
              tz="Own"),
    )  # fmt: skip

    assert [f"{start:%d %H:%M}" for start, _ in roster.shifts] == ["27 06:00", "29 05:00", "30 05:00"]


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param("FREQ=YEARLY;BYMINUTE=0;BYHOUR=2;BYDAY=-1SU;BYMONTH=3", id="Lotus"),
        pytest.param("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25,26,27,28,29,30,31;BYDAY=SU", id="days of the month"),
        pytest.param("FREQ=YEARLY;WKST=MO;INTERVAL=1;BYMONTH=3;BYDAY=-1SU", id="a start of the week"),
    ],
)
def test_rules_of_a_zone_are_read_as_programs_write_them(rule: str):
    own = definition("Own").replace("FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3", rule)

    assert starts("Own", own) == CENTRAL_EUROPE


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTHDAY=1,2,3,4,5,6,7",
        "FREQ=YEARLY;BYDAY=SU",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=SU;BYMONTHDAY=41,42,43,44,45,46,47",
        "soon",
    ],
)
def test_rules_of_a_zone_that_might_never_end_leave_it_unknown(rule: str):
    own = definition("Own").replace("FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3", rule)

    roster = read(own, shift(*WINTER, tz="Own"), shift(*SUMMER))

    assert ["time zone" in str(each) for each in roster.left_out] == [True]


def test_a_file_has_a_few_zones_of_its_own():
    zones = range(MAX_OWN_ZONES + 1)

    roster = read(
        *(definition(f"Own {number}") for number in zones),
        *(shift(f"202603{number + 10}T070000", f"202603{number + 10}T150000", tz=f"Own {number}") for number in zones),
    )

    assert (len(roster.shifts), len(roster.left_out)) == (MAX_OWN_ZONES, 1)


def test_a_zone_without_a_rule_has_one_offset():
    own = "\r\n".join(["BEGIN:VTIMEZONE", "TZID:Own", "BEGIN:STANDARD", "DTSTART:19700101T000000",
                       "TZOFFSETFROM:+0530", "TZOFFSETTO:+0530", "END:STANDARD", "END:VTIMEZONE"])  # fmt: skip

    assert starts("Own", own) == ["01:30", "01:30"]


def test_a_zone_of_listed_dates_follows_them():
    own = definition("Own").replace(
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3", "RDATE:20250330T020000,20260329T020000"
    )
    own = own.replace("RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "RDATE:20251026T030000,20261025T030000")

    assert starts("Own", own) == CENTRAL_EUROPE


@pytest.mark.parametrize("floating", ["X-WR-TIMEZONE:America/New_York", "X-WR-TIMEZONE:Eastern Standard Time"])
def test_times_without_a_zone_are_in_the_calendars_own(floating: str):
    roster = read(floating, shift(*WINTER))

    assert roster.shifts[0][0] == at("2026-03-03 12:00", ZoneInfo("UTC"))


def test_times_without_a_zone_are_the_learners_if_the_calendars_own_is_unknown():
    assert read("X-WR-TIMEZONE:Mars/Olympus", shift(*WINTER)).shifts[0][0] == at("2026-03-03 07:00")


def test_each_of_two_calendars_in_a_file_has_its_own_zone():
    content = calendar("X-WR-TIMEZONE:America/New_York", shift(*WINTER)) + calendar(
        shift("20260304T070000", "20260304T190000")
    )

    assert [f"{start:%H:%M}" for start, _ in read_roster(content, LONDON, NOW).shifts] == ["12:00", "07:00"]


def test_a_calendar_in_sixteen_bits_is_read():
    content = calendar(shift(*WINTER)).decode().encode("utf-16")

    assert len(read_roster(content, LONDON, NOW).shifts) == 1
