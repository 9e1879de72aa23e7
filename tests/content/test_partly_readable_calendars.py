"""One entry that can't be read costs that entry; the past costs nothing."""

import pytest

from bot.content.roster_reader import MAX_ENTRIES, MAX_REPEATING_ENTRIES, ParsedRoster, read_roster
from bot.errors import RosterError
from tests.builders import LONDON, at
from tests.content.calendars import calendar, event, shift

NOW = at("2026-03-02 08:00")
MARCH_3 = ("20260303T070000", "20260303T190000")
MARCH_4 = ("20260304T070000", "20260304T190000")


def read(*events: str) -> ParsedRoster:
    return read_roster(calendar(*events), LONDON, NOW)


def days(roster: ParsedRoster) -> list[int]:
    return [start.day for start, _ in roster.shifts]


PAST = {
    "an end before its start, last week": shift("20260225T190000", "20260225T070000"),
    "an end before its start, last night": shift("20260301T190000", "20260301T070000"),
    "a zone that nobody knows": shift("20260225T070000", "20260225T190000", tz="Mars/Olympus"),
    "an end that can't be read": shift("20260225T070000", "later"),
    "a start that can't be read": event("DTSTART:20260225 morning", "DTEND:20260225T190000"),
    "a rule that can't be read": shift("20200225T070000", "20200225T190000", "RRULE:FREQ=HOURLY;UNTIL=20200301"),
    "a time of the year 1601": shift("16010101T000000", "16010101T080000"),
    "a time of the year 1": shift("00010101T000000", "00010101T080000"),
    "a change of a shift long gone": shift(
        "20200225T190000", "20200225T070000", "UID:x", "RECURRENCE-ID:20200225T070000"
    ),
    "a change of a shift long gone that can't be read": shift(
        "20200225T190000", "later", "UID:x", "RECURRENCE-ID:20200225T070000"
    ),
    "two starts": event("DTSTART:20260225T070000", "DTSTART:20260226T070000", "DTEND:20260227T190000"),
}


@pytest.mark.parametrize("entry", PAST.values(), ids=PAST)
def test_an_entry_of_the_past_that_cant_be_read_is_passed_over(entry: str):
    roster = read(entry, shift(*MARCH_3))

    assert days(roster) == [3]
    assert roster.left_out == ()


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (("DTSTART:20260305T190000", "DTEND:20260305T070000"), "it ends before its start"),
        (("DTSTART;TZID=Mars/Olympus:20260305T070000", "DTEND;TZID=Mars/Olympus:20260305T190000"), "its time zone"),
        (("DTSTART:20260305T070000", "DTEND:later"), "I can't read one of its times"),
        (("DTSTART:20260305T070000", "DURATION:P"), "I can't read its duration"),
        (("DTSTART:20260305T070000", "DTEND:20260305T190000", "RRULE:FREQ=HOURLY"), "more than once a day"),
        (("DTSTART:20260305T070000", "DTEND:20260305T190000", "RRULE:FREQ=DAILY;BYEASTER=1"), "how it repeats"),
        (("DTSTART:20260305T070000", "DTSTART:20260306T070000", "DTEND:20260306T190000"), "two starts"),
        (("DTSTART:19650305T070000", "DTEND:19650305T190000", "RRULE:FREQ=DAILY"), "before 1970"),
        (("DTSTART:20260305T070000", "DTEND;VALUE=DATE:20260306"), "no end time"),
    ],
)
def test_an_entry_ahead_that_cant_be_read_is_left_out_and_named(lines: tuple[str, ...], what: str):
    roster = read(event(*lines), shift(*MARCH_3))

    assert days(roster) == [3]
    assert [what in str(each) for each in roster.left_out] == [True]


def test_an_entry_without_a_date_is_named_by_its_number():
    roster = read(shift(*MARCH_3), event("DTSTART:tomorrow"))

    assert [str(each) for each in roster.left_out] == [
        "Entry 2 in the file: I can't read one of its times. Enter it again."
    ]


