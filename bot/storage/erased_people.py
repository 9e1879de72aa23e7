"""Remembers who deleted everything, so that nobody invites or chooses them: as a keyed hash (HMAC-SHA256), for a while.

A plain hash could be undone by trying every user id of a workspace. The key is a secret of this database, encrypted as
people's words are, so it takes the database and its encryption key to try one. While the encryption key is lost, nobody
can be invited or chosen for a pack, because nobody can tell who deleted everything.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import date

import structlog
from sqlmodel import col, delete, select

from bot.domain.learner import Person
from bot.errors import Refused
from bot.storage.database import Session
from bot.storage.tables import ErasedPerson, HashingKey

log = structlog.get_logger(__name__)

_KEY_ID = 1
_KEY_BYTES = 32


def remember(session: Session, person: Person, until: date) -> None:
    """Remember that this person deleted everything, until that day. Impossible while the encryption key is lost."""
    key = _hashing_key(session)
    if key is None:
        log.warning("erasure.not_remembered", reason="the encryption key is missing")
        return
    session.merge(ErasedPerson(digest=_digest(key, person.organization_id, person.user_id), until=until))


def forget(session: Session, person: Person) -> None:
    """Forget that this person deleted everything: they are back."""
    if session.get(HashingKey, _KEY_ID) is not None and (key := _hashing_key(session)) is not None:
        digest = _digest(key, person.organization_id, person.user_id)
        session.exec(delete(ErasedPerson).where(col(ErasedPerson.digest) == digest))


def find_erased(session: Session, organization_id: str, user_ids: Collection[str]) -> set[str]:
    """Return who of these users deleted everything lately. Raises Refused if the encryption key is lost."""
    if session.get(HashingKey, _KEY_ID) is None and not session.cipher.is_key_lost:
        return set()
    key = _hashing_key(session)
    if key is None:
        raise Refused(
            "I can't do that right now: the encryption key is missing, so I can't tell who deleted everything and is "
            "to be left alone. Nothing was sent or changed. Please tell the people who run Rounds here."
        )
    users = {_digest(key, organization_id, user_id): user_id for user_id in user_ids}
    found = session.exec(select(ErasedPerson.digest).where(col(ErasedPerson.digest).in_(users)))
    return {users[digest] for digest in found}


def delete_expired(session: Session, today: date) -> None:
    """Delete what needn't be remembered anymore."""
    session.exec(delete(ErasedPerson).where(col(ErasedPerson.until) < today))


def _hashing_key(session: Session) -> bytes | None:
    """Return this database's hashing key, creating it on first use; None while the encryption key is lost."""
    row = session.get(HashingKey, _KEY_ID)
    if row is None:
        if session.cipher.is_key_lost:
            return None
        secret = secrets.token_hex(_KEY_BYTES)
        session.add(HashingKey(id=_KEY_ID, secret=session.cipher.encrypt(secret)))
        session.flush()
        return bytes.fromhex(secret)
    stored = session.cipher.try_decrypt(row.secret)
    return bytes.fromhex(stored) if stored is not None else None


def _digest(key: bytes, organization_id: str, user_id: str) -> bytes:
    return hmac.digest(key, f"{organization_id}:{user_id}".encode(), hashlib.sha256)
