"""Which repetitions are worked out: those that people make rosters of, and none that takes for ever."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
from dateutil.rrule import rrulestr

from bot.content.recurrence_rules import (
    TOO_FREQUENT_MESSAGE,
    UNSUPPORTED_RULE_MESSAGE,
    clean_rule,
    find_rule_problem,
    last_date,
    max_occurrences_per_year,
    with_end_in_utc,
)
from tests.builders import at


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=8",
        "freq=daily;count=1000000000",
        "FREQ=DAILY;BYDAY=MO,TU,WE",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=SU;UNTIL=20261231T235959Z",
        "FREQ=WEEKLY;UNTIL=20261231",
        "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
        "FREQ=MONTHLY;BYDAY=1MO,-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;",
    ],
)
def test_rules_of_rosters_are_worked_out(rule: str):
    assert find_rule_problem(rule) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("FREQ=DAILY; BYDAY=MO, TU, WE", "FREQ=DAILY;BYDAY=MO,TU,WE"),
        ("freq=weekly;byday=MO,TU,;", "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("FREQ=DAILY;COUNT=-1;INTERVAL=2", "FREQ=DAILY;INTERVAL=2"),
    ],
)
def test_a_rule_is_meant_without_its_blanks_and_negative_counts(written: str, meant: str):
    assert clean_rule(written) == meant
    assert find_rule_problem(meant) is None


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=1000000000", "FREQ=HOURLY;INTERVAL=12", "FREQ=DAILY;BYSECOND=0,1"]
)
def test_more_often_than_daily_is_said_to_be_too_often(rule: str):
    assert find_rule_problem(rule) == TOO_FREQUENT_MESSAGE


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=",
        "FREQ=FORTNIGHTLY",
        "INTERVAL=2",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;UNTIL=20261332",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=2",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=1MO,SA",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;BYMONTH=2;BYDAY=5SU",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYEASTER=1",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=DAILY;X-OWN=1",
        f"FREQ=WEEKLY;BYDAY={'MO,' * 100}MO",
    ],
)
def test_other_rules_are_said_to_be_unclear(rule: str):
    assert find_rule_problem(rule) == UNSUPPORTED_RULE_MESSAGE


def test_the_last_date_of_a_rule_is_the_one_it_names():
    assert str(last_date("FREQ=DAILY;UNTIL=20261231T235959Z")) == "2026-12-31"
    assert last_date("FREQ=DAILY;COUNT=3") is None


@pytest.mark.parametrize("start", [date(2020, 1, 7), date(2020, 12, 31), date(2020, 2, 29)])
def test_no_counted_rule_goes_on_after_its_last_date(start: date):
    counted = [f"{rule};COUNT={count}" for rule in TAKEN for count in (1, 2, 7)]
    known = {rule: last for rule in counted if (last := last_date(rule, start))}
    ends = {rule: list(rrulestr(rule, dtstart=datetime.combine(start, time())))[-1].date() for rule in known}

    assert len(known) > len(counted) / 3
    assert [rule for rule, end in ends.items() if end > known[rule]] == []


def test_a_limit_beyond_all_calendars_is_none():
    assert with_end_in_utc("FREQ=DAILY;UNTIL=99991231;INTERVAL=2", UTC) == "FREQ=DAILY;INTERVAL=2"


CHOICES = {
    "FREQ": ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
    "INTERVAL": ("", "2", "4", "7", "12"),
    "BYDAY": ("", "MO", "MO,TH,SU", "1MO", "-1FR", "5SU", "5SU,-5TU", "1MO,SA"),
    "BYMONTHDAY": ("", "1", "29", "31", "-31", "30,31"),
    "BYMONTH": ("", "2", "4"),
    "BYSETPOS": ("", "1", "-4"),
}
TAKEN = [
    rule
    for values in product(*CHOICES.values())
    if not find_rule_problem(
        rule := ";".join(f"{name}={value}" for name, value in zip(CHOICES, values, strict=True) if value)
    )
]
"""Every way to put these together that is taken."""

STARTS = [at("2024-02-29 07:00"), at("2026-01-31 22:00"), at("2026-04-01 00:00")]


@pytest.mark.parametrize("start", STARTS)
def test_every_rule_that_is_taken_meets_a_date(start: datetime):
    """One that never did would be looked for until the year 9999."""
    met = {rule: next(iter(rrulestr(rule, dtstart=start)), None) for rule in TAKEN}

    assert [rule for rule, first in met.items() if first is None] == []


@pytest.mark.parametrize("start", STARTS)
def test_no_rule_comes_more_often_than_was_reckoned(start: datetime):
    year = start + timedelta(days=364)
    came = {rule: len(rrulestr(rule, dtstart=start).between(start, year, inc=True)) for rule in TAKEN}

    assert [rule for rule, times in came.items() if times > max_occurrences_per_year(rule)] == []
