"""A learner's own words, reflections and what they kept of the coach: found again, changed, removed.

For their author alone; nothing is indexed in plain.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.learner import Person
from bot.domain.lesson import Skill
from bot.errors import NotFound
from bot.learning import enrollment, lesson_state, planning
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.reflections import MAX_REFLECTION_LENGTH
from bot.storage import Session
from bot.storage import practice as queries
from bot.storage.tables import Delivery, Learner, Reflection

PAGE_SIZE = 10
"""Entries shown at once: ten of the longest fit into a modal with room to spare."""

COACH_PROMPT = "Brought to the coach"
"""Stands for the prompt, where there was none."""

_GONE = "That entry isn't kept any more. Nothing was changed."


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One reflection, or what was kept of an exchange with the coach, in the author's words."""

    learning_day: date
    title: str
    prompt: str
    words: str
    id: int = 0
    skill: str = ""


@dataclass(frozen=True, slots=True)
class JournalSearch:
    """What is looked for: entries of this skill (slug; empty: of any) that hold all of these words, or longer ones."""

    words: str = ""
    skill: str = ""


ALL_ENTRIES = JournalSearch()


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Some entries, newest first; `offset` counts from the newest of the `total` that were found.

    `skills`: those (slug and name) that entries can be narrowed down to.
    """

    entries: tuple[JournalEntry, ...]
    offset: int
    total: int
    search: JournalSearch = ALL_ENTRIES
    skills: tuple[Skill, ...] = ()


def read_page(
    session: Session, library: Library, person: Person, offset: int = 0, search: JournalSearch = ALL_ENTRIES
) -> JournalPage:
    """A page of the learner's own reflections.

    A search opens all of theirs, in memory, each time: 520 take 10 ms, and no index of anyone's words lies about.
    """
    learner = enrollment.get_learner(session, person)
    skills = library.get_curriculum(session, learner.team_id).skills
    if search == ALL_ENTRIES:
        total = queries.count_reflections(session, learner.id)
        rows = queries.list_reflections(session, learner.id, offset, PAGE_SIZE)
        return JournalPage(_entries(session, library, rows), offset, total, search, skills)
    wanted = _plain(search.words).split()
    found = [
        each
        for each in _entries(session, library, queries.list_reflections(session, learner.id))
        if (not search.skill or each.skill == search.skill) and _holds(each, wanted)
    ]
    offset = min(offset, max(0, (len(found) - 1) // PAGE_SIZE * PAGE_SIZE))
    return JournalPage(tuple(found[offset : offset + PAGE_SIZE]), offset, len(found), search, skills)


def get_entry(session: Session, library: Library, person: Person, entry_id: int) -> JournalEntry:
    """One entry; NotFound if it is none of theirs."""
    learner = enrollment.get_learner(session, person)
    return _entry(session, library, _own(session, learner, entry_id))


def edit_entry(session: Session, library: Library, person: Person, entry_id: int, words: str, now: datetime) -> None:
    """Keep other words in place of an entry's. NotFound: nothing was changed."""
    row = _own(session, enrollment.get_learner(session, person), entry_id)
    row.words, row.edited_at = session.cipher.encrypt(words.strip()[:MAX_REFLECTION_LENGTH]), now


def save_coach_exchange(session: Session, person: Person, revision_id: int, words: str, now: datetime) -> None:
    """Keep what was said to the coach, with the lesson (its revision) that answered it. The same twice is kept once.

    No practice: the day doesn't count for it.
    """
    learner = enrollment.get_learner(session, person)
    words, today = words.strip()[:MAX_REFLECTION_LENGTH], planning.get_learning_day(learner, now)
    kept = queries.list_coach_exchanges(session, learner.id, today, revision_id)
    if any(session.cipher.decrypt(each.words) == words for each in kept):
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
    """Remove an entry for good. The day it was written on still counts: it was practised.

    What it gives: the lesson that it was written to, whose message says otherwise now; None if it was an exchange with
    the coach. NotFound: nothing was changed.
    """
    learner = enrollment.get_learner(session, person)
    row = _own(session, learner, entry_id)
    delivery_id = row.delivery_id
    session.delete(row)
    session.flush()
    if delivery_id is None:
        return None
    lesson = session.get_one(Delivery, delivery_id)
    return lesson_state.build_lesson_state(session, library, learner, lesson, now)


def list_all_entries(session: Session, library: Library, learner: Learner) -> tuple[JournalEntry, ...]:
    """All that a learner wrote, newest first."""
    return _entries(session, library, queries.list_reflections(session, learner.id))


def _own(session: Session, learner: Learner, entry_id: int) -> Reflection:
    row = session.get(Reflection, entry_id)
    if row is None or row.learner_id != learner.id:
        raise NotFound(_GONE)
    return row


def _entries(session: Session, library: Library, rows: Sequence[Reflection]) -> tuple[JournalEntry, ...]:
    library.get_lessons(session, {row.revision_id for row in rows})  # all that are new in one statement
    return tuple(_entry(session, library, row) for row in rows)


def _entry(session: Session, library: Library, row: Reflection) -> JournalEntry:
    lesson = library.get_lesson(session, row.revision_id)
    words = session.cipher.decrypt(row.words)
    prompt = lesson.reflection if row.delivery_id is not None else COACH_PROMPT
    return JournalEntry(row.learning_day, lesson.title, prompt, words, row.id, lesson.skill.slug)


def _holds(entry: JournalEntry, wanted: Sequence[str]) -> bool:
    """Whether each of the words begins a word of the entry, or of its lesson's title."""
    there = " " + " ".join(_plain(f"{entry.title} {entry.words}").split())
    return all(f" {word}" in there for word in wanted)


def _plain(text: str) -> str:
    """Lower case, without accents, and with spaces for what is neither letter nor digit."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter if letter.isalnum() else " " for letter in bare if not unicodedata.combining(letter))
