"""Which lessons are to be looked at again, and whom that has to be told: once a week at most."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.domain.learner import Person, is_zone
from bot.domain.review import Reviews, reviews
from bot.learning.library import UNREADABLE, Library
from bot.storage import Session, events, learners, packs, workspaces
from bot.storage.events import Standing
from bot.storage.packs import EVERYONE
from bot.storage.tables import Workspace

WEEK = timedelta(days=7)
"""How long nobody is told of reviews again, whatever comes due meanwhile."""

SAME_LIST = timedelta(days=28)
"""How long nobody is told of the same lessons in the same standing again."""

WORKING_HOURS = range(8, 17)
"""Hours of a weekday, in their own zone, in which somebody is told."""

_USER_IDS = ("U", "W")


@dataclass(frozen=True, slots=True)
class ReviewNews:
    """What one admin has to be told."""

    person: Person
    reviews: Reviews


def due(session: Session, library: Library, team_id: str, today: date) -> Reviews:
    """The lessons that a workspace teaches and somebody should look at again (`EVERYONE`: of the installation)."""
    return reviews(library.shelf(session, team_id).lessons, today)


def claim_news(session: Session, library: Library, admins: Collection[str], now: datetime) -> tuple[ReviewNews, ...]:
    """Who has to be told of reviews now. It counts as told with this, until `untold` says otherwise.

    In each workspace that is told to `admins` (user ids) and to those who loaded the packs that it uses.
    """
    return tuple(
        news
        for workspace in workspaces.installed(session)
        for news in _news_for(session, library, workspace, admins, now)
    )


def untold(session: Session, news: ReviewNews, now: datetime) -> None:
    """It surely didn't arrive: it may be told again in the next hour."""
    for name in (_week_of(news.person), _list_of(news, now)):
        events.forget(session, name)


def _news_for(
    session: Session, library: Library, workspace: Workspace, admins: Collection[str], now: datetime
) -> Iterator[ReviewNews]:
    try:
        found = due(session, library, workspace.team_id, now.date())
    except UNREADABLE:
        return  # a pack that this version can't read must not keep the others' admins from being told
    for user_id in sorted({*admins, *_loaders(session, workspace.team_id)}) if found.all else ():
        news = ReviewNews(Person(workspace.team_id, user_id, workspace.enterprise_id), found)
        if _is_at_work(session, news.person, now) and _take(session, news, now):
            yield news


def _take(session: Session, news: ReviewNews, now: datetime) -> bool:
    """Whether this person was told nothing for a week, and not of this list for four."""
    week, listed = _week_of(news.person), _list_of(news, now)
    if events.take(session, week, now) is not Standing.OURS:
        return False
    if events.take(session, listed, now) is not Standing.OURS:
        events.forget(session, week)
        return False
    for name, silence in ((week, WEEK), (listed, SAME_LIST)):
        events.keep(session, name, now + silence - events.KEPT)  # which an event is kept for beyond the instant given
    return True


def _week_of(person: Person) -> str:
    return f"reviews {_short(f'{person.team_id} {person.user_id}')}"


def _list_of(news: ReviewNews, now: datetime) -> str:
    """A name for what is told: another lesson, another date or another standing is another list."""
    found = news.reviews
    lines = [
        f"{standing} {lesson.id} {lesson.review_by}"
        for standing, lessons in (("out", found.out), ("past", found.past), ("soon", found.soon))
        for lesson in lessons
    ]
    return f"{_week_of(news.person)} {_short(chr(10).join(lines))}"


def _short(text: str) -> str:
    """A name of 20 characters, for events have room for 64."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _loaders(session: Session, team_id: str) -> Iterator[str]:
    """The users who loaded what this workspace uses."""
    for slug in packs.live_for(session, team_id):
        for scope in (team_id, EVERYONE):
            yield from (row.by for row, _ in packs.activations(session, scope, slug)[:1] if row.by[:1] in _USER_IDS)


def _is_at_work(session: Session, person: Person, now: datetime) -> bool:
    standing = learners.standing(session, person)
    zone: tzinfo = ZoneInfo(standing[2]) if standing is not None and is_zone(standing[2]) else UTC
    there = now.astimezone(zone)
    return there.weekday() < 5 and there.hour in WORKING_HOURS
