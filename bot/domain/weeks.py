"""Weeks, which begin on Monday."""

from datetime import date, timedelta


def find_monday(day: date) -> date:
    """Return the first day of a day's week."""
    return day - timedelta(days=day.weekday())
