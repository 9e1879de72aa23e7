"""A learner's consent to having their organization's LMS told what they complete: reading, giving, and ending it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.learner import Person
from bot.errors import Refused
from bot.language import gettext as _
from bot.learning import enrollment
from bot.storage import Session, learners, lms
from bot.storage.tables import Learner, LmsConsent

MAX_HOME_PAGE_LENGTH = 255


@dataclass(frozen=True, slots=True)
class LmsConsentView:
    """What a learner lets an LMS know. `host` and `home_page` are those that they consented to.

    `ended_at`: when they turned it off. `waiting`: how many statements the LMS hasn't taken yet. Instants are in their
    time zone.
    """

    host: str
    home_page: str
    user_id: str
    given_at: datetime
    ended_at: datetime | None = None
    waiting: int = 0
    formats: Formats = DEFAULT_FORMATS

    def holds_for(self, host: str) -> bool:
        """Return whether this host may be told now."""
        return self.ended_at is None and self.host == host


def read_consent(session: Session, person: Person) -> LmsConsentView | None:
    """Return the consent that somebody gave last, even if it has ended. None if they never did."""
    return build_consent_view(session, enrollment.get_learner(session, person))


def build_consent_view(session: Session, learner: Learner) -> LmsConsentView | None:
    """Return the consent that a learner gave last, even if it has ended. None if they never did."""
    row = lms.find_consent(session, learner.id)
    return _build_view(session, row, learner) if row else None


def find_told_host(session: Session, person: Person) -> str | None:
    """Return the host that somebody had told, now or before. None if they never did, or aren't registered."""
    learner = learners.find(session, person)
    row = lms.find_consent(session, learner.id) if learner else None
    return row.host if row else None


def give_consent(session: Session, person: Person, host: str, home_page: str, now: datetime) -> LmsConsentView:
    """Record that a learner wants this host told what they complete from now on.

    What waits for another host is dropped: they consented to that one alone.
    """
    if not home_page or len(home_page) > MAX_HOME_PAGE_LENGTH:
        raise Refused(_("I can't tell which account to record you under. Nothing was changed. Try again later."))
    learner = enrollment.get_learner(session, person)
    row = lms.find_consent(session, learner.id)
    if row is None:
        row = LmsConsent(learner_id=learner.id, host=host, home_page=home_page, given_at=now)
        session.add(row)
    elif row.ended_at is not None or (row.host, row.home_page) != (host, home_page):
        lms.delete_statements(session, learner.id)
        row.host, row.home_page, row.given_at, row.ended_at = host, home_page, now, None
    session.flush()
    return _build_view(session, row, learner)


def end_consent(session: Session, person: Person, now: datetime) -> LmsConsentView | None:
    """Record that no LMS may be told anything from now on, and drop what waits. Returns None if nobody was told ever.

    The view says how many statements were dropped (`waiting`).
    """
    learner = enrollment.get_learner(session, person)
    row = lms.find_consent(session, learner.id)
    if row is None:
        return None
    view = _build_view(session, row, learner)
    lms.delete_statements(session, learner.id)
    row.ended_at = row.ended_at or now
    return view


def _build_view(session: Session, row: LmsConsent, learner: Learner) -> LmsConsentView:
    zone = ZoneInfo(learner.tz)
    return LmsConsentView(
        host=row.host,
        home_page=row.home_page,
        user_id=learner.user_id,
        given_at=row.given_at.astimezone(zone),
        ended_at=row.ended_at.astimezone(zone) if row.ended_at else None,
        waiting=lms.count_statements(session, learner.id),
        formats=Formats(learner.locale),
    )
