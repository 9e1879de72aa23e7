"""A message from the lead of a cohort, or an admin, to its people: how long, when it comes, and when it is too late."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.schedule import Schedule, find_next_shift, find_shift_at

MAX_WORDS_LENGTH = 1000

TIME_TO_TAKE_BACK = timedelta(minutes=10)
"""How long after it was sent nobody gets it yet."""

MAX_WAIT = timedelta(days=14)
"""How long an announcement waits for somebody's next shift. Whoever has none until then doesn't get it."""

MAX_DELAY = timedelta(days=3)
"""How long after its time it is still sent, if something is down."""

_LAYOUT = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class AnnouncementText:
    """What a message shows: who wrote it (a user id), to which cohort, and the words."""

    by: str
    cohort: str
    words: str


def clean_words(typed: str) -> str:
    """Return typed words without blanks around them, and without control characters, which nobody can see."""
    kept = (each for each in typed.replace("\r\n", "\n") if each in _LAYOUT or unicodedata.category(each) != "Cc")
    return "".join(kept).strip()


def find_time(schedule: Schedule, zone: ZoneInfo, sent_at: datetime) -> datetime | None:
    """Return when somebody gets an announcement: in their shift, or at the start of the next one.

    None if they have no shift within `MAX_WAIT`.
    """
    earliest = sent_at + TIME_TO_TAKE_BACK
    if find_shift_at(schedule, zone, earliest) is not None:
        return earliest
    shift = find_next_shift(schedule, zone, earliest)
    return shift.starts_at if shift is not None and shift.starts_at <= sent_at + MAX_WAIT else None


def may_still_come(sent_at: datetime, now: datetime) -> bool:
    """Return whether anybody might still get it, whoever they are."""
    return now <= sent_at + MAX_WAIT + MAX_DELAY
