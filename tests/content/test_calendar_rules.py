"""Which repetitions are worked out: those that people make rosters of, and none that takes for ever."""

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.content.calendar_rules import OFTEN, UNCLEAR, last_date, rule_complaint
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
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;",
    ],
)
def test_rules_of_rosters_are_worked_out(rule: str):
    assert rule_complaint(rule) is None


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=1000000000", "FREQ=HOURLY;INTERVAL=12", "FREQ=DAILY;BYSECOND=0,1"]
)
def test_more_often_than_daily_is_said_to_be_too_often(rule: str):
    assert rule_complaint(rule) == OFTEN


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
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYEASTER=1",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=DAILY;X-OWN=1",
        f"FREQ=WEEKLY;BYDAY={'MO,' * 100}MO",
    ],
)
def test_other_rules_are_said_to_be_unclear(rule: str):
    assert rule_complaint(rule) == UNCLEAR


def test_the_last_date_of_a_rule_is_the_one_it_names():
    assert str(last_date("FREQ=DAILY;UNTIL=20261231T235959Z")) == "2026-12-31"
    assert last_date("FREQ=DAILY;COUNT=3") is None


DAYS = st.lists(st.sampled_from(["MO", "TH", "SU"]), min_size=1, max_size=3).map(",".join)
NTH = st.lists(st.sampled_from(["1MO", "-1FR", "5SU", "SA", "-5TU"]), min_size=1, max_size=3).map(",".join)
PARTS = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
    optional={
        "INTERVAL": st.integers(1, 13).map(str),
        "BYDAY": DAYS | NTH,
        "BYMONTHDAY": st.lists(st.integers(-31, 31).map(str), min_size=1, max_size=3).map(",".join),
        "BYMONTH": st.integers(1, 12).map(str),
        "BYSETPOS": st.integers(-5, 5).map(str),
    },
)


@settings(max_examples=400, deadline=None)
@given(parts=PARTS, start=st.sampled_from(["2024-02-29 07:00", "2026-01-31 22:00", "2026-04-01 00:00"]))
def test_every_rule_that_is_taken_meets_a_date_within_a_lifetime(parts: dict[str, str], start: str):
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    assume(rule_complaint(rule) is None)
    # These step over most of the calendar, so that even the year 9999 is near.
    assume(not (parts["FREQ"] == "MONTHLY" and int(parts.get("INTERVAL", 1)) % 12 == 0))
    first = at(start)

    met = next(iter(rrulestr(rule, dtstart=first)))

    assert met.year <= first.year + 12 * 28