def test_an_entry_that_doesnt_end_is_left_out_and_the_next_one_is_read():
    broken = "BEGIN:VEVENT\r\nDTSTART:20260305T070000\r\nDTEND:20260305T190000"

    roster = read(broken, shift(*MARCH_3), shift(*MARCH_4))

    assert days(roster) == [3, 4]
    assert [str(each)[:10] for each in roster.left_out] == ["2026-03-05"]


def test_a_change_that_cant_be_read_takes_out_the_shift_it_changes():
    series = shift(*MARCH_3, "UID:a", "RRULE:FREQ=DAILY;COUNT=3")
    changed = shift("20260304T090000", "later", "UID:a", "RECURRENCE-ID:20260304T070000")

    roster = read(series, changed)

    assert days(roster) == [3, 5]
    assert len(roster.left_out) == 1


def test_a_series_that_cant_be_worked_out_costs_no_other():
    impossible = shift("20260305T070000", "20260305T190000", "RECURRENCE-ID;RANGE=THISANDFUTURE:00010101T000000")

    roster = read(impossible, shift(*MARCH_3))

    assert days(roster) == [3]
    assert [str(each) for each in roster.left_out] == ["2026-03-05: its dates contradict each other. Enter it again."]


def test_what_is_wrong_with_a_canceled_entry_needs_no_mending():
    roster = read(shift("20260305T190000", "20260305T070000", "STATUS:CANCELLED"), shift(*MARCH_3))

    assert days(roster) == [3]
    assert roster.left_out == ()


def test_half_of_the_entries_are_enough():
    bad = [shift(f"2026031{day}T190000", f"2026031{day}T070000") for day in range(2)]

    roster = read(*bad, shift(*MARCH_3), shift(*MARCH_4))

    assert days(roster) == [3, 4]
    assert len(roster.left_out) == 2


def test_fewer_than_half_of_the_entries_ahead_refuse_the_calendar():
    past = [shift(f"2026022{day}T070000", f"2026022{day}T190000") for day in range(5)]
    bad = [shift(f"2026031{day}T190000", f"2026031{day}T070000") for day in range(2)]

    with pytest.raises(RosterError) as refused:
        read(*past, *bad, shift(*MARCH_3))

    told = [str(each) for each in refused.value.problems]
    assert told[0] == "I can read fewer than half of the entries from today on, so I used none."
    assert len(told) == 3


def test_what_was_changed_or_excluded_long_ago_counts_for_nothing():
    dates = [f"2020{month:02}{day:02}" for month in range(1, 10) for day in range(1, 29)]
    moved = [shift(f"{each}T090000", f"{each}T170000", "UID:a", f"RECURRENCE-ID:{each}T070000") for each in dates * 9]
    excluded = ",".join(f"{each}T070000" for each in dates)
    series = shift(
        "20200101T070000", "20200101T150000", "UID:a", "RRULE:FREQ=WEEKLY;BYDAY=TU", *[f"EXDATE:{excluded}"] * 9
    )

    assert len(moved) > MAX_ENTRIES
    assert days(read(*moved, series))[:2] == [17, 24]  # of February, a fortnight back


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=10",
        "FREQ=DAILY;INTERVAL=2;COUNT=100",
        "FREQ=WEEKLY;COUNT=100;BYDAY=MO,TU",
        "FREQ=MONTHLY;COUNT=12",
        "FREQ=MONTHLY;BYDAY=1MO;COUNT=12",
        "FREQ=YEARLY;COUNT=3",
    ],
)
def test_series_that_ended_by_their_count_count_for_nothing(rule: str):
    old = shift("20200107T070000", "20200107T190000", f"RRULE:{rule}")

    assert days(read(*[old] * (MAX_REPEATING_ENTRIES + 1), shift(*MARCH_3))) == [3]


def test_dates_that_were_added_long_ago_count_for_nothing():
    old = shift("20200107T070000", "20200107T190000", "RDATE:20200108T070000")

    assert days(read(*[old] * (MAX_REPEATING_ENTRIES + 1), shift(*MARCH_3))) == [3]


def test_a_file_that_breaks_off_is_refused_whatever_it_holds():
    whole = calendar(*[shift(*MARCH_3)] * 5, shift(*MARCH_4))

    with pytest.raises(RosterError, match="the file ends in the middle"):
        read_roster(whole[: whole.rindex(b"DTEND")], LONDON, NOW)
