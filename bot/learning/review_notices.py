"""Which lessons need a review, and whom to notify about them, at most once a week."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.learner import Person, is_time_zone
from bot.domain.lesson_review import LessonsToReview, find_lessons_to_review
from bot.learning import enrollment
from bot.learning.library import UNREADABLE_LESSON_ERRORS, Library
from bot.learning.pack_versions import is_user_id
from bot.storage import Session, learners, once_only_events, packs, workspaces
from bot.storage.once_only_events import EventClaim
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import Workspace

NOTICE_INTERVAL = timedelta(days=7)
"""A person gets no second notice for this long, whatever becomes due."""

SAME_LIST_INTERVAL = timedelta(days=28)
"""A person gets no second notice about the same lessons with the same status for this long."""

WORKING_HOURS = range(8, 17)
"""Hours of a weekday, in the recipient's time zone, in which notices are sent."""


@dataclass(frozen=True, slots=True)
class ReviewNotice:
    """What to tell one admin, and how they read dates."""

    person: Person
    reviews: LessonsToReview
    formats: Formats = DEFAULT_FORMATS


def find_workspace_reviews(session: Session, library: Library, team_id: str, today: date) -> LessonsToReview:
    """Return the lessons of a workspace that need a review. For `EVERYONES_SCOPE`, those of the installation."""
    return find_lessons_to_review(library.get_workspace_curriculum(session, team_id).lessons, today)


def claim_review_notices(
    session: Session, library: Library, admins: Collection[str], now: datetime
) -> tuple[ReviewNotice, ...]:
    """Return the notices to send now. They count as sent until `release_review_notice` is called.

    In each workspace, `admins` (user ids) and the users who loaded its packs are notified.
    """
    return tuple(
        notice
        for workspace in workspaces.list_installed(session)
        for notice in _claim_workspace_notices(session, library, workspace, admins, now)
    )


def release_review_notice(session: Session, notice: ReviewNotice, now: datetime) -> None:
    """Record that a notice certainly didn't arrive, so that it may be sent again in the next hour."""
    for name in (_week_key(notice.person), _list_key(notice)):
        once_only_events.release_event(session, name)


def is_at_work(session: Session, person: Person, now: datetime) -> bool:
    """Return whether it is a weekday's working hour where somebody is; in UTC if we don't know where that is."""
    found = learners.find_id_state_and_zone(session, person)
    zone: tzinfo = ZoneInfo(found[2]) if found is not None and is_time_zone(found[2]) else UTC
    local = now.astimezone(zone)
    return local.weekday() < 5 and local.hour in WORKING_HOURS


def _claim_workspace_notices(
    session: Session, library: Library, workspace: Workspace, admins: Collection[str], now: datetime
) -> Iterator[ReviewNotice]:
    try:
        found = find_workspace_reviews(session, library, workspace.team_id, now.date())
    except UNREADABLE_LESSON_ERRORS:
        return  # an unreadable pack must not keep other workspaces' admins from being notified
    for user_id in sorted({*admins, *_loaders(session, workspace.team_id)}) if found.all else ():
        notice = ReviewNotice(Person(workspace.team_id, user_id, workspace.enterprise_id), found)
        if is_at_work(session, notice.person, now) and _claim_notice(session, notice, now):
            yield replace(notice, formats=enrollment.read_formats(session, notice.person))


def _claim_notice(session: Session, notice: ReviewNotice, now: datetime) -> bool:
    """Claim this notice: return whether the person got no notice for a week, and none about this list for four."""
    week, listed = _week_key(notice.person), _list_key(notice)
    if once_only_events.claim_event(session, week, now) is not EventClaim.CLAIMED:
        return False
    if once_only_events.claim_event(session, listed, now) is not EventClaim.CLAIMED:
        once_only_events.release_event(session, week)
        return False
    for name, silence in ((week, NOTICE_INTERVAL), (listed, SAME_LIST_INTERVAL)):
        # An event is kept for DONE_RETENTION after the instant it is done.
        once_only_events.mark_event_done(session, name, now + silence - once_only_events.DONE_RETENTION)
    return True


def _week_key(person: Person) -> str:
    return f"reviews {_hash(f'{person.team_id} {person.user_id}')}"


def _list_key(notice: ReviewNotice) -> str:
    """Return a key for what the notice tells. A different lesson, date, or status gives a different key."""
    found = notice.reviews
    lines = [
        f"{status} {lesson.id} {lesson.review_by}"
        for status, lessons in (("out", found.withdrawn), ("past", found.overdue), ("soon", found.due_soon))
        for lesson in lessons
    ]
    return f"{_week_key(notice.person)} {_hash(chr(10).join(lines))}"


def _hash(text: str) -> str:
    """Hash a text into 20 characters, because event names are limited to 64."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _loaders(session: Session, team_id: str) -> Iterator[str]:
    """Yield the users who loaded the packs that this workspace uses."""
    for slug in packs.find_live_versions_for_workspace(session, team_id):
        for scope in (team_id, EVERYONES_SCOPE):
            yield from (row.by for row, _ in packs.list_activations(session, scope, slug)[:1] if is_user_id(row.by))
