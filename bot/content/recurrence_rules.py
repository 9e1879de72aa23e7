"""Decides which recurrence rules (RFC 5545, RRULE) of calendar entries we expand.

The library that expands them searches for the next date until the year 9999. A rule without dates (every February 30)
takes it seconds; a rule with FREQ=SECONDLY or INTERVAL=0 never ends. So we accept only the rules that rosters use. They
all reach their next date soon.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from bot.content.calendar_times import FIRST_YEAR, LAST_YEAR
from bot.language import mark

MAX_RULE_LENGTH = 200
"""Longest rule, in characters. Rules that people make are far shorter."""

_DAY = r"(?:MO|TU|WE|TH|FR|SA|SU)"
_DAYS = rf"{_DAY}(?:,{_DAY})*"
_NTH_DAYS = rf"[+-]?[1-5]{_DAY}(?:,[+-]?[1-5]{_DAY})*"
_DAYS_OR_NTH = f"{_DAYS}|{_NTH_DAYS}"
"""One or the other, never mixed: the library reads "each Saturday and the first Monday" as days that are both."""

_DATE = r"-?(?:0?[1-9]|[12]\d|3[01])"
_DATES = rf"{_DATE}(?:,{_DATE})*"

_ANY = {
    "INTERVAL": r"0*[1-9]\d{0,3}",
    "COUNT": r"0*[1-9]\d{0,9}",
    "UNTIL": r"\d{8}(?:T\d{6}Z?)?",
    "WKST": _DAY,
}
_BY_FREQUENCY = {
    "DAILY": {"BYDAY": _DAYS},
    "WEEKLY": {"BYDAY": _DAYS},
    "MONTHLY": {"BYDAY": _DAYS_OR_NTH, "BYMONTHDAY": _DATES, "BYSETPOS": r"-?[1-4]"},
    "YEARLY": {"BYDAY": _DAYS_OR_NTH.replace("1-5", "1-4"), "BYMONTHDAY": _DATES, "BYMONTH": r"0?[1-9]|1[0-2]"},
}
_SHORTEST_MONTH = 28
_LONGEST_SERIES = 200 * 366
"""Days of a counted series beyond which its end doesn't matter."""

_TOO_OFTEN = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
_WITHIN_A_DAY = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})

TOO_FREQUENT_MESSAGE = mark(
    "it repeats more than once a day. Enter each shift separately, or one that repeats daily or weekly."
)
UNSUPPORTED_RULE_MESSAGE = mark(
    "I can't read how it repeats. Make it repeat every day, week, month, or year, or enter each shift separately."
)


def clean_rule(rule: str) -> str:
    """Return a rule in capitals, without the blanks, empty parts, and negative counts that some programs write."""
    parts = (part.strip(",") for part in "".join(rule.upper().split()).split(";"))
    return ";".join(part for part in parts if part and not part.startswith("COUNT=-"))


def find_rule_problem(rule: str) -> str | None:
    """Return what is wrong with a rule (marked), to follow "Friday, March 6, 2026:", or None if we can expand it."""
    if len(rule) > MAX_RULE_LENGTH:
        return UNSUPPORTED_RULE_MESSAGE
    pairs = [part.partition("=")[::2] for part in rule.upper().strip().rstrip(";").split(";")]
    parts = dict(pairs)
    frequency = parts.pop("FREQ", "")
    if frequency in _TOO_OFTEN or _WITHIN_A_DAY & parts.keys():
        return TOO_FREQUENT_MESSAGE
    known = _ANY | _BY_FREQUENCY.get(frequency, {})
    readable = (
        frequency in _BY_FREQUENCY
        and len(pairs) == len(parts) + 1
        and all(name in known and re.fullmatch(known[name], value, re.ASCII) for name, value in parts.items())
        and _date_of(parts.get("UNTIL", "20260101")) is not None
    )
    return None if readable and not _may_never_come(frequency, parts) else UNSUPPORTED_RULE_MESSAGE


