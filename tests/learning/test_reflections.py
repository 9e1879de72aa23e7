"""Reflections: private, editable, and unreadable in the database file."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from bot.domain.schedule import DeliveryKindName
from bot.errors import NotFound
from bot.learning import journal, lesson_state, privacy, reflections
from bot.learning.message_deliveries import MessageRef
from bot.learning.reflections import MAX_REFLECTION_LENGTH
from bot.storage.practice import find_reflection
from tests.builders import CLERK, NURSE
from tests.ward import Ward

WORDS = "The porter Zebediah said nothing at handover, and neither did I."


@pytest.fixture
def ref(ward: Ward) -> MessageRef:
    """Return the message of Monday's lesson, which has just arrived."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    return ward.lesson_of(NURSE)


def reflect(ward: Ward, ref: MessageRef, words: str) -> lesson_state.LessonState:
    return ward.run(reflections.save_reflection, ward.library, NURSE, ref, words, ward.clock())


def prompt(ward: Ward, ref: MessageRef) -> reflections.ReflectionPrompt:
    return ward.run(reflections.get_reflection_prompt, ward.library, NURSE, ref)


def test_the_modal_shows_the_lessons_prompt_and_is_empty_at_first(ward: Ward, ref: MessageRef) -> None:
    asked = prompt(ward, ref)

    assert asked.lesson.reflection == "Where did budget lines surprise you?"
    assert asked.words is None


def test_the_author_can_edit_what_they_wrote(ward: Ward, ref: MessageRef) -> None:
    state = reflect(ward, ref, f"  {WORDS}\n")

    assert state.reflected
    assert prompt(ward, ref).words == WORDS


def test_a_reflection_counts_today_without_an_answer(ward: Ward, ref: MessageRef) -> None:
    state = reflect(ward, ref, WORDS)

    assert state.chosen_option is None
    assert state.counts_today
    assert state.streak.current == 1


def test_writing_again_replaces_what_was_there(ward: Ward, ref: MessageRef) -> None:
    reflect(ward, ref, WORDS)
    first_at = ward.clock()
    ward.clock.advance(hours=1)

    reflect(ward, ref, "Better so.")

    assert prompt(ward, ref).words == "Better so."
    kept = ward.run(lambda session: find_reflection(session, UUID(str(ref.delivery_id))))
    assert kept is not None
    assert (kept.written_at, kept.edited_at) == (first_at, ward.clock())
    assert ward.run(journal.read_page, ward.library, NURSE).total == 1


def test_a_reflection_written_in_the_day_end_belongs_to_its_lesson(ward: Ward, ref: MessageRef) -> None:
    ward.clock.set("2026-03-02 16:30")
    ward.deliver()
    day_end = ward.message_of(NURSE, DeliveryKindName.DAY_END)

    reflect(ward, day_end, WORDS)

    assert prompt(ward, ref).words == WORDS


def test_words_beyond_slacks_limit_are_cut(ward: Ward, ref: MessageRef) -> None:
    reflect(ward, ref, "x" * (MAX_REFLECTION_LENGTH + 1))

    assert prompt(ward, ref).words == "x" * MAX_REFLECTION_LENGTH


def test_nobody_else_can_read_or_write_it(ward: Ward, ref: MessageRef) -> None:
    ward.enrol(CLERK)
    reflect(ward, ref, WORDS)

    with pytest.raises(NotFound):
        ward.run(reflections.get_reflection_prompt, ward.library, CLERK, ref)
    with pytest.raises(NotFound):
        ward.run(reflections.save_reflection, ward.library, CLERK, ref, "mine now", ward.clock())
    assert prompt(ward, ref).words == WORDS
    assert ward.run(journal.read_page, ward.library, CLERK).entries == ()


def test_the_database_file_contains_none_of_the_words(ward: Ward, ref: MessageRef, database: Path) -> None:
    reflect(ward, ref, WORDS)

    raw = b"".join(file.read_bytes() for file in database.parent.glob("rounds.db*"))

    assert b"U0NURSE" in raw, "the row itself is in there"
    for word in WORDS.split():
        if len(word) > 4:  # shorter ones may occur in ciphertext by chance
            assert word.encode() not in raw


def test_the_ciphertext_is_gone_from_the_file_after_erasing(ward: Ward, ref: MessageRef, database: Path) -> None:
    reflect(ward, ref, WORDS)
    kept = ward.run(lambda session: find_reflection(session, UUID(str(ref.delivery_id))))
    assert kept is not None

    ward.run(privacy.erase_learner, NURSE, ward.clock())
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert kept.words not in database.read_bytes()


def test_private_words_do_not_show_when_a_row_is_printed(ward: Ward, ref: MessageRef) -> None:
    reflect(ward, ref, WORDS)

    kept = ward.run(lambda session: find_reflection(session, UUID(str(ref.delivery_id))))

    assert kept is not None
    assert "words" not in repr(kept)
    assert kept.learning_day == date(2026, 3, 2)
