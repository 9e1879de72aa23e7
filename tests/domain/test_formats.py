"""How dates and clock times are written: in English words, in the order and by the clock of the reader's locale."""

from datetime import date, time

import pytest

from bot.domain.formats import MAX_LOCALE_LENGTH, Formats, find_locale

MONDAY = date(2026, 12, 7)
LAST_YEAR = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("slacks", "morning", "evening", "day", "full_day"),
    [
        ("en-US", "7:05 AM", "7:05 PM", "Monday, December 7", "Monday, December 7, 2026"),
        ("en-GB", "07:05", "19:05", "Monday 7 December", "Monday 7 December 2026"),
        ("de-DE", "07:05", "19:05", "Monday 7 December", "Monday 7 December 2026"),
        ("ja-JP", "7:05", "19:05", "Monday, December 7", "Monday, December 7, 2026"),
        ("en-CA", "7:05 am", "7:05 pm", "Monday, December 7", "Monday, December 7, 2026"),
        ("fi-FI", "7.05", "19.05", "Monday 7 December", "Monday 7 December 2026"),
        # Countries whose English CLDR doesn't have: their clock, and English as anywhere.
        ("pt-BR", "07:05", "19:05", "Monday 7 December", "Monday 7 December 2026"),
        ("ko-KR", "7:05 am", "7:05 pm", "Monday 7 December", "Monday 7 December 2026"),
        ("th-TH", "07:05", "19:05", "Monday 7 December", "Monday 7 December 2026"),
        ("es-LA", "7:05 am", "7:05 pm", "Monday 7 December", "Monday 7 December 2026"),
    ],
)
def test_dates_and_times_are_written_as_in_the_readers_country(
    slacks: str, morning: str, evening: str, day: str, full_day: str
) -> None:
    formats = Formats(find_locale(slacks))

    assert formats.locale is not None
    assert formats.write_time(time(7, 5)) == morning
    assert formats.write_time(time(19, 5)) == evening
    assert formats.write_day(MONDAY) == formats.write_day(MONDAY, MONDAY) == day
    assert formats.write_day(MONDAY, LAST_YEAR) == formats.write_full_day(MONDAY) == full_day
    assert f"Monday{',' if ',' in day else ''} {formats.write_date(MONDAY)}" == full_day


def test_midnight_and_noon_are_twelve_on_a_twelve_hour_clock() -> None:
    formats = Formats("en-US")

    assert [formats.write_time(time(hour)) for hour in (0, 11, 12, 23)] == [
        "12:00 AM",
        "11:00 AM",
        "12:00 PM",
        "11:00 PM",
    ]


def test_weekdays_and_months_have_their_english_names_everywhere() -> None:
    german = Formats(find_locale("de-DE"))

    assert german.name_weekday(MONDAY) == "Monday"
    assert german.abbreviate_weekday(MONDAY) == "Mon"
    assert german.write_month_day(MONDAY) == "7 December"


@pytest.mark.parametrize(
    "slacks", [None, "", "xx-YY", "../../etc/passwd", "en-US\n", "root", "e" * (MAX_LOCALE_LENGTH + 1)]
)
def test_a_locale_that_isnt_known_is_no_locale(slacks: str | None) -> None:
    assert find_locale(slacks) is None


def test_whoever_has_no_known_locale_reads_as_in_the_united_states() -> None:
    unknown, of_a_newer_version = Formats(None), Formats("xx-YY")

    assert unknown.write_time(time(19, 5)) == of_a_newer_version.write_time(time(19, 5)) == "7:05 PM"
    assert unknown.territory is None


def test_a_language_without_a_country_keeps_its_own_clock() -> None:
    formats = Formats(find_locale("de"))

    assert formats.write_time(time(19, 5)) == "19:05"
    assert formats.write_date(MONDAY) == "7 December 2026"


def test_names_are_stored_alike_however_slack_spells_them() -> None:
    assert find_locale("en-gb") == find_locale("en_GB") == "en-GB"
    assert Formats("en-GB").territory == "GB"