def max_occurrences_per_year(rule: str) -> int:
    """Return an upper bound, close to the real number, for the yearly occurrences of a rule without problems."""
    parts = _parts(rule)
    listed = max(len(parts.get(name, "").split(",")) for name in ("BYDAY", "BYMONTHDAY"))
    match parts["FREQ"]:
        case "DAILY":
            periods, times = 366, 1
        case "WEEKLY":
            periods, times = 53, listed
        case "MONTHLY":
            periods, times = 12, listed * (5 if "BYDAY" in parts else 1)
        case _:
            periods, times = 1, listed * (53 if "BYDAY" in parts else 12)
    often = (periods // int(parts.get("INTERVAL", 1)) + 1) * times
    return min(often, int(parts.get("COUNT", often)))


def last_date(rule: str, start: date | None = None) -> date | None:
    """Return a date after which a rule has no occurrence, by its UNTIL or its COUNT; None if neither tells.

    `start`: the first occurrence, needed for a COUNT.
    """
    until = re.search(r"UNTIL=(\d{8})", rule, re.ASCII | re.IGNORECASE)
    if until:
        return _date_of(until[1])
    return _last_date_by_count(rule, start) if start and not find_rule_problem(rule) else None


def with_end_in_utc(rule: str, zone: tzinfo) -> str:
    """Return a rule with its UNTIL as an instant in UTC, which the library needs for times with a zone.

    A date means the whole of that day in `zone`, and a time without a zone is in `zone`. (The library would take both
    for UTC and end on the day before.) A limit far ahead is left out.
    """

    def convert(found: re.Match[str]) -> str:
        text = found[1]
        if int(text[:4]) > LAST_YEAR:
            return ""
        if text.endswith("Z"):
            return found[0]
        if int(text[:4]) < FIRST_YEAR:
            return f";UNTIL={text[:8]}T000000Z"
        local = datetime.strptime(text if "T" in text else f"{text}T235959", "%Y%m%dT%H%M%S").replace(tzinfo=zone)
        return f";UNTIL={local.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    return re.sub(r";UNTIL=(\d{8}(?:T\d{6}Z?)?)", convert, f";{rule.upper()}", flags=re.ASCII).strip(";")


def _date_of(text: str) -> date | None:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007  (a date, not an instant)
    except ValueError:
        return None


def _last_date_by_count(rule: str, start: date) -> date | None:
    """Return an upper bound of a counted rule's last date, or None if a period may pass without an occurrence."""
    parts = _parts(rule)
    periods = int(parts.get("COUNT", 0)) * int(parts.get("INTERVAL", 1))
    days = parts.get("BYMONTHDAY", str(start.day)).replace("-", "").split(",")
    comes_each_period = (
        "5" not in parts["BYDAY"] if "BYDAY" in parts else all(int(day) <= _SHORTEST_MONTH for day in days)
    )
    match parts["FREQ"]:
        case "DAILY":
            length = 7 if "BYDAY" in parts else 1
        case "WEEKLY":
            length = 7
        case frequency if comes_each_period:
            length = 31 if frequency == "MONTHLY" else 366
        case _:
            return None
    if not periods or periods * length > _LONGEST_SERIES or start.year > LAST_YEAR:
        return None
    return start + timedelta(days=(periods + 1) * length)


def _parts(rule: str) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in rule.upper().strip().rstrip(";").split(";"))


def _may_never_come(frequency: str, parts: dict[str, str]) -> bool:
    """Return whether parts that are valid alone may exclude each other: every seventh day, but only on Tuesdays."""
    match frequency:
        case "DAILY":
            return "BYDAY" in parts and int(parts.get("INTERVAL", 1)) > 1
        case "MONTHLY" | "YEARLY":
            both = "BYDAY" in parts and "BYMONTHDAY" in parts
            counted = "BYSETPOS" in parts and not re.fullmatch(_DAYS, parts.get("BYDAY", ""))
            one_month = "BYMONTHDAY" in parts and frequency == "MONTHLY" and int(parts.get("INTERVAL", 1)) % 12 == 0
            return both or counted or one_month or ("BYMONTH" in parts and not _in_month(parts))
    return False


def _in_month(parts: dict[str, str]) -> bool:
    """Return whether the month has one of these days every year. Without days, the rule uses its start's day."""
    if "BYDAY" in parts:
        return True
    dates = parts.get("BYMONTHDAY", "31").replace("-", "").split(",")
    return any(_date_of(f"2025{int(parts['BYMONTH']):02}{int(each):02}") for each in dates)
