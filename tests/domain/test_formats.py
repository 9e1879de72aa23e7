"""How dates and clock times are written: in the language at hand, ordered and clocked as in the reader's locale."""

from datetime import date, time

import pytest

from bot.domain.formats import MAX_LOCALE_LENGTH, Formats, find_locale, name_weekdays
from bot.language import use_language

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


@pytest.mark.parametrize(
    ("locale", "day", "full_day"),
    [
        ("de-DE", "Donnerstag, 7. Januar", "Donnerstag, 7. Januar 2027"),
        ("de-AT", "Donnerstag, 7. Jänner", "Donnerstag, 7. Jänner 2027"),
        ("en-US", "Donnerstag, 7. Januar", "Donnerstag, 7. Januar 2027"),
        (None, "Donnerstag, 7. Januar", "Donnerstag, 7. Januar 2027"),
        ("de-XX", "Donnerstag, 7. Januar", "Donnerstag, 7. Januar 2027"),
    ],
)
def test_german_dates_are_written_as_in_the_readers_country(locale: str | None, day: str, full_day: str) -> None:
    thursday, formats = date(2027, 1, 7), Formats(locale)

    with use_language("de"):
        assert formats.write_day(thursday) == day
        assert formats.write_day(thursday, MONDAY) == formats.write_full_day(thursday) == full_day
        assert f"Donnerstag, {formats.write_date(thursday)}" == full_day
        assert formats.write_month_day(thursday) == day.removeprefix("Donnerstag, ")
        assert (formats.name_weekday(thursday), formats.abbreviate_weekday(thursday)) == ("Donnerstag", "Do")
        assert name_weekdays()[0] == "Montag"
    assert name_weekdays()[0] == "Monday"


def test_in_english_weekdays_and_months_have_their_english_names_everywhere() -> None:
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
