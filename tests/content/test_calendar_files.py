"""Calendars are read without holding up anything else, and however they are made, reading them ends soon."""

from datetime import UTC, datetime

import pytest

from bot.content import calendar_files
from bot.content.calendar_files import SMALL_CALENDAR_BYTES, parse_roster
from bot.content.calendar_lines import MAX_LINES_PER_ENTRY
from bot.content.parsing_process import ParsingLimits
from bot.content.roster_reader import read_roster
from bot.errors import RosterError
from tests.builders import LONDON
from tests.content.calendars import calendar, event, shift
from tests.content.hostile_files import EMPTY_DATES, calendar_of

NOW = datetime(2026, 3, 3, tzinfo=UTC)
PADDING = "X-PADDING:" + "x" * SMALL_CALENDAR_BYTES


async def test_a_large_calendar_gives_the_same_shifts_as_a_small_one():
    shifts = (shift("20260303T070000", "20260303T190000"), shift("20260309T070000", "20260309T190000"))

    large = await parse_roster(calendar(*shifts) + PADDING.encode(), LONDON, NOW)

    assert large == await parse_roster(calendar(*shifts), LONDON, NOW) == read_roster(calendar(*shifts), LONDON, NOW)
    assert len(large.shifts) == 2


async def test_a_large_calendar_has_the_same_problems_as_a_small_one():
    backward = (shift("20260303T070000", "20260303T190000"), *[shift("20260304T190000", "20260304T070000")] * 2)
    with pytest.raises(RosterError) as small:
        await parse_roster(calendar(*backward), LONDON, NOW)

    with pytest.raises(RosterError) as large:
        await parse_roster(calendar(*backward) + PADDING.encode(), LONDON, NOW)

    assert large.value.problems == small.value.problems


async def test_a_large_calendar_leaves_out_the_same_as_a_small_one():
    content = calendar(
        shift("20260303T070000", "20260303T190000"),
        shift("20260304T190000", "20260304T070000"),
        shift("20260305T000000", "20260306T000000"),
        shift("20260306T070000", "20260309T070000"),
        shift("20260307T070000", "20260307T190000", "STATUS:CANCELLED"),
        event("DTSTART:tomorrow"),
        shift("20260310T070000", "20260310T190000"),
    )

    small, large = await parse_roster(content, LONDON, NOW), await parse_roster(content + PADDING.encode(), LONDON, NOW)

    assert large == small
    assert (len(small.left_out), small.skipped_all_day_entries, small.skipped_other_entries) == (2, 1, 1)
    assert len(small.canceled_shifts) == 1
    assert small.covers_from == small.shifts[0][0]


async def test_a_calendar_that_takes_too_much_is_refused_in_words():
    with pytest.raises(RosterError) as refused:
        await parse_roster(calendar() + PADDING.encode(), LONDON, NOW, ParsingLimits(wall_seconds=0.0))

    assert str(refused.value) == calendar_files.STOPPED


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("DURATION:P1D\n" * 80_000 + "STATUS:X\n" * 80_000, id="lines to look through for each line"),
        pytest.param(EMPTY_DATES, id="a million empty dates"),
    ],
)
def test_an_entry_with_countless_lines_or_dates_is_refused_soon(lines: str):
    with pytest.raises(RosterError) as refused:
        read_roster(calendar_of(lines), LONDON, NOW)

    assert len(refused.value.problems) <= MAX_LINES_PER_ENTRY
