"""Queries on certificates."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from bot.storage.database import Session
from bot.storage.tables import Certificate, Learner


def find_by_code(session: Session, code: str) -> tuple[Certificate, str] | None:
    """Find a certificate and its learner's workspace by code."""
    theirs = select(Certificate, Learner.team_id).join(Learner, col(Learner.id) == col(Certificate.learner_id))
    found = session.exec(theirs.where(Certificate.code == code)).one_or_none()
    return (found[0], found[1]) if found else None


def find_of_state(session: Session, learner_id: int, slug: str, lessons: int, last_day: date) -> Certificate | None:
    """Find the certificate that a learner has for one state of what they learned."""
    return session.exec(
        select(Certificate).where(
            Certificate.learner_id == learner_id,
            Certificate.slug == slug,
            Certificate.lessons == lessons,
            Certificate.last_day == last_day,
        )
    ).one_or_none()


def list_of_learner(session: Session, learner_id: int) -> Sequence[Certificate]:
    """List a learner's certificates, oldest first."""
    return session.exec(
        select(Certificate).where(Certificate.learner_id == learner_id).order_by(col(Certificate.id))
    ).all()
