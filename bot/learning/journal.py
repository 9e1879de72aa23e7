"""A learner's reflections and saved coach exchanges: reading, searching, editing, and removing them.

Only their author can do this; no plain text is indexed.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.learner import Person, WorkspaceUser
from bot.domain.lesson import Skill
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.language import mark
from bot.learning import enrollment, lesson_state, planning
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.reflections import CANNOT_CHANGE_UNREADABLE, MAX_REFLECTION_LENGTH
from bot.storage import Session
from bot.storage import practice as queries
from bot.storage.tables import Delivery, Learner, Reflection

PAGE_SIZE = 10
"""Entries on a page. Ten of the longest easily fit into a modal."""

COACH_PROMPT = mark("Brought to the coach")
"""Shown in place of a prompt for exchanges with the coach."""

UNREADABLE_WORDS = mark(
    "I can't show these words right now: the key that they were encrypted with is missing. They're kept, and you'll "
    "see them again once the key is back. Please tell the people who run Rounds here."
)
"""Shown in place of words that can't be decrypted."""

_GONE = mark("That entry no longer exists. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A reflection, or a saved exchange with the coach, in the author's words.

    `is_readable`: False if their key is lost. Then `words` says so instead.
    """

    learning_day: date
    title: str
    prompt: str
    words: str
    id: int = 0
    skill: str = ""
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class JournalSearch:
    """A search for entries of this skill (slug; empty for any) with words that begin with each of these words."""

    words: str = ""
    skill: str = ""


ALL_ENTRIES = JournalSearch()


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Some entries, newest first. `offset` counts from the newest of the `total` matching entries.

    `skills`: the skills by which entries can be filtered.
    """

    entries: tuple[JournalEntry, ...]
    offset: int
    total: int
    search: JournalSearch = ALL_ENTRIES
    skills: tuple[Skill, ...] = ()


def read_page(
    session: Session, library: Library, person: Person, offset: int = 0, search: JournalSearch = ALL_ENTRIES
) -> JournalPage:
    """Return a page of the learner's own entries.

    A search decrypts all of their entries in memory each time. 520 entries take 10 ms, and this needs no stored index
    of anyone's words.
    """
    learner = enrollment.get_learner(session, person)
    skills = library.get_curriculum(session, WorkspaceUser(learner.team_id, learner.user_id)).skills
    if search == ALL_ENTRIES:
        total = queries.count_reflections(session, learner.id)
        rows = queries.list_reflections(session, learner.id, offset, PAGE_SIZE)
        return JournalPage(_build_entries(session, library, rows), offset, total, search, skills)
    search_words = _normalize(search.words).split()
    found = [
        each
        for each in _build_entries(session, library, queries.list_reflections(session, learner.id))
        if (not search.skill or each.skill == search.skill) and _matches(each, search_words)
    ]
    offset = min(offset, max(0, (len(found) - 1) // PAGE_SIZE * PAGE_SIZE))
    return JournalPage(tuple(found[offset : offset + PAGE_SIZE]), offset, len(found), search, skills)


def get_entry(session: Session, library: Library, person: Person, entry_id: int) -> JournalEntry:
    """Return one entry. Raises NotFound if it isn't theirs."""
    learner = enrollment.get_learner(session, person)
    return _build_entry(session, library, _get_own_entry(session, learner, entry_id))


def get_readable_entry(session: Session, library: Library, person: Person, entry_id: int) -> JournalEntry:
    """Return one entry, to edit or share it. Raises NotFound if it isn't theirs, and Refused if it can't be read."""
    entry = get_entry(session, library, person, entry_id)
    if not entry.is_readable:
        raise Refused(_(CANNOT_CHANGE_UNREADABLE))
    return entry


def edit_entry(session: Session, person: Person, entry_id: int, words: str, now: datetime) -> None:
    """Replace the words of an entry. Nothing is changed if this raises an error.

    Raises NotFound if the entry isn't theirs, and Refused if it can't be read, because its words would be lost.
    """
    row = _get_own_entry(session, enrollment.get_learner(session, person), entry_id)
    if session.cipher.try_decrypt(row.words) is None:
        raise Refused(_(CANNOT_CHANGE_UNREADABLE))
    row.words, row.edited_at = session.cipher.encrypt(words.strip()[:MAX_REFLECTION_LENGTH]), now
    session.delete_words_for_good()


def save_coach_exchange(
    session: Session, library: Library, person: Person, revision_id: int, words: str, now: datetime
) -> None:
    """Save what was said to the coach with the lesson (revision id) that answered it. Duplicates aren't saved.

    This isn't practice, so the day doesn't count for it. NotFound if the lesson isn't for the person's workspace.
    """
    library.get_visible_lesson(session, person.team_id, revision_id)
    learner = enrollment.get_learner(session, person)
    words, today = words.strip()[:MAX_REFLECTION_LENGTH], planning.get_learning_day(learner, now)
    exchanges = queries.list_coach_exchanges(session, learner.id, today, revision_id)
    if any(session.cipher.try_decrypt(each.words) == words for each in exchanges):
        return
    session.add(
        Reflection(
            learner_id=learner.id,
            revision_id=revision_id,
            learning_day=today,
            words=session.cipher.encrypt(words),
            written_at=now,
        )
    )


def remove_entry(
    session: Session, library: Library, person: Person, entry_id: int, now: datetime
) -> LessonState | None:
    """Remove an entry for good. The day on which it was written still counts as practiced.

    Returns the lesson whose message is now outdated, or None for an exchange with the coach. Raises NotFound if the
    entry isn't theirs; nothing was changed then.
    """
    learner = enrollment.get_learner(session, person)
    row = _get_own_entry(session, learner, entry_id)
    delivery_id = row.delivery_id
    session.delete(row)
    session.delete_words_for_good()
    session.flush()
    if delivery_id is None:
        return None
    lesson = session.get_one(Delivery, delivery_id)
    return lesson_state.build_lesson_state(session, library, learner, lesson, now)


def list_all_entries(session: Session, library: Library, learner: Learner) -> tuple[JournalEntry, ...]:
    """Return everything that a learner wrote, newest first."""
    return _build_entries(session, library, queries.list_reflections(session, learner.id))


def _get_own_entry(session: Session, learner: Learner, entry_id: int) -> Reflection:
    row = session.get(Reflection, entry_id)
    if row is None or row.learner_id != learner.id:
        raise NotFound(_(_GONE))
    return row


def _build_entries(session: Session, library: Library, rows: Sequence[Reflection]) -> tuple[JournalEntry, ...]:
    library.get_lessons(session, {row.revision_id for row in rows})  # reads all uncached lessons in one statement
    return tuple(_build_entry(session, library, row) for row in rows)


def _build_entry(session: Session, library: Library, row: Reflection) -> JournalEntry:
    lesson = library.get_lesson(session, row.revision_id)
    words = session.cipher.try_decrypt(row.words)
    prompt = lesson.reflection if row.delivery_id is not None else _(COACH_PROMPT)
    return JournalEntry(
        row.learning_day,
        lesson.title,
        prompt,
        words if words is not None else _(UNREADABLE_WORDS),
        row.id,
        lesson.skill.slug,
        is_readable=words is not None,
    )


def _matches(entry: JournalEntry, search_words: Sequence[str]) -> bool:
    """Return whether each of these words begins a word of the entry or of its lesson's title."""
    there = " " + " ".join(_normalize(f"{entry.title} {entry.words if entry.is_readable else ''}").split())
    return all(f" {word}" in there for word in search_words)


def _normalize(text: str) -> str:
    """Return the text in lower case, without accents, and with spaces for everything except letters and digits."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter if letter.isalnum() else " " for letter in decomposed if not unicodedata.combining(letter))
