"""Which lessons are to be looked at again, and whom that has to be told: once a week at most."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.domain.learner import Person, is_time_zone
from bot.domain.lesson_review import LessonsToReview, find_lessons_to_review
from bot.learning.library import UNREADABLE_LESSON_ERRORS, Library
from bot.storage import Session, learners, once_only_events, packs, workspaces
from bot.storage.once_only_events import EventClaim
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import Workspace

NOTICE_INTERVAL = timedelta(days=7)
"""How long nobody is told of reviews again, whatever comes due meanwhile."""

SAME_LIST_INTERVAL = timedelta(days=28)
"""How long nobody is told of the same lessons in the same standing again."""

WORKING_HOURS = range(8, 17)
"""Hours of a weekday, in their own zone, in which somebody is told."""

_USER_IDS = ("U", "W")


@dataclass(frozen=True, slots=True)
class ReviewNotice:
    """What one admin has to be told."""

    person: Person
    reviews: LessonsToReview


def find_workspace_reviews(session: Session, library: Library, team_id: str, today: date) -> LessonsToReview:
    """The lessons that a workspace teaches and somebody should look at again (`EVERYONES_SCOPE`: of the
    installation)."""
    return find_lessons_to_review(library.get_curriculum(session, team_id).lessons, today)


def claim_review_notices(
    session: Session, library: Library, admins: Collection[str], now: datetime
) -> tuple[ReviewNotice, ...]:
    """Who has to be told of reviews now. It counts as told with this, until `release_review_notice` says otherwise.

    In each workspace that is told to `admins` (user ids) and to those who loaded the packs that it uses.
    """
    return tuple(
        news
        for workspace in workspaces.list_installed(session)
        for news in _news_for(session, library, workspace, admins, now)
    )


def release_review_notice(session: Session, news: ReviewNotice, now: datetime) -> None:
    """It surely didn't arrive: it may be told again in the next hour."""
    for name in (_week_of(news.person), _list_of(news, now)):
        once_only_events.release_event(session, name)


def _news_for(
    session: Session, library: Library, workspace: Workspace, admins: Collection[str], now: datetime
) -> Iterator[ReviewNotice]:
    try:
        found = find_workspace_reviews(session, library, workspace.team_id, now.date())
    except UNREADABLE_LESSON_ERRORS:
        return  # a pack that this version can't read must not keep the others' admins from being told
    for user_id in sorted({*admins, *_loaders(session, workspace.team_id)}) if found.all else ():
        news = ReviewNotice(Person(workspace.team_id, user_id, workspace.enterprise_id), found)
        if _is_at_work(session, news.person, now) and _take(session, news, now):
            yield news


def _take(session: Session, news: ReviewNotice, now: datetime) -> bool:
    """Whether this person was told nothing for a week, and not of this list for four."""
    week, listed = _week_of(news.person), _list_of(news, now)
    if once_only_events.claim_event(session, week, now) is not EventClaim.CLAIMED:
        return False
    if once_only_events.claim_event(session, listed, now) is not EventClaim.CLAIMED:
        once_only_events.release_event(session, week)
        return False
    for name, silence in ((week, NOTICE_INTERVAL), (listed, SAME_LIST_INTERVAL)):
        once_only_events.mark_event_done(
            session, name, now + silence - once_only_events.DONE_RETENTION
        )  # which an event is kept for beyond the instant given
    return True


def _week_of(person: Person) -> str:
    return f"reviews {_short(f'{person.team_id} {person.user_id}')}"


def _list_of(news: ReviewNotice, now: datetime) -> str:
    """A name for what is told: another lesson, another date or another standing is another list."""
    found = news.reviews
    lines = [
        f"{standing} {lesson.id} {lesson.review_by}"
        for standing, lessons in (("out", found.withdrawn), ("past", found.overdue), ("soon", found.due_soon))
        for lesson in lessons
    ]
    return f"{_week_of(news.person)} {_short(chr(10).join(lines))}"


def _short(text: str) -> str:
    """A name of 20 characters, for events have room for 64."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _loaders(session: Session, team_id: str) -> Iterator[str]:
    """The users who loaded what this workspace uses."""
    for slug in packs.find_live_versions_for_workspace(session, team_id):
        for scope in (team_id, EVERYONES_SCOPE):
            yield from (
                row.by for row, _ in packs.list_activations(session, scope, slug)[:1] if row.by[:1] in _USER_IDS
            )


def _is_at_work(session: Session, person: Person, now: datetime) -> bool:
    standing = learners.find_id_state_and_zone(session, person)
    zone: tzinfo = ZoneInfo(standing[2]) if standing is not None and is_time_zone(standing[2]) else UTC
    there = now.astimezone(zone)
    return there.weekday() < 5 and there.hour in WORKING_HOURS
