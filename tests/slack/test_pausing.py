"""Dates of numbers alone, as they are typed after "pause until"."""

from datetime import date

import pytest

from bot.content.time_zone_countries import writes_month_first
from bot.domain.dates import parse_date
from bot.domain.formats import Formats, find_locale


@pytest.mark.parametrize(
    ("tz", "locale", "meant"),
    [
        pytest.param("Europe/Berlin", None, date(2027, 11, 12), id="where they are, if the locale isn't known"),
        pytest.param("America/New_York", None, date(2026, 12, 11), id="in America, if the locale isn't known"),
        pytest.param("Europe/Berlin", "en-US", date(2026, 12, 11), id="an American in Berlin"),
        pytest.param("America/New_York", "en-GB", date(2027, 11, 12), id="a Briton in New York"),
    ],
)
def test_twelve_eleven_is_read_by_the_locale_or_else_by_the_place(tz: str, locale: str | None, meant: date) -> None:
    territory = Formats(find_locale(locale)).territory

    read = parse_date("12/11", date(2026, 12, 3), month_first=writes_month_first(tz, territory))

    assert read == meant
