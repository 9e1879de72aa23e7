"""Which repetitions of a calendar's entries are worked out (RFC 5545, RRULE).

The library that works them out goes on until it finds the next date, or the year 9999. A rule that never meets one
(each 30 February) keeps it busy for seconds, one of seconds or of "INTERVAL=0" for ever. So only those rules are taken
that people make rosters of, each of which soon meets a date.
"""

import re
from datetime import date, datetime

MAX_RULE_LENGTH = 200
"""Characters of a rule: any that a person made is far shorter."""

_DAY = r"(?:MO|TU|WE|TH|FR|SA|SU)"
_DAYS = rf"{_DAY}(?:,{_DAY})*"
_NTH_DAYS = rf"[+-]?[1-5]{_DAY}(?:,[+-]?[1-5]{_DAY})*"
_DAYS_OR_NTH = f"{_DAYS}|{_NTH_DAYS}"
"""Not both: the library takes "each Saturday and the first Monday" for days that are both."""

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
_TOO_OFTEN = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
_WITHIN_A_DAY = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})

TOO_FREQUENT = (
    "it repeats more often than once a day. Enter each shift on its own, or one that repeats daily or weekly."
)
UNSUPPORTED = (
    "it repeats in a way that I can't work out. Let it repeat each day, week, month or year, or enter each shift on "
    "its own."
)


def find_rule_problem(rule: str) -> str | None:
    """What is wrong with a rule of repetition, after "Friday 6 March 2026:"; None if it can be worked out."""
    if len(rule) > MAX_RULE_LENGTH:
        return UNSUPPORTED
    pairs = [part.partition("=")[::2] for part in rule.upper().strip().rstrip(";").split(";")]
    parts = dict(pairs)
    frequency = parts.pop("FREQ", "")
    if frequency in _TOO_OFTEN or _WITHIN_A_DAY & parts.keys():
        return TOO_FREQUENT
    known = _ANY | _BY_FREQUENCY.get(frequency, {})
    readable = (
        frequency in _BY_FREQUENCY
        and len(pairs) == len(parts) + 1
        and all(name in known and re.fullmatch(known[name], value, re.ASCII) for name, value in parts.items())
        and _date_of(parts.get("UNTIL", "20260101")) is not None
    )
    return None if readable and not _may_never_come(frequency, parts) else UNSUPPORTED


def max_occurrences_per_year(rule: str) -> int:
    """How often a rule without complaint comes in a year; a little more, at times, but never less."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().strip().rstrip(";").split(";"))
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


def last_date(rule: str) -> date | None:
    """The last date that a rule allows; None if it goes on, or counts."""
    until = re.search(r"UNTIL=(\d{8})", rule, re.ASCII | re.IGNORECASE)
    return _date_of(until[1]) if until else None


def _date_of(text: str) -> date | None:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007  (a date, not an instant)
    except ValueError:
        return None


def _may_never_come(frequency: str, parts: dict[str, str]) -> bool:
    """Whether the parts, good each on its own, may exclude one another: every seventh day, but only on Tuesdays."""
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
    """Whether the month has one of the days each year. Unsaid, it would be the day of the start."""
    if "BYDAY" in parts:
        return True
    dates = parts.get("BYMONTHDAY", "31").replace("-", "").split(",")
    return any(_date_of(f"2025{int(parts['BYMONTH']):02}{int(each):02}") for each in dates)
